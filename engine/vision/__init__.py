"""Pixels become faces, faces vectors, and vectors similarities."""

from engine.vision import weights
from engine.vision.box import Box
from engine.vision.detect import Image
from engine.vision.embed import DIMENSIONS, Vectors, aggregate
from engine.vision.images import decode
from engine.vision.similarity import CALIBRATION_VERSION, FACES, MODEL_VERSION, USERS, Calibration, of_user
from engine.vision.vision import MAX_FACES, Sighting, Vision, choose
from engine.vision.weights import WeightsError

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
