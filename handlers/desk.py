"""What every handler is given: one workspace's services, its Slack, and the jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from slack_sdk import WebClient

from handlers.slack import Pace, Slack
from services.jobs import Job, Jobs, Line, Payload
from services.workspace import HOME, Workspace


@dataclass(frozen=True, slots=True)
class Desk:
    """The handlers' tools, all of one workspace: from here nobody reaches into another.

    `client` is for jobs, which outlive the request that brought them. `leave` is called once the workspace has removed
    the bot and everything is erased. `support_url` is where people ask for help.
    """

    workspace: Workspace
    jobs: Jobs
    client: WebClient
    pace: Pace = field(default_factory=Pace)
    leave: Callable[[], None] = lambda: None
    support_url: str = ""

    def slack(self) -> Slack:
        return Slack(self.client, self.pace)

    def register(self, name: str, job: Job) -> None:
        """Name the function of this workspace's jobs of one kind."""
        self.jobs.register(name, job, workspace=self.workspace.id)

    def submit(self, name: str, key: str, payload: Payload, *, channel: str) -> None:
        """Store a job, which waits with those of the same channel; its key is submitted once in a workspace."""
        here = self.workspace.id
        self.jobs.submit(name, key if here == HOME else f"{here}:{key}", payload, Line(here, channel))
