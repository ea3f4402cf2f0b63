"""Which Slack workspaces have installed the bot, and the tokens they gave it."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import sqlalchemy as sa
from slack_bolt.request.internals import extract_enterprise_id, extract_team_id
from slack_sdk import WebClient
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.token_rotation import TokenRotator

from bot.tenancy.sealed import Sealed, is_sealed
from bot.tenancy.states import States
from handlers import Home
from services.errors import Refusal
from services.workspace import HOME

_logger = logging.getLogger(__name__)

_STATE_LIVES = 600  # seconds that an installation may take
_FRESH = 30.0  # seconds after which the database is asked for a token again
_ROTATE_BEFORE = 120  # minutes before a token ends
_ID = re.compile(r"(E[A-Z0-9]{1,30}-)?T[A-Z0-9]{1,30}|E[A-Z0-9]{1,30}")


class NotInstalled(Refusal):
    """A workspace that has not installed the bot, or has removed it."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A Slack workspace, and the Enterprise organisation it is part of, if it is part of one.

    Neither is what a bot of one workspace has left here, `HOME`, which has no Slack.
    """

    team_id: str | None
    enterprise_id: str | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Tenant | None:
        """The workspace that a payload of Slack's names; None where it names none. `Installations.resolve` says whose
        that is: the organisation may be that of whoever acted, in a channel that others share.

        Where a whole organisation has installed the bot, an authorization need not name the workspace, and what
        concerns no single one may give the organisation's id in its place.
        """
        enterprise_id = extract_enterprise_id(dict(payload))
        team_id = extract_team_id(dict(payload)) or _team_in(payload, enterprise_id)
        tenant = cls(None if team_id == enterprise_id else team_id, enterprise_id)
        return tenant if _ID.fullmatch(tenant.id) else None

    @classmethod
    def parse(cls, workspace: str) -> Tenant:
        """From what `id` gives. Raises ValueError for anything else."""
        if workspace == HOME:
            return cls(None)
        if not _ID.fullmatch(workspace):
            raise ValueError(f"{workspace!r} is no workspace")
        ids = {each[0]: each for each in workspace.split("-")}
        return cls(ids.get("T"), ids.get("E"))

    @property
    def id(self) -> str:
        """The name of its services, its collection and its jobs."""
        return "-".join(each for each in (self.enterprise_id, self.team_id) if each) or HOME


def _team_in(payload: Mapping[str, Any], enterprise_id: str | None) -> Any:
    """The workspace that an event names together with this organisation: of two that share a channel it names both."""
    pairs = (("context_enterprise_id", "context_team_id"), ("enterprise_id", "team_id"))
    named = ((payload.get(organisation), payload.get(team)) for organisation, team in pairs)
    return next((team for organisation, team in named if team and organisation == enterprise_id), None)


_SECRETS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token", "incoming_webhook_url")


class _Store(SQLAlchemyInstallationStore):
    """slack_sdk's store, which looks for an organisation's installation without a workspace, and saves it so too.

    What it keeps that opens a door is encrypted with `keys`, where there are any.
    """

    def __init__(self, client_id: str, engine: sa.Engine, keys: str | None) -> None:
        super().__init__(client_id, engine)
        for column in self.secrets():
            column.type = Sealed(keys)

    def secrets(self) -> Iterator[sa.Column[str]]:
        """The columns that hold what opens a door."""
        for table in (self.bots, self.installations):
            yield from (table.c[name] for name in _SECRETS if name in table.c)

    def create(self) -> None:
        """The tables; in PostgreSQL with room for what is encrypted, which slack_sdk's own have not."""
        self.metadata.create_all(self.engine)
        if self.engine.dialect.name == "postgresql":
            with self.engine.begin() as db:
                for column in self.secrets():
                    db.exec_driver_sql(f"ALTER TABLE {column.table.name} ALTER COLUMN {column.name} TYPE TEXT")

    def seal(self, *, anew: bool = False) -> None:
        """Encrypt what was kept before there was a key; with `anew` everything, with the first of the keys."""
        for column in self.secrets():
            kept = sa.select(column.table.c.id, sa.type_coerce(column, sa.Text)).where(column.is_not(None))
            with self.engine.begin() as db:
                rows = [row for row, secret in db.execute(kept).all() if anew or not is_sealed(secret)]
                for row in rows:
                    here = column.table.c.id == row
                    plain = db.scalar(sa.select(column).where(here))
                    db.execute(sa.update(column.table).where(here).values({column.name: plain}))

    def save(self, installation: Installation) -> None:
        if installation.is_enterprise_install:
            installation.team_id = None  # Slack may name one of the workspaces
        super().save(installation)


