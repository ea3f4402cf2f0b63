"""What the records hold: people, their enrolled faces, and who did what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can be recognised. `user_id` is the Rekognition user; `member` the Slack member, if they are one."""

    user_id: str
    name: str
    member: str | None
    added_by: str
    added_at: datetime
    faces: int


@dataclass(frozen=True, slots=True)
class EnrolledFace:
    """One face of a person, with the key of the photo it came from and the SHA-256 of the file that was given.

    `yaw` and `pitch` say where it looks, in degrees: towards the right of the picture, and upwards.
    """

    face_id: str
    user_id: str
    photo: str
    digest: str
    added_by: str
    added_at: datetime
    yaw: float | None = None
    pitch: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Something that was changed and can be undone for a while: what it was `before`, in the words of its kind.

    `user_id` is the person whom it concerns, None for a setting.
    """

    id: str
    at: datetime
    actor: str
    kind: str
    user_id: str | None
    before: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, and when. Details never hold a picture or a vector."""

    at: datetime
    actor: str
    action: str
    details: Mapping[str, Any]


def pack_face(face: EnrolledFace) -> dict[str, Any]:
    """A face as plain data."""
    return {**asdict(face), "added_at": face.added_at.isoformat()}


def unpack_face(face: Mapping[str, Any]) -> EnrolledFace:
    """The face again."""
    return EnrolledFace(**{**face, "added_at": datetime.fromisoformat(face["added_at"])})
