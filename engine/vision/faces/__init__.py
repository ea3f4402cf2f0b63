"""A face as it was found: where it is and how it lies, straightened, and how well it shows."""

from .align import TEMPLATE, Image, Transform, fit, mirror, undo, warp
from .box import Box
from .face import Face, Landmarks, five
from .quality import Pose, Quality, QualityFilter, Reason, measure, pose, shortcomings

__all__ = [
    "TEMPLATE",
    "Box",
    "Face",
    "Image",
    "Landmarks",
    "Pose",
    "Quality",
    "QualityFilter",
    "Reason",
    "Transform",
    "fit",
    "five",
    "measure",
    "mirror",
    "pose",
    "shortcomings",
    "undo",
    "warp",
]
