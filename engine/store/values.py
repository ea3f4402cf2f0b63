"""What a store tells of: collections, faces and users."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from ..vision import Box

REMOVALS_KEPT = 10_000
"""The changes of a collection of which it is kept what they removed; who has missed more reads all of it again."""


class Kind(IntEnum):
    """What a vector stands for."""

    FACE = 0
    USER = 1


@dataclass(frozen=True, slots=True)
class Collection:
    """`id` is the store's own, never used twice; `created` is seconds since 1970.

    `changes` is how many vectors have come and gone.
    """

    id: int
    name: str
    created: float
    changes: int = 0


@dataclass(frozen=True, slots=True)
class SourceImage:
    """Where faces come from; `digest` tells whether two images are the very same bytes."""

    image_id: str
    external_image_id: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class NewFace:
    """A face that is to be stored, and how sure the detector is of it."""

    image: SourceImage
    box: Box
    confidence: float


class StoredFace(NamedTuple):  # a row as it comes: thousands are read to list a collection
    """A face in a collection. `vector` is the id of its vector, and its place in the order of ListFaces."""

    vector: int
    face_id: str
    image_id: str
    external_image_id: str | None
    left: float
    top: float
    width: float
    height: float
    confidence: float
    user_id: str | None = None

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.width, self.height)


@dataclass(frozen=True, slots=True)
class StoredUser:
    """A user in a collection. `vector` is None as long as no face is associated; `faces` is how many are."""

    id: int
    user_id: str
    vector: int | None
    faces: int
