"""How far a look back over channels has come, and how long it will take."""

from __future__ import annotations

from datetime import datetime, timedelta

from slack_sdk.models.blocks import ActionsBlock, ButtonElement

from handlers.slack import Message
from handlers.views import rich
from services import texts
from services.records import LookBack, Progress, Stage

STOP, GO_ON = "lookback_stop", "lookback_go_on"
_A_PHOTO = 1.2  # seconds, while nobody knows better
_FEW = 10  # photos, before which nobody does


def progress(look: LookBack, now: datetime) -> Message:
    """Where it is, how many photos it has looked at, and how long the others will take, with a button to stop it."""
    lines = [_head(look), _counts(look.progress)]
    if look.stage is Stage.UNDER_WAY:
        lines.append(_to_go(look, now))
    stopped = look.stage is Stage.STOPPED
    action, label = (GO_ON, texts.LOOK_ON) if stopped else (STOP, texts.STOP)
    button = ButtonElement(text=label, action_id=action, value=look.id)
    blocks = [rich.lines(*lines), ActionsBlock(block_id=f"{look.id}-{look.stage.name}", elements=[button])]
    return Message("\n".join(map(rich.plain, lines)), blocks)


def ended(look: LookBack) -> Message:
    """What came of it, in the channels that could be read."""
    n = look.progress.read
    lines = [rich.fill(texts.LOOKED_BACK.of(n), n=n), _counts(look.progress)]
    return Message("\n".join(map(rich.plain, lines)), [rich.lines(*lines)])


def begun(*, now: bool) -> Message:
    """To who asked for it."""
    text = texts.LOOK_BACK_BEGINS if now else texts.LOOK_BACK_WAITS
    return Message(text, [rich.lines([text])])


def _head(look: LookBack) -> rich.Line:
    match look.stage:
        case Stage.STOPPED:
            return [texts.LOOKING_BACK_STOPPED]
        case Stage.WAITING:
            return [texts.LOOK_BACK_WAITS]
    n, channel = len(look.progress.channels), look.progress.channel
    place: rich.Piece = rich.Channel(channel) if channel else ""
    if n == 1:
        return rich.fill(texts.LOOKING_BACK, channel=place)
    return rich.fill(texts.LOOKING_BACK_OVER_SOME, channel=place, number=look.progress.at + 1, n=n)


def _counts(progress: Progress) -> rich.Line:
    n = progress.looked
    return rich.fill(texts.LOOKED_AT.of(n), n=n, kept=progress.kept)


def _to_go(look: LookBack, now: datetime) -> rich.Line:
    """How long it takes for the photos that are known of; after them it takes what Slack allows."""
    progress = look.progress
    left = max(0, progress.total - progress.looked)
    if progress.cursor.startswith("said:"):
        return [texts.READING_SLOWLY if progress.slowly else texts.READING]
    pace = (now - look.begun_at).total_seconds() / progress.looked if progress.looked >= _FEW else _A_PHOTO
    return rich.fill(texts.TO_GO, time=_in_words(timedelta(seconds=left * pace)))


def _in_words(time: timedelta) -> str:
    """In minutes, hours or days, whichever it is a few of."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 120:
        return texts.MINUTES.say(minutes)
    hours = round(minutes / 60)
    return texts.HOURS.say(hours) if hours < 48 else texts.DAYS.say(hours // 24)
