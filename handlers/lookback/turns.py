"""Whose turn it is: one look back is under way at a time, page by page, and those that wait begin when it has ended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from handlers.desk import Desk
from services.jobs import Payload, Step
from services.records import LookBack, Progress, Stage

JOB = "look_back"
_LINE = "look_back"  # of its own: it holds up no channel


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
    begin_next(desk)
    now = look_backs.get(waiting.id)
    return now is None or now.stage is Stage.UNDER_WAY


def begin_next(desk: Desk) -> None:
    """Have the next one begin, or the one under way go on, should its job be lost.

    Between what is kept of a look back and its job a crash may come, and a job may fail at the very end.
    """
    under_way = _under_way(desk)
    if under_way is None or not desk.ended(JOB, _key(under_way.id, under_way.progress.page)):
        payload = claim_next(desk)
    else:
        payload = _turn_unless_gone_on(desk, under_way)
    if payload is not None:
        store(desk, payload)


def _turn_unless_gone_on(desk: Desk, ended: LookBack) -> Payload | None:
    """Take the next page in the place of one whose job has ended, unless that one has stored the next itself."""
    look_backs = desk.workspace.records.look_backs
    with desk.workspace.records.alone():
        now = look_backs.get(ended.id)
        return turn(desk, now.id, now.progress) if now == ended else None


def claim_next(desk: Desk) -> Payload | None:
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
        payload = turn(desk, waiting[0].id, waiting[0].progress)  # first: a page whose job is done would be none's
        if waiting[0].progress.page == 0:
            look_backs.begin(waiting[0].id)
        else:
            look_backs.set_stage(waiting[0].id, Stage.UNDER_WAY)
        return payload


def turn(desk: Desk, look_back: str, progress: Progress) -> Payload:
    """Keep that the next page is to be taken; the payload of its job. Jobs of pages before it do nothing any more."""
    following = replace(progress, page=progress.page + 1)
    desk.workspace.records.look_backs.keep(look_back, following)
    return {"look_back": look_back, "page": following.page}


def store(desk: Desk, payload: Payload, after: timedelta | None = None) -> None:
    """Store a job. A job that stores another does it between two steps."""
    desk.submit(JOB, _key(payload["look_back"], payload["page"]), payload, channel=_LINE, after=after)


def begin_another(desk: Desk, step: Step) -> None:
    """The step that has another begin that has waited for this one, unless somebody has done so."""
    other = step("another", lambda: claim_next(desk))
    if other is not None:
        store(desk, other)


def _under_way(desk: Desk) -> LookBack | None:
    look_backs = desk.workspace.records.look_backs
    return next((each for each in look_backs.all() if each.stage is Stage.UNDER_WAY), None)


def _key(look_back: str, page: int) -> str:
    return f"{look_back}-{page}"
