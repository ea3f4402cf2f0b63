"""Enrolling a person: each photo is looked at on its own, and the answer says of each what became of it."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, TypeVar

from services import names, poses, texts
from services.collection import Collection
from services.consent import NOTICE_VERSION, Consent, Ground
from services.errors import Conflict, NotFound
from services.portraits import Fate, GivenPhoto, Outcome, Portrait, Portraits, as_another
from services.poses import Advice
from services.records import ConsentRequest, Person
from services.rekognition import MOST_FACES, in_words
from services.requests import Requests
from services.roles import Actor, Roles

T = TypeVar("T")

ALIKE = 75.0  # a face less similar than this to the person's others is probably somebody else's
SAME = 99.9  # a face this similar to another person's is theirs; on our engine, one pair of strangers in 100,000 is
MIN_SHARPNESS = 6.0  # Rekognition's measure, 0 to 100; its own filter lets more through


@dataclass(frozen=True, slots=True)
class Request:
    """Who is to be enrolled, by whom, and which Slack member they are, if they are one.

    Whoever makes it states what `services.consent` asks of them. `largest` takes the largest face of a photo with
    several, where nobody is there to choose.
    """

    name: str
    actor: Actor
    member: str | None = None
    largest: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of every photo, in the order given, and on which ground.

    `person` is None when nothing could be enrolled; `asked` is there when the member has to agree first. `poses` are
    those that their photos show and lack now, and `change` undoes it, where photos were added.
    """

    name: str
    person: Person | None
    outcomes: tuple[Outcome, ...]
    ground: Ground
    asked: ConsentRequest | None = None
    poses: Advice | None = None
    change: str | None = None

    @property
    def added(self) -> int:
        return sum(outcome.fate is Fate.ADDED for outcome in self.outcomes)


class Keep(Protocol):
    """Runs a function; or, where a crash cut the work short, gives what it gave before. Results are plain data."""

    def __call__(self, name: str, run: Callable[[], T]) -> T: ...


