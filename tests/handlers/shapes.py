"""Messages and deletions in the shapes that Slack sends, and what becomes of these when something is missing."""

import copy
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

BOT = "UBOT"
STUB: Json = {"id": "F1", "mode": "file_access", "file_access": "check_file_info", "created": 0, "user": ""}
PHOTO: Json = {"id": "F1", "name": "team.jpg", "mimetype": "image/jpeg", "mode": "hosted", "file_access": "visible"}
SHARED: Json = {
    "type": "message",
    "subtype": "file_share",
    "text": "who?",
    "user": "U1",
    "ts": "1.1",
    "channel": "C1",
    "channel_type": "channel",
    "files": [PHOTO],
}
FORWARDED: Json = {
    "type": "message",
    "text": "",
    "user": "U1",
    "ts": "2.1",
    "channel": "C1",
    "attachments": [
        {
            "is_share": True,
            "is_msg_unfurl": True,
            "author_id": "U2",
            "files": [STUB],
            "message_blocks": [
                {"message": {"files": [PHOTO], "blocks": [{"type": "image", "slack_file": {"id": "F3"}}, None]}}
            ],
        },
        {"is_msg_unfurl": True, "files": [PHOTO, {"id": "F2"}]},
    ],
}
DELETED: Json = {"type": "message", "subtype": "message_deleted", "channel": "C1", "ts": "9.1", "deleted_ts": "1.1"}
TOMBSTONE: Json = {
    "type": "message",
    "subtype": "message_changed",
    "channel": "C1",
    "ts": "9.1",
    "message": {"subtype": "tombstone", "user": "USLACKBOT", "ts": "1.1", "thread_ts": "1.1"},
    "previous_message": {"user": "U1", "ts": "1.1", "files": [PHOTO]},
}
EDITED: Json = {
    "type": "message",
    "subtype": "message_changed",
    "channel": "C1",
    "ts": "9.1",
    "message": {"user": "U1", "ts": "1.1", "files": [{"id": "F2", "mode": "hosted"}], "edited": {"user": "U1"}},
    "previous_message": {"user": "U1", "ts": "1.1", "files": [PHOTO, {"id": "F2"}]},
}
FILE_DELETED: Json = {"type": "file_deleted", "file_id": "F1", "channel_ids": ["C1"], "event_ts": "9.1"}

SHAPES = [SHARED, FORWARDED, DELETED, TOMBSTONE, EDITED, FILE_DELETED]
NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a payload."""
    inside = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in inside for place in [(*path, key), *_places(each, (*path, key))]]


@st.composite
def mutated(draw: st.DrawFn) -> Json:
    """One of Slack's shapes, in which some things are missing and others are something else."""
    event = copy.deepcopy(draw(st.sampled_from(SHAPES)))
    for _ in range(draw(st.integers(1, 4))):
        places = _places(event)
        if not places:
            break
        *path, last = draw(st.sampled_from(places))
        inside: Any = event
        for key in path:
            inside = inside[key]
        if draw(st.booleans()):
            del inside[last]
        else:
            inside[last] = draw(NONSENSE)
    return event
