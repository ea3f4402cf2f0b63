"""The job of a look back: the photos of one page are looked at, and the job of the next page is stored.

It is stopped between two photos. One message says how far it has come.
"""

from __future__ import annotations

import http.client
import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from slack_sdk.errors import SlackApiError

from handlers import album
from handlers.desk import Desk
from handlers.lookback import turns
from handlers.photos import kept
from handlers.slack import Leaf, Message, Past, Place, Slack, refusals, replies, setback
from handlers.views import lookback as views
from services.jobs import Payload, Step
from services.records import LookBack, Progress, Source, Stage
from services.search import Identification

JOB = "look_back"
_LIMITED = timedelta(seconds=60)  # that Slack wants between two pages of some apps
_TROUBLE = timedelta(minutes=10)  # after which what could not be done for long is tried anew
_SHOWN_EVERY = 5.0  # seconds

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What came of one photo; `stopped` says that it was not looked at, as somebody has stopped it all."""

    photos: int = 0
    kept: int = 0
    stopped: bool = False


def look_back(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: look at the photos of one page, and store the job of the next."""
    look = step("where", lambda: _current(desk, payload))
    if look is None:  # stopped, done by another job, or erased with who asked for it
        turns.begin_another(desk, step)
        return
    try:
        look = replace(look, progress=_said(desk, look, step))
        _take_page(desk, look, step)
    except Exception as error:
        if setback(error) is None:
            other = step("fail", partial(_fail, desk, payload, look))
            if other is not None:
                turns.store(desk, other)
            raise
        _logger.warning("looking back goes on in a while: %s", error)
        turns.store(desk, step("again", partial(turns.turn, desk, look.id, look.progress)), _TROUBLE)


def _fail(desk: Desk, payload: Payload, look: LookBack) -> Payload | None:
    """Stop what cannot go on, and say so; the payload of the job of another that has waited for that."""
    look_backs = desk.workspace.records.look_backs
    if _current(desk, payload) is not None:
        look_backs.keep(look.id, look.progress)
        look_backs.set_stage(look.id, Stage.STOPPED)
        show(desk.slack(), replace(look, stage=Stage.STOPPED))
    return turns.claim_next(desk)


def _take_page(desk: Desk, look: LookBack, step: Step) -> None:
    if look.progress.channel is None:
        other = step("end", lambda: _end(desk, look))
        if other is not None:
            turns.store(desk, other)
        return
    leaf = step("page", lambda: _leaf(desk, look))
    look = replace(look, progress=replace(look.progress, total=look.progress.total + _newly_told(look.progress, leaf)))
    work, shown = Work(desk, look, step), time.monotonic()
    for past in leaf.photos if leaf else ():
        done = step(f"look {past.file_id} {past.ts}", partial(work.look, past))
        look = replace(look, progress=_counted(look.progress, done))
        if done.stopped:
            step("stop", partial(desk.workspace.records.look_backs.keep, look.id, look.progress))
            show(desk.slack(), replace(look, stage=Stage.STOPPED))
            turns.begin_another(desk, step)
            return
        if time.monotonic() > shown + _SHOWN_EVERY:
            shown = time.monotonic()
            show(desk.slack(), look)
    show(desk.slack(), look)
    turns.store(desk, step("next", lambda: _next(desk, look, leaf)), _LIMITED if leaf and leaf.limited else None)


def _current(desk: Desk, payload: Payload) -> LookBack | None:
    look = desk.workspace.records.look_backs.get(payload["look_back"])
    is_here = look is not None and look.stage is Stage.UNDER_WAY and look.progress.page == payload["page"]
    return look if is_here else None


def _said(desk: Desk, look: LookBack, step: Step) -> Progress:
    """The steps that say once that it is under way; the progress with the message that tells of it."""
    if look.progress.said[1]:
        return look.progress
    slack = desk.slack()
    try:
        place = Place(step("open", lambda: slack.members.direct(look.asked_by)))
        said = replies.say(step, "say", slack, place, views.progress(look, datetime.now(UTC)))
    except SlackApiError as error:
        if refusals.may_pass(error):
            raise
        return look.progress  # who cannot be told is looked back for all the same
    return replace(look.progress, said=(said.place.channel, said.ts))


def _leaf(desk: Desk, look: LookBack) -> Leaf | None:
    """A page of the channel; None of one that is left out, or of which Slack lets nothing be read."""
    workspace, channel = desk.workspace, look.progress.channel or ""
    if workspace.roles.excluded(channel) or desk.silent(channel) or channel not in desk.visitors.channels_of():
        return None
    archive, progress = desk.slack().archive(desk.visitors.me), look.progress
    since, before = workspace.album.unseen_since(channel), f"{look.begun_at.timestamp():.6f}"
    try:
        return archive.leaf(
            channel, progress.cursor, since=since, before=before, slowly=progress.slowly, few=progress.few
        )
    except SlackApiError as error:
        if refusals.may_pass(error):
            raise
        _logger.warning("a channel is not looked back over: %s", refusals.code(error))
        return None


