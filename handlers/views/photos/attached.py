"""Files that are no photos: a sentence for each, for who has asked about them."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.slack import Kind, Message
from handlers.views import rich, words
from services import texts

DENIED = "denied"  # no kind of file: what it is, Slack does not say

_SENTENCES = {
    Kind.EXTERNAL: texts.NO_PHOTO_BUT_EXTERNAL,
    Kind.DOCUMENT: texts.NO_PHOTO_BUT_DOCUMENT,
    Kind.SNIPPET: texts.NO_PHOTO_BUT_SNIPPET,
    Kind.EMAIL: texts.NO_PHOTO_BUT_EMAIL,
    Kind.HIDDEN: texts.NO_PHOTO_BUT_HIDDEN,
    Kind.GONE: texts.NO_PHOTO_BUT_GONE,
    Kind.UNSETTLED: texts.NO_PHOTO_BUT_NOT_READY,
    DENIED: texts.NO_PHOTO_BUT_DENIED,
}


def no_photos(files: Iterable[tuple[str, str]]) -> Message:
    """Why there is nothing to see in files of that name and kind."""
    return words.lines(
        *(rich.fill(_SENTENCES.get(kind, texts.NO_PHOTO_BUT_OTHER), name=rich.Bold(name)) for name, kind in files)
    )
