"""Faces: found in images, stored in collections, compared and searched for."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from .. import errors
from ..params import Params
from ..store import Kind, NewFace, SourceImage, StoredFace, is_question, rows
from ..vision import MAX_FACES, Sighting, choose
from . import answers
from .context import Context, Photo, collection, photo, user
from .matching import Told, asked, similar_faces, similar_questions, tell_apart

_MAX_PAGE = 4096
_THRESHOLD = 80.0
_SAME_PLACE = 0.5
"""How much two boxes in the very same image overlap when they are one face. An engine of another version puts them
elsewhere, by a fifth of a small face; boxes of two faces never share so much."""


def detect_faces(context: Context, request: Params) -> Params:
    wanted, neutral = request.get("Attributes", ()), context.neutral_attributes
    seen = photo(context, request["Image"]).sightings
    return {"FaceDetails": [answers.face_detail(sighting, wanted, neutral=neutral) for sighting in seen]}


def index_faces(context: Context, request: Params) -> Params:
    with context.store.read() as database:
        collection(database, request)  # A collection that is not there is found out before the picture is looked at.
    picture = photo(context, request["Image"])
    limit = min(request.get("MaxFaces", MAX_FACES), MAX_FACES)
    level = request.get("QualityFilter", "AUTO")
    good, rejected = choose(picture.sightings, level)
    asked_with = is_question(request.get("ExternalImageId"))
    told = tell_apart(context, picture.image, good, level, limit, enrol=not asked_with)
    rejected += tuple((sighting, ("EXCEEDS_MAX_FACES",)) for sighting in told.rest) + told.crowded
    stored = _keep(context, request, told) if asked_with else _store(context, request, picture, told)
    wanted, neutral = request.get("DetectionAttributes", ()), context.neutral_attributes
    return {
        "FaceRecords": [
            {
                "Face": answers.face(face, context.model_version),
                "FaceDetail": answers.face_detail(sighting, wanted, neutral=neutral),
            }
            for face, sighting in zip(stored, told.apart, strict=True)
        ],
        "FaceModelVersion": context.model_version,
        "UnindexedFaces": [
            {"Reasons": list(reasons), "FaceDetail": answers.face_detail(sighting, wanted, neutral=neutral)}
            for sighting, reasons in rejected
        ],
    }


def list_faces(context: Context, request: Params) -> Params:
    limit, face_ids = request.get("MaxResults") or _MAX_PAGE, request.get("FaceIds")
    with context.store.read() as database:
        owner = collection(database, request)
        listing = ["ListFaces", owner.id, request.get("UserId"), sorted(face_ids) if face_ids else None]
        after = context.pages.resume(listing, request.get("NextToken"))
        of_user = user(database, owner, request) if "UserId" in request else None
        if face_ids:
            some = rows.find_faces(database, owner, face_ids)
            found = [face for face in some if face.vector > after and (not of_user or face.user_id == of_user.user_id)]
        else:
            found = rows.list_faces(database, owner, after, limit + 1, of_user)
    shown = found[:limit]
    token = context.pages.issue(listing, shown[-1].vector) if len(found) > limit else None
    version = {"FaceModelVersion": context.model_version}
    return answers.page("Faces", [answers.face(face, context.model_version) for face in shown], token) | version


def delete_faces(context: Context, request: Params) -> Params:
    face_ids = list(dict.fromkeys(request["FaceIds"]))
    with context.store.read() as database:
        deleted = context.questions.remove(collection(database, request), face_ids)
    left, users = [face_id for face_id in face_ids if face_id not in deleted], {}
    if left:
        with context.store.write(request["CollectionId"], erasing=True) as database:
            owner = collection(database, request)
            deleted |= rows.delete_faces(database, owner, left)
            left = [face_id for face_id in left if face_id not in deleted]
            users = {face.face_id: face.user_id for face in rows.find_faces(database, owner, left)}
    return {
        "DeletedFaces": [face_id for face_id in face_ids if face_id in deleted],
        "UnsuccessfulFaceDeletions": [_not_deleted(face_id, users.get(face_id)) for face_id in left],
    }


def search_faces(context: Context, request: Params) -> Params:
    with context.store.read() as database:
        owner = collection(database, request)
        vector, query = asked(context, database, owner, request["FaceId"])
        index = context.mirror.current(database, owner, Kind.FACE)
    threshold, limit = _threshold(request), request.get("MaxFaces", _MAX_PAGE)
    known = similar_faces(context, index, query, threshold, limit, besides=vector)
    others = similar_questions(context, owner, request["FaceId"], query, threshold)
    matches = sorted([*known, *others], key=lambda match: -match[1])[:limit]
    return {
        "SearchedFaceId": request["FaceId"],
        "FaceMatches": answers.face_matches(matches, context.model_version),
        "FaceModelVersion": context.model_version,
    }


def search_faces_by_image(context: Context, request: Params) -> Params:
    with context.store.read() as database:
        collection(database, request)
    picture = photo(context, request["Image"])
    level = request.get("QualityFilter", "NONE")
    good, _ = choose(picture.sightings, level)
    told = tell_apart(context, picture.image, good, level, 1)
    if not told.apart:
        raise errors.no_faces()
    with context.store.read() as database:
        owner = collection(database, request)
        index = context.mirror.current(database, owner, Kind.FACE)
    matches = similar_faces(context, index, told.vectors[0], _threshold(request), request.get("MaxFaces", _MAX_PAGE))
    return {
        "SearchedFaceBoundingBox": answers.bounding_box(told.apart[0].box),
        "SearchedFaceConfidence": answers.confidence(told.apart[0].face.confidence),
        "FaceMatches": answers.face_matches(matches, context.model_version),
        "FaceModelVersion": context.model_version,
    }


def compare_faces(context: Context, request: Params) -> Params:
    level = request.get("QualityFilter", "NONE")
    source, target = (photo(context, request[name]) for name in ("SourceImage", "TargetImage"))
    sources, _ = choose(source.sightings, level)
    targets, _ = choose(target.sightings, level)
    if not sources or not targets:
        raise errors.invalid_parameter()
    vectors = context.vision.embed(source.image, sources[:1]), context.vision.embed(target.image, targets)
    similarities = context.scale.similarities(*vectors)[0].tolist()
    ranked = sorted(zip(similarities, targets, strict=True), key=lambda pair: -pair[0])
    threshold = request.get("SimilarityThreshold", _THRESHOLD)
    return {
        "SourceImageFace": {
            "BoundingBox": answers.bounding_box(sources[0].box),
            "Confidence": answers.confidence(sources[0].face.confidence),
        },
        "FaceMatches": [
            {"Similarity": similarity, "Face": answers.compared_face(sighting)}
            for similarity, sighting in ranked
            if similarity >= threshold
        ],
        "UnmatchedFaces": [
            answers.compared_face(sighting) for similarity, sighting in ranked if similarity < threshold
        ],
    }


def _keep(context: Context, request: Params, told: Told) -> list[StoredFace]:
    """Keep the faces for as long as they are asked with."""
    with context.store.read() as database:
        owner = collection(database, request)
    boxes = [(sighting.box, sighting.face.confidence) for sighting in told.apart]
    return context.questions.add(owner, request["ExternalImageId"], boxes, told.vectors)


def _store(context: Context, request: Params, picture: Photo, told: Told) -> list[StoredFace]:
    """Put the faces into the collection; those that the same image brought before, under the same id, stay as is."""
    external_image_id = request.get("ExternalImageId")
    with context.store.write(request["CollectionId"]) as database:
        owner = collection(database, request)
        known = rows.faces_of_image(database, owner, picture.digest, external_image_id)
        image_id = known[0].image_id if known else str(uuid.uuid4())
        image = SourceImage(image_id, external_image_id, picture.digest)
        there = [_counterpart(sighting, known) for sighting in told.apart]
        missing = [number for number, face in enumerate(there) if face is None]
        new = [NewFace(image, told.apart[number].box, told.apart[number].face.confidence) for number in missing]
        added = iter(rows.add_faces(database, owner, new, told.vectors[missing]))
        return [face or next(added) for face in there]


def _counterpart(sighting: Sighting, known: Sequence[StoredFace]) -> StoredFace | None:
    nearest = max(known, key=lambda face: face.box.overlap(sighting.box), default=None)
    return nearest if nearest and nearest.box.overlap(sighting.box) >= _SAME_PLACE else None


def _not_deleted(face_id: str, user_id: str | None) -> Params:
    if user_id is None:
        return {"FaceId": face_id, "Reasons": ["FACE_NOT_FOUND"]}
    return {"FaceId": face_id, "UserId": user_id, "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"]}


def _threshold(request: Params) -> float:
    return float(request.get("FaceMatchThreshold", _THRESHOLD))
