"""What Slack does when something happens: it keeps it, shows it on pages, tells the app, and carries out its answer."""

from playground.slack import (
    actions,
    assistant,
    commands,
    events,
    members,
    messaging,
    modals,
    response_endpoint,
    suggestions,
    transfers,
)
from playground.slack.faults import Faults, FaultyAnswers
from playground.slack.http_requests import SignedHttp
from playground.slack.messaging import Draft
from playground.slack.slack import Slack, new_slack

__all__ = [
    "Draft",
    "Faults",
    "FaultyAnswers",
    "SignedHttp",
    "Slack",
    "actions",
    "assistant",
    "commands",
    "events",
    "members",
    "messaging",
    "modals",
    "new_slack",
    "response_endpoint",
    "suggestions",
    "transfers",
]
