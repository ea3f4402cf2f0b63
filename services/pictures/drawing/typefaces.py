"""Which font draws a letter: Noto's, which come as packages with the bot, and then whatever this machine has.

So a name looks the same on every machine, one without fonts included. HarfBuzz maps the files: of the 33 MB of Chinese,
Japanese and Korean, memory holds what was drawn.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import uharfbuzz as hb

UNITS = 64  # of HarfBuzz's whole numbers to a pixel
_LATIN, _SYMBOLS, _EMOJI = "NotoSans[wght].ttf", "NotoSansSymbols[wght].ttf", "NotoEmoji[wght].ttf"
_CJK = "NotoSansCJK-VF.otf.ttc"
_JAPANESE, _KOREAN, _CHINESE = 0, 1, 2  # the faces in it; Han is written a little differently in each
_AS_EMOJI = "\ufe0f"  # asks for the emoji, where there is a plain sign as well
_OUTLINES = {"glyf", "CFF ", "CFF2"}  # a font of bitmaps has none
_UNSUITABLE = "italic", "oblique", "mono", "condensed", "serif", "light", "thin", "black", "display", "kufi", "nastaliq"


def having(characters: str, text: str) -> hb.Face | None:
    """The one of the bot's fonts that has all of them. The whole `text` tells Japanese from Chinese."""
    if _AS_EMOJI in characters and has(emoji(), characters):
        return emoji()
    return next((face for face in _shipped(_language(text)) if has(face, characters)), None)


def installed(characters: str) -> hb.Face | None:
    """A font of this machine that has all of them."""
    return next((face for face in _installed() if has(face, characters)), None)


def has(face: hb.Face, characters: str) -> bool:
    """Whether the font has all of them."""
    plain = _plain(face)
    return all(_invisible(c) or plain.get_nominal_glyph(ord(c)) for c in characters)


@lru_cache(maxsize=512)
def font(face: hb.Face, size: int, weight: int) -> hb.Font:
    """A face at `size` px an em, in units of which there are `UNITS` to a pixel."""
    made = hb.Font(face)
    made.scale = (size * UNITS, size * UNITS)
    made.set_variations({"wght": weight})
    return made


def _invisible(character: str) -> bool:
    """Whether it only tells how its neighbours are drawn; a font need not have it."""
    return character.isspace() or character in "\u200c\u200d\ufe0e\ufe0f"


def _language(text: str) -> int:
    """Which of the faces for Chinese, Japanese and Korean."""
    if any("\u3040" <= c <= "\u30ff" for c in text):
        return _JAPANESE
    return _KOREAN if any("\uac00" <= c <= "\ud7a3" or "\u1100" <= c <= "\u11ff" for c in text) else _CHINESE


@lru_cache(maxsize=1024)
def _plain(face: hb.Face) -> hb.Font:
    return hb.Font(face)


@cache
def _shipped(language: int) -> tuple[hb.Face, ...]:
    """Letters before symbols, and emoji last: their font has digits too."""
    folder = Path(str(files("manimgx_fonts")))
    ends = (_LATIN, _SYMBOLS, _EMOJI)
    scripts = sorted(path.name for path in folder.glob("*.ttf") if "Italic" not in path.name and path.name not in ends)
    cjk = hb.Face(_blob(Path(str(files("manimgx_fonts_cjk"))) / _CJK), language)
    letters = [_face(folder / name) for name in (_LATIN, *scripts)]
    return (*letters, cjk, _face(folder / _SYMBOLS), emoji())


@cache
def emoji() -> hb.Face:
    """Noto's emoji in outlines, which are of the text's colour."""
    return _face(Path(str(files("manimgx_fonts"))) / _EMOJI)


@cache
def _blob(path: Path) -> hb.Blob:
    return hb.Blob.from_file_path(str(path))


def _face(path: Path) -> hb.Face:
    return hb.Face(_blob(path))


@cache
def _installed() -> tuple[hb.Face, ...]:
    """Every font with outlines in the well-known folders, those that suit a label first."""
    paths = sorted((path for folder in _folders() for path in _files(folder)), key=_rank)
    return tuple(face for path in paths if (face := _readable(path)))


def _readable(path: Path) -> hb.Face | None:
    try:
        face = hb.Face(hb.Blob.from_file_path(str(path)))
    except hb.HarfBuzzError:
        return None
    return face if _OUTLINES & set(face.table_tags) else None


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
