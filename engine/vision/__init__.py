"""Pixels become faces, faces vectors, and vectors similarities."""

from . import weights
from .box import Box
from .detect import Image
from .embed import Vectors, aggregate
from .images import decode
from .similarity import CALIBRATION_VERSION, FACES, USERS, Calibration, of_user
from .vision import MAX_FACES, Sighting, Vision, choose
from .weights import Models, Weights, WeightsError

__all__ = [
    "CALIBRATION_VERSION",
    "FACES",
    "MAX_FACES",
    "USERS",
    "Box",
    "Calibration",
    "Image",
    "Models",
    "Sighting",
    "Vectors",
    "Vision",
    "Weights",
    "WeightsError",
    "aggregate",
    "choose",
    "decode",
    "of_user",
    "weights",
]
