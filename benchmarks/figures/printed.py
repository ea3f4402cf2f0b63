"""Where tables go: a terminal as wide as it is, or a file as wide as they need."""

from __future__ import annotations

import sys

from rich.console import Console

_WIDTH = 140


def console() -> Console:
    """Standard output."""
    return Console(width=None if sys.stdout.isatty() else _WIDTH)
