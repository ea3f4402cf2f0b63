"""What Slack does when something happens: it keeps it, shows it on pages, tells the app, and carries out its answer."""

from playground.slack import transfers
from playground.slack.conversations import Draft, assistant, events, members, messaging, sharing
from playground.slack.delivery import Faults, FaultyAnswers, SignedHttp
from playground.slack.interactivity import actions, commands, modals, response_endpoint, suggestions
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
    "sharing",
    "suggestions",
    "transfers",
]
