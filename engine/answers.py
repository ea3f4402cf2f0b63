"""Rekognition's structures, made from the engine's values: data in, boto3's dictionaries out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from engine.attributes import attributes
from engine.box import Box
from engine.rows import StoredFace, StoredUser
from engine.similarity import MODEL_VERSION
from engine.vision import Sighting

Structure = dict[str, Any]

FACE_MODEL_VERSION = ".".join("".join(c if c.isdigit() else " " for c in MODEL_VERSION).split())
"""The model's version as Rekognition spells versions: digits and dots."""


def bounding_box(box: Box) -> Structure:
    return {"Width": box.width, "Height": box.height, "Left": box.left, "Top": box.top}


def landmarks(sighting: Sighting) -> list[Structure]:
    eye_left, eye_right, nose, mouth_left, mouth_right = sighting.landmarks
    named = {
        "eyeLeft": eye_left,
        "eyeRight": eye_right,
        "mouthLeft": mouth_left,
        "mouthRight": mouth_right,
        "nose": nose,
    }
    return [{"Type": name, "X": x, "Y": y} for name, (x, y) in named.items()]


def pose(sighting: Sighting) -> Structure:
    return {"Roll": sighting.pose.roll, "Yaw": sighting.pose.yaw, "Pitch": sighting.pose.pitch}


def quality(sighting: Sighting) -> Structure:
    return {"Brightness": sighting.quality.brightness, "Sharpness": sighting.quality.sharpness}


def compared_face(sighting: Sighting) -> Structure:
    return {
        "BoundingBox": bounding_box(sighting.box),
        "Confidence": sighting.face.confidence,
        "Landmarks": landmarks(sighting),
        "Pose": pose(sighting),
        "Quality": quality(sighting),
    }


def face_detail(sighting: Sighting, wanted: Collection[str] = (), *, neutral: bool = False) -> Structure:
    """The default attributes, and those `wanted` that are given at all; see `attributes`."""
    return compared_face(sighting) | attributes(wanted, neutral=neutral)


def face(stored: StoredFace) -> Structure:
    structure = {
        "FaceId": stored.face_id,
        "BoundingBox": {"Width": stored.width, "Height": stored.height, "Left": stored.left, "Top": stored.top},
        "ImageId": stored.image_id,
        "Confidence": stored.confidence,
        "IndexFacesModelVersion": FACE_MODEL_VERSION,
    }
    if stored.external_image_id is not None:
        structure["ExternalImageId"] = stored.external_image_id
    if stored.user_id is not None:
        structure["UserId"] = stored.user_id
    return structure


def face_matches(matches: Iterable[tuple[StoredFace, float]]) -> list[Structure]:
    return [{"Similarity": similarity, "Face": face(stored)} for stored, similarity in matches]


def user(stored: StoredUser) -> Structure:
    return {"UserId": stored.user_id, "UserStatus": user_status(stored.vector)}


def user_status(vector: int | None) -> str:
    return "CREATED" if vector is None else "ACTIVE"


def user_matches(matches: Iterable[tuple[StoredUser, float]]) -> list[Structure]:
    return [{"Similarity": similarity, "User": user(stored)} for stored, similarity in matches]


def page(name: str, items: list[Any], next_token: str | None) -> Structure:
    return {name: items, **({"NextToken": next_token} if next_token else {})}