def at_once(name: str, run: Callable[[], T]) -> T:
    """Keeps nothing: for work that nobody takes up again."""
    return run()


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is settled before the first photo. `person` is None while a member has to agree; `before`: their faces."""

    request: Request
    ground: Ground
    person: Person | None
    before: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Face:
    """A face stored in the collection, and its portrait under its photo key; not yet anybody's.

    `kin` are the person's faces and those of this batch that resemble it, with their similarity; `other` is somebody
    else whose face it might be.
    """

    file: str
    digest: str
    face_id: str
    yaw: float
    pitch: float
    kin: Mapping[str, float] = field(default_factory=dict)
    other: str | None = None


class Enrolment:
    """Enrols people into one collection."""

    def __init__(self, collection: Collection, consent: Consent, roles: Roles) -> None:
        self._collection = collection
        self._client = collection.client
        self._records = collection.records
        self._photos = collection.photos
        self._portraits = Portraits(collection)
        self._requests = Requests(collection)
        self._consent = consent
        self._roles = roles

    def enroll(
        self,
        request: Request,
        given: Iterable[GivenPhoto],
        progress: Callable[[], None] = lambda: None,
        keep: Keep = at_once,
    ) -> Result:
        """Add photos to a person, who is created if need be; one bad photo spoils none of the others.

        A member who has to agree first is not created: the portraits are kept with a request, and nothing is in the
        collection. `progress` is called after each photo has been looked at. `keep` keeps what is done, photo by
        photo, so that after a crash the rest is done and all of it told. Raises `Refusal` for a name that cannot be
        and for what the actor may not do, `Unavailable` when Rekognition cannot be asked.
        """
        begun = keep("begin to enroll", lambda: self._begin(request))
        request, person = begun.request, begun.person
        if person is None:
            return keep("ask for consent", lambda: self._ask(request, given, progress))

        def look(photo: GivenPhoto) -> _Face | Outcome:
            portrait = self._portraits.cut(photo, person, largest=request.largest)
            return self._index(person, portrait) if isinstance(portrait, Portrait) else portrait

        return self._enroll(begun, person, (partial(look, photo) for photo in given), progress, keep)

    def accept(self, asked: ConsentRequest, more: Iterable[GivenPhoto] = ()) -> Result:
        """Enrol a member who has said yes, with the portraits that were kept for it and `more` photos of their own.

        Raises as `enroll` does; the request is settled once this returns.
        """
        request = Request(asked.name, Actor(asked.asked_by), asked.member)
        known = self._known(asked.name, asked.member)
        enrolled = {face.digest for face in self._records.faces(known.user_id)} if known else set()
        kept = [each for each in self._requests.portraits(asked) if each.digest not in enrolled]
        person, before = self._open(request)

        def look(photo: GivenPhoto) -> _Face | Outcome:
            portrait = self._portraits.cut(photo, person, largest=True)
            return self._index(person, portrait) if isinstance(portrait, Portrait) else portrait

        looks = [*(partial(self._index, person, each) for each in kept), *(partial(look, photo) for photo in more)]
        result = self._enroll(_Begun(request, Ground.ACCEPTED, person, before), person, looks)
        self._records.audit(asked.member, "accept", member=asked.member, asked_by=asked.asked_by, notice=NOTICE_VERSION)
        self._requests.erase(asked)
        return result

    def _begin(self, request: Request) -> _Begun:
        """See who it is and on which ground; who needs not be asked is there from now on."""
        request = replace(request, name=names.clean(request.name))
        person = self._known(request.name, request.member)
        if person is not None:
            self._roles.require_manager(request.actor, person)
            request = replace(request, name=person.name, member=person.member)
        ground = self._consent.ground(member=request.member, person=person, actor=request.actor.id)
        if request.member is not None and ground is Ground.NONE:
            return _Begun(request, ground, None)
        return _Begun(request, ground, *self._open(request))

    def _open(self, request: Request) -> tuple[Person, frozenset[str]]:
        """The person, created if need be, and the faces they have."""
        with in_words():
            person = self._person(request)
        return person, frozenset(face.face_id for face in self._records.faces(person.user_id))

    def _known(self, name: str, member: str | None) -> Person | None:
        """Who is enrolled as this member, else by this name. Raises `Conflict` when the name is somebody else's."""
        by_member = self._records.find_member(member) if member else None
        person = by_member or self._records.find(name)
        if person is not None and member is not None and person.member != member:
            raise Conflict(texts.NAME_OF_ANOTHER.format(name=person.name))
        return person

    def _ask(self, request: Request, given: Iterable[GivenPhoto], progress: Callable[[], None]) -> Result:
        """Keep the portraits until the member has agreed; without a single good one there is nothing to ask."""
        name, member = request.name, request.member or ""
        asked = self._requests.begin(member=member, name=name, asked_by=request.actor.id)
        outcomes: list[Outcome] = []
        for photo in given:
            with in_words():
                each = self._portraits.cut(photo, None, largest=request.largest)
            if isinstance(each, Portrait):
                self._requests.keep(asked, each)
                each = Outcome(each.file, Fate.WAITING, texts.WAITING.format(name=name))
            outcomes.append(each)
            progress()
        if outcomes and all(outcome.fate is not Fate.WAITING for outcome in outcomes):
            self._requests.erase(asked)
            return Result(name, None, tuple(outcomes), Ground.NONE)
        self._records.audit(request.actor.id, "ask", member=member, **_tally(outcomes))
        return Result(name, None, tuple(outcomes), Ground.NONE, asked)

    def _enroll(
        self,
        begun: _Begun,
        person: Person,
        looks: Iterable[Callable[[], _Face | Outcome]],
        progress: Callable[[], None] = lambda: None,
        keep: Keep = at_once,
    ) -> Result:
        looked: list[_Face | Outcome] = []
        try:
            for number, look in enumerate(looks, start=1):
                looked.append(keep(f"photo {number}", partial(_in_words, look)))
                progress()
            outcomes = keep("admit", lambda: self._admit(begun.request, person, looked))
        except Exception:
            self._leave_nothing_behind(person, looked)
            raise
        return keep("settle", lambda: self._settle(begun, person, looked, outcomes))

    def _settle(
        self, begun: _Begun, person: Person, looked: Sequence[_Face | Outcome], outcomes: Sequence[Outcome]
    ) -> Result:
        """Leave no stray behind, and record the ground, what was done, and how it can be undone."""
        self._leave_nothing_behind(person, looked)
        request, ground = begun.request, begun.ground
        kept = self._records.people_by_id([person.user_id]).get(person.user_id)
        result = Result(person.name, kept, tuple(outcomes), ground)
        given_by = request.actor.id if ground is not Ground.ACCEPTED else request.member or ""
        if result.added:
            self._consent.record(person, ground, given_by=given_by)
            about = {"user_id": person.user_id, "ground": ground.value, **_tally(outcomes)}
            self._records.audit(request.actor.id, "enroll", **about)
        faces = self._records.faces(person.user_id)
        added = [face.face_id for face in faces if face.face_id not in begun.before]
        if not added:
            return result
        change = self._records.changes.add(request.actor.id, "enroll", person.user_id, faces=added)
        return replace(result, poses=poses.advise(faces), change=change.id)

    def _person(self, request: Request) -> Person:
        person = self._known(request.name, request.member)
        if person is None:
            try:
                person = self._records.add_person(request.name, member=request.member, added_by=request.actor.id)
            except Conflict:  # somebody else was a moment faster
                person = self._known(request.name, request.member) or self._records.get(request.name)
        if person.member != request.member:  # it is on this member's ground, and nobody else's, that photos are added
            raise Conflict(texts.NAME_TAKEN.format(name=person.name))
        with suppress(self._client.exceptions.ConflictException):  # they have photos already
            self._client.create_user(CollectionId=self._collection.id, UserId=person.user_id)
        return person

    def _index(self, person: Person, portrait: Portrait) -> _Face | Outcome:
        """Store the face of a portrait in the collection, or say why that cannot be."""
        answer = self._client.index_faces(
            CollectionId=self._collection.id,
            Image={"Bytes": portrait.picture},
            ExternalImageId=person.user_id,
            MaxFaces=1,
            QualityFilter="AUTO",
        )
        reasons: set[str] = {reason for face in answer["UnindexedFaces"] for reason in face["Reasons"]}
        for record in answer["FaceRecords"]:
            if record["FaceDetail"]["Quality"]["Sharpness"] >= MIN_SHARPNESS:
                turned = record["FaceDetail"]["Pose"]
                face_id = record["Face"]["FaceId"]
                self._keep_photo(person, face_id, portrait)
                return _Face(portrait.file, portrait.digest, face_id, turned["Yaw"], turned["Pitch"])
            self._collection.delete_faces([record["Face"]["FaceId"]])
            reasons.add("LOW_SHARPNESS")
        fate, sentence = _unindexed(reasons)
        return Outcome(portrait.file, fate, sentence)

    def _keep_photo(self, person: Person, face_id: str, portrait: Portrait) -> None:
        try:
            self._photos.put(self._collection.photo_key(person, face_id), portrait.picture)
        except BaseException:
            self._collection.delete_faces([face_id])
            raise

    def _admit(self, request: Request, person: Person, looked: Sequence[_Face | Outcome]) -> list[Outcome]:
        """Associate the faces with the person, those that most of the others resemble first.

        A person's first face is taken on trust and the rest are compared with it, so it must not be the odd one out.
        """
        faces = {face.face_id: face for face in looked if isinstance(face, _Face)}
        with in_words(), self._records.alone():
            self._require_there(person)
            faces = {face_id: self._compare(person, face, faces.keys()) for face_id, face in faces.items()}
            fates: dict[str, Outcome] = {}
            for face in sorted(faces.values(), key=lambda face: -len(face.kin.keys() & faces.keys())):
                if face.other is None or _belongs(face, faces):
                    fates[face.face_id] = self._associate(request, person, face)
                else:
                    other = self._records.people_by_id([face.other])[face.other]
                    fates[face.face_id] = Outcome(face.file, Fate.ENROLLED_AS_ANOTHER, as_another(other.name))
        return list(_in_order(person, looked, fates))

    def _require_there(self, person: Person) -> None:
        """Raises `NotFound` for whom somebody has erased or merged while the photos were looked at."""
        if person.user_id not in self._records.people_by_id([person.user_id]):
            raise NotFound(texts.FORGOTTEN_MEANWHILE.format(name=person.name))

    def _compare(self, person: Person, face: _Face, batch: Container[str]) -> _Face:
        """The face with whom it resembles: the person's faces, those of this batch, and perhaps somebody else."""
        matches = self._client.search_faces(
            CollectionId=self._collection.id, FaceId=face.face_id, FaceMatchThreshold=ALIKE, MaxFaces=4096
        )["FaceMatches"]
        similarities = {match["Face"]["FaceId"]: match["Similarity"] for match in matches}
        owners = self._records.owners(list(similarities))
        kin = {f: s for f, s in similarities.items() if f in batch or owners.get(f) == person.user_id}
        others = {f: s for f, s in similarities.items() if s >= SAME and f in owners and f not in kin}
        nearest = max(others, key=lambda f: others[f], default=None)
        return replace(face, kin=kin, other=owners[nearest] if nearest else None)

    def _associate(self, request: Request, person: Person, face: _Face) -> Outcome:
        try:
            answer = self._client.associate_faces(
                CollectionId=self._collection.id,
                UserId=person.user_id,
                FaceIds=[face.face_id],
                UserMatchThreshold=ALIKE,
            )
        except self._client.exceptions.ServiceQuotaExceededException:
            sentence = texts.TOO_MANY_PHOTOS.format(name=person.name, most=MOST_FACES)
            return Outcome(face.file, Fate.TOO_MANY, sentence)
        reasons = {reason for failed in answer["UnsuccessfulFaceAssociations"] for reason in failed["Reasons"]}
        if reasons:
            return Outcome(
                face.file,
                Fate.UNLIKE_THE_OTHERS,
                texts.UNLIKE_THE_OTHERS.format(name=person.name),
            )
        self._records.add_face(
            person.user_id,
            face_id=face.face_id,
            photo=self._collection.photo_key(person, face.face_id),
            digest=face.digest,
            added_by=request.actor.id,
            yaw=face.yaw,
            pitch=face.pitch,
        )
        return Outcome(face.file, Fate.ADDED, texts.ADDED.format(name=person.name))

    def _leave_nothing_behind(self, person: Person, looked: Sequence[_Face | Outcome]) -> None:
        """Faces that did not become the person's, and a person without a single face, go again."""
        indexed = {face.face_id for face in looked if isinstance(face, _Face)}
        with in_words(), self._records.alone():
            strays = sorted(indexed - self._records.owners(list(indexed)).keys())
            if strays:
                # DeleteFaces leaves a face that is associated, as one is when its record could not be written.
                self._collection.disassociate(person.user_id, strays)
                self._collection.delete_faces(strays)
            for face_id in strays:
                self._photos.delete(self._collection.photo_key(person, face_id))
            if not self._records.faces(person.user_id):
                self._collection.delete_user(person.user_id)
                self._records.remove_person(person.user_id)


