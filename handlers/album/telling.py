"""Tells somebody of new photos that show them, many at once, and not while Slack is to leave them in peace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from handlers import errors
from handlers.desk import Desk
from handlers.slack import Place, replies
from handlers.views import album as views
from services.jobs import Payload, Step
from services.records import Source

JOB = "tell"
QUIET = timedelta(seconds=60)  # without a new photo, after which a burst is over
LONGEST = timedelta(minutes=10)  # that somebody is kept waiting by a burst that does not end


def register(desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _tell))


def submit(desk: Desk, step: Step, user_ids: Sequence[str], source: Source, *, poster: str) -> None:
    """Store the jobs that tell those of them who wish to hear of new photos, and can see the channel."""
    for user_id, member, at in step(f"tell {source.file_id}", lambda: _owe(desk, user_ids, source, poster)):
        _store(desk, user_id, member, at)


def _owe(desk: Desk, user_ids: Sequence[str], source: Source, poster: str) -> list[tuple[str, str, datetime]]:
    """Keep who is to be told; as which member, and when."""
    records, at = desk.workspace.records, datetime.now(UTC) + QUIET
    wishing = [user_id for user_id, album in records.albums.of(user_ids).items() if album.tells]
    owed: list[tuple[str, str, datetime]] = []
    for person in records.people_by_id(wishing).values():
        if person.member and person.member != poster and source.channel in desk.visitors.channels_of(person.member):
            records.appearances.owe(person.user_id, source)
            owed.append((person.user_id, person.member, at))
    return owed


def _store(desk: Desk, user_id: str, member: str, at: datetime, again: int = 0) -> None:
    """Store the job that is due then; of those of one moment there is one, beside those that look `again`."""
    moment = int(at.timestamp() / QUIET.total_seconds())
    after = max(timedelta(0), at - datetime.now(UTC))
    payload = {"person": user_id, "user": member, "again": again}
    desk.submit(JOB, f"{user_id}-{moment}-{again}", payload, channel="", after=after)


def _tell(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: tell of all photos that were not told of yet, unless more are coming, or it is time for peace."""
    user_id, member = payload["person"], payload["user"]
    later = step("when", lambda: _later(desk, user_id, member))
    if later is not None:
        _store(desk, user_id, member, later, again=payload["again"] + 1)
        return
    new, owed = step("new", lambda: _new(desk, user_id, member))
    step("told", lambda: desk.workspace.records.appearances.told(user_id, owed))
    if new:
        place = Place(step("open", lambda: desk.slack().members.direct(member)))
        may_use = step("may use", lambda: desk.may_use(member))
        replies.say(step, "say", desk.slack(), place, views.news(new, may_use=may_use))


def _later(desk: Desk, user_id: str, member: str) -> datetime | None:
    """When to look again; None for now."""
    owed = desk.workspace.records.appearances.owed(user_id)
    if not owed:
        return None
    now, oldest, newest = datetime.now(UTC), owed[0][1], owed[-1][1]
    if now < min(newest + QUIET, oldest + LONGEST):
        return min(newest + QUIET, oldest + LONGEST)
    return desk.slack().members.peace_until(member, now)


def _new(desk: Desk, user_id: str, member: str) -> tuple[dict[str, int], tuple[Source, ...]]:
    """How many photos there are to tell of in each channel that they can see, and all that are owed.

    None are to be told of where they wish it no more.
    """
    owed = tuple(source for source, _ in desk.workspace.records.appearances.owed(user_id))
    album = desk.workspace.records.albums.of([user_id]).get(user_id)
    if album is None or not album.tells:
        return {}, owed
    channels = desk.visitors.channels_of(member)
    return dict(Counter(source.channel for source in owed if source.channel in channels)), owed
