"""Pixels become faces, faces vectors, and vectors similarities."""

from engine.vision import weights
from engine.vision.box import Box
from engine.vision.cohort import EXTRA, Cohort
from engine.vision.detect import Image
from engine.vision.embed import Vectors, aggregate
from engine.vision.images import decode
from engine.vision.quality import QualityFilter
from engine.vision.similarity import MEASURED, Calibration, Scale, scale_of
from engine.vision.versions import CALIBRATION_VERSION
from engine.vision.vision import MAX_FACES, Sighting, Vision, choose
from engine.vision.weights import Models, Weights, WeightsError

__all__ = [
    "CALIBRATION_VERSION",
    "EXTRA",
    "MAX_FACES",
    "MEASURED",
    "Box",
    "Calibration",
    "Cohort",
    "Image",
    "Models",
    "QualityFilter",
    "Scale",
    "Sighting",
    "Vectors",
    "Vision",
    "Weights",
    "WeightsError",
    "aggregate",
    "choose",
    "decode",
    "scale_of",
    "weights",
]
