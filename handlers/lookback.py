"""Looking back: photos that were posted before are looked at for all who keep an album, and nothing is said of them.

A job takes a page of a channel and stores the job of the next, for days if it must: so it waits for Slack without
holding up anybody, goes on after a restart where it was, and gives way to photos that are posted meanwhile. It is
stopped between two photos. One message says how far it has come.
"""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from slack_bolt import Ack, App
from slack_sdk.errors import SlackApiError

from handlers import kept
from handlers.desk import Desk
from handlers.slack import Leaf, Message, Past, Place, Slack, refusals, replies, setback
from handlers.views import lookback as views
from services import texts
from services.errors import Forbidden, NotFound
from services.jobs import Payload, Step
from services.people import Actor
from services.pictures import images
from services.records import LookBack, Progress, Source, Stage
from services.search import Identification

JOB = "look_back"
_LIMITED = timedelta(seconds=60)  # that Slack wants between two pages of some apps
_TROUBLE = timedelta(minutes=10)  # after which what could not be done for long is tried anew
_SHOWN_EVERY = 5.0  # seconds
_LINE = "look_back"  # of its own: it holds up no channel

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What came of one photo; `stopped` says that it was not looked at, as somebody has stopped it all."""

    photos: int = 0
    kept: int = 0
    stopped: bool = False


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, partial(_look_back, desk))

    @app.action(views.STOP)
    def stop(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        ack()
        look = _own(desk, action["value"], desk.actor(body["user"]["id"]))
        desk.workspace.records.look_backs.set_stage(look.id, Stage.STOPPED)
        _show(desk.slack(), replace(look, stage=Stage.STOPPED))
        _begin_next(desk)

    @app.action(views.GO_ON)
    def go_on(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        ack()
        look = _own(desk, action["value"], desk.actor(body["user"]["id"]))
        desk.workspace.records.look_backs.set_stage(look.id, Stage.WAITING)
        _show(desk.slack(), replace(look, stage=Stage.WAITING))
        _begin_next(desk)


def submit(desk: Desk, user: str, channels: Collection[str]) -> bool:
    """Look back over channels, for all who keep an album; whether that begins now, or when another has ended.

    Those who wait together are looked for together.
    """
    look_backs = desk.workspace.records.look_backs
    with desk.workspace.records.alone():
        waiting = next((each for each in look_backs.all() if each.stage is Stage.WAITING), None)
        if waiting is not None and waiting.progress.page == 0 and waiting.asked_by == user:
            look_backs.widen(waiting, channels)
        else:
            waiting = look_backs.add(user, channels)
    desk.workspace.records.audit(user, "look_back", channels=len(channels))
    _begin_next(desk)
    now = look_backs.get(waiting.id)
    return now is None or now.stage is Stage.UNDER_WAY


def _begin_next(desk: Desk) -> None:
    """Have the next one begin, or go on; the one under way, where there is one, whose job a crash may have lost."""
    payload = _claim_next(desk)
    if payload is not None:
        _store(desk, payload)


def _claim_next(desk: Desk) -> Payload | None:
    """The payload of the job of the one under way, stored already or not; else the one that waits longest is put so."""
    look_backs = desk.workspace.records.look_backs
    with desk.workspace.records.alone():
        every = look_backs.all()
        under_way = next((each for each in every if each.stage is Stage.UNDER_WAY), None)
        if under_way is not None:
            return {"look_back": under_way.id, "page": under_way.progress.page}
        waiting = [each for each in every if each.stage is Stage.WAITING]
        if not waiting:
            return None
        payload = _turn(desk, waiting[0].id, waiting[0].progress)  # first: a page whose job is done would be none's
        if waiting[0].progress.page == 0:
            look_backs.begin(waiting[0].id)
        else:
            look_backs.set_stage(waiting[0].id, Stage.UNDER_WAY)
        return payload


def _turn(desk: Desk, look_back: str, progress: Progress) -> Payload:
    """Keep that the next page is to be taken; the payload of its job. Jobs of pages before it do nothing any more."""
    following = replace(progress, page=progress.page + 1)
    desk.workspace.records.look_backs.keep(look_back, following)
    return {"look_back": look_back, "page": following.page}


def _store(desk: Desk, payload: Payload, after: timedelta | None = None) -> None:
    """Store a job. A job that stores another does it between two steps."""
    desk.submit(JOB, f"{payload['look_back']}-{payload['page']}", payload, channel=_LINE, after=after)


def _own(desk: Desk, look_back: str, actor: Actor) -> LookBack:
    """Raises `NotFound` for one that has ended, and `Forbidden` for who is neither whose it is nor an admin."""
    look = desk.workspace.records.look_backs.get(look_back)
    if look is None:
        raise NotFound(texts.LOOKED_BACK_ALREADY)
    if actor.id != look.asked_by and not desk.workspace.roles.is_admin(actor):
        raise Forbidden(texts.ONLY_ASKERS_STOP)
    return look


# The job


def _look_back(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: look at the photos of one page, and store the job of the next."""
    look = step("where", lambda: _current(desk, payload))
    if look is None:  # stopped, done by another job, or erased with who asked for it
        _begin_another(desk, step)
        return
    try:
        look = replace(look, progress=_said(desk, look, step))
        _take_page(desk, look, step)
    except Exception as error:
        if setback(error) is None:
            other = step("fail", partial(_fail, desk, payload, look))
            if other is not None:
                _store(desk, other)
            raise
        _logger.warning("looking back goes on in a while: %s", error)
        _store(desk, step("again", partial(_turn, desk, look.id, look.progress)), _TROUBLE)


