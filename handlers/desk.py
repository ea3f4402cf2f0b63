"""What every handler is given: the workspaces, the jobs, and Slack."""

from __future__ import annotations

from dataclasses import dataclass, field

from slack_sdk import WebClient

from handlers.pace import Pace
from handlers.slack import Slack
from services.jobs import Jobs, Line, Payload
from services.workspace import HOME, Workspaces


@dataclass(frozen=True, slots=True)
class Desk:
    """The handlers' tools. `client` is for jobs, which outlive the request that brought them."""

    workspaces: Workspaces
    jobs: Jobs
    client: WebClient
    pace: Pace = field(default_factory=Pace)

    def slack(self) -> Slack:
        return Slack(self.client, self.pace)

    def submit(self, name: str, key: str, payload: Payload, *, channel: str) -> None:
        """Store a job, which waits with those of the same channel; its key is submitted once in a workspace."""
        self.jobs.submit(name, key, payload, Line(HOME, channel))
