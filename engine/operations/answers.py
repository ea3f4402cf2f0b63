"""Rekognition's structures, made from the engine's values: data in, boto3's dictionaries out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import Any

from ..attributes import attributes
from ..store import StoredFace, StoredUser
from ..vision import Box, Sighting

Structure = dict[str, Any]

_SCALE = ((0, 0), (60, 60), (70, 90), (80, 99), (100, 100))
"""YuNet's scores, which end at 96, and what AWS would call as sure: of a face that is there, its confidence is 99 or
more, and programs written for it ask for 90 or 98."""


def confidence(score: float) -> float:
    """The detector's score, 0 to 100, on Rekognition's scale. What the engine itself decides, it decides by score."""
    for (low, there), (high, then) in pairwise(_SCALE):
        if score <= high:
            return there + (score - low) / (high - low) * (then - there)
    return 100.0


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
        "Confidence": confidence(sighting.face.confidence),
        "Landmarks": landmarks(sighting),
        "Pose": pose(sighting),
        "Quality": quality(sighting),
    }


def face_detail(sighting: Sighting, wanted: Collection[str] = (), *, neutral: bool = False) -> Structure:
    """The default attributes, and those `wanted` that are given at all; see `attributes`."""
    return compared_face(sighting) | attributes(wanted, neutral=neutral)


def face(stored: StoredFace, model: str) -> Structure:
    structure = {
        "FaceId": stored.face_id,
        "BoundingBox": {"Width": stored.width, "Height": stored.height, "Left": stored.left, "Top": stored.top},
        "ImageId": stored.image_id,
        "Confidence": confidence(stored.confidence),
        "IndexFacesModelVersion": model,
    }
    if stored.external_image_id is not None:
        structure["ExternalImageId"] = stored.external_image_id
    if stored.user_id is not None:
        structure["UserId"] = stored.user_id
    return structure


def face_matches(matches: Iterable[tuple[StoredFace, float]], model: str) -> list[Structure]:
    return [{"Similarity": similarity, "Face": face(stored, model)} for stored, similarity in matches]


def user(stored: StoredUser) -> Structure:
    return {"UserId": stored.user_id, "UserStatus": user_status(stored.vector)}


def user_status(vector: int | None) -> str:
    return "CREATED" if vector is None else "ACTIVE"


def user_matches(matches: Iterable[tuple[StoredUser, float]]) -> list[Structure]:
    return [{"Similarity": similarity, "User": user(stored)} for stored, similarity in matches]


def page(name: str, items: list[Any], next_token: str | None) -> Structure:
    return {name: items, **({"NextToken": next_token} if next_token else {})}
