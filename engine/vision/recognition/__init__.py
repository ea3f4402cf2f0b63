"""Telling faces apart: a face becomes a vector, and two vectors a similarity that means the same for everybody."""

from .cohort import EXTRA, Cohort, placed
from .embed import Embedder, Vectors, aggregate
from .similarity import MEASURED, Calibration, Scale, scale_of

__all__ = [
    "EXTRA",
    "MEASURED",
    "Calibration",
    "Cohort",
    "Embedder",
    "Scale",
    "Vectors",
    "aggregate",
    "placed",
    "scale_of",
]
