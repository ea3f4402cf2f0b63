"""What a member does with the app, by commands, clicks, choices and forms, and how the app answers."""

from playground.slack.interactivity import actions, commands, modals, response_endpoint, suggestions

__all__ = [
    "actions",
    "commands",
    "modals",
    "response_endpoint",
    "suggestions",
]
