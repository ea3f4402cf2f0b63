"""Two annotated copies of one photo in one picture, each under its caption, so that they are compared at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from services.pictures.drawing import annotate, fonts
from services.pictures.drawing.annotate import MAX_SIDE, Label
from services.pictures.drawing.shapes import INK, Colour

Panel = tuple[str, Sequence[Label]]
"""A caption, and what to draw on its copy of the photo."""

_PAPER: Colour = (255, 255, 255)
_EM = 0.032  # of a panel's longer side
_GUTTER = 0.5  # em


def draw(image: Image.Image, first: Panel, second: Panel) -> Image.Image:
    """The panels beside one another, or below one another where the photo is wide; the long side is `MAX_SIDE` px.

    `image` is RGB; the labels' boxes are in its pixels. Text is drawn at the size it is shown at.
    """
    panels = [_panel(*_halved(image, labels), caption) for caption, labels in (first, second)]
    gutter = round(_GUTTER * _em(panels[0].size))
    width, height = panels[0].size
    if _is_wide(image):
        size, second_at = (width, 2 * height + gutter), (0, height + gutter)
    else:
        size, second_at = (2 * width + gutter, height), (width + gutter, 0)
    canvas = Image.new("RGB", size, _PAPER)
    canvas.paste(panels[0], (0, 0))
    canvas.paste(panels[1], second_at)
    return canvas


def _is_wide(image: Image.Image) -> bool:
    return image.width > 1.25 * image.height


def _halved(image: Image.Image, labels: Sequence[Label]) -> tuple[Image.Image, list[Label]]:
    """The photo so small that two of it with their captions fit, and the labels with it."""
    along = image.height if _is_wide(image) else image.width
    scale = min(1.0, MAX_SIDE / (2.35 * along), MAX_SIDE / (1.1 * max(image.size)))
    if scale == 1.0:
        return image, list(labels)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    small = image.resize(size, Image.Resampling.LANCZOS)
    return small, [annotate.scaled(label, scale) for label in labels]


def _panel(image: Image.Image, labels: Sequence[Label], caption: str) -> Image.Image:
    drawn = annotate.draw(image, labels)
    em = _em(drawn.size)
    band = round(2.2 * em)
    panel = Image.new("RGB", (drawn.width, drawn.height + band), _PAPER)
    panel.paste(drawn, (0, band))
    if line := fonts.fitted(caption, em, fonts.BOLD, drawn.width - em):
        panel.paste(INK, (round(0.4 * em), round(1.45 * em) - line.baseline), line.mask)
    return panel


def _em(size: tuple[int, int]) -> int:
    return max(14, round(_EM * max(size)))
