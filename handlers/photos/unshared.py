"""A file is taken out of a channel, or made private, without being deleted: it goes from albums, and so do answers.

Slack says that something has changed, and hardly what. So it is asked where the file is now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

from handlers.desk import Desk
from handlers.photos import answers, kept
from handlers.slack import Removed, object_in, text_in
from services.jobs import Payload, Step
from services.records import Source

JOB = "look_at_shares"
_UNSHARED = "file_unshared"


def register(desk: Desk) -> None:
    desk.register(JOB, partial(_look, desk))


def submit(desk: Desk, event: Mapping[str, Any]) -> None:
    """Store the job that asks where a file is, if anything is kept about it; of mere changes, if an album has it."""
    file_id = text_in(event, "file_id") or text_in(object_in(event, "file"), "id")
    unshared = text_in(event, "type") == _UNSHARED
    known = _kept(desk, file_id) if unshared else desk.workspace.records.appearances.of_file(file_id)
    if known:
        payload = {"file": file_id, "channel": text_in(event, "channel_id")}
        desk.submit(JOB, f"{file_id}-{text_in(event, 'event_ts')}", payload, channel="")


def gone(posted: Collection[Source], found: Collection[Source] | None, channel: str) -> list[Source]:
    """Where it was `posted` and is no more: everywhere, where it is `found` nowhere, and else in that channel.

    Elsewhere messages stay that show it without being named: who forwards a message does not share its files.
    """
    if found is not None and not found:
        return list(posted)
    return [source for source in posted if source.channel == channel and source not in (found or ())]


def _kept(desk: Desk, file_id: str) -> frozenset[Source]:
    records = desk.workspace.records
    return records.appearances.of_file(file_id) | kept.photos_of(records.answers, Source("", "", file_id))


def _look(desk: Desk, payload: Payload, step: Step) -> None:
    """The job."""
    file_id = payload["file"]
    found = step("where", lambda: desk.slack().posted_in(file_id))
    for source in step("gone", lambda: gone(_kept(desk, file_id), found, payload["channel"])):
        answers.follow(desk, Removed(source.channel, source.ts, source.file_id))