def _newly_told(progress: Progress, leaf: Leaf | None) -> int:
    """How many photos the channel has, where its first page says so."""
    return 0 if progress.cursor or leaf is None else leaf.total or 0


def _counted(progress: Progress, done: _Looked) -> Progress:
    return replace(progress, looked=progress.looked + done.photos, kept=progress.kept + done.kept)


def _next(desk: Desk, look: LookBack, leaf: Leaf | None) -> Payload:
    """The payload of the job of what comes next: a page more, or another channel.

    One that could not be read is not taken for looked over: a later look back may read it, from its first photo on.
    """
    progress = look.progress
    if leaf is not None:
        progress = replace(progress, slowly=progress.slowly or leaf.limited, few=progress.few or leaf.few)
        if leaf.following:
            return turns.turn(desk, look.id, replace(progress, cursor=leaf.following))
        desk.workspace.album.looked_back(progress.channel or "", look.begun_at)
        progress = replace(progress, read=progress.read + 1)
    return turns.turn(desk, look.id, replace(progress, at=progress.at + 1, cursor=""))


def _end(desk: Desk, look: LookBack) -> Payload | None:
    """Say what came of it, and forget it; the payload of the job of another that has waited for that."""
    progress = look.progress
    desk.workspace.records.audit(
        look.asked_by, "looked_back", channels=progress.read, photos=progress.looked, kept=progress.kept
    )
    _change(desk.slack(), look, views.ended(look))
    desk.workspace.records.look_backs.end(look.id)
    return turns.claim_next(desk)


class Work:
    """Looks at the photos of one page."""

    def __init__(self, desk: Desk, look: LookBack, step: Step) -> None:
        self._desk = desk
        self._look = look
        self._step = step
        self._slack = desk.slack()
        self._bots: dict[str, bool] = {}

    def look(self, past: Past) -> _Looked:
        """Look at one, unless that is done, or all is stopped. Raises what may pass; what else is wrong is logged."""
        look_backs = self._desk.workspace.records.look_backs
        now = look_backs.get(self._look.id)
        if now is None or now.stage is not Stage.UNDER_WAY:
            return _Looked(stopped=True)
        sources = [each for each in self._sources(past) if not look_backs.has_looked(now.id, each)]
        if not sources or self._is_bot(past.user):
            return _Looked()
        found = self._found(past.file_id)
        kept = [album.keep(self._desk, each, found) for each in sources if found]
        for source in sources:
            look_backs.mark(now.id, source)
        return _Looked(photos=1, kept=int(any(kept)))

    def _sources(self, past: Past) -> list[Source]:
        """Where in the channel it was posted."""
        channel = self._look.progress.channel or ""
        if past.ts:
            return [Source(channel, past.ts, past.file_id)]
        return list(self._slack.archive(self._desk.visitors.me).messages_of(channel, past.file_id))

    def _is_bot(self, user: str) -> bool:
        if user and user not in self._bots:
            self._bots[user] = self._slack.members.is_bot(user)
        return self._bots.get(user, False)

    def _found(self, file_id: str) -> Identification | None:
        """Who is in it, when nobody else waits for an answer; None where it cannot be looked at.

        One answer is for all messages that have the file: whoever a face is not by one of them, it is not in any.
        """
        workspace, channel = self._desk.workspace, self._look.progress.channel or ""
        tuning = workspace.preferences.tuning(channel)
        try:
            data = self._slack.files.fetch(file_id)
            with self._step.spare():
                return workspace.search.identify(
                    workspace.search.opened(data),
                    mode=tuning.mode,
                    threshold=tuning.threshold,
                    denied=kept.denials_of_file(workspace.records, channel, file_id),
                )
        except Exception as error:
            if setback(error) is not None:
                raise
            _logger.warning("a photo is not looked at: %s", error)
            return None


def show(slack: Slack, look: LookBack) -> None:
    """Say how far it has come. A courtesy: that it fails is no error."""
    _change(slack, look, views.progress(look, datetime.now(UTC)))


def _change(slack: Slack, look: LookBack, message: Message) -> None:
    channel, ts = look.progress.said
    if not ts:
        return
    try:
        slack.try_to_change(Place(channel), ts, message)
    except (SlackApiError, OSError, http.client.HTTPException) as error:
        _logger.info("how far it has come is not shown: %s", error)
