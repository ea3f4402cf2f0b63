"""Which emoji there are: those that the page shows, by Slack's names, and others that are called as in Unicode."""

import re
import unicodedata
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parents[2] / "page" / "js" / "dom" / "emoji.js"
"""The one list of names, name and character by turns between backquotes."""


def is_emoji(name: str) -> bool:
    """Whether there is an emoji of this name; a skin tone may follow it."""
    plain = re.sub(r"::skin-tone-[2-6]$", "", name)
    return plain in _shown() or re.fullmatch(r"flag-[a-z]{2}", plain) is not None or _is_symbol(plain)


@cache
def _shown() -> frozenset[str]:
    groups = re.findall(r"`([^`]*)`", _TABLE.read_text(encoding="utf-8"))
    return frozenset(name for group in groups for name in group.split()[::2])


def _is_symbol(name: str) -> bool:
    try:
        found = unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return unicodedata.category(found[0]) == "So"
