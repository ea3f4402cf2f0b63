"""Rich text: lines in which a name is only ever a name, since Slack reads no markup in it; and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter
from unicodedata import bidirectional

from slack_sdk.models.blocks import (
    ImageBlock,
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
)
from slack_sdk.models.blocks.basic_components import SlackFile

_Text = RichTextElementParts.Text

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


Piece = str | Bold | Code | User | Channel
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


def picture(file_id: str, alt: str) -> ImageBlock:
    """A picture that Slack keeps, with what it shows in words."""
    return ImageBlock(slack_file=SlackFile(id=file_id), alt_text=alt)


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
    return f"<#{piece.id}>" if isinstance(piece, Channel) else escape(_text(piece))


def _text(piece: str | Bold | Code) -> str:
    return piece if isinstance(piece, str) else piece.text


def _section(line: Line, end: str = "") -> RichTextSectionElement:
    parts = [_part(piece) for piece in line if piece not in ("", Bold(""))]
    if end:
        parts.append(_Text(text=end))
    return RichTextSectionElement(elements=parts)


def _part(piece: Piece) -> RichTextElementParts.Text | RichTextElementParts.User | RichTextElementParts.Channel:
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
