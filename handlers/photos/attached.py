"""The files of a message: which are photos to look at, and which get a sentence; Slack is asked where it has not said.

They travel with a job as plain data: `files` may be photos, of which the `unsettled` are not known yet; `others` are
none, by name and kind.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.slack import Kind, Slack, SlackFile
from handlers.views.photos.attached import DENIED
from services.errors import Refusal
from services.jobs import Payload, Step


@dataclass(frozen=True, slots=True)
class Attached:
    """The photos, by id and name, and the other files, by name and kind."""

    photos: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]


def pack(files: Iterable[SlackFile]) -> dict[str, Any]:
    """The files of a message as part of a job's payload."""
    files = list(files)
    return {
        "files": [[file.id, file.name] for file in files if file.may_be_picture],
        "unsettled": [file.id for file in files if file.kind is Kind.UNSETTLED],
        "others": [[file.name, file.kind.value] for file in files if not file.may_be_picture],
    }


def sort_out(slack: Slack, step: Step, payload: Payload) -> Attached:
    """Which of a job's files are photos, once Slack has said it of all; that step waits for what is not ready."""
    unsettled = frozenset(payload.get("unsettled", ()))
    if not unsettled:
        return _attached(payload["files"], payload.get("others", ()))
    files: list[list[str]] = payload["files"]
    told = step("what files", lambda: [_told(slack, *file, known=file[0] not in unsettled) for file in files])
    photos = [[file_id, name] for file_id, name, kind in told if kind == Kind.PICTURE]
    others = [[name, kind] for _, name, kind in told if kind != Kind.PICTURE]
    return _attached(photos, [*others, *payload.get("others", ())])


def _attached(photos: Iterable[Sequence[str]], others: Iterable[Sequence[str]]) -> Attached:
    return Attached(tuple((i, name) for i, name in photos), tuple((name, kind) for name, kind in others))


def _told(slack: Slack, file_id: str, name: str, *, known: bool) -> list[str]:
    """A file's id, its name as Slack has it, and its kind."""
    if known:
        return [file_id, name, Kind.PICTURE.value]
    try:
        file = slack.files.look_up(file_id)
    except Refusal:
        return [file_id, name, DENIED]
    return [file_id, file.name, _kind(file).value]


def _kind(file: SlackFile) -> Kind:
    """What a file is; of one that Slack takes too long for, its name tells whether there will be a sentence."""
    named = mimetypes.guess_type(file.name)[0] or ""
    return Kind.PICTURE if file.kind is Kind.UNSETTLED and named.startswith("image/") else file.kind
