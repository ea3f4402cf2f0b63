"""Admitting faces to a person: each is stored, compared with everybody's, and associated, or is gone again."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from services import texts
from services.collection import CROWDED, MOST_FACES, Collection, in_words
from services.errors import NotFound
from services.people.photos import Fate, Outcome, Portrait, as_another
from services.records import Person

ALIKE = 75.0  # a face less similar than this to the person's others is probably somebody else's
SAME = 99.9  # a face this similar to another person's is theirs; on our engine, one pair of strangers in 100,000 is
MIN_SHARPNESS = 6.0  # Rekognition's measure, 0 to 100; its own filter lets more through


@dataclass(frozen=True, slots=True)
class Applicant:
    """A face stored in the collection, and its portrait under its photo key; not yet anybody's.

    `kin` are the person's faces and those of this batch that resemble it, with their similarity; `other` is somebody
    else whose face it might be. `added` is the sentence for when it has become the person's.
    """

    file: str
    digest: str
    face_id: str
    yaw: float
    pitch: float
    kin: Mapping[str, float] = field(default_factory=dict)
    other: str | None = None
    added: str = texts.ADDED


class Admission:
    """Admits faces to the people of one collection."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._client = collection.client
        self._records = collection.records
        self._photos = collection.photos

    def index(self, person: Person, portrait: Portrait) -> Applicant | Outcome:
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
                added = portrait.told(texts.ADDED)
                return Applicant(portrait.file, portrait.digest, face_id, turned["Yaw"], turned["Pitch"], added=added)
            self._collection.delete_faces([record["Face"]["FaceId"]])
            reasons.add("LOW_SHARPNESS")
        fate, sentence = self._unindexed(reasons)
        return Outcome(portrait.file, fate, sentence)

    def _unindexed(self, reasons: set[str]) -> tuple[Fate, str]:
        if CROWDED in reasons and self._collection.rekognition.is_calibrated:  # by this word Amazon means another thing
            return Fate.LIKE_OTHERS, texts.FACE_LIKE_OTHERS
        return _unindexed(reasons)

    def _keep_photo(self, person: Person, face_id: str, portrait: Portrait) -> None:
        try:
            self._photos.put(self._collection.photo_key(person, face_id), portrait.picture)
        except BaseException:
            self._collection.delete_faces([face_id])
            raise

    def admit(self, person: Person, looked: Sequence[Applicant | Outcome], *, added_by: str) -> list[Outcome]:
        """Associate the faces with the person, those that most of the others resemble first.

        A person's first face is taken on trust and the rest are compared with it, so it must not be the odd one out.
        """
        faces = {face.face_id: face for face in looked if isinstance(face, Applicant)}
        with in_words(), self._records.alone():
            self._require_there(person)
            faces = {face_id: self._compare(person, face, faces.keys()) for face_id, face in faces.items()}
            fates: dict[str, Outcome] = {}
            for face in sorted(faces.values(), key=lambda face: -len(face.kin.keys() & faces.keys())):
                if face.other is None or _belongs(face, faces):
                    fates[face.face_id] = self._associate(person, face, added_by)
                else:
                    other = self._records.people_by_id([face.other])[face.other]
                    fates[face.face_id] = Outcome(face.file, Fate.ENROLLED_AS_ANOTHER, as_another(other.name))
        return list(_in_order(person, looked, fates))

    def _require_there(self, person: Person) -> None:
        """Raises `NotFound` for whom somebody has erased or merged while the photos were looked at."""
        if person.user_id not in self._records.people_by_id([person.user_id]):
            raise NotFound(texts.FORGOTTEN_MEANWHILE.format(name=person.name))

    def _compare(self, person: Person, face: Applicant, batch: Container[str]) -> Applicant:
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

    def _associate(self, person: Person, face: Applicant, added_by: str) -> Outcome:
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
            added_by=added_by,
            yaw=face.yaw,
            pitch=face.pitch,
        )
        return Outcome(face.file, Fate.ADDED, face.added.format(name=person.name))

    def leave_nothing_behind(self, person: Person, looked: Sequence[Applicant | Outcome]) -> None:
        """Faces that did not become the person's, and a person without a single face, go again."""
        indexed = {face.face_id for face in looked if isinstance(face, Applicant)}
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


def _belongs(face: Applicant, batch: Mapping[str, Applicant]) -> bool:
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


def _in_order(person: Person, looked: Sequence[Applicant | Outcome], fates: dict[str, Outcome]) -> Iterator[Outcome]:
    told: set[str] = set()
    for item in looked:
        if isinstance(item, Outcome):
            yield item
        elif item.face_id in told:
            yield Outcome(item.file, Fate.ALREADY_ENROLLED, texts.ENROLLED_ALREADY.format(name=person.name))
        else:
            told.add(item.face_id)
            yield replace(fates[item.face_id], file=item.file)
