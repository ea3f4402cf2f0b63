"""Who somebody is to a workspace, which comes before what they may do in it."""

from __future__ import annotations

from enum import StrEnum


class Standing(StrEnum):
    """Decided by what Slack says of an account, never by what it says of itself; who is unknown is an outsider."""

    MEMBER = "member"
    """Of the workspace, or of the organisation where all of it has installed the bot."""

    GUEST = "guest"
    """Let in by the workspace for some channels, or of another workspace of its organisation."""

    OUTSIDER = "outsider"
    """Of another organisation, in a channel that is shared with it."""
