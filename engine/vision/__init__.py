"""Pixels become faces, faces vectors, and vectors similarities."""

from . import weights
from .align import Image
from .box import Box
from .cohort import EXTRA, Cohort, placed
from .embed import Vectors, aggregate
from .quality import QualityFilter
from .similarity import MEASURED, Calibration, Scale, scale_of
from .versions import CALIBRATION_VERSION
from .vision import MAX_FACES, Sighting, Vision, choose
from .weights import Models, Weights, WeightsError

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
    "placed",
    "scale_of",
    "weights",
]
