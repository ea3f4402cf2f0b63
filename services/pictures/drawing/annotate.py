"""Draws who is in a photo: a box around every face, its number, and the name; and says the same in words.

Numbers are in the picture, in the list beside it and in its alt text, so a face without a name, or with one that no
font here can write, is still found. An unknown face is dashed and grey: colour alone tells nothing.
"""

from __future__ import annotations

import io
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from services import texts
from services.pictures.drawing import fonts, layout, shapes
from services.pictures.drawing.fonts import Line
from services.pictures.drawing.layout import Rect, Size
from services.pictures.drawing.percentages import percent
from services.pictures.drawing.shapes import INK, Colour

MAX_SIDE = 2560  # px of the picture drawn
ENLARGE_BELOW = 640  # px of its long side: text needs pixels that a tiny picture has not
MAX_ALT = 1000  # characters, Slack's limit
_QUALITY = 88

# The colours of Okabe and Ito, which colour-blind people tell apart; all but black.
PALETTE: tuple[Colour, ...] = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
)
UNKNOWN: Colour = (214, 214, 216)
_WHITE: Colour = (255, 255, 255)
_MUTED: Colour = (196, 196, 202)
_HALF_A_CAPITAL = 0.35  # em
_LONGEST_NAME = 120  # characters that are looked at


@dataclass(frozen=True, slots=True)
class Label:
    """What is to be said of one face. `box` is left, top, width and height in pixels of the picture drawn on.

    It may leave the picture. `name` is None for an unknown face; `similarity` is in percent.
    """

    number: int
    box: tuple[float, float, float, float]
    name: str | None
    similarity: float | None


def draw(image: Image.Image, labels: Sequence[Label]) -> Image.Image:
    """A copy of an RGB picture with the labels on it.

    It comes at the size to be shown: larger ones are reduced to `MAX_SIDE` before anything is drawn, so text is never
    scaled, and tiny ones are enlarged by a whole factor.
    """
    canvas, scale = _canvas(image)
    size = Size(*canvas.size)
    faces = [_scaled(label.box, scale, size) for label in labels]
    tags = [_Tag.of(label, face, size) for label, face in zip(labels, faces, strict=True)]
    places = layout.place(size, faces, [tag.sizes for tag in tags], gap=_gap(size))
    for face, tag in zip(faces, tags, strict=True):
        _frame(canvas, face, tag)
    for tag, place in zip(tags, places, strict=True):
        _paint(canvas, tag, place)
    return canvas


def encode(image: Image.Image) -> bytes:
    """A JPEG for Slack without metadata, its long side at most `MAX_SIDE` px."""
    if max(image.size) > MAX_SIDE:
        image = image.copy()
        image.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    # Colours at full resolution: halved, as is usual, they bleed from thin lines.
    image.save(buffer, "JPEG", quality=_QUALITY, subsampling="4:4:4", comment=b"")
    return buffer.getvalue()


def scaled(label: Label, scale: float) -> Label:
    """The label for a copy of the picture that is `scale` times as large."""
    left, top, width, height = (value * scale for value in label.box)
    return replace(label, box=(left, top, width, height))


def describe(labels: Sequence[Label], size: tuple[int, int], *, most: int = MAX_ALT) -> str:
    """The picture in words, for its alt text: "Photo with 2 faces. 1 Alice, left; 2 unknown, right."

    `size` is that of the picture which the boxes are measured in. Of at most `most` characters: in a crowd the
    places go first, then the last faces, never a part of a name.
    """
    faces = len(labels)
    if not labels:
        return texts.PHOTO_OF_NOBODY
    who = [_named(label) for label in labels]
    where = [_whereabouts(label.box, size) for label in labels]
    placed = [texts.IN_PHOTO_AT.format(who=each, place=at) for each, at in zip(who, where, strict=True)]
    for items in (placed, who):
        text = texts.PHOTO_OF_FACES.say(faces, faces="; ".join(items))
        if len(text) <= most:
            return text
    for more in range(1, faces):
        text = texts.PHOTO_OF_FACES_AND_MORE.format(n=faces, faces="; ".join(who[:-more]), more=more)
        if len(text) <= most:
            return text
    return texts.PHOTO_OF_A_CROWD.say(faces)


def _named(label: Label) -> str:
    name = _plain(label.name or "")
    text = texts.IN_PHOTO if name else texts.IN_PHOTO_UNKNOWN
    return text.format(number=label.number, name=name)


def _whereabouts(box: tuple[float, float, float, float], size: tuple[int, int]) -> str:
    left, top, width, height = box
    return texts.PLACES[_third(top + height / 2, size[1])][_third(left + width / 2, size[0])]


def _third(at: float, length: int) -> int:
    return 0 if at < length / 3 else 1 if at <= length * 2 / 3 else 2


def _plain(name: str) -> str:
    """The name on one line, without characters that steer a display: newlines, overrides, marks of direction."""
    visible = (c if not c.isspace() else " " for c in name[:_LONGEST_NAME])
    kept = (c for c in visible if c in fonts.JOINERS or not unicodedata.category(c).startswith("C"))
    return " ".join("".join(kept).split())


def _canvas(image: Image.Image) -> tuple[Image.Image, float]:
    """A copy at the size to be drawn at, and how much larger it is than the picture."""
    side = max(image.size)
    scale = MAX_SIDE / side if side > MAX_SIDE else math.ceil(ENLARGE_BELOW / side)
    if scale == 1:
        return image.copy(), 1.0
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC), scale


