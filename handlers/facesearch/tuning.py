"""How photos are searched in a channel: threshold, mode, and every photo or only when asked."""

from __future__ import annotations

from handlers.facesearch.table import Asked, Subcommand
from handlers.slack import Message
from handlers.views import tuning as views


def _threshold(asked: Asked) -> Message:
    preferences = asked.workspace.preferences
    if not asked.rest:
        return views.tuning(preferences.tuning(asked.channel), changed=False)
    tuning = preferences.set_threshold(asked.rest, channel=asked.channel, actor=asked.user)
    return views.tuning(tuning, changed=True)


def _mode(asked: Asked) -> Message:
    preferences = asked.workspace.preferences
    if not asked.rest:
        return views.tuning(preferences.tuning(asked.channel), changed=False)
    return views.tuning(preferences.set_mode(asked.rest, channel=asked.channel, actor=asked.user), changed=True)


def _auto(asked: Asked) -> Message:
    preferences = asked.workspace.preferences
    if not asked.rest:
        return views.auto(preferences.auto(asked.channel), changed=False)
    return views.auto(preferences.set_auto(asked.rest, channel=asked.channel, actor=asked.user), changed=True)


_GROUP = "Searching"

SUBCOMMANDS = {
    "threshold": Subcommand(_GROUP, "threshold 90", "how similar a face must be in this channel", _threshold),
    "mode": Subcommand(_GROUP, "mode users", "compare with user vectors (users) or with single faces (faces)", _mode),
    "auto": Subcommand(
        _GROUP, "auto off", "answer photos in this channel only when asked (off) or every one (on)", _auto
    ),
}
