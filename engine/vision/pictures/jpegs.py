"""Counts the scans of a JPEG without decoding it: each may cost as much as the whole picture, and take twenty bytes."""

from __future__ import annotations

import re

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
"""What ends the pixels of a scan, and begins what comes next; restarts are part of them."""

_END, _START_OF_SCAN = 0xD9, 0xDA
_ALONE = {0x01, 0xD8}
"""Markers that nothing belongs to."""

_SEQUENTIAL = {0xC0, 0xC1}
"""Frames in Huffman's code, as cameras write them."""

_OTHER_FRAMES = {0xC2, 0xC3, *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)}

_MOST_MARKERS = 5000
"""Of a photo with a map of depths or a film in its metadata there are a few hundred."""


def scans(data: bytes) -> int | None:
    """How many scans a JPEG has; None for more segments than any photo has."""
    return sum(marker == _START_OF_SCAN for marker, _ in found) if (found := _segments(data)) is not None else None


def is_simple(data: bytes) -> bool:
    """Whether a JPEG is one sequential scan of all its colours: its decoder needs time in proportion to its pixels."""
    found = _segments(data) or []
    frames = [segment for marker, segment in found if marker in _SEQUENTIAL]
    begun = [segment for marker, segment in found if marker == _START_OF_SCAN]
    others = any(marker in _OTHER_FRAMES for marker, _ in found)
    return not others and len(frames) == len(begun) == 1 and frames[0][9:10] == begun[0][4:5] != b""


def _segments(data: bytes) -> list[tuple[int, bytes]] | None:
    """The markers in their order, as libjpeg finds them, each with the beginning of what belongs to it."""
    found: list[tuple[int, bytes]] = []
    at = 2
    while (there := _MARKER.search(data, at)) and data[there.start() + 1] != _END:
        start, marker = there.start(), data[there.start() + 1]
        if len(found) >= _MOST_MARKERS:
            return None
        found.append((marker, data[start : start + 16]))
        at = start + 2 + (0 if marker in _ALONE else int.from_bytes(data[start + 2 : start + 4], "big"))
    return found