def _scaled(box: tuple[float, float, float, float], scale: float, size: Size) -> Rect:
    """The face in the canvas. What is far outside is brought near: only that it is outside can be seen."""
    left, top, width, height = (value * scale for value in box)
    x0, x1 = (min(max(x, -size.width), 2 * size.width) for x in (left, left + max(width, 1)))
    y0, y1 = (min(max(y, -size.height), 2 * size.height) for y in (top, top + max(height, 1)))
    return Rect(x0, y0, max(x1, x0 + 1), max(y1, y0 + 1))


def _gap(size: Size) -> float:
    """Between a face's box and its tag, in px."""
    return max(2, round(0.0025 * max(size)))


@dataclass(frozen=True, slots=True)
class _Tag:
    """A face's number on a badge, and what can be written beside it, from nothing to the name and the similarity."""

    em: int  # the text's size in px
    colour: Colour
    known: bool
    number: Line
    wordings: tuple[tuple[Line, ...], ...]

    @classmethod
    def of(cls, label: Label, face: Rect, size: Size) -> _Tag:
        em = _em(face, size)
        number = fonts.digits(label.number, em)
        known = label.name is not None
        colour = PALETTE[(label.number - 1) % len(PALETTE)] if known else UNKNOWN
        return cls(em, colour, known, number, tuple(_wordings(label, em, face, size)))

    @property
    def height(self) -> int:
        return round(1.7 * self.em)

    @property
    def inset(self) -> int:
        return max(2, round(0.13 * self.em))

    @property
    def badge_width(self) -> int:
        return max(self.height - 2 * self.inset, self.number.width + round(0.75 * self.em))

    @property
    def space(self) -> int:
        return round(0.4 * self.em)

    @property
    def sizes(self) -> list[Size]:
        bare = self.badge_width + 2 * self.inset
        ends = round(0.3 * self.em)
        return [
            Size(bare + sum(self.space + line.width for line in wording) + (ends if wording else 0), self.height)
            for wording in self.wordings
        ]


def _em(face: Rect, size: Size) -> int:
    """The text's size in px: it follows the face, between bounds that follow the picture."""
    side = max(size)
    em = min(max(0.16 * face.height, 0.0135 * side, 12), 0.026 * side)
    return max(6, round(min(em, 0.3 * min(size))))


def _wordings(label: Label, em: int, face: Rect, size: Size) -> list[tuple[Line, ...]]:
    name = _plain(label.name or "")
    room = size.width - 5 * em
    wordings: list[tuple[Line, ...]] = [()]
    whole = fonts.fitted(name, em, fonts.MEDIUM, min(room, max(0.35 * size.width, 14 * em)))
    if whole is None:
        return wordings
    short = fonts.fitted(name, em, fonts.MEDIUM, min(room, max(face.width, 4.5 * em)))
    wordings += [(line,) for line in (short, whole) if line is not None]
    if label.similarity is not None and (figure := fonts.line(percent(label.similarity), em, fonts.REGULAR)):
        wordings.append((whole, figure))
    return [wording for wording in wordings if sum(line.width for line in wording) <= room]


def _frame(canvas: Image.Image, face: Rect, tag: _Tag) -> None:
    width = max(2.0, 0.1 * tag.em)
    radius = 0.1 * min(face.width, face.height) + width
    with shapes.around(canvas, face, shapes.soft(width) + width) as draw:
        shapes.outline(draw, face, radius, width, tag.colour, dash=None if tag.known else 5 * width)


def _paint(canvas: Image.Image, tag: _Tag, place: layout.Place) -> None:
    pill = Rect(*map(round, place.rect))
    inset, reach = tag.inset, 0.35 * tag.em
    badge = Rect(pill.left + inset, pill.top + inset, pill.left + inset + tag.badge_width, pill.bottom - inset)
    with shapes.around(canvas, pill, reach) as draw:
        shapes.shadow(draw, pill, pill.height / 2, reach, 0.5)
        shapes.fill(draw, pill, pill.height / 2, INK, 0.92)
        shapes.fill(draw, badge, badge.height / 2, tag.colour)
    _write(canvas, tag.number, badge.left + (badge.width - tag.number.width) / 2, badge, tag.em, _on(tag.colour))
    x = badge.right
    for line, colour in zip(tag.wordings[place.offer], (_WHITE, _MUTED), strict=False):
        _write(canvas, line, x + tag.space, pill, tag.em, colour)
        x += tag.space + line.width


def _write(canvas: Image.Image, line: Line, left: float, within: Rect, em: int, colour: Colour) -> None:
    """Capitals are centred between top and bottom; what hangs out of the pill is moved in."""
    top = round((within.top + within.bottom) / 2 + _HALF_A_CAPITAL * em) - line.baseline
    top = max(min(top, math.floor(within.bottom) - line.mask.height), math.ceil(within.top))
    canvas.paste(colour, (round(left), top), line.mask)


def _on(colour: Colour) -> Colour:
    """Black or white, whichever stands out more on the colour (WCAG's relative luminance)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (value / 255 for value in colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if (luminance + 0.05) ** 2 > 0.05 * 1.05 else _WHITE
