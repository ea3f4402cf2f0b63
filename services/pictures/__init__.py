"""Pictures: bytes from outside become a safe one, and one is cut and put side by side. Knows nobody's name."""

from services.pictures import crops, images
from services.pictures.crops import Box
from services.pictures.decoding import ImageError
from services.pictures.images import MAX_BYTES, Photo

__all__ = [
    "MAX_BYTES",
    "Box",
    "ImageError",
    "Photo",
    "crops",
    "images",
]
