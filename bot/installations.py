"""Which Slack workspaces have installed the bot, and the tokens they gave it."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import sqlalchemy as sa
from slack_bolt.request.internals import extract_enterprise_id, extract_team_id
from slack_sdk import WebClient
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from slack_sdk.oauth.token_rotation import TokenRotator

from services.errors import Refusal

_STATE_LIVES = 600  # seconds that an installation may take
_FRESH = 30.0  # seconds after which the database is asked for a token again
_ROTATE_BEFORE = 120  # minutes before a token ends
_ID = re.compile(r"[ET][A-Z0-9]{1,30}")


class NotInstalled(Refusal):
    """A workspace that has not installed the bot, or has removed it."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A Slack workspace, and the Enterprise organisation it is part of, if it is part of one."""

    team_id: str | None
    enterprise_id: str | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Tenant | None:
        """The workspace that a payload of Slack's is for; None where it is for none."""
        team_id, enterprise_id = extract_team_id(dict(payload)), extract_enterprise_id(dict(payload))
        given = [each for each in (team_id, enterprise_id) if each]
        if not given or not all(_ID.fullmatch(each) for each in given):
            return None
        return cls(team_id, enterprise_id)

    @classmethod
    def parse(cls, workspace: str) -> Tenant:
        """From what `id` gives."""
        ids = {each[0]: each for each in workspace.split("-")}
        return cls(ids.get("T"), ids.get("E"))

    @property
    def id(self) -> str:
        """The name of its services, its collection and its jobs."""
        return "-".join(each for each in (self.enterprise_id, self.team_id) if each)


class Installations:
    """slack_sdk's stores, in the database of the records."""

    def __init__(self, engine: sa.Engine, *, client_id: str, client_secret: str, slack_api_url: str) -> None:
        self.store = SQLAlchemyInstallationStore(client_id, engine)
        self.states = SQLAlchemyOAuthStateStore(_STATE_LIVES, engine)
        self._rotator = TokenRotator(
            client_id=client_id, client_secret=client_secret, client=WebClient(base_url=slack_api_url)
        )
        self._known: dict[Tenant, tuple[Bot, float]] = {}
        self._lock = Lock()
        self.store.metadata.create_all(engine)
        self.states.metadata.create_all(engine)

    def bot(self, tenant: Tenant) -> Bot:
        """The bot as it is installed there, its token good for two hours at least. Raises `NotInstalled`."""
        with self._lock:
            bot, until = self._known.get(tenant, (None, 0.0))
            if bot is None or time.monotonic() > until:
                bot = self._rotated(self._find(tenant))
                self._known[tenant] = bot, time.monotonic() + _FRESH
            return bot

    def remove(self, tenant: Tenant) -> None:
        """Forget the tokens of a workspace."""
        with self._lock:
            self._known.pop(tenant, None)
            self.store.delete_all(enterprise_id=tenant.enterprise_id, team_id=tenant.team_id)

    def _find(self, tenant: Tenant) -> Bot:
        """Installed in the workspace itself, or else in its whole organisation."""
        enterprise_id, team_id = tenant.enterprise_id, tenant.team_id
        bot = self.store.find_bot(enterprise_id=enterprise_id, team_id=team_id) if team_id else None
        if bot is None and enterprise_id:
            bot = self.store.find_bot(enterprise_id=enterprise_id, team_id=None, is_enterprise_install=True)
        if bot is None or not bot.bot_token:
            raise NotInstalled(f"The bot is not installed in {tenant.id}.")
        return bot

    def _rotated(self, bot: Bot) -> Bot:
        rotated = self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=_ROTATE_BEFORE)
        if rotated is not None:
            self.store.save_bot(rotated)
        return rotated or bot
