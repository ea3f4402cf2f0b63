"""Pixels become faces, faces vectors, and vectors similarities."""

from engine.vision import weights
from engine.vision.box import Box
from engine.vision.cohort import EXTRA, Cohort
from engine.vision.detect import Image
from engine.vision.embed import DIMENSIONS, Vectors, aggregate
from engine.vision.images import decode
from engine.vision.quality import QualityFilter
from engine.vision.similarity import CALIBRATION_VERSION, MEASURED, MODEL_VERSION, Calibration, Scale, scale
from engine.vision.vision import MAX_FACES, Sighting, Vision, choose
from engine.vision.weights import WeightsError

__all__ = [
    "CALIBRATION_VERSION",
    "DIMENSIONS",
    "EXTRA",
    "MAX_FACES",
    "MEASURED",
    "MODEL_VERSION",
    "Box",
    "Calibration",
    "Cohort",
    "Image",
    "QualityFilter",
    "Scale",
    "Sighting",
    "Vectors",
    "Vision",
    "WeightsError",
    "aggregate",
    "choose",
    "decode",
    "scale",
    "weights",
]
