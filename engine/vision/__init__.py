"""Pixels become faces, faces vectors, and vectors similarities."""

from . import weights
from .box import Box
from .detect import Image
from .embed import DIMENSIONS, Vectors, aggregate
from .images import decode
from .similarity import CALIBRATION_VERSION, FACES, MODEL_VERSION, USERS, Calibration, of_user
from .vision import MAX_FACES, Sighting, Vision, choose
from .weights import WeightsError

__all__ = [
    "CALIBRATION_VERSION",
    "DIMENSIONS",
    "FACES",
    "MAX_FACES",
    "MODEL_VERSION",
    "USERS",
    "Box",
    "Calibration",
    "Image",
    "Sighting",
    "Vectors",
    "Vision",
    "WeightsError",
    "aggregate",
    "choose",
    "decode",
    "of_user",
    "weights",
]
