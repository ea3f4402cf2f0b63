"""Users: people as the sum of their faces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .. import errors
from ..params import Params
from ..store import Collection, Database, Kind, StoredFace, StoredUser, rows
from ..vision import Scale, Vectors, aggregate, choose
from . import answers
from .context import Context, collection, once, photo, user
from .matching import asked, similar_users, tell_apart

MAX_FACES_OF_USER = 100
_MAX_PAGE = 500
_ASSOCIATION_THRESHOLD = 75.0
_THRESHOLD = 80.0


def create_user(context: Context, request: Params) -> Params:
    with context.store.write(request["CollectionId"]) as database:
        owner = collection(database, request)

        def create() -> Params:
            if rows.find_user(database, owner, request["UserId"]):
                raise errors.user_exists(request["UserId"])
            rows.create_user(database, owner, request["UserId"])
            return {}

        return once(database, "CreateUser", owner, request, create)


def delete_user(context: Context, request: Params) -> Params:
    with context.store.write(request["CollectionId"], erasing=True) as database:
        owner = collection(database, request)

        def delete() -> Params:
            rows.delete_user(database, owner, user(database, owner, request))
            return {}

        return once(database, "DeleteUser", owner, request, delete)


def list_users(context: Context, request: Params) -> Params:
    limit = request.get("MaxResults", _MAX_PAGE)
    with context.store.read() as database:
        owner = collection(database, request)
        listing = ["ListUsers", owner.id]
        after = context.pages.resume(listing, request.get("NextToken"))
        found = rows.list_users(database, owner, after, limit + 1)
    shown = found[:limit]
    token = context.pages.issue(listing, shown[-1].id) if len(found) > limit else None
    return answers.page("Users", [answers.user(each) for each in shown], token)


def associate_faces(context: Context, request: Params) -> Params:
    with context.store.write(request["CollectionId"]) as database:
        owner = collection(database, request)
        return once(
            database, "AssociateFaces", owner, request, lambda: _associate(database, context.scale, owner, request)
        )


def disassociate_faces(context: Context, request: Params) -> Params:
    with context.store.write(request["CollectionId"], erasing=True) as database:
        owner = collection(database, request)
        return once(database, "DisassociateFaces", owner, request, lambda: _disassociate(database, owner, request))


def search_users(context: Context, request: Params) -> Params:
    if ("FaceId" in request) == ("UserId" in request):
        raise errors.invalid_parameter("Request has invalid parameters: give either a FaceId or a UserId")
    threshold, limit = request.get("UserMatchThreshold", _THRESHOLD), request.get("MaxUsers", _MAX_PAGE)
    with context.store.read() as database:
        owner = collection(database, request)
        vector, query = _to_search(context, database, owner, request)
        index = context.mirror.current(database, owner, Kind.USER)
    # A user without faces has nothing to search with, and resembles nobody.
    matches = [] if query is None else similar_users(context, index, query, threshold, limit, besides=vector)
    searched = {"SearchedFace": "FaceId", "SearchedUser": "UserId"}
    return {
        "UserMatches": answers.user_matches(matches),
        "FaceModelVersion": context.model_version,
        **{name: {key: request[key]} for name, key in searched.items() if key in request},
    }


def search_users_by_image(context: Context, request: Params) -> Params:
    with context.store.read() as database:
        collection(database, request)
    picture = photo(context, request["Image"])
    level = request.get("QualityFilter", "NONE")
    good, rejected = choose(picture.sightings, level)
    told = tell_apart(context, picture.image, good, level, 1)
    rejected += tuple((sighting, ("FACE_NOT_LARGEST",)) for sighting in told.rest) + told.crowded
    with context.store.read() as database:
        owner = collection(database, request)
        index = context.mirror.current(database, owner, Kind.USER)
    threshold, limit = request.get("UserMatchThreshold", _THRESHOLD), request.get("MaxUsers", _MAX_PAGE)
    matches = similar_users(context, index, told.vectors[0], threshold, limit) if told.apart else []
    searched = {"SearchedFace": {"FaceDetail": answers.face_detail(told.apart[0])}} if told.apart else {}
    return {
        "UserMatches": answers.user_matches(matches),
        "FaceModelVersion": context.model_version,
        **searched,
        "UnsearchedFaces": [
            {"FaceDetails": answers.face_detail(sighting), "Reasons": list(reasons)} for sighting, reasons in rejected
        ],
    }


def _to_search(
    context: Context, database: Database, owner: Collection, request: Params
) -> tuple[int | None, Vectors | None]:
    """What is searched with: the id of its vector, where it has one, and the vector, where there is any."""
    if "UserId" not in request:
        return asked(context, database, owner, request["FaceId"])
    vector = user(database, owner, request).vector
    return vector, None if vector is None else rows.vector_of(database, vector)


def _associate(database: Database, scale: Scale, owner: Collection, request: Params) -> Params:
    person = user(database, owner, request)
    known = rows.vectors_of_user(database, person)
    candidates, failed = _candidates(database, owner, person, request["FaceIds"])
    if person.vector is not None:
        threshold = request.get("UserMatchThreshold", _ASSOCIATION_THRESHOLD)
        similarities = _similarities(database, scale, person, person.vector, candidates)
        unlike = [
            {"FaceId": face.face_id, "Confidence": similarity, "Reasons": ["LOW_MATCH_CONFIDENCE"]}
            for face, similarity in zip(candidates, similarities, strict=True)
            if similarity < threshold
        ]
        candidates = [
            face for face, similarity in zip(candidates, similarities, strict=True) if similarity >= threshold
        ]
        failed += unlike
    room = MAX_FACES_OF_USER - len(known)
    if candidates and room <= 0:
        raise errors.too_many_faces(person.user_id, MAX_FACES_OF_USER)
    # AWS has no word for a face that no longer fits.
    failed += [{"FaceId": face.face_id, "UserId": person.user_id, "Reasons": []} for face in candidates[room:]]
    status = answers.user_status(person.vector)
    if joining := candidates[:room]:
        rows.set_user_of_faces(database, joining, person)
        rows.set_user_vector(database, owner, person, aggregate(rows.vectors_of_user(database, person)))
        status = "ACTIVE"
    return {
        "AssociatedFaces": [{"FaceId": face.face_id} for face in joining],
        "UnsuccessfulFaceAssociations": failed,
        "UserStatus": status,
    }


def _candidates(
    database: Database, owner: Collection, person: StoredUser, face_ids: Sequence[str]
) -> tuple[list[StoredFace], list[Params]]:
    """The faces that are free to join `person`, in the order asked for, and why the others are not.

    A face that is the person's already is neither, as AWS has it.
    """
    found = {face.face_id: face for face in rows.find_faces(database, owner, face_ids)}
    free, failed = [], []
    for face_id in dict.fromkeys(face_ids):
        face = found.get(face_id)
        if face is None:
            failed.append({"FaceId": face_id, "Reasons": ["FACE_NOT_FOUND"]})
        elif face.user_id is None:
            free.append(face)
        elif face.user_id != person.user_id:
            reasons = ["ASSOCIATED_TO_A_DIFFERENT_USER"]
            failed.append({"FaceId": face_id, "UserId": face.user_id, "Reasons": reasons})
    return free, failed


def _similarities(
    database: Database, scale: Scale, person: StoredUser, user_vector: int, faces: Sequence[StoredFace]
) -> list[float]:
    """How similar each of the faces is to the person, whose vector has this id."""
    if not faces:
        return []
    vectors = np.stack([rows.vector_of(database, face.vector) for face in faces])
    to_person = rows.vector_of(database, user_vector)[np.newaxis]
    return [float(each) for each in scale.similarities(vectors, to_person, person.faces)[:, 0]]


def _disassociate(database: Database, owner: Collection, request: Params) -> Params:
    person = user(database, owner, request)
    found = {face.face_id: face for face in rows.find_faces(database, owner, request["FaceIds"])}
    leaving, failed = [], []
    for face_id in dict.fromkeys(request["FaceIds"]):
        face = found.get(face_id)
        if face is None:
            failed.append({"FaceId": face_id, "Reasons": ["FACE_NOT_FOUND"]})
        elif face.user_id == person.user_id:
            leaving.append(face)
        elif face.user_id is not None:
            reasons = ["ASSOCIATED_TO_A_DIFFERENT_USER"]
            failed.append({"FaceId": face_id, "UserId": face.user_id, "Reasons": reasons})
    status = answers.user_status(person.vector)
    if leaving:
        rows.set_user_of_faces(database, leaving, None)
        remaining = rows.vectors_of_user(database, person)
        rows.set_user_vector(database, owner, person, aggregate(remaining) if len(remaining) else None)
        status = "ACTIVE" if len(remaining) else "CREATED"
    return {
        "DisassociatedFaces": [{"FaceId": face.face_id} for face in leaving],
        "UnsuccessfulFaceDisassociations": failed,
        "UserStatus": status,
    }
