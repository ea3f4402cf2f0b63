"""Names of people: cleaned for showing, folded for comparing.

A name may be anything that Unicode can spell, up to 80 characters. It is kept as typed, without the characters that
only steer a display, and with apostrophes for backticks, between which texts put what is to be typed. Two names are the
same person's when they fold to the same key. Whether a name passes for another among people is a wider question, which
`resemble` answers: «zoe» passes for «Zoë», and «Rоbin» with a Cyrillic о for «Robin».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from anyascii import anyascii
from confusable_homoglyphs import confusables

from services import texts
from services.errors import Refusal

MAX_LENGTH = 80
ONESELF = "me"  # what people call themselves in commands, so nobody else may be called that
_QUOTES = '"“”„'
_BACKTICK, _APOSTROPHE = "`", "’"

# Joiners shape letters in Persian, Hindi and emoji; every other format or control character only plays tricks.
_JOINERS = {"\u200c", "\u200d"}

# Within ASCII itself only these pass for one another.
_STROKES = str.maketrans("I1|0", "lllO")
_WORD = re.compile(r"[^\W_]+")


def clean(text: str) -> str:
    """The name as it is kept and shown: NFC, one space between words, nothing invisible.

    Raises `Refusal` when nothing is left of it or it is longer than `MAX_LENGTH` characters.
    """
    visible = (c if not c.isspace() else " " for c in unicodedata.normalize("NFC", text))
    kept = quoted("".join(c for c in visible if c in _JOINERS or not unicodedata.category(c).startswith("C")))
    name = " ".join(kept.split()).strip("".join(_JOINERS)).strip(_QUOTES).strip()
    if not name:
        raise Refusal(texts.NAME_MISSING)
    if key(name) == ONESELF:
        raise Refusal(texts.NAME_ME)
    if len(name) > MAX_LENGTH:
        raise Refusal(texts.NAME_TOO_LONG.format(length=len(name), most=MAX_LENGTH))
    return name


def key(name: str) -> str:
    """What two spellings of one name have in common: «ALICE», «alice» and «Ａｌｉｃｅ» fold to the same key."""
    return quoted(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()))


def quoted(text: str) -> str:
    """What somebody typed, as it can stand in a text: none of it is read as a command."""
    return text.replace(_BACKTICK, _APOSTROPHE)


def suggest(text: str) -> str:
    """A typed name as it would be written: «alice martin» becomes «Alice Martin», «bell O'Neill» stays."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split()) if text.islower() else text


def resemble(name: str, others: Iterable[str]) -> bool:
    """Whether a name passes for one of the others: read aloud or by its looks, whatever the order of its words."""
    mine = likenesses(name)
    return any(not mine.isdisjoint(likenesses(other)) for other in others)


def likenesses(name: str) -> frozenset[str]:
    """The name as it is read, in Latin letters without accents, and as it looks; names with one in common are alike."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    alike = {_in_order(anyascii(plain)), _in_order(_looks(plain)), _in_order(key(plain))}
    return frozenset(alike - {""})


def _looks(name: str) -> str:
    """The name in the ASCII characters that its own look like; accents are left out, others stay as they are."""
    bare = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return "".join(c if c.isascii() else _twin(c) for c in bare).translate(_STROKES)


def _twin(character: str) -> str:
    """The ASCII characters that Unicode says it is confused with."""
    twins = (each["c"] for each in confusables.confusables_data.get(character, ()))
    return next((twin for twin in twins if twin.isascii()), character)


def _in_order(text: str) -> str:
    """The words of a name, folded, in one order: «Quill, Sasha» is «sasha quill»."""
    return " ".join(sorted(_WORD.findall(text.casefold())))
