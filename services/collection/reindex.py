"""Builds a workspace's collection anew from the enrolment photos, while the old one goes on being searched.

It is the way from the embedded engine to AWS and back, and to another model: vectors cannot move between them. The
new collection remembers of each of its faces which enrolled one it stands for, so a run that is cut short goes on where
it was; and it is compared with the records before and after it takes over, so that what is enrolled or erased
meanwhile is enrolled or erased in it too.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from services import texts
from services.collection import copying
from services.collection.collection import STANDS_FOR, Collection
from services.collection.rekognition import in_words
from services.errors import Conflict
from services.records import EnrolledFace

_FEW = 0.01  # of the faces may be lost without a word


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The collection that is current now, how many faces it has, and the photos that gave none."""

    collection: str
    faces: int
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Copy:
    """A face of the new collection, the user it was made for, and the one that it is associated with, if it is yet."""

    face_id: str
    made_for: str
    user_id: str | None


@dataclass(slots=True)
class Reindex:
    """One rebuilding of a collection. `wait` passes the time that enrolments under way need to finish.

    `accept_loss` is how many faces may be lost in it, where that is more than one in a hundred.
    """

    collection: Collection
    wait: Callable[[], None]
    accept_loss: int = 0
    _lost: set[str] = field(default_factory=set)

    def run(self, progress: Callable[[int, int], None] = lambda done, of: None) -> Rebuilt:
        """Build, switch over and delete the old one; or finish a run that was cut short.

        `progress` is called with how many faces are done, of how many. Raises `services.errors.Unavailable` when
        Rekognition cannot be asked, and `Conflict` when too many faces are lost, before anything is touched where their
        photos are; the old collection stays, and running it again goes on.
        """
        generations = self.collection.records.generations
        with in_words():
            if generations.old() is None:
                self._switch(progress)
            self._finish(progress)
        current, lost = self.collection.now(), {face.photo for face in self._lost_faces()}
        return Rebuilt(current.id, sum(1 for _ in current.faces()), tuple(sorted(lost)))

    def _switch(self, progress: Callable[[int, int], None]) -> None:
        generations, old = self.collection.records.generations, self.collection.now()
        self._accept(self._without_photo())
        target = generations.next() or f"{old.name}-{uuid.uuid4().hex[:12]}"
        generations.begin(target)
        new = replace(old, pinned=target)
        new.ensure()
        while self._bring_up(new, progress):
            pass
        self._accept(self._lost)
        generations.switch(target, self._renamed(new), old=old.id)

    def _finish(self, progress: Callable[[int, int], None]) -> None:
        """Take over what was enrolled and erased in the old one to the very end, and delete it."""
        generations, new = self.collection.records.generations, self.collection.now()
        self.wait()
        while self._bring_up(new, progress):
            pass
        generations.amend(self._renamed(new))
        old = generations.old()
        with suppress(new.client.exceptions.ResourceNotFoundException):
            if old is not None:
                new.client.delete_collection(CollectionId=old)
        generations.end()
        generations.note_lost(len(self._lost_faces()))
        generations.note_lacks(False)

    def _without_photo(self) -> set[str]:
        """The photos of enrolled faces that are not where photos are kept."""
        records = self.collection.records
        return set(records.photos()) - set(self.collection.photos.keys(f"{records.workspace}/"))

    def _accept(self, photos: set[str]) -> None:
        enrolled = self._enrolled()
        lost = sum(face.photo in photos for face in enrolled.values())
        if lost > max(self.accept_loss, len(enrolled) * _FEW):
            raise Conflict(texts.TOO_MANY_LOST.format(lost=lost, faces=len(enrolled), collection=self.collection.id))

    def _lost_faces(self) -> list[EnrolledFace]:
        return [face for face in self._enrolled().values() if face.photo in self._lost]

    def _bring_up(self, new: Collection, progress: Callable[[int, int], None]) -> bool:
        """Make the new collection what the records say; whether there was anything to do."""
        enrolled, copies = self._enrolled(), self._copies(new)
        wrong = [copy for key, copy in copies.items() if not _right(enrolled.get(key), copy)]
        self._drop(new, wrong, {face.user_id for face in enrolled.values()})
        missing = [f for key, f in enrolled.items() if not _right(f, copies.get(key)) and f.photo not in self._lost]
        done = [len(enrolled) - len(missing)]
        progress(done[0], len(enrolled))

        def copy(faces: Sequence[EnrolledFace]) -> None:
            self._lost |= copying.copy(new, faces).lost
            done[0] += len(faces)
            progress(done[0], len(enrolled))

        new.rekognition.map(copy, _by_user(missing))
        return bool(wrong or missing)

    def _enrolled(self) -> dict[str, EnrolledFace]:
        records = self.collection.records
        return {face.face_id: face for person in records.people() for face in records.faces(person.user_id)}

    def _copies(self, new: Collection) -> dict[str, _Copy]:
        """The faces of the new collection by the enrolled faces that they stand for; others are not ours to judge."""
        enrolled, copies = self._enrolled(), {}
        for page in new.client.get_paginator("list_faces").paginate(CollectionId=new.id):
            for face in page["Faces"]:
                made_for, _, stands_for = face.get("ExternalImageId", "").partition(STANDS_FOR)
                if made_for.startswith("u-") and stands_for:
                    key = face["FaceId"] if face["FaceId"] in enrolled else stands_for
                    copies[key] = _Copy(face["FaceId"], made_for, face.get("UserId"))
        return copies

    def _renamed(self, new: Collection) -> dict[str, str]:
        return {key: copy.face_id for key, copy in self._copies(new).items() if key != copy.face_id}

    @staticmethod
    def _drop(new: Collection, copies: Sequence[_Copy], users: set[str]) -> None:
        """Faces that nobody is enrolled with, and users who are gone with them."""
        for user_id in {copy.user_id for copy in copies if copy.user_id}:
            theirs = [copy.face_id for copy in copies if copy.user_id == user_id]
            new.client.disassociate_faces(CollectionId=new.id, UserId=user_id, FaceIds=theirs)
        new.delete_faces([copy.face_id for copy in copies])
        for user_id in {copy.made_for for copy in copies} - users:
            with suppress(new.client.exceptions.ResourceNotFoundException):
                new.client.delete_user(CollectionId=new.id, UserId=user_id)


def _right(face: EnrolledFace | None, copy: _Copy | None) -> bool:
    return face is not None and copy is not None and face.user_id == copy.user_id


def _by_user(faces: Iterable[EnrolledFace]) -> list[list[EnrolledFace]]:
    grouped: dict[str, list[EnrolledFace]] = {}
    for face in faces:
        grouped.setdefault(face.user_id, []).append(face)
    return list(grouped.values())
