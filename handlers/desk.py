"""What every handler is given: the workspaces, the jobs, and Slack."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk import WebClient

from handlers.slack import Slack
from services.jobs import Jobs
from services.workspace import Workspaces


@dataclass(frozen=True, slots=True)
class Desk:
    """The handlers' tools. `client` is for jobs, which outlive the request that brought them."""

    workspaces: Workspaces
    jobs: Jobs
    client: WebClient

    def slack(self) -> Slack:
        return Slack(self.client)
