"""A picture's colours as every screen shows them: what its ICC profile says becomes sRGB.

Profiles come from outside like everything else in a file, so they are read where pictures are: in the sandbox. Of one
that a camera writes into all its photos, the sandbox makes a table once, which turns any picture's colours in a moment.
"""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms, ImageFilter

MOST_BYTES = 4_000_000  # of a profile; those of printers hold a few hundred thousand
STEPS = 33  # of the table, along red, green and blue each
TABLE_BYTES = 3 * STEPS**3

_SAME = 3  # levels of 255: so near to sRGB nobody sees it
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK"}  # ICC's name for what a profile describes, and Pillow's
_UNUSABLE = (ImageCms.PyCMSError, OSError, ValueError, TypeError)


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB; as it is where the profile is none, or of other colours than the picture's."""
    if not profile or len(profile) > MOST_BYTES:
        return image
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if _MODES.get(given.profile.xcolor_space.strip()) != image.mode:
            return image
        return (
            ImageCms.profileToProfile(image, given, _srgb(), ImageCms.Intent.RELATIVE_COLORIMETRIC, outputMode="RGB")
            or image
        )
    except _UNUSABLE:
        return image


def table(profile: bytes) -> bytes:
    """What becomes of every step of red, green and blue; empty where the profile changes nothing that can be seen."""
    steps = _steps()
    turned = in_srgb(steps, profile)
    apart = np.abs(np.asarray(turned, np.int16) - np.asarray(steps, np.int16)).max()
    return turned.tobytes() if apart > _SAME else b""


def turned(image: Image.Image, made: bytes) -> Image.Image:
    """An RGB picture with its colours as a `table` says."""
    return image.filter(_filter(made)) if made else image


@lru_cache(maxsize=8)
def _filter(made: bytes) -> ImageFilter.Color3DLUT:
    levels = np.frombuffer(made, np.uint8).astype(np.float32) / 255
    return ImageFilter.Color3DLUT(STEPS, levels, _copy_table=False)


@lru_cache(maxsize=1)
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _steps() -> Image.Image:
    """All steps, red fastest and blue slowest, as Pillow's tables have them."""
    levels = np.linspace(0, 255, STEPS).round().astype(np.uint8)
    blue, green, red = np.meshgrid(levels, levels, levels, indexing="ij")
    return Image.fromarray(np.stack([red, green, blue], axis=-1).reshape(STEPS * STEPS, STEPS, 3))
