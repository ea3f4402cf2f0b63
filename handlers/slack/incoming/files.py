"""A file as Slack names it in messages, views and `files.info`: what it is, and whether it may be a photo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from handlers.slack.incoming.reading import text_in

_DOCUMENTS = {"canvas", "quip", "space", "post", "list"}  # Slack's own, by whatever name it gives them


class Kind(StrEnum):
    """What becomes of a file: a picture is looked at, an unsettled one asked about, all others get a sentence."""

    PICTURE = "picture"
    UNSETTLED = "unsettled"  # a stub, or not looked at by Slack yet: `files.info` tells
    EXTERNAL = "external"
    DOCUMENT = "document"
    SNIPPET = "snippet"
    EMAIL = "email"
    HIDDEN = "hidden"
    GONE = "gone"
    OTHER = "other"


_KINDS = {
    "external": Kind.EXTERNAL,
    "snippet": Kind.SNIPPET,
    "email": Kind.EMAIL,
    "hidden_by_limit": Kind.HIDDEN,
    "tombstone": Kind.GONE,
    **dict.fromkeys(_DOCUMENTS, Kind.DOCUMENT),
}


@dataclass(frozen=True, slots=True)
class SlackFile:
    """A file as Slack names it. Its name and type are the sender's word, not a fact.

    `mode` is Slack's: `hosted`, `external`, `snippet`, `tombstone`, … or nothing; `access` is `visible` or nothing
    where Slack has told all that there is.
    """

    id: str
    name: str
    mimetype: str = ""
    mode: str = ""
    access: str = ""

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> SlackFile:
        """The file of an object of Slack's that has an id, whatever else is missing from it."""
        file_id = text_in(payload, "id")
        mode = "external" if payload.get("is_external") is True else text_in(payload, "mode")
        return cls(
            file_id,
            text_in(payload, "name") or text_in(payload, "title") or file_id,
            text_in(payload, "mimetype"),
            mode,
            text_in(payload, "file_access"),
        )

    @property
    def kind(self) -> Kind:
        """What it is, as far as Slack has told."""
        if self.mode in _KINDS:
            return _KINDS[self.mode]
        if self.access not in {"", "visible"} or not self.mimetype:
            return Kind.UNSETTLED
        return Kind.PICTURE if self.mimetype.startswith("image/") else Kind.OTHER

    @property
    def may_be_picture(self) -> bool:
        return self.kind in {Kind.PICTURE, Kind.UNSETTLED}
