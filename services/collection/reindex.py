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

from services.collection.collection import STANDS_FOR, Collection
from services.collection.rekognition import in_words
from services.errors import Damaged, NotFound
from services.records import EnrolledFace


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
    """One rebuilding of a collection. `wait` passes the time that enrolments under way need to finish."""

    collection: Collection
    wait: Callable[[], None]
    _lost: set[str] = field(default_factory=set)

    def run(self, progress: Callable[[int, int], None] = lambda done, of: None) -> Rebuilt:
        """Build, switch over and delete the old one; or finish a run that was cut short.

        `progress` is called with how many faces are done, of how many. Raises `services.errors.Unavailable` when
        Rekognition cannot be asked; running it again goes on.
        """
        generations = self.collection.records.generations
        with in_words():
            if generations.old() is None:
                self._switch(progress)
            self._finish(progress)
        current, enrolled = self.collection.now(), self._enrolled()
        lost = self._lost & {face.photo for face in enrolled.values()}
        return Rebuilt(current.id, sum(1 for _ in current.faces()), tuple(sorted(lost)))

    def _switch(self, progress: Callable[[int, int], None]) -> None:
        generations, old = self.collection.records.generations, self.collection.now()
        target = generations.next() or f"{old.name}-{uuid.uuid4().hex[:12]}"
        generations.begin(target)
        new = replace(old, pinned=target)
        new.ensure()
        while self._bring_up(new, progress):
            pass
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

    def _bring_up(self, new: Collection, progress: Callable[[int, int], None]) -> bool:
        """Make the new collection what the records say; whether there was anything to do."""
        enrolled, copies = self._enrolled(), self._copies(new)
        wrong = [copy for key, copy in copies.items() if not _right(enrolled.get(key), copy)]
        self._drop(new, wrong, {face.user_id for face in enrolled.values()})
        missing = [f for key, f in enrolled.items() if not _right(f, copies.get(key)) and f.photo not in self._lost]
        done = [len(enrolled) - len(missing)]
        progress(done[0], len(enrolled))

        def copy(faces: Sequence[EnrolledFace]) -> None:
            self._copy(new, faces)
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

    def _copy(self, new: Collection, faces: Sequence[EnrolledFace]) -> None:
        """Index the photos of some faces of one person, and associate them."""
        user_id = faces[0].user_id
        copied = {face_id: face.photo for face in faces if (face_id := self._index(new, face))}
        if not copied:
            return
        with suppress(new.client.exceptions.ConflictException):
            new.client.create_user(CollectionId=new.id, UserId=user_id)
        answer = new.client.associate_faces(
            CollectionId=new.id,
            UserId=user_id,
            FaceIds=list(copied),
            UserMatchThreshold=0,  # somebody who knows them has said whose they are
        )
        self._lost |= {copied[failed["FaceId"]] for failed in answer["UnsuccessfulFaceAssociations"]}

    def _index(self, new: Collection, face: EnrolledFace) -> str | None:
        try:
            picture = new.photos.get(face.photo)
        except (NotFound, Damaged):  # or erased meanwhile, which the next look at the records shows
            self._lost.add(face.photo)
            return None
        found = new.client.index_faces(
            CollectionId=new.id,
            Image={"Bytes": picture},
            ExternalImageId=f"{face.user_id}{STANDS_FOR}{face.face_id}",
            MaxFaces=1,
            QualityFilter="NONE",  # it was good enough before
        )["FaceRecords"]
        if not found:
            self._lost.add(face.photo)
            return None
        return found[0]["Face"]["FaceId"]

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
