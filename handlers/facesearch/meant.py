"""What somebody means who types a subcommand that there is not: by what the word says, else by how it is spelt."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from services import names, texts

ENROLL = ("enroll", "enrol")

_BY_WORD = {word: command for command, words in texts.MEANINGS.items() for word in words.split()}
_ASKING = {"detect", "identify", "recognise", "recognize", "scan", "who", "who's", "whos"}  # about a photo
_OF_PHOTO = {"are", "is", "this"}
# After these, what was typed after another word says nothing.
_ALONE = {"audit", "auto", "exclude", "guests", "help", "include", "mode", "shared", "status", "undo"}


def answer(word: str, rest: str, known: Collection[str]) -> str:
    """What is said of a subcommand that is none. `rest` is what was typed after it, `known` are those there are."""
    if word in _ASKING:
        of_photo = not rest or rest.lower().split()[0] in _OF_PHOTO
        return texts.WHO_IS_IN_PHOTO if of_photo else _but("show", rest)
    if word == "import":
        return texts.IMPORTED_ELSEWHERE
    command = _BY_WORD.get(word) or next(iter(difflib.get_close_matches(word, [*known, *ENROLL], n=1)), "")
    return _but(command, rest) if command else texts.NO_SUCH_SUBCOMMAND


def _but(command: str, rest: str) -> str:
    return texts.NO_SUCH_SUBCOMMAND_BUT.format(near=line(command, rest))


def line(command: str, rest: str) -> str:
    """What to type: the subcommand, with what was typed after it where it takes that.

    «show *» wants somebody, and is «people» where nobody is named; «people *» is for some of them.
    """
    name, _, more = command.partition(" ")
    if more == "*" and not rest:
        name = "people"
    given = rest if name not in _ALONE and more in {"", "*"} else more.strip("*")
    return f"/facesearch {name} {names.quoted(given)}".strip()
