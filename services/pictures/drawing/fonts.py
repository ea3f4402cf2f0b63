"""One line of text as an antialiased mask, in any script: HarfBuzz shapes the letters and draws them.

A line may need several fonts and both directions, as «Alice أليس 🎉» does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import uharfbuzz as hb
from PIL import Image

from services.pictures.drawing import bidi, typefaces
from services.pictures.drawing.typefaces import UNITS

REGULAR, MEDIUM, BOLD = 400, 500, 700
JOINERS = "\u200c\u200d"
_ELLIPSIS = "…"
_TALLEST = 1.35  # of the size; scripts that reach higher and lower are drawn smaller
_SKINS = range(0x1F3FB, 0x1F400)  # colours of skin, which follow an emoji
_FLAGS = range(0x1F1E6, 0x1F200)  # letters, two of which are a flag


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. `mask` is its 8-bit coverage, cut to the ink; `baseline` is in px from the top of the mask."""

    mask: Image.Image
    baseline: int

    @property
    def width(self) -> int:
        return self.mask.width


@dataclass(frozen=True, slots=True)
class _Run:
    """What one font draws in one direction."""

    text: str
    face: hb.Face
    level: int


def line(text: str, size: int, weight: int = REGULAR) -> Line | None:
    """The text at `size` px an em, or None where there is nothing to see, or no font here has one of its letters.

    A sign that is no letter, as a rare emoji, is left out where no font has it.
    """
    runs = _runs(text)
    if not runs:
        return None
    drawn = _drawn(runs, size, weight)
    if drawn and drawn.mask.height > _TALLEST * size:
        drawn = _drawn(runs, max(6, int(size * _TALLEST * size / drawn.mask.height)), weight)
    return drawn


def digits(number: int, size: int) -> Line:
    """A number in bold."""
    drawn = line(str(number), size, BOLD)
    if drawn is None:
        raise LookupError(f"no font has the digits of {number}")
    return drawn


def fitted(text: str, size: int, weight: int, most: float) -> Line | None:
    """The text, or as much of it as fits into `most` px with an ellipsis behind it."""
    whole = line(text, size, weight)
    if whole is None or whole.width <= most:
        return whole
    letters = list(_clusters(text))
    best, low, high = None, 1, len(letters)
    while low < high:
        middle = (low + high) // 2
        cut = line("".join(letters[:middle]).rstrip() + _ELLIPSIS, size, weight)
        if cut is not None and cut.width <= most:
            best, low = cut, middle + 1
        else:
            high = middle
    return best


@lru_cache(maxsize=1024)
def _runs(text: str) -> tuple[_Run, ...]:
    """The text from left to right; empty where it cannot be drawn."""
    text = unicodedata.normalize("NFC", text).strip()
    chosen: list[tuple[str, hb.Face]] = []
    for cluster in _clusters(text):
        face = _face(cluster, text, chosen[-1][1] if chosen else None)
        if face is None and (plain := unicodedata.normalize("NFKC", cluster)) != cluster:
            return _runs(text.replace(cluster, plain))  # letters of mathematics, as people ornament themselves with
        if face := face or typefaces.installed(cluster):
            chosen.append((cluster, face))
        elif unicodedata.category(cluster[0])[0] in "LN":
            return ()
    return tuple(bidi.from_the_left(list(_joined(chosen))))


def _face(cluster: str, text: str, before: hb.Face | None) -> hb.Face | None:
    """The font of a letter; punctuation is drawn with the letters before it, if their font has it."""
    is_between = unicodedata.category(cluster[0])[0] in "PZ"
    if is_between and before not in (None, typefaces.emoji()) and typefaces.has(before, cluster):
        return before
    return typefaces.having(cluster, text)


def _clusters(text: str) -> Iterator[str]:
    """What is one letter or one sign to a reader, as far as cutting and choosing fonts need it."""
    cluster = ""
    for c in text:
        if cluster and not _belongs(c, cluster):
            yield cluster
            cluster = ""
        cluster += c
    if cluster:
        yield cluster


def _belongs(c: str, cluster: str) -> bool:
    if ord(c) in _FLAGS:
        return len(cluster) == 1 and ord(cluster) in _FLAGS
    return unicodedata.category(c)[0] == "M" or ord(c) in _SKINS or c in JOINERS or cluster[-1] in JOINERS


def _joined(letters: list[tuple[str, hb.Face]]) -> Iterator[tuple[int, _Run]]:
    """Neighbours of one font and one direction together, each run with its level."""
    drawn_with = [(c, face) for cluster, face in letters for c in cluster]
    placed = zip(drawn_with, bidi.levels("".join(c for c, _ in drawn_with)), strict=True)
    for (face, level), group in groupby(placed, key=lambda each: (each[0][1], each[1])):
        yield level, _Run("".join(c for (c, _), _ in group), face, level)


def _drawn(runs: tuple[_Run, ...], size: int, weight: int) -> Line | None:
    canvas, x, y = hb.RasterDraw(), 0, 0
    canvas.scale_factor = (UNITS, UNITS)
    for run in runs:
        font = typefaces.font(run.face, size, weight)
        shaped = _shaped(run, font)
        for glyph, at in zip(shaped.glyph_infos, shaped.glyph_positions, strict=True):
            canvas.transform = (1, 0, 0, 1, x + at.x_offset, y + at.y_offset)
            canvas.draw_glyph(font, glyph.codepoint)
            x, y = x + at.x_advance, y + at.y_advance
    return _cut(canvas.render())


def _shaped(run: _Run, font: hb.Font) -> hb.Buffer:
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    return buffer


def _cut(image: hb.RasterImage | None) -> Line | None:
    if image is None or not image.buffer:
        return None
    at = image.extents
    mask = Image.frombytes("L", (at.width, at.height), image.buffer, "raw", "L", at.stride, -1)  # its rows go upwards
    ink = mask.getbbox()
    return Line(mask.crop(ink), at.y_origin + at.height - ink[1]) if ink else None