def _in_words(run: Callable[[], T]) -> T:
    with in_words():
        return run()


def _belongs(face: _Face, batch: Mapping[str, _Face]) -> bool:
    """Whether a face that somebody else might claim is the person's all the same: kin that nobody claims vouches."""
    vouching = (s for f, s in face.kin.items() if f not in batch or batch[f].other is None)
    return max(vouching, default=0.0) >= SAME


def _unindexed(reasons: set[str]) -> tuple[Fate, str]:
    if not reasons:
        return Fate.NO_FACE, texts.NO_CLEAR_FACE
    if "SMALL_BOUNDING_BOX" in reasons:
        return Fate.TOO_SMALL, texts.FACE_TOO_SMALL
    if "LOW_BRIGHTNESS" in reasons:
        return Fate.TOO_BLURRED, texts.FACE_TOO_DARK
    if "EXTREME_POSE" in reasons:
        return Fate.TOO_BLURRED, texts.FACE_TURNED_AWAY
    return Fate.TOO_BLURRED, texts.FACE_BLURRED


def _in_order(person: Person, looked: Sequence[_Face | Outcome], fates: dict[str, Outcome]) -> Iterator[Outcome]:
    told: set[str] = set()
    for item in looked:
        if isinstance(item, Outcome):
            yield item
        elif item.face_id in told:
            yield Outcome(item.file, Fate.ALREADY_ENROLLED, texts.ENROLLED_ALREADY.format(name=person.name))
        else:
            told.add(item.face_id)
            yield replace(fates[item.face_id], file=item.file)


def _tally(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {fate.value: n for fate in Fate if (n := sum(outcome.fate is fate for outcome in outcomes))}
