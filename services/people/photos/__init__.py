"""The photos that are given of somebody: the one face in each, and from which sides they show it."""

from services.people.photos import poses
from services.people.photos.portraits import (
    MIN_FACE,
    Fate,
    GivenPhoto,
    Outcome,
    Portrait,
    Portraits,
    as_another,
    is_large_enough,
)
from services.people.photos.poses import Advice, Pose

__all__ = [
    "MIN_FACE",
    "Advice",
    "Fate",
    "GivenPhoto",
    "Outcome",
    "Portrait",
    "Portraits",
    "Pose",
    "as_another",
    "is_large_enough",
    "poses",
]
