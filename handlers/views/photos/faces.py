"""A face of a photo as it travels with what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services import texts
from services.pictures import Box
from services.records import CrowdFace


@dataclass(frozen=True, slots=True)
class Face:
    """A face of a photo by number and box; `user_id` is who it was taken for."""

    number: int
    box: Box
    user_id: str = ""

    def pack(self) -> str:
        return " ".join([str(self.number), *(str(round(side)) for side in self.box), self.user_id]).strip()

    @classmethod
    def of(cls, face: CrowdFace) -> Face:
        return cls(face.number, Box(*face.box), face.user_id or "")

    @classmethod
    def unpack(cls, text: str) -> Face:
        number, left, top, width, height, *user_id = text.split()
        return cls(int(number), Box(float(left), float(top), float(width), float(height)), "".join(user_id))


@dataclass(frozen=True, slots=True)
class Shown:
    """A face of a file; `photo` is the number of that among those of its message, where that has to be said."""

    file_id: str
    face: Face
    photo: int = 0

    def pack(self) -> list[str | int]:
        """As plain data."""
        return [self.file_id, self.face.pack(), *([self.photo] if self.photo else [])]

    @classmethod
    def unpack(cls, packed: Sequence[Any]) -> Shown:
        file_id, face, *photo = packed
        return cls(file_id, Face.unpack(face), *photo)

    @property
    def label(self) -> str:
        if self.photo:
            return texts.FACE_OF_PHOTO.format(face=self.face.number, photo=self.photo)
        return texts.FACE.format(number=self.face.number)
