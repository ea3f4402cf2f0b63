"""The people of a workspace: who is enrolled, and forgetting them, or a face of theirs that is somebody else's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from services import texts
from services.collection import Collection, in_words
from services.errors import NotFound
from services.people.grounds import Requests
from services.pictures import Box, Photo, images
from services.records import ConsentRequest, EnrolledFace, Person, pack_face

_SAME_PLACE = 0.5  # overlap of two boxes around one face


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased of a person, each proven gone by listing. `appearances` are the photos of their album."""

    name: str
    faces: int
    photos: int
    appearances: int = 0


class Unlearned(StrEnum):
    """What is gone because a face was enrolled as somebody else's: nothing, that face, or a person who had no other.

    Of whom it is the only one nobody erases without having been asked: then it is still `ONLY` that.
    """

    NOTHING = "nothing"
    FACE = "face"
    ONLY = "only"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Correction:
    """What was unlearned, and the id of the change that takes it back; "" where nothing does."""

    unlearned: Unlearned
    change: str = ""


class People:
    """Lists and forgets the people of one collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._records = collection.records
        self._photos = collection.photos
        self._requests = Requests(collection)

    def all(self) -> tuple[Person, ...]:
        """Everyone, by name."""
        return self._records.people()

    def get(self, name: str) -> Person:
        """The person of that name. Raises `services.errors.NotFound`."""
        return self._records.get(name)

    def forget(self, person: Person, *, actor: str, wished: bool = True) -> Receipt:
        """Erase a person: user vector, faces, photos, records; what cannot be proven erased raises.

        The records go last, so that an erasure cut short is found and finished by asking again. Who wishes to be
        forgotten is not enrolled again without a yes of their own; `wished` is False where nobody asked for it.
        Raises `NotFound` for whom somebody else has erased in the meantime.
        """
        with self._records.alone():
            if person.user_id not in self._records.people_by_id([person.user_id]):
                raise NotFound(texts.FORGOTTEN_ALREADY.format(name=person.name))
            return self._forget(person, actor=actor, objects=wished and actor == person.member)

    def _forget(self, person: Person, *, actor: str, objects: bool) -> Receipt:
        photos = list(self._photos.keys(self._collection.photo_keys(person)))  # or fail before anything is erased
        with in_words():
            face_ids = self._faces_of(person)
            self._collection.delete_user(person.user_id)
            self._collection.delete_faces(face_ids)
            left = self._faces_left(face_ids)
        for photo in photos:
            self._photos.delete(photo)
        if left:
            raise RuntimeError(f"Rekognition still lists {len(left)} faces of {person.user_id} after DeleteFaces")
        if person.member is not None:
            self._stop_asking(person.member)
        if objects:
            self._records.consents.add_objection(actor)
        appearances = self._records.appearances.count_of(person.user_id)
        self._records.remove_person(person.user_id)
        self._records.audit(actor, "forget", user_id=person.user_id, faces=len(face_ids), photos=len(photos))
        if self._records.appearances.count_of(person.user_id):
            raise RuntimeError(f"the album of {person.user_id} has outlived them")
        return Receipt(person.name, len(face_ids), len(photos), appearances)

    def forget_member(self, member: str) -> Receipt | None:
        """Erase all that is held of a member, at their own wish; None when nothing is. Their no is kept."""
        receipt = self.erase_member(member, actor=member)
        if not self._records.consents.objects(member):
            self._records.consents.add_objection(member)
            self._records.audit(member, "object", member=member)
        return receipt

    def erase_member(self, member: str, *, actor: str) -> Receipt | None:
        """Erase the person who is that member, and what they are being asked; None when there is neither."""
        person = self._records.find_member(member)
        return self.forget(person, actor=actor) if person is not None else self._stop_asking(member)

    def decline(self, asked: ConsentRequest) -> Receipt | None:
        """The member says no: all that is held of them is erased at once, and nobody else may ask again.

        They may be known already, on the word of others or by an older notice. None where nothing was left to erase.
        """
        receipt = self.erase_member(asked.member, actor=asked.member)
        self._records.consents.add_objection(asked.member)
        self._records.audit(asked.member, "decline", member=asked.member, asked_by=asked.asked_by)
        return receipt

    def unlearn(self, person: Person, data: bytes, box: Box, *, actor: str, erase: bool = False) -> Correction:
        """Remove the face of a person that was enrolled from the face in `box` of this very file, if one was.

        `box` is in pixels of the file, upright. A person without any other face is erased, but only with `erase`: that
        cannot be undone.
        """
        with in_words(), self._records.alone():
            wrong, others = self._learned(person, data, box)
            if not wrong:
                return Correction(Unlearned.NOTHING)
            if others:
                return Correction(Unlearned.FACE, self._remove(person, wrong, actor))
            if not erase:
                return Correction(Unlearned.ONLY)
            self.forget(person, actor=actor, wished=False)
            return Correction(Unlearned.PERSON)

    def is_only_photo(self, person: Person, data: bytes, box: Box) -> bool:
        """Whether a person is known by nothing but the face in `box` of this very file."""
        with in_words():
            wrong, others = self._learned(person, data, box)
        return bool(wrong) and not others

    def _learned(self, person: Person, data: bytes, box: Box) -> tuple[list[EnrolledFace], int]:
        """The faces of a person that are of the face in `box` of a file, and how many others there are."""
        photo = images.open(data)
        digest = hashlib.sha256(data).hexdigest()
        faces = self._records.faces(person.user_id)
        wrong = [face for face in faces if face.digest == digest and self._shows(face, box, photo)]
        return wrong, len(faces) - len(wrong)

    def _shows(self, face: EnrolledFace, box: Box, photo: Photo) -> bool:
        """Whether an enrolment photo shows the face in `box` of the photo it came from: nobody else is left in it."""
        kept = images.open(self._photos.get(face.photo))
        details = self._collection.client.detect_faces(Image={"Bytes": kept.rekognition_bytes()})["FaceDetails"]
        boxes = (Box.of(detail["BoundingBox"], photo.width, photo.height) for detail in details)
        return any(box.overlap(each) > _SAME_PLACE for each in boxes)

    def _remove(self, person: Person, faces: Sequence[EnrolledFace], actor: str) -> str:
        """The id of the change that takes it back."""
        face_ids = [face.face_id for face in faces]
        self._collection.disassociate(person.user_id, face_ids)
        self._collection.delete_faces(face_ids)
        for face_id in face_ids:
            self._records.remove_face(face_id)
        self._records.audit(actor, "unlearn", user_id=person.user_id, faces=len(face_ids))
        # The photos stay for as long as this can be undone, which `services.people.known.changes` sees to.
        return self._records.changes.add(actor, "remove", person.user_id, faces=[pack_face(face) for face in faces]).id

    def _stop_asking(self, member: str) -> Receipt | None:
        request = self._records.consents.request_of(member)
        if request is None:
            return None
        photos = len(self._records.consents.portraits(request.id))
        self._requests.erase(request)
        return Receipt(request.name, 0, photos)

    def _faces_of(self, person: Person) -> list[str]:
        """Those recorded as theirs, and those under their name that an enrolment cut short, or under way, has left."""
        recorded = {face.face_id for face in self._records.faces(person.user_id)}
        named = {face.face_id for face in self._collection.faces() if face.made_for == person.user_id}
        return sorted(recorded | named - self._records.owners(sorted(named)).keys())

    def _faces_left(self, face_ids: list[str]) -> list[str]:
        """Those of the faces that the collection has all the same: without any given it would list everybody's."""
        if not face_ids:
            return []
        pages = self._collection.client.get_paginator("list_faces").paginate(
            CollectionId=self._collection.id, FaceIds=face_ids
        )
        return [face["FaceId"] for page in pages for face in page["Faces"]]
