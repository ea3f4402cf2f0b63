"""Draws curves over a logarithmic axis as a PNG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_SIZE = (1200, 800)
_LEFT, _TOP, _RIGHT, _BOTTOM = 100, 40, 1160, 720
_COLOURS = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7", "#a463f2", "#97bbf5", "#9c6b4e")


def draw(
    lines: Mapping[str, Sequence[tuple[float, float]]], path: Path, across: str, up: str, lowest: float = 0.85
) -> None:
    """Draw `lines` of (x, y), both shares: x logarithmic over all there is, y from `lowest` to 1."""
    start = math.log10(min(x for line in lines.values() for x, _ in line))
    end = math.log10(max(x for line in lines.values() for x, _ in line))

    def at(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - start) / (end - start)
        return _LEFT + right * (_RIGHT - _LEFT), _BOTTOM - (max(y, lowest) - lowest) / (1 - lowest) * (_BOTTOM - _TOP)

    picture = Image.new("RGB", _SIZE, "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(18)
    for exponent in range(math.ceil(start), math.floor(end) + 1):
        x, _ = at(10**exponent, 1)
        pen.line([(x, _TOP), (x, _BOTTOM)], "#dddddd")
        pen.text((x, _BOTTOM + 8), f"{100 * 10**exponent:g} %", "#444444", font, anchor="ma")
    steps = 6
    for step in range(steps + 1):
        value = lowest + (1 - lowest) * step / steps
        _, y = at(10**start, value)
        pen.line([(_LEFT, y), (_RIGHT, y)], "#dddddd")
        pen.text((_LEFT - 8, y), f"{100 * value:.1f} %", "#444444", font, anchor="rm")
    for colour, (name, line), row in zip(_COLOURS, lines.items(), range(len(lines)), strict=False):
        pen.line([at(x, y) for x, y in line if y >= lowest], colour, width=3)
        y = _BOTTOM - 30 * (len(lines) - row)
        pen.line([(_RIGHT - 240, y), (_RIGHT - 200, y)], colour, width=4)
        pen.text((_RIGHT - 190, y), name, "#222222", font, anchor="lm")
    pen.text(((_LEFT + _RIGHT) / 2, _SIZE[1] - 30), across, "#222222", font, anchor="mm")
    pen.text((_LEFT, _TOP - 10), up, "#222222", font, anchor="lb")
    picture.save(path)


def dots(
    rows: Mapping[str, Sequence[float]], names: Sequence[str], path: Path, across: str, marks: Sequence[float] = (1, 3)
) -> None:
    """Draw a line of dots for each of `rows`, one for each of `names`, over a logarithmic axis; zeros at its left."""
    most = max((value for row in rows.values() for value in row), default=1)
    start, end = -1.0, max(1.0, math.ceil(math.log10(max(most, 1))))
    height, left = 22, 240

    def at(value: float) -> float:
        right = (math.log10(max(value, 10**start)) - start) / (end - start)
        return left + right * (_RIGHT - left)

    bottom = _TOP + height * (len(rows) + 1)
    picture = Image.new("RGB", (_SIZE[0], bottom + 80), "white")
    pen, font = ImageDraw.Draw(picture), ImageFont.load_default(16)
    for exponent in range(int(start), int(end) + 1):
        pen.line([(at(10**exponent), _TOP), (at(10**exponent), bottom)], "#dddddd")
        pen.text((at(10**exponent), bottom + 8), f"{10.0**exponent:g}", "#444444", font, anchor="ma")
    for mark in marks:
        pen.line([(at(mark), _TOP), (at(mark), bottom)], "#888888", width=2)
    for number, (name, row) in enumerate(rows.items(), 1):
        y = _TOP + height * number
        pen.text((left - 12, y), name, "#222222", font, anchor="rm")
        for colour, value in zip(_COLOURS, row, strict=False):
            pen.ellipse([(at(value) - 6, y - 6), (at(value) + 6, y + 6)], colour)
    for number, (colour, name) in enumerate(zip(_COLOURS, names, strict=False)):
        x = left + 120 * number
        pen.ellipse([(x, bottom + 44), (x + 12, bottom + 56)], colour)
        pen.text((x + 20, bottom + 50), f"at {name}", "#222222", font, anchor="lm")
    pen.text((_RIGHT, bottom + 50), across, "#222222", font, anchor="rm")
    picture.save(path)
