"""The help of `/facesearch`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block

from handlers.slack import Message
from handlers.views import rich
from services import texts


def help_text(groups: Mapping[str, Sequence[tuple[str, str]]]) -> Message:
    """Every command as an example with what it does, in groups by title."""
    head: rich.Line = [texts.HELP]
    blocks: list[Block] = [rich.lines(head)]
    said = [head]
    for title, usages in groups.items():
        rows = [rich.fill(texts.HELP_ROW, usage=rich.Code(usage), does=rich.sentence(does)) for usage, does in usages]
        blocks += [rich.lines([rich.Bold(title)]), rich.bullets(*rows)]
        said += [[title], *rows]
    return Message("\n".join(rich.plain(line) for line in said), blocks)
