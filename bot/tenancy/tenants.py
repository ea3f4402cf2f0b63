"""One bot a workspace: its own Bolt app on its own services and its own token, so that none can reach another's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackTokenRotationError

import handlers
from bot.tenancy.installations import Installations, NotInstalled, Tenant
from services.collection import erase
from services.jobs import Jobs
from services.opened import Opened
from services.workspace import HOME, Workspaces

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Bot:
    """The bot of one workspace."""

    app: App
    desk: handlers.Desk
    home: handlers.Home


class Tenants:
    """Opens the bots of the workspaces that have installed it, each when the first payload or job of its comes."""

    def __init__(
        self,
        workspaces: Workspaces,
        jobs: Jobs,
        installations: Installations,
        wire: handlers.Wire,
        *,
        client: WebClient,
        support_url: str = "",
    ) -> None:
        self._workspaces = workspaces
        self._jobs = jobs
        self._installations = installations
        self._wire = wire
        self._client = client
        self._support_url = support_url
        self._bots = Opened(self._build)
        jobs.on_opening(self._open)

    def app(self, tenant: Tenant) -> App:
        """The Bolt app of a workspace. Raises `NotInstalled`."""
        self._installations.bot(tenant)
        bot = self._bots.get(tenant)
        if bot.home != self._installations.home(tenant):  # it was opened to be swept, and is installed otherwise since
            self._bots.drop(tenant)
            bot = self._bots.get(tenant)
        return bot.app

    def receiver(self, named: Tenant) -> App:
        """The Bolt app of the workspace that a payload names. Raises `NotInstalled`."""
        return self.app(self._installations.resolve(named, self._known))

    def _known(self) -> Iterator[Tenant]:
        """Those that have been here: they tell which organisation a workspace is of."""
        kept = (Tenant.parse(each) for each in self._workspaces.database.workspaces() if each != HOME)
        return chain(self._bots.keys(), kept)

    def plan_sweeps(self, now: datetime) -> None:
        """Store the job of what is to be done once a day, for every workspace that has something to do; opens none."""
        for workspace in self._to_sweep(now):
            try:
                handlers.keeping.plan_in(self._jobs, workspace, now)
            except Exception:  # one workspace that fails must not keep the others from being swept
                _logger.exception("the sweep of a workspace failed")

    def _to_sweep(self, now: datetime) -> tuple[str, ...]:
        """Also what is left of a bot that served just one workspace: its time comes as well."""
        days = self._workspaces.retention_days
        return handlers.keeping.to_sweep(self._workspaces.database, now, retention_days=days)

    def _open(self, workspace: str) -> None:
        """For a job of its. Where a token is missing but something is held, what needs no Slack is done all the same.

        Raises `NotInstalled` for one that has removed the bot.
        """
        tenant = Tenant.parse(workspace)
        try:
            self._installations.bot(tenant)
        except (NotInstalled, SlackTokenRotationError, OSError):  # or it has ended, and Slack renews it no more
            if workspace not in self._to_sweep(datetime.now(UTC)):
                raise
        self._bots.get(tenant)

    def _build(self, tenant: Tenant) -> _Bot:
        # What a payload says of workspace and organisation may be somebody else's, of another organisation.
        def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            bot = self._installations.bot(tenant)
            return AuthorizeResult(
                enterprise_id=tenant.enterprise_id,
                team_id=tenant.team_id,
                bot_id=bot.bot_id,
                bot_user_id=bot.bot_user_id,
                bot_token=bot.bot_token,
            )

        # The signature is checked before it is known whose app is asked.
        app = handlers.new_app(self._client, authorize=authorize, request_verification_enabled=False)
        client = handlers.JobClient(lambda: self._token(tenant), self._client.base_url, self._wire)
        workspace = self._workspaces.open(tenant.id)
        home = self._installations.home(tenant)
        visitors = handlers.Visitors(client, workspace.records, home)
        desk = handlers.Desk(
            workspace,
            self._jobs,
            client,
            visitors,
            leave=lambda: self._leave(tenant),
            installed_since=lambda at: self._installations.installed_since(tenant, at),
            support_url=self._support_url,
        )
        handlers.register(app, desk)
        return _Bot(app, desk, home)

    def _token(self, tenant: Tenant) -> str:
        """For a call of Slack's. Raises `Refused`, as by Slack, where there is none: who sweeps goes on without."""
        try:
            return str(self._installations.bot(tenant).bot_token)
        except NotInstalled:
            raise handlers.Refused(handlers.refusals.NOT_INSTALLED) from None
        except SlackTokenRotationError as error:
            raise handlers.Refused(handlers.refusals.code(error.api_error)) from None

    def _leave(self, tenant: Tenant) -> None:
        """Forget a workspace that has been erased. With an organisation go those that have the bot only through it."""
        for each in [other for other in set(self._known()) if self._installations.depends(other, tenant)]:
            erase(self._workspaces.open(each.id).collection)
            self._close(each)
        self._installations.remove(tenant)
        self._close(tenant)

    def _close(self, tenant: Tenant) -> None:
        self._jobs.unregister(tenant.id)
        self._workspaces.close(tenant.id)
        self._bots.drop(tenant)


def oauth_flow(installations: Installations, *, client: WebClient, scopes: list[str]) -> OAuthFlow:
    """The pages by which a workspace installs the bot."""
    site = client.base_url.removesuffix("/api/")
    return OAuthFlow(
        client=client,
        settings=OAuthSettings(
            client_id=installations.client_id,
            client_secret=installations.client_secret,
            scopes=scopes,
            authorization_url=f"{site}/oauth/v2/authorize",
            installation_store=installations.store,
            state_store=installations.states,
        ),
    )
