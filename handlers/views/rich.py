"""Rich text: lines in which a name is only ever a name, since Slack reads no markup in it; and pictures."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any
from unicodedata import bidirectional

from slack_sdk.models.blocks import (
    Block,
    ImageBlock,
    InteractiveElement,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from handlers.slack import fits

_Text = RichTextElementParts.Text
_Part = RichTextElementParts.Text | RichTextElementParts.User | RichTextElementParts.Channel | RichTextElementParts.Link

_MOST_RICH = 8_000  # characters of JSON; plain text takes a fifth of them
_MOST_PLAIN, _LEAST_PLAIN = 7_500, 1_500  # characters, which become less by so many until they fit
_FEWER = 500
_LONGEST_SECTION = 2_900  # characters
_SHORTEST_NAME = 10  # characters

_RIGHT_TO_LEFT = {"R", "AL"}
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Bold:
    """A piece of a line in bold."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """A piece of a line to be typed as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class User:
    """A mention of a member, by id."""

    id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A mention of a channel, by id; who is not in a private one is not shown its name."""

    id: str


@dataclass(frozen=True, slots=True)
class Link:
    """A piece of a line that leads to an address."""

    text: str
    url: str


Piece = str | Bold | Code | User | Channel | Link
Line = Sequence[Piece]


def lines(*content: Line) -> RichTextBlock:
    """Lines below one another."""
    return RichTextBlock(
        elements=[_section(line, "\n" if i < len(content) - 1 else "") for i, line in enumerate(content)]
    )


def bullets(*content: Line) -> RichTextBlock:
    """A bulleted list."""
    items = [_section(line) for line in content]
    return RichTextBlock(elements=[RichTextListElement(style="bullet", indent=0, elements=items)])


def listing(
    head: Line,
    rows: Sequence[Line],
    *,
    bulleted: bool = False,
    above: Sequence[Block] = (),
    below: Sequence[Block] = (),
) -> list[Block]:
    """A head with rows below it: rich text, or where that is too much for one message plain text with names cut.

    `above` and `below` it stands what else the message has: the list gets the room that they leave.
    """
    forms = ([*above, *form, *below] for form in _forms(head, rows, bulleted=bulleted))
    first = next(forms)
    return next((each for each in (first, *forms) if fits(_dicts(each))), first)


def picture(file_id: str, alt: str) -> ImageBlock:
    """A picture that Slack keeps, with what it shows in words."""
    return ImageBlock(slack_file=SlackFile(id=file_id), alt_text=alt)


def fresh(name: str, elements: Sequence[InteractiveElement]) -> str:
    """An id for a block, another one for other elements: under the same one Slack keeps what was chosen before."""
    content = json.dumps([element.to_dict() for element in elements], sort_keys=True)
    return f"{name}-{zlib.crc32(content.encode()):08x}"


def sentence(text: str) -> Line:
    """A sentence with `commands` between backticks, as `services` write them, as the pieces of a line."""
    return [Code(piece) if i % 2 else piece for i, piece in enumerate(text.split("`")) if piece]


def fill(text: str, **places: Piece | Line | int) -> Line:
    """One of `services.texts`, filled with names, numbers and whole lines, as the pieces of a line."""
    pieces: list[Piece] = []
    for literal, place, _, _ in Formatter().parse(text):
        pieces += sentence(literal)
        if place is not None:
            given = places[place]
            if isinstance(given, int):
                pieces.append(str(given))
            elif isinstance(given, str):
                pieces.append(_isolated(given))
            elif isinstance(given, Bold):
                pieces.append(Bold(_isolated(given.text)))
            elif isinstance(given, Piece):
                pieces.append(given)
            else:
                pieces += given
    return _joined(pieces)


def plain(line: Line) -> str:
    """The line's text for a notification, with names that stay names."""
    return "".join(_plain(piece) for piece in line)


def escape(text: str) -> str:
    """Text that Slack shows as it stands: no mention, no link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _forms(head: Line, rows: Sequence[Line], *, bulleted: bool) -> Iterator[list[Block]]:
    """A list in all forms that it may have, the best one first."""
    rich: list[Block] = [lines(head), bullets(*rows)] if bulleted else [lines(head, *rows)]
    if not rows or len(json.dumps(_dicts(rich), ensure_ascii=False)) <= _MOST_RICH:
        yield rich
    if rows:
        yield from ([lines(head), *_sections(rows, most)] for most in range(_MOST_PLAIN, _LEAST_PLAIN - 1, -_FEWER))


def _sections(rows: Sequence[Line], most: int) -> list[Block]:
    """The rows as plain text of at most so many characters."""
    longest = min(max(1, most // len(rows) - 1), _LONGEST_SECTION)
    at_once = max(1, _LONGEST_SECTION // (longest + 1))
    fitting = [_cut(row, longest) for row in rows]
    groups = (fitting[start : start + at_once] for start in range(0, len(fitting), at_once))
    return [SectionBlock(text=PlainTextObject(text="\n".join(each), emoji=False)) for each in groups]


def _dicts(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    return [block.to_dict() for block in blocks]


def _cut(row: Line, most: int) -> str:
    """A row in at most so many characters, with as much of its names as fits."""
    texts = [_text(piece) for piece in row if not isinstance(piece, User | Channel)]
    names = [piece.text for piece in row if isinstance(piece, Bold)]
    rest = sum(map(len, texts)) - sum(map(len, names))
    share = max(_SHORTEST_NAME, (most - rest) // max(1, len(names)))
    return _ended("".join(_ended(text, share) if text in names else text for text in texts), most)


def _ended(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _isolated(text: str) -> str:
    """The text; where it runs from right to left, so that what stands after it does not run so too."""
    if any(bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{_ISOLATE}{text}{_END_OF_ISOLATE}"
    return text


def _joined(pieces: Line) -> Line:
    """The pieces, with plain ones that follow one another made one."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if isinstance(piece, str) and isinstance(before, str):
            joined[-1] = before + piece
        else:
            joined.append(piece)
    return joined


def _plain(piece: Piece) -> str:
    if isinstance(piece, User):
        return f"<@{piece.id}>"
    if isinstance(piece, Link):
        return f"<{piece.url}|{escape(piece.text)}>"
    return f"<#{piece.id}>" if isinstance(piece, Channel) else escape(_text(piece))


def _text(piece: str | Bold | Code | Link) -> str:
    return piece if isinstance(piece, str) else piece.text


def _section(line: Line, end: str = "") -> RichTextSectionElement:
    parts = [_part(piece) for piece in line if piece not in ("", Bold(""))]
    if end:
        parts.append(_Text(text=end))
    return RichTextSectionElement(elements=parts)


def _part(piece: Piece) -> _Part:
    if isinstance(piece, Link):
        return RichTextElementParts.Link(url=piece.url, text=piece.text)
    if isinstance(piece, User):
        return RichTextElementParts.User(user_id=piece.id)
    if isinstance(piece, Channel):
        return RichTextElementParts.Channel(channel_id=piece.id)
    style = None
    if isinstance(piece, Bold):
        style = RichTextElementParts.TextStyle(bold=True)
    elif isinstance(piece, Code):
        style = RichTextElementParts.TextStyle(code=True)
    return _Text(text=_text(piece), style=style)
