"""What a message to the bot is answered with that does nothing by itself: what to type, or a button that does it.

Only its author sees that, unless it is in their direct messages with the bot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from slack_bolt import App

from handlers import enroll, errors
from handlers.desk import Desk
from handlers.facesearch import SUBCOMMANDS, meant
from handlers.slack import Message, Place, Posted, SlackFile, mentioned, replies, unescape
from handlers.views import words
from handlers.views.enroll import enroll as views
from services import names, texts
from services.jobs import Payload, Step

JOB = "hint"
_TO_US = re.compile(r"/?facesearch(?=[\s:,?!.]|$)[\s:,?!.]*", re.IGNORECASE)
OWN_COMMANDS = {"forget me", "export me", "photos off", "tell me off"}  # of `/facesearch`
_MOST_WORDS = 3  # of what is said to the bot and may be a subcommand, rather than a question


class Kind(StrEnum):
    """What is missing."""

    PHOTOS = "photos"
    SLASH = "slash"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Hint:
    """What is missing in a message, and what it says: whom it enrols, or the command that it would be."""

    kind: Kind
    said: str

    @property
    def is_own(self) -> bool:
        """Whether it says what anybody may do who is of the workspace, guests too: what concerns oneself."""
        return self.kind is Kind.SLASH and self.said.removeprefix("/facesearch ") in OWN_COMMANDS


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _hint))


def of(posted: Posted, bot: str | None) -> Hint | None:
    """The hint for a message without a file: it enrols somebody without a photo, or is a command without its slash."""
    whom = enroll.said(posted.text, bot, direct=posted.direct)
    if whom is None and (posted.direct or f"<@{bot}>" in posted.text):
        whom = enroll.nearly(posted.text, bot, direct=posted.direct)
    if whom is not None:
        return Hint(Kind.PHOTOS, whom)
    line = _line(posted, bot)
    return Hint(Kind.SLASH, line) if line else None


def submit(desk: Desk, posted: Posted, hint: Hint, files: Sequence[SlackFile] = ()) -> None:
    """Store the job that gives it."""
    payload = {
        "channel": posted.channel,
        "ts": posted.ts,
        "thread": posted.thread_ts if posted.is_reply else None,
        "only": None if posted.direct else posted.user,
        "user": posted.user,
        "kind": hint.kind.value,
        "said": hint.said,
        "files": [[file.id, file.name] for file in files if file.may_be_picture],
    }
    desk.submit(JOB, f"{posted.channel}-{posted.ts}", payload, channel=posted.channel)


def _line(posted: Posted, bot: str | None) -> str:
    """The command that a message would be, did it begin with a slash; "" for what was not meant so."""
    first = posted.text.strip().partition("\n")[0]
    spoken = " ".join(unescape(first.replace(f"<@{bot}>", " ")).split())
    by_name = _TO_US.match(spoken)
    rest = spoken[by_name.end() :] if by_name else spoken
    word, _, more = rest.partition(" ")
    word = word.lower().strip(":,?!.")
    if by_name and not rest:
        return "/facesearch help"
    to_us = (posted.direct or spoken != first) and not posted.is_reply and len(rest.split()) <= _MOST_WORDS
    return meant.line(word, more) if word in SUBCOMMANDS and (by_name or to_us) else ""


def _hint(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: give the hint, unless it would be to another bot."""
    slack, place = desk.slack(), Place(payload["channel"], payload["thread"], payload["only"])
    if step("by a bot", lambda: slack.members.is_bot(payload["user"])):
        return
    said = step("whom", lambda: _called(desk, payload["said"]))
    replies.say(step, "say", slack, place, _message(payload, said), user=payload["user"])


def _called(desk: Desk, said: str) -> str:
    """What was said, as it is typed: who is mentioned by their name."""
    member = mentioned(said)
    return f"@{desk.visitors.member(member).name}" if member else said


def _message(payload: Payload, said: str) -> Message:
    if payload["kind"] == Kind.SLASH:
        return words.sentence(texts.NEEDS_A_SLASH.format(line=said))
    if payload["kind"] == Kind.PHOTOS:
        return words.sentence(texts.ENROLLING_NEEDS_PHOTOS.format(name=names.quoted(unescape(said)) or "alice"))
    return views.offered(said, payload["files"])
