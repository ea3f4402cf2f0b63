"""Pixels become faces, faces vectors, and vectors similarities."""

from engine.vision import weights
from engine.vision.box import Box
from engine.vision.detect import Image
from engine.vision.embed import Vectors, aggregate
from engine.vision.images import decode
from engine.vision.similarity import CALIBRATION_VERSION, FACES, USERS, Calibration, of_user
from engine.vision.vision import MAX_FACES, Sighting, Vision, choose
from engine.vision.weights import Models, Weights, WeightsError

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
