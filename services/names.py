"""Names of people: cleaned for showing, folded for comparing.

A name may be anything that Unicode can spell, up to 80 characters, that is one person's. It is kept as typed, without
the characters that nobody sees and the punctuation around it, and with apostrophes for backticks, between which texts
put what is to be typed. Two names are the same person's when they fold to the same key, for which whatever is typed is
cleaned alike. Whether a name passes for another among people is a wider question, which `likenesses` answers: «zoe»
passes for «Zoë», and «Rоbin» with a Cyrillic о for «Robin».
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable

from anyascii import anyascii

from services import texts
from services.errors import Refusal

MAX_LENGTH = 80
_CLOSE = 0.7  # how alike two words are that differ by a letter or two
ONESELF = "me"  # what people call themselves in commands, so nobody else may be called that
_BACKTICK, _APOSTROPHE = "`", "’"
_AROUND = ' "“”„,;:\u200c\u200d'  # a name, and no part of it

# Joiners and variation selectors shape what they follow in Persian, Hindi, emoji and Japanese, and nothing in Latin,
# Greek or Cyrillic; every other format or control character, and a blank that is called a letter, only plays tricks.
_SHAPING = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SHAPED = re.compile("[^\u0000-\u052f\u1e00-\u200b\u200e-\u206f]")
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")

_BROADCAST = re.compile(r"<![^>]*>")  # «@here», as Slack writes it
_MENTION = re.compile(r"<[@#][^>]*>")  # of a member or a channel, as Slack writes it
_NOBODYS = {"all", "channel", "everybody", "everyone", "here", "unknown"}

# Within ASCII itself only these pass for one another.
_STROKES = str.maketrans("I1|0", "lllO")
_WORD = re.compile(r"[^\W_]+")


def clean(text: str) -> str:
    """The name as it is kept and shown: NFC, one space between words, nothing invisible.

    Raises `Refusal` when nothing is left of it, when it is longer than `MAX_LENGTH` characters, and for what is no one
    person's name.
    """
    name = _tidy(text)
    if not name:
        raise Refusal(texts.NAME_MISSING)
    if key(name) == ONESELF:
        raise Refusal(texts.NAME_ME)
    if len(name) > MAX_LENGTH:
        raise Refusal(texts.NAME_TOO_LONG.format(length=len(name), most=MAX_LENGTH))
    if _BROADCAST.search(name) or key(name).lstrip("@") in _NOBODYS:
        raise Refusal(texts.NAME_OF_NOBODY.format(name=_BROADCAST.sub(lambda match: f"@{match[0][2:-1]}", name)))
    if _MENTION.search(name):  # whose name would be an id, and whom it mentions never asked
        raise Refusal(texts.NAME_IS_MENTION)
    if not any(unicodedata.category(c)[0] in "LN" or unicodedata.category(c) == "So" for c in name):
        raise Refusal(texts.NAME_OF_PUNCTUATION.format(name=name))
    return name


def usable(candidates: Iterable[str]) -> str:
    """The first that can be a name. Raises `Refusal` where none can."""
    refusal = Refusal(texts.NAME_MISSING)
    for each in candidates:
        try:
            return clean(each)
        except Refusal as another:
            refusal = another
    raise refusal


def key(name: str) -> str:
    """What two spellings of one name have in common: «ALICE», «alice» and «Ａｌｉｃｅ» fold to the same key."""
    return folded(_SHAPING.sub("", _tidy(name)))


def folded(name: str) -> str:
    """The name in one spelling of its letters; what nobody sees of it stays."""
    return quoted(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()))


def _tidy(text: str) -> str:
    """What one sees of a text, without the punctuation around it, and with one space between words."""
    kept = ""
    for character in text:
        if _SHAPING.match(character):
            kept += character if kept and _SHAPED.match(kept[-1]) else ""
        elif character.isspace():
            kept += " "
        elif character not in _BLANK and not unicodedata.category(character).startswith("C"):
            kept += character
    return quoted(" ".join(unicodedata.normalize("NFC", kept).split())).strip(_AROUND)


def quoted(text: str) -> str:
    """What somebody typed, as it can stand in a text: none of it is read as a command."""
    return text.replace(_BACKTICK, _APOSTROPHE)


def suggest(text: str) -> str:
    """A typed name as it would be written: «alice martin» becomes «Alice Martin», «bell O'Neill» stays."""
    return " ".join(word[:1].upper() + word[1:] for word in text.split()) if text.islower() else text


def nearest(typed: str, others: Iterable[str]) -> list[str]:
    """Those of the others that may be meant: by the beginnings of their words, else with a letter or two amiss."""
    wanted = [each.split() for each in likenesses(typed)]
    written = {other: [word for each in likenesses(other) for word in each.split()] for other in others}

    def meant(fits: Callable[[str, list[str]], bool]) -> list[str]:
        return [o for o, words in written.items() if any(all(fits(word, words) for word in each) for each in wanted)]

    in_part = meant(lambda word, words: any(each.startswith(word) for each in words))
    return in_part or meant(lambda word, words: bool(difflib.get_close_matches(word, words, n=1, cutoff=_CLOSE)))


def likenesses(name: str) -> frozenset[str]:
    """The name as it is read, in Latin letters without accents, and as it looks; names with one in common are alike."""
    plain = unicodedata.normalize("NFKC", _SHAPING.sub("", _tidy(name)))
    alike = {_in_order(anyascii(plain)), _in_order(_looks(plain)), _in_order(key(plain))}
    return frozenset(alike - {""})


def _looks(name: str) -> str:
    """The name in the ASCII characters that its own look like; accents are left out, others stay as they are."""
    bare = (c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return "".join(c if c.isascii() else _twin(c) for c in bare).translate(_STROKES)


def _twin(character: str) -> str:
    """The ASCII characters that Unicode says it is confused with."""
    from confusable_homoglyphs import confusables  # a large table, which a start has no use for

    twins = (each["c"] for each in confusables.confusables_data.get(character, ()))
    return next((twin for twin in twins if twin.isascii()), character)


def _in_order(text: str) -> str:
    """The words of a name, folded, in one order: «Quill, Sasha» is «sasha quill»."""
    return " ".join(sorted(_WORD.findall(text.casefold())))
