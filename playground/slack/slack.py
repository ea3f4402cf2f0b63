"""Everything that makes up the running Slack, in one place that every request is given."""

from dataclasses import dataclass
from pathlib import Path

from playground.blocks import Views
from playground.oauth import OAuth
from playground.slack.delivery import Delivery, Faults, FaultySockets, Refusals, SignedHttp, SocketMode, Transport
from playground.state import (
    FileStore,
    Manifest,
    Options,
    Panes,
    RateLimit,
    ResponseUrls,
    Samples,
    Triggers,
    Workspace,
    seed,
)
from playground.web import Background, Pages


@dataclass(frozen=True, slots=True)
class Slack:
    """The parts. `base_url` is where this server is reached, without a slash at the end."""

    base_url: str
    options: Options
    manifest: Manifest
    workspaces: tuple[Workspace, ...]
    files: FileStore
    pages: Pages
    sockets: SocketMode
    faults: Faults
    background: Background
    delivery: Delivery
    triggers: Triggers
    response_urls: ResponseUrls
    views: Views
    post_limit: RateLimit
    history_limit: RateLimit
    refusals: Refusals
    samples: Samples
    oauth: OAuth
    panes: Panes

    def workspace_of_token(self, token: str) -> Workspace | None:
        """The workspace where this bot token was given out."""
        return next((each for each in self.workspaces if token and each.installation.bot_token == token), None)

    def workspace_of_user(self, user: str) -> Workspace | None:
        return next((each for each in self.workspaces if user in each.users), None)

    async def close(self) -> None:
        """End everything that is under way and remove the files."""
        await self.background.close()
        self.pages.close_all()
        await self.sockets.close()
        self.files.close()


def new_slack(manifest: Manifest, base_url: str, options: Options, samples: Path | None, faults: Faults) -> Slack:
    """A Slack with one workspace, where the app of `manifest` is installed."""
    background = Background()
    pages = Pages()
    workspaces = seed.workspaces(manifest, options)
    for workspace in workspaces:
        workspace.pictures = options.pictures
    files = FileStore(options)
    sockets = SocketMode(seed.APP_ID, options, pages)
    return Slack(
        base_url=base_url,
        options=options,
        manifest=manifest,
        workspaces=workspaces,
        files=files,
        pages=pages,
        sockets=sockets,
        faults=faults,
        background=background,
        delivery=Delivery(_transport(sockets, faults, background, options), options, background),
        triggers=Triggers(options),
        response_urls=ResponseUrls(options),
        views=Views(),
        post_limit=RateLimit(options.post_rate, options.post_burst),
        history_limit=RateLimit(1 / options.history_interval if options.history_interval else None, burst=1),
        refusals=Refusals(),
        samples=Samples(files.folder, samples),
        oauth=OAuth(options, manifest, workspaces),
        panes=Panes(),
    )


def _transport(sockets: SocketMode, faults: Faults, background: Background, options: Options) -> Transport:
    if options.request_url is not None:
        return SignedHttp(options.request_url, options.signing_secret)
    return FaultySockets(sockets, faults, background)
