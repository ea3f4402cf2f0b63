"""Pixels become faces, faces vectors, and vectors similarities."""

from .faces import Box, Image, QualityFilter
from .networks import CALIBRATION_VERSION, Models, Weights, WeightsError, weights
from .pictures import Decoded
from .recognition import MEASURED, Cohort, Scale, Vectors, aggregate, placed, scale_of
from .vision import MAX_FACES, Sighting, Vision, choose

__all__ = [
    "CALIBRATION_VERSION",
    "MAX_FACES",
    "MEASURED",
    "Box",
    "Cohort",
    "Decoded",
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
    "placed",
    "scale_of",
    "weights",
]