class Installations:
    """slack_sdk's stores, in the database of the records; with `keys` the tokens in them are encrypted."""

    def __init__(
        self, engine: sa.Engine, *, client_id: str, client_secret: str, slack_api_url: str, keys: str | None = None
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.store = _Store(client_id, engine, keys)
        self.states = States(_STATE_LIVES, engine, secret=client_secret)
        self._rotator = TokenRotator(
            client_id=client_id, client_secret=client_secret, client=WebClient(base_url=slack_api_url)
        )
        self._known: dict[Tenant, tuple[Bot, float]] = {}
        self._lock = Lock()
        self.store.create()
        self.states.metadata.create_all(engine)
        if keys:
            self.store.seal()

    def bot(self, tenant: Tenant) -> Bot:
        """The bot as it is installed there, its token good for two hours at least. Raises `NotInstalled`."""
        with self._lock:
            bot, until = self._known.get(tenant, (None, 0.0))
            if bot is None or time.monotonic() > until:
                bot = self._fresh(tenant)
                self._known[tenant] = bot, time.monotonic() + _FRESH
            return bot

    def home(self, tenant: Tenant) -> Home:
        """Where the bot is installed, by which its people are told from others; where it no longer is, it was."""
        try:
            bot: Bot | None = self.bot(tenant)  # which is at hand for most
        except (NotInstalled, SlackTokenRotationError, OSError):
            bot = self._installed(tenant)
        return Home(tenant.team_id, tenant.enterprise_id, bot is not None and bool(bot.is_enterprise_install))

    def has(self, tenant: Tenant) -> bool:
        """Whether it is installed there, whatever its token is worth."""
        return self._installed(tenant) is not None

    def resolve(self, named: Tenant, known: Callable[[], Iterable[Tenant]]) -> Tenant:
        """Whose installation a payload is for that names this workspace and organisation.

        A workspace is found by its own id alone, as Bolt advises, and has the organisation that its installation has;
        where that is the organisation's, the one that it is `known` in, else the one that the payload names.
        """
        if named.team_id is None:
            return named
        own = [each for each in self.all() if each.team_id == named.team_id]
        if own:
            return named if named in own else own[0]
        seen = (each for each in known() if each.team_id == named.team_id and self._of_organisation(each))
        return next(seen, named)

    def all(self) -> tuple[Tenant, ...]:
        """The workspaces and organisations that have installed it."""
        bots = self.store.bots.c
        wanted = sa.select(bots.team_id, bots.enterprise_id).where(bots.client_id == self.client_id).distinct()
        with self.store.engine.connect() as db:
            return tuple(Tenant(row.team_id, row.enterprise_id) for row in db.execute(wanted))

    def installed_since(self, tenant: Tenant, at: float) -> bool:
        """Whether it has been installed there after a moment, which Slack tells in whole seconds."""
        bot = self._installed(tenant)
        return bot is not None and int(bot.installed_at) > at

    def remove(self, tenant: Tenant) -> None:
        """Forget the tokens of a workspace."""
        with self._lock:
            self._known.pop(tenant, None)
            self.store.delete_all(enterprise_id=tenant.enterprise_id, team_id=tenant.team_id)

    def depends(self, tenant: Tenant, organisation: Tenant) -> bool:
        """Whether a workspace has the bot only because its whole organisation has installed it."""
        in_it = tenant.team_id is not None and tenant.enterprise_id == organisation.enterprise_id is not None
        return in_it and organisation.team_id is None and self._own(tenant) is None

    def _own(self, tenant: Tenant) -> Bot | None:
        """As it is installed in the workspace itself."""
        if tenant.team_id is None:
            return None
        return self.store.find_bot(enterprise_id=tenant.enterprise_id, team_id=tenant.team_id)

    def _of_organisation(self, tenant: Tenant) -> Bot | None:
        """As it is installed in the workspace's whole organisation."""
        if tenant.enterprise_id is None:
            return None
        return self.store.find_bot(enterprise_id=tenant.enterprise_id, team_id=None, is_enterprise_install=True)

    def _installed(self, tenant: Tenant) -> Bot | None:
        """As it is installed in the workspace itself, or else in its whole organisation."""
        return self._own(tenant) or self._of_organisation(tenant)

    def _find(self, tenant: Tenant) -> Bot:
        """The same where it has a token. Raises `NotInstalled`."""
        bot = self._installed(tenant)
        if bot is None or not bot.bot_token:
            raise NotInstalled(f"The bot is not installed in {tenant.id}.")
        return bot

    def _fresh(self, tenant: Tenant) -> Bot:
        """The bot with a token that is renewed if it ends soon.

        Slack takes a refresh token once, so of two processes that use it at once, one is refused, and finds the other's
        new token. While Slack cannot be asked, the old one is good to its end. Raises `SlackTokenRotationError` after.
        """
        bot = self._find(tenant)
        try:
            rotated = self._rotator.perform_bot_token_rotation(bot=bot, minutes_before_expiration=_ROTATE_BEFORE)
        except (SlackTokenRotationError, OSError) as error:
            found = self._find(tenant)
            if found.bot_token == bot.bot_token and time.time() > (bot.bot_token_expires_at or 0):
                raise
            if found.bot_token == bot.bot_token:
                _logger.warning("the token of %s could not be renewed: %s", tenant.id, error)
            return found
        if rotated is not None:
            self.store.save_bot(rotated)
        return rotated or bot
