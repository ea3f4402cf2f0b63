"""What every handler is given: one workspace's services, its Slack, and the jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import Pace, Place, Shown, Slack, Visitors, is_direct
from services import texts
from services.errors import Forbidden
from services.jobs import Job, Jobs, Line, Payload, Step
from services.people import Actor
from services.workspace import HOME, Workspace


@dataclass(frozen=True, slots=True)
class Desk:
    """The handlers' tools, all of one workspace: from here nobody reaches into another.

    `client` is for jobs, which outlive the request that brought them; `visitors` says who somebody is. `leave` is
    called once the workspace has removed the bot and everything is erased; `installed_since` says whether it has
    installed it after a moment, in seconds since 1970. `support_url` is where people ask for help.
    """

    workspace: Workspace
    jobs: Jobs
    client: WebClient
    visitors: Visitors
    pace: Pace = field(default_factory=Pace)
    shown: Shown = field(default_factory=Shown)
    leave: Callable[[], None] = lambda: None
    installed_since: Callable[[float], bool] = lambda _at: False
    support_url: str = ""

    def slack(self) -> Slack:
        return Slack(self.client, self.pace, self.workspace.records.answers, self.shown)

    def actor(self, user: str) -> Actor:
        """Somebody who does something, with what they may as of now."""
        return self.visitors.actor(user)

    def may_use(self, user: str) -> bool:
        """Whether somebody may do more than post photos and read the answers, and need be told of more."""
        return self.workspace.roles.may_use(self.visitors.standing(user))

    def only_reads(self, step: Step, place: Place, user: str, about: str = "") -> bool:
        """Whether what is said in a place is for a guest alone, who may read it, and do nothing about it.

        It is a step of a job where Slack has to be asked; `about` is what it is said of, where a job asks of several.
        """
        if not user or not is_direct(place.channel):
            return False
        return step(f"reader/{about}", lambda: not self.may_use(user))

    def called(self, user: str) -> tuple[str, ...]:
        """What people may call a member by; nothing for whom Slack does not show us."""
        try:
            return self.visitors.member(user).names
        except SlackApiError:
            return ()

    def silent(self, channel: str, *, said: bool | None = None) -> bool:
        """Whether nothing is to be said in a channel for all to read: people of other organisations would.

        `said` is what the envelope of an event says of the channel.
        """
        return self.visitors.outsiders_read(channel, said) and not self.workspace.roles.shared(channel)

    def require_heard(self, place: Place) -> None:
        """Raises `Forbidden` where what is said in a place would be read by people of other organisations."""
        if place.only is None and self.silent(place.channel):
            raise Forbidden(texts.NOT_IN_SHARED_CHANNEL)

    def is_closed(self, place: Place) -> bool:
        """Whether an answer that stands in a place is not to be made anew: others have come to read it there, or an
        admin has excluded the channel of its photos.
        """
        return self.silent(place.channel) or self.workspace.roles.excluded(place.posted_in)

    def aside(self, place: Place, user: str, ts: str | None = None) -> Place:
        """The place, or where nothing is to be said for all to read the same for one person's eyes only."""
        return place.aside(user, ts) if place.only is None and self.silent(place.channel) else place

    def register(self, name: str, job: Job) -> None:
        """Name the function of this workspace's jobs of one kind."""
        self.jobs.register(name, job, workspace=self.workspace.id)

    def submit(self, name: str, key: str, payload: Payload, *, channel: str, after: timedelta | None = None) -> None:
        """Store a job, which waits with those of the same channel; its key is submitted once in a workspace."""
        submit(self.jobs, self.workspace.id, name, key, payload, channel=channel, after=after)

    def ended(self, name: str, key: str) -> bool:
        """Whether a job that was stored like that has ended, well or not."""
        return self.jobs.ended(name, _named(self.workspace.id, key))


def submit(
    jobs: Jobs,
    workspace: str,
    name: str,
    key: str,
    payload: Payload,
    *,
    channel: str = "",
    after: timedelta | None = None,
) -> None:
    """What a desk does to store a job, for a workspace that need not be open here."""
    jobs.submit(name, _named(workspace, key), payload, Line(workspace, channel), after=after)


def _named(workspace: str, key: str) -> str:
    return key if workspace == HOME else f"{workspace}:{key}"
