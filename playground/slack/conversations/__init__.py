"""What happens in conversations and to members: it is kept, shown on pages, and told to the app as events."""

from playground.slack.conversations import assistant, events, members, messaging, sharing
from playground.slack.conversations.messaging import Draft

__all__ = [
    "Draft",
    "assistant",
    "events",
    "members",
    "messaging",
    "sharing",
]
