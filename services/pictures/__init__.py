"""Pictures: bytes from outside become a safe one, and one is cut and put side by side. Knows nobody's name."""

from services.pictures import crops, images
from services.pictures.crops import Box
from services.pictures.images import MAX_BYTES, Photo
from services.pictures.parts import LEAST_FACE, Part

__all__ = [
    "LEAST_FACE",
    "MAX_BYTES",
    "Box",
    "Part",
    "Photo",
    "crops",
    "images",
]
