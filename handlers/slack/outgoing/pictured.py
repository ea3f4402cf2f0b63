"""Blocks with pictures that Slack may refuse to show: first with them, else without.

A picture in blocks is a file that was shared nowhere. Whether Slack shows such a file depends on the surface, and on
how long ago it was uploaded; a refusal is of the whole message.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from slack_sdk.errors import SlackApiError

from handlers.slack import refusals

T = TypeVar("T")
Blocks = list[dict[str, Any]]

_LONGEST_ALT = 1_000  # characters with a file; blocks may have more
_AGAIN_AFTER = 1.0  # seconds, since Slack refuses as well what it has not looked at yet


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that blocks show, and what it shows in words."""

    file_id: str
    alt: str


Instead = Callable[[Sequence[Picture]], str]
"""What is done with pictures that Slack does not show where they were to be; a sentence that says so."""


def send(send: Callable[[Blocks], T], blocks: Blocks, instead: Instead) -> T:
    """What `send` gives for the blocks; where Slack does not show the pictures in them, for those without.

    The sentence of `instead` then stands in their place. Raises `SlackApiError` for any other refusal.
    """
    files = list(pictures(blocks))
    try:
        return send(blocks)
    except SlackApiError as error:
        if not files or not refusals.is_of_picture(error):
            raise
    time.sleep(_AGAIN_AFTER)
    try:
        return send(blocks)
    except SlackApiError as error:
        if not refusals.is_of_picture(error):
            raise
    return send(without_pictures(blocks, instead(files)))


def pictures(blocks: Blocks) -> Iterator[Picture]:
    """The files that blocks show."""
    for block in blocks:
        for holder in (block, block.get("accessory") or {}, *block.get("elements", ())):
            if _is_picture(holder):
                yield Picture(str(holder["slack_file"]["id"]), str(holder.get("alt_text", ""))[:_LONGEST_ALT])


def without_pictures(blocks: Blocks, sentence: str = "") -> Blocks:
    """The blocks without pictures of Slack's files, and above them the sentence, if any."""
    kept = [_without_accessory(block) for block in blocks if not _is_picture(block)]
    note = {"type": "context", "elements": [{"type": "plain_text", "text": sentence}]}
    return [note, *kept] if sentence else kept


def _without_accessory(block: dict[str, Any]) -> dict[str, Any]:
    if _is_picture(block.get("accessory") or {}):
        return {key: value for key, value in block.items() if key != "accessory"}
    return block


def _is_picture(node: dict[str, Any]) -> bool:
    return node.get("type") == "image" and "slack_file" in node
