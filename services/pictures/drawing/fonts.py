"""One line of text as an antialiased mask, in every script for which this machine has a font.

Latin, Greek, Cyrillic, Chinese, Japanese and Korean are drawn with the fonts that OpenCV carries, so they look the same
on every machine, one without fonts included. What those lack, what is written from right to left and what needs its
letters shaped is drawn by Pillow with an installed font.
"""

from __future__ import annotations

import os
import struct
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.tables.O_S_2f_2 import intersectUnicodeRanges
from PIL import Image, ImageDraw, ImageFont, features

REGULAR, MEDIUM, BOLD = 400, 500, 700
JOINERS = "\u200c\u200d"
_ELLIPSIS = "..."  # more fonts have a full stop than «…», and some set that one at half height
_TALLEST = 1.35  # of the size; scripts that reach higher and lower are drawn smaller
_UNDRAWABLE = "\U0010ffff"  # no character, so no font has it
_OUTLINES = {"glyf", "CFF ", "CFF2"}  # a font of bitmaps, as of emoji, has none
_UNSUITABLE = "italic", "oblique", "mono", "condensed", "serif", "light", "thin", "black", "display", "kufi", "nastaliq"
_BROKEN_FONT = (OSError, TTLibError, KeyError, ValueError, IndexError, AssertionError, struct.error)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text. `mask` is its 8-bit coverage, cut to the ink; `baseline` is in px from the top of the mask."""

    mask: Image.Image
    baseline: int

    @property
    def width(self) -> int:
        return self.mask.width


def line(text: str, size: int, weight: int = REGULAR) -> Line | None:
    """The text at `size` px an em, or None where no font here can write it. OpenCV's Latin font has all weights."""
    if not text.strip():
        return None
    text = unicodedata.normalize("NFC", text)
    if not _needs_shaping(text) and (face := _opencv().face_for(text)):
        return _opencv().line(text, face, size, weight)
    path = _installed_for(text)
    return _pillow_line(text, path, size) if path else None


def digits(number: int, size: int) -> Line:
    """A number in bold."""
    return _opencv().line(str(number), "sans", size, BOLD)


def fitted(text: str, size: int, weight: int, most: float) -> Line | None:
    """The text, or as much of it as fits into `most` px with an ellipsis behind it."""
    whole = line(text, size, weight)
    if whole is None or whole.width <= most:
        return whole
    cuts = [i for i in range(1, len(text)) if not _joined(text, i)]
    best, low, high = None, 0, len(cuts)
    while low < high:
        middle = (low + high) // 2
        cut = line(text[: cuts[middle]].rstrip() + _ELLIPSIS, size, weight)
        if cut is not None and cut.width <= most:
            best, low = cut, middle + 1
        else:
            high = middle
    return best


def _joined(text: str, i: int) -> bool:
    """Whether the character at `i` belongs to the one before it."""
    return unicodedata.category(text[i]).startswith("M") or text[i] in JOINERS or text[i - 1] in JOINERS


def _needs_shaping(text: str) -> bool:
    return any(
        unicodedata.category(c).startswith("M") or c in JOINERS or unicodedata.bidirectional(c) in {"R", "AL", "AN"}
        for c in text
    )


class _OpenCV:
    """OpenCV's own fonts: «sans» is Rubik, of any weight; «uni» is WenQuanYi Micro Hei, of one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # a FontFace keeps the weight it was last drawn with
        self._faces = {name: cv2.FontFace(name) for name in ("sans", "uni")}
        self._has = lru_cache(maxsize=4096)(self._find)
        self._missing = self._ink(_UNDRAWABLE, "sans", 24, REGULAR)

    def face_for(self, text: str) -> str | None:
        """The one font that has every character."""
        faces = {self._has(c) for c in text if not c.isspace()}
        if None in faces:
            return None
        return "sans" if faces == {"sans"} else "uni"

    def line(self, text: str, face: str, size: int, weight: int) -> Line:
        return _cut(Image.fromarray(self._ink(text, face, size, weight)), 2 * size)

    def _find(self, character: str) -> str | None:
        """Which font draws a character; only drawing tells: a question mark, or a weight without effect."""
        regular = self._ink(character, "sans", 24, REGULAR)
        if character != "?" and np.array_equal(regular, self._missing):
            return None
        return "uni" if np.array_equal(regular, self._ink(character, "sans", 24, BOLD)) else "sans"

    def _ink(self, text: str, face: str, size: int, weight: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
        canvas = np.zeros((3 * size, 2 * size + 2 * size * len(text)), np.uint8)
        with self._lock:
            cv2.putText(canvas, text, (size, 2 * size), (255,), self._faces[face], size, weight)
        return canvas


@cache
def _opencv() -> _OpenCV:
    return _OpenCV()


def _pillow_line(text: str, path: Path, size: int) -> Line:
    font = ImageFont.truetype(path, size)
    left, top, right, bottom = font.getbbox(text, anchor="ls")
    if bottom - top > _TALLEST * size:
        font = ImageFont.truetype(path, max(6, int(size * _TALLEST * size / (bottom - top))))
        left, top, right, bottom = font.getbbox(text, anchor="ls")
    margin = 2
    canvas = Image.new("L", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin))
    ImageDraw.Draw(canvas).text((margin - left, margin - top), text, fill=255, font=font, anchor="ls")
    return _cut(canvas, margin - int(top))


def _cut(canvas: Image.Image, baseline: int) -> Line:
    ink = canvas.getbbox() or (0, baseline - 1, 1, baseline)  # of a blank, one pixel remains
    return Line(canvas.crop(ink), baseline - ink[1])


@lru_cache(maxsize=1024)
def _installed_for(text: str) -> Path | None:
    """The first installed font that has all glyphs."""
    if _needs_shaping(text) and not features.check("raqm"):
        return None
    needed = {ord(c) for c in text if not c.isspace() and c not in JOINERS}
    ranges = frozenset(intersectUnicodeRanges(needed))
    return next((path for path in _installed() if ranges <= _ranges(path) and _has_glyphs(path, needed)), None)


@cache
def _installed() -> tuple[Path, ...]:
    """Every font file in the well-known folders, those that suit a label first."""
    files = (file for folder in _folders() for file in _files(folder))
    return tuple(sorted(files, key=_rank))


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (Path(parent, name) for name in names if name.lower().endswith((".ttf", ".otf", ".ttc")))


def _folders() -> Iterator[Path]:
    system = "/usr/share/fonts", "/usr/local/share/fonts", "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts"
    yield from map(Path, system)
    with suppress(RuntimeError):  # an account without a home
        home = Path.home()
        yield from (home / ".fonts", home / ".local/share/fonts", home / "Library/Fonts")
        yield home / "AppData/Local/Microsoft/Windows/Fonts"


def _rank(path: Path) -> tuple[bool, bool, bool, str]:
    """Upright sans serifs first, and bold ones before others, since a tag is small."""
    name = path.stem.lower()
    return any(word in name for word in _UNSUITABLE), "sans" not in name, "bold" not in name, str(path)


@lru_cache(maxsize=4096)
def _ranges(path: Path) -> frozenset[int]:
    """The Unicode ranges that a font says it is for: far quicker to read than its characters."""
    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font["OS/2"].getUnicodeRanges()) if _OUTLINES & set(font.keys()) else frozenset()
    except _BROKEN_FONT:
        return frozenset()


def _has_glyphs(path: Path, characters: set[int]) -> bool:
    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return characters <= (font.getBestCmap() or {}).keys() and bool(_OUTLINES & set(font.keys()))
    except _BROKEN_FONT:
        return False
