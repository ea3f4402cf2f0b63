"""Several portraits in one picture, side by side, to be looked at together."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageOps

from services.pictures import crops

_SIDE = 240  # px, of one portrait
_GAP = 8  # px
_COLUMNS = 4


def sheet(portraits: Sequence[bytes]) -> bytes:
    """A JPEG of the portraits in rows, in the order given; they are our own JPEGs, at least one."""
    columns = min(_COLUMNS, len(portraits))
    rows = -(-len(portraits) // columns)
    step = _SIDE + _GAP
    canvas = Image.new("RGB", (columns * step - _GAP, rows * step - _GAP), "white")
    for index, portrait in enumerate(portraits):
        with Image.open(io.BytesIO(portrait)) as picture:
            tile = ImageOps.pad(picture.convert("RGB"), (_SIDE, _SIDE), color="white")
        canvas.paste(tile, (index % columns * step, index // columns * step))
    return crops.jpeg(canvas)
