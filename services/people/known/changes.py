"""Changes that can be taken back for ten minutes: each kind stands beside its undoing.

A removed photo is kept until then and its face is not: what is taken back is indexed anew. Erasing a person is no
such change; it takes all changes about them along.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services import names, texts
from services.collection import MOST_FACES, Collection, in_words
from services.errors import Conflict, Forbidden, NotFound
from services.people.grounds import Consent, consent
from services.people.known.directory import People
from services.people.roles import ADMINS_SETTINGS, Actor, Roles, left_out_before
from services.records import Change, EnrolledFace, Person, pack_face, unpack_face

WINDOW = timedelta(minutes=10)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Undone:
    """A change that was taken back, and the person it was about as they are now; None for a setting, or if they are
    gone with their only photos. `name` is what they were called before."""

    change: Change
    person: Person | None
    name: str = ""

    @property
    def left_out(self) -> str:
        """The channel that is left out again, if it is that; else ""."""
        return left_out_before(self.change)


class Changes:
    """Renames and merges people, removes photos, and takes such changes back."""

    def __init__(self, collection: Collection, people: People, roles: Roles, consents: Consent) -> None:
        self._collection = collection
        self._records = collection.records
        self._photos = collection.photos
        self._people = people
        self._roles = roles
        self._consent = consents

    # Rename

    def rename(self, person: Person, name: str, *, actor: Actor) -> Change:
        """Give a person another name. Raises `Forbidden`, and `Refusal` for a name that cannot be or is taken."""
        self._roles.require_manager(actor, person)
        name = names.clean(name)
        if name == person.name:
            raise Conflict(texts.NAMED_SO_ALREADY.format(name=name))
        self._records.rename(person.user_id, name)
        self._records.audit(actor.id, "rename", user_id=person.user_id)
        return self._records.changes.add(actor.id, "rename", person.user_id, name=person.name)

    def _undo_rename(self, person: Person, before: Mapping[str, Any]) -> None:
        self._records.rename(person.user_id, before["name"])

    # Merge

    def merge(self, into: Person, other: Person, *, actor: Actor) -> Change:
        """Make two people one: faces, consents and Slack member of the other become the one's; the other is gone.

        Raises as `require_mergeable` does, and `NotFound` for whom somebody has merged or erased a moment before.
        """
        with self._records.alone(), in_words():
            into, other = self._as_they_are(into, other)
            self.require_mergeable(into, other, actor=actor)
            faces = self._records.faces(other.user_id)
            seen = self._records.sightings.all().get(other.user_id)
            self._reassociate(faces, frm=other, to=into)
            photos = self._copy(faces, to=into)
            split = self._records.merges.merge(into.user_id, other.user_id, photos)
            self._records.audit(actor.id, "merge", user_id=into.user_id, other=other.user_id, faces=len(faces))
            change = self._records.changes.add(actor.id, "merge", into.user_id, **split)
            if seen is not None and seen.seen_at is not None:
                self._records.sightings.see([into.user_id], seen.seen_at)
            self._erase_rest(other)
        return change

    def _erase_rest(self, other: Person) -> None:
        """What is left of whom somebody else has become. That they are one stands; what fails is mended later."""
        try:
            self._collection.delete_user(other.user_id)
            self._delete_photos(list(self._photos.keys(self._collection.photo_keys(other))))
        except Exception:  # whatever a photo store raises
            _logger.warning("what a merge has left is left to be reconciled", exc_info=True)

    def _as_they_are(self, *people: Person) -> list[Person]:
        """The same people, as of now. Raises `NotFound` for whom somebody has merged or erased a moment before."""
        there = self._records.people_by_id([person.user_id for person in people])
        for person in people:
            if person.user_id not in there:
                raise NotFound(texts.MERGED_OR_FORGOTTEN.format(name=person.name))
        return [there[person.user_id] for person in people]

    def require_mergeable(self, into: Person, other: Person, *, actor: Actor) -> None:
        """Whether somebody may make one person of two, and whether that can be.

        Raises `Forbidden`, also where a member has to give their own word, and `Conflict` when they are two Slack
        members, or have too many photos together.
        """
        for person in (into, other):
            self._roles.require_manager(actor, person)
        if into.user_id == other.user_id:
            raise Conflict(texts.ONE_PERSON_ALREADY.format(name=into.name))
        if into.member and other.member and into.member != other.member:
            raise Conflict(texts.TWO_MEMBERS.format(name=into.name, other=other.name))
        for one, another in ((into, other), (other, into)):
            if one.member and not self._consent.may_merge(one.member, actor.id):
                raise Forbidden(texts.ONLY_THE_MEMBER_MERGES.format(name=one.name, other=another.name))
        photos = into.faces + other.faces
        if photos > MOST_FACES:
            raise Conflict(texts.TOO_MANY_PHOTOS_TOGETHER.format(photos=photos, most=MOST_FACES))

    def _undo_merge(self, person: Person, change: Change) -> None:
        before, faces = change.before, self._records.faces(person.user_id)
        moved = [face for face in faces if face.face_id in before["faces"]]
        name, user_id = before["person"]["name"], before["person"]["user_id"]
        if not moved:
            raise Conflict(texts.PHOTOS_GONE.format(name=name))
        if len(moved) == len(faces):  # nobody is known without a photo
            raise Conflict(texts.NO_OTHER_PHOTOS.format(name=person.name, other=name))
        if self._records.find(name) is not None:
            raise Conflict(texts.NAME_TAKEN_SINCE.format(name=name))
        other = replace(person, user_id=user_id, name=name)
        with suppress(self._collection.client.exceptions.ConflictException):
            self._collection.client.create_user(CollectionId=self._collection.id, UserId=user_id)
        self._reassociate(moved, frm=person, to=other)
        removed = self._removed_of(person, before["faces"])
        gone = [face for faces in removed.values() for face in faces]
        photos = self._copy([*moved, *gone], to=other)
        shared = consent.STATEMENTS if _added_since(change, faces) else ()
        self._records.merges.split(person.user_id, before, photos, shared=shared)
        for change_id, theirs in removed.items():
            now = [replace(face, user_id=user_id, photo=photos[face.face_id]) for face in theirs]
            self._records.changes.rewrite(change_id, user_id, faces=[pack_face(face) for face in now])
        self._records.sightings.see([user_id], _now())  # when they were seen before is not known any more
        self._delete_photos(face.photo for face in [*moved, *gone])

    def _removed_of(self, person: Person, face_ids: Sequence[str]) -> dict[str, list[EnrolledFace]]:
        """By the change that removed them, those of these faces that a person has no more and may have back."""
        removals = (change for change in self._records.changes.about(person.user_id) if change.kind == "remove")
        removed = {change.id: [unpack_face(face) for face in change.before["faces"]] for change in removals}
        return {id_: faces for id_, faces in removed.items() if all(face.face_id in face_ids for face in faces)}

    # Removing photos

    def remove(self, person: Person, face_id: str, *, actor: Actor) -> Change:
        """Remove one photo of a person, and its face. Raises `Forbidden`, `NotFound`, `Conflict` for the last one."""
        self._roles.require_manager(actor, person)
        with self._records.alone(), in_words():
            faces = self._records.faces(person.user_id)
            face = next((face for face in faces if face.face_id == face_id), None)
            if face is None:
                raise NotFound(texts.PHOTO_REMOVED_ALREADY.format(name=person.name))
            if len(faces) == 1:
                own = actor.id == person.member
                raise Conflict(texts.ONLY_PHOTO_OF_YOU if own else texts.ONLY_PHOTO.format(name=person.name))
            self._drop(person, [face])
        self._records.audit(actor.id, "remove", user_id=person.user_id, face=face_id)
        return self._records.changes.add(actor.id, "remove", person.user_id, faces=[pack_face(face)])

    def _undo_remove(self, person: Person, before: Mapping[str, Any]) -> None:
        for face in map(unpack_face, before["faces"]):
            answer = self._collection.client.index_faces(
                CollectionId=self._collection.id,
                Image={"Bytes": self._photos.get(face.photo)},
                ExternalImageId=person.user_id,
                MaxFaces=1,
                QualityFilter="NONE",  # it was good enough before
            )
            face_ids = [record["Face"]["FaceId"] for record in answer["FaceRecords"]]
            if not face_ids:
                raise Conflict(texts.PHOTOS_GONE.format(name=person.name))
            try:
                self._collection.associate(person.user_id, face_ids)
            except Exception:
                self._collection.delete_faces(face_ids)
                raise
            self._records.put_face(replace(face, face_id=face_ids[0]))
            self._renew(person, face.face_id, face_ids[0])

    def _renew(self, person: Person, old: str, new: str) -> None:
        """Have other changes know a face by the id that it has now, or they would not take it along."""
        for change in self._records.changes.about(person.user_id):
            if old in change.before.get("faces", ()):
                faces = [new if each == old else each for each in change.before["faces"]]
                self._records.changes.rewrite(change.id, person.user_id, **{**change.before, "faces": faces})

    def _purge_removed(self, before: Mapping[str, Any]) -> None:
        self._delete_photos(face["photo"] for face in before["faces"])

    # Enrolling, which `services.people.enrolling` does; settings, which `services.preferences` changes; admins and
    # excluded channels, which `services.people.roles` does

    def _undo_enroll(self, person: Person, change: Change, actor: Actor) -> None:
        faces = self._records.faces(person.user_id)
        added = [face for face in faces if face.face_id in change.before["faces"]]
        if len(added) == len(faces):
            self._people.forget(person, actor=actor.id, wished=False)
            return
        stated = change.before.get("consent")  # which an older release did not keep
        if stated is not None and not _added_since(change, faces):
            self._records.consents.take_back(stated)
        self._drop(person, added)
        self._delete_photos(face.photo for face in added)

    def _undo_setting(self, before: Mapping[str, Any], actor: Actor) -> None:
        """Raises `Forbidden` for who is no admin any more, where it takes one."""
        if before["name"] in ADMINS_SETTINGS or not before["channel"]:
            self._roles.require_admin(actor, texts.ONLY_ADMINS_SET_FOR_ALL)
        if self._records.own_setting(before["name"], before["channel"]) != before["after"]:
            raise Conflict(texts.SET_AGAIN_SINCE)
        self._records.set_setting(before["name"], before["value"], before["channel"])

    def _undo_admin(self, change: Change, actor: Actor) -> None:
        """Raises `Forbidden` for who is no admin any more: nobody makes themselves one by an old change."""
        self._roles.require_admin(actor, texts.ONLY_ADMINS_MAKE_ADMINS)
        member, admins = change.before["member"], self._records.admins
        there = admins.remove(member) if change.kind == "admin added" else admins.add(member, added_by=actor.id)
        if not there:
            raise Conflict(texts.SET_AGAIN_SINCE)

    # Undo

    def latest(self, actor: Actor) -> Change:
        """What somebody changed last and can still undo. Raises `NotFound`, also if they have erased somebody since."""
        change = self._records.changes.latest(actor.id)
        if change is None or change.at <= _now() - WINDOW:
            raise NotFound(texts.NOTHING_TO_UNDO)
        last = self._records.log.last(actor.id, "forget", "undo")  # an undo may have erased somebody, as it was to
        if last is not None and last.action == "forget" and last.at > change.at:
            raise NotFound(texts.ERASED_LAST)
        return change

    def undo(self, change_id: str, *, actor: Actor) -> Undone:
        """Take a change back. Raises `NotFound` when it is too late, `Forbidden` when it is another's change."""
        with self._records.alone(), in_words():
            change = self._records.changes.get(change_id)
            if change is None or change.at <= _now() - WINDOW:
                raise NotFound(texts.TOO_LATE_TO_UNDO)
            if change.actor != actor.id and not self._roles.is_admin(actor):
                raise Forbidden(texts.ONLY_CHANGERS_UNDO)
            before = self._person(change)
            self._take_back(change, actor)
            self._records.changes.remove(change.id)
        self._records.audit(actor.id, "undo", user_id=change.user_id, undone=change.kind)
        return Undone(change, self._person(change), before.name if before else "")

    def purge(self, now: datetime | None = None) -> None:
        """Forget what can be undone no more, and erase the photos that were kept for it."""
        with self._records.alone():
            for change in self._records.changes.until((now or _now()) - WINDOW):
                if change.kind == "remove":
                    self._purge_removed(change.before)
                self._records.changes.remove(change.id)

    def _take_back(self, change: Change, actor: Actor) -> None:
        match change.kind:
            case "setting":
                self._undo_setting(change.before, actor)
            case "admin added" | "admin removed":
                self._undo_admin(change, actor)
            case _:
                self._take_back_from_person(change, actor)

    def _take_back_from_person(self, change: Change, actor: Actor) -> None:
        person = self._person(change)
        if person is None:
            raise NotFound(texts.SOMEBODY_FORGOTTEN_ALREADY)
        match change.kind:
            case "rename":
                self._undo_rename(person, change.before)
            case "merge":
                self._undo_merge(person, change)
            case "remove":
                self._undo_remove(person, change.before)
            case "enroll":
                self._undo_enroll(person, change, actor)

    def _person(self, change: Change) -> Person | None:
        return self._records.people_by_id([change.user_id]).get(change.user_id) if change.user_id else None

    # Faces and photos

    def _reassociate(self, faces: Sequence[EnrolledFace], *, frm: Person, to: Person) -> None:
        face_ids = [face.face_id for face in faces]
        self._collection.disassociate(frm.user_id, face_ids)
        try:
            self._collection.associate(to.user_id, face_ids)
        except Exception:
            self._collection.disassociate(to.user_id, face_ids)
            self._collection.associate(frm.user_id, face_ids)
            raise

    def _drop(self, person: Person, faces: Sequence[EnrolledFace]) -> None:
        """Faces go from the collection and the records; their photos stay."""
        face_ids = [face.face_id for face in faces]
        self._collection.disassociate(person.user_id, face_ids)
        self._collection.delete_faces(face_ids)
        for face_id in face_ids:
            self._records.remove_face(face_id)

    def _copy(self, faces: Iterable[EnrolledFace], *, to: Person) -> dict[str, str]:
        """Keep the photos of faces as another person's too: `face_id` to the new key."""
        photos = {face.face_id: self._collection.photo_key(to, face.face_id) for face in faces}
        for face in faces:
            self._photos.put(photos[face.face_id], self._photos.get(face.photo))
        return photos

    def _delete_photos(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._photos.delete(key)


def _added_since(change: Change, faces: Iterable[EnrolledFace]) -> bool:
    """Whether photos were added since, on the strength of what was stated until then."""
    return any(face.added_at > change.at and face.face_id not in change.before["faces"] for face in faces)


def _now() -> datetime:
    return datetime.now(UTC)
