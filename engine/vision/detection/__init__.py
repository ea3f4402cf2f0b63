"""Finding faces in a picture: large and small, cut off, and once more from close up."""

from . import edges
from .closeups import refine
from .detect import Detector, is_large
from .edges import View

__all__ = [
    "Detector",
    "View",
    "edges",
    "is_large",
    "refine",
]
