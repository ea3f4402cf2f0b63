"""Faces that are only to be asked with: in memory alone, where nothing of them stays once they have been asked."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..vision import Box, Vectors
from .values import Collection, StoredFace

_PREFIX = "query:"
_TOGETHER = ":together"
"""How the ExternalImageId ends of those that also find one another, where it is the same."""

_KEPT = 3600.0
"""Seconds after which one that nobody has deleted is gone."""

_MOST = 20_000
"""How many there may be at once; beyond, the oldest is gone."""


def is_question(external_image_id: str | None) -> bool:
    """Whether faces with this ExternalImageId are only to be asked with."""
    return external_image_id is not None and external_image_id.startswith(_PREFIX)


@dataclass(frozen=True, slots=True)
class _Question:
    collection: int
    face: StoredFace
    vector: Vectors
    since: float

    def finds(self, other: _Question) -> bool:
        """Whether the other is one of those that it was to be compared with."""
        name = self.face.external_image_id or ""
        ours = other.collection == self.collection and other.face.external_image_id == name
        return ours and name.endswith(_TOGETHER) and other is not self


class Questions:
    """The faces to ask with of this process. Threads may share one."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: dict[str, _Question] = {}  # by FaceId, the oldest first

    def add(
        self, collection: Collection, external_image_id: str, boxes: Iterable[tuple[Box, float]], vectors: Vectors
    ) -> list[StoredFace]:
        """Keep the faces of one image, each with its box, the detector's confidence and a row of `vectors`."""
        image_id, faces = str(uuid.uuid4()), []
        with self._turn:
            self._let_go()
            for (box, confidence), vector in zip(boxes, vectors, strict=True):
                face_id, place = str(uuid.uuid4()), (box.left, box.top, box.width, box.height)
                face = StoredFace(0, face_id, image_id, external_image_id, *place, confidence)
                self._kept[face_id] = _Question(collection.id, face, vector.copy(), time.monotonic())
                faces.append(face)
        return faces

    def find(self, collection: Collection, face_id: str) -> Vectors | None:
        """The vector of one, a copy; None where there is none, or it is of another collection."""
        with self._turn:
            found = self._kept.get(face_id)
            return found.vector.copy() if found and found.collection == collection.id else None

    def found_by(self, collection: Collection, face_id: str) -> list[tuple[StoredFace, Vectors]]:
        """The others that are to be found when one is asked with, each with its vector, a copy."""
        with self._turn:
            asked = self._kept.get(face_id)
            if asked is None or asked.collection != collection.id:
                return []
            return [(each.face, each.vector.copy()) for each in self._kept.values() if asked.finds(each)]

    def remove(self, collection: Collection, face_ids: Iterable[str]) -> set[str]:
        """Forget those of `face_ids` that are among them; which they were."""
        with self._turn:
            ours = {face_id for face_id in face_ids if self._is_of(collection, face_id)}
            for face_id in ours:
                self._forget(face_id)
        return ours

    def _is_of(self, collection: Collection, face_id: str) -> bool:
        found = self._kept.get(face_id)
        return found is not None and found.collection == collection.id

    def _let_go(self) -> None:
        """Of those that nobody has deleted."""
        long_ago = time.monotonic() - _KEPT
        for face_id in [face_id for face_id, each in self._kept.items() if each.since < long_ago]:
            self._forget(face_id)
        for face_id in list(self._kept)[: max(0, len(self._kept) - _MOST)]:
            self._forget(face_id)

    def _forget(self, face_id: str) -> None:
        np.asarray(self._kept.pop(face_id).vector).fill(0)
