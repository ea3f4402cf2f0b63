"""What somebody means who types a subcommand that there is not: by what the word says, else by how it is spelt."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from services import names, texts

ENROLL = ("enroll", "enrol")

# What people type, by the subcommand that does it.
_MEANINGS = {
    "enroll": "add create learn new register remember save teach train upload",
    "people": "all contacts everybody everyone faces list lists ls members names persons users",
    "people *": "find lookup query search",
    "show *": "album display face get image images info open person photo photos picture pictures portrait see view",
    "rename": "call change edit name",
    "merge": "combine duplicate join same unite",
    "forget": "clear delete drop erase gdpr purge remove rm unenrol unenroll unlearn unregister",
    "forget me": "optout unsubscribe",
    "export": "backup data download dump",
    "undo": "back restore revert rollback",
    "threshold": "accuracy certainty confidence percent sensitivity similarity strict",
    "mode": "compare method vector vectors",
    "auto off": "disable hush mute off pause quiet silence silent stop",
    "auto on": "enable on resume start unmute",
    "status": "about config count health ping stats statistics version",
    "admins": "admin owner owners permissions rights role roles",
    "exclude": "block ignore leave skip",
    "include": "allow unblock unignore",
    "guests": "guest",
    "shared": "connect external outsiders share",
    "audit": "activity events history log logs",
    "help": "? commands examples hello hey hi how manual usage what why",
}
_BY_WORD = {word: command for command, words in _MEANINGS.items() for word in words.split()}
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