def _begin_another(desk: Desk, step: Step) -> None:
    """The step that has another begin that has waited for this one, unless somebody has done so."""
    other = step("another", lambda: _claim_next(desk))
    if other is not None:
        _store(desk, other)


def _fail(desk: Desk, payload: Payload, look: LookBack) -> Payload | None:
    """Stop what cannot go on, and say so; the payload of the job of another that has waited for that."""
    look_backs = desk.workspace.records.look_backs
    if _current(desk, payload) is not None:
        look_backs.keep(look.id, look.progress)
        look_backs.set_stage(look.id, Stage.STOPPED)
        _show(desk.slack(), replace(look, stage=Stage.STOPPED))
    return _claim_next(desk)


def _take_page(desk: Desk, look: LookBack, step: Step) -> None:
    if look.progress.channel is None:
        other = step("end", lambda: _end(desk, look))
        if other is not None:
            _store(desk, other)
        return
    leaf = step("page", lambda: _leaf(desk, look))
    look = replace(look, progress=replace(look.progress, total=look.progress.total + _newly_told(look.progress, leaf)))
    work, shown = _Work(desk, look, step), time.monotonic()
    for past in leaf.photos if leaf else ():
        done = step(f"look {past.file_id} {past.ts}", partial(work.look, past))
        look = replace(look, progress=_counted(look.progress, done))
        if done.stopped:
            step("stop", partial(desk.workspace.records.look_backs.keep, look.id, look.progress))
            _show(desk.slack(), replace(look, stage=Stage.STOPPED))
            _begin_another(desk, step)
            return
        if time.monotonic() > shown + _SHOWN_EVERY:
            shown = time.monotonic()
            _show(desk.slack(), look)
    _show(desk.slack(), look)
    _store(desk, step("next", lambda: _next(desk, look, leaf)), _LIMITED if leaf and leaf.limited else None)


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
        place = Place(step("open", lambda: slack.direct(look.asked_by)))
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
    archive = desk.slack().archive(desk.visitors.me)
    before = f"{look.begun_at.timestamp():.6f}"
    try:
        return archive.leaf(channel, look.progress.cursor, since=workspace.album.unseen_since(channel), before=before)
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
    if leaf is not None and leaf.following:
        return _turn(desk, look.id, replace(progress, cursor=leaf.following, slowly=leaf.limited))
    if leaf is not None:
        desk.workspace.album.looked_back(progress.channel or "", look.begun_at)
    return _turn(desk, look.id, replace(progress, at=progress.at + 1, cursor="", slowly=False))


def _end(desk: Desk, look: LookBack) -> Payload | None:
    """Say what came of it, and forget it; the payload of the job of another that has waited for that."""
    progress = look.progress
    desk.workspace.records.audit(
        look.asked_by, "looked_back", channels=len(progress.channels), photos=progress.looked, kept=progress.kept
    )
    _change(desk.slack(), look, views.ended(look))
    desk.workspace.records.look_backs.end(look.id)
    return _claim_next(desk)


class _Work:
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
        found = self._found(past.file_id, sources[0])
        kept = [self._desk.workspace.album.take_in(each, found) for each in sources if found]
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
            self._bots[user] = self._slack.is_bot(user)
        return self._bots.get(user, False)

    def _found(self, file_id: str, source: Source) -> Identification | None:
        """Who is in it, when nobody else waits for an answer; None where it cannot be looked at."""
        workspace = self._desk.workspace
        tuning = workspace.preferences.tuning(source.channel)
        try:
            data = self._slack.fetch(file_id)
            with self._step.spare():
                return workspace.search.identify(
                    images.open(data, coarse=not workspace.search.cuts, closely=True),
                    mode=tuning.mode,
                    threshold=tuning.threshold,
                    denied=kept.denials(workspace.records, source),
                )
        except Exception as error:
            if setback(error) is not None:
                raise
            _logger.warning("a photo is not looked at: %s", error)
            return None


def _show(slack: Slack, look: LookBack) -> None:
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
