"""`auto digest`: a channel's photos wait for one another, and those of a day are answered in one thread."""

from __future__ import annotations

import hashlib
import http.client
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from slack_sdk.errors import SlackApiError

from handlers import channels, errors
from handlers.desk import Desk
from handlers.photos import gathering
from handlers.slack import Gone, Place, Posted, SlackFile, replies
from handlers.views.photos import Photographed, Seen
from handlers.views.photos import gathered as views
from services import texts
from services.errors import Forbidden, Unavailable
from services.jobs import Part, Payload, Step
from services.pictures.drawing import MOST_ON_A_SHEET
from services.records import Digest, Source, WaitingPhoto

JOB = "digest"
_TOGETHER = 300.0  # seconds whose photos are answered together
_LATE = 5.0  # seconds that storing one may take

_logger = logging.getLogger(__name__)


def register(desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _digest))


def add(desk: Desk, posted: Posted, files: Sequence[SlackFile]) -> None:
    """Have a message's photos wait, and store the job that answers them with others of the same minutes."""
    channel, now = posted.channel, time.time()
    batch = int(now // _TOGETHER)
    for file in files:
        if file.may_be_picture:
            photo = WaitingPhoto(posted.ts, file.id, posted.user)
            desk.workspace.records.digests.wait(channel, photo, batch=str(batch))
    left = (batch + 1) * _TOGETHER + _LATE - time.time()
    key = f"{channel}-{batch}-{_TOGETHER:g}"
    if left <= 0:  # the job of that key may have come and gone
        key, left = f"{key}-{posted.ts}", 0
    payload = {"channel": channel, "batch": str(batch)}
    desk.submit(JOB, key, payload, channel=channel, after=timedelta(seconds=left))


def _digest(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: the photos of some minutes are answered in the thread of their day."""
    digests, channel, batch = desk.workspace.records.digests, payload["channel"], payload["batch"]
    taken = hashlib.sha256(step.key.encode()).hexdigest()[:32]
    photos = step("photos", lambda: digests.take(channel, batch, taken))
    by_app = step("bots", lambda: _bots(desk, photos))
    photos = tuple(photo for photo in photos if photo.poster not in by_app)
    if photos and _is_heard(desk, channel):
        _answer(desk, Part(step, "first"), channel, photos) or _answer(desk, Part(step, "anew"), channel, photos)


def _bots(desk: Desk, photos: Sequence[WaitingPhoto]) -> set[str]:
    return {poster for poster in {photo.poster for photo in photos} if desk.slack().members.is_bot(poster)}


def _is_heard(desk: Desk, channel: str) -> bool:
    """Whether photos of the channel are still to be answered there."""
    try:
        desk.workspace.roles.require_included(channel)
        desk.require_heard(Place(channel))
    except Forbidden:
        return False
    return True


def _answer(desk: Desk, step: Step, channel: str, photos: Sequence[WaitingPhoto]) -> bool:
    """The steps that answer the photos, a sheet at a time; False where the thread of the day is none (any more)."""
    thread = _Thread(desk, step, channel, photos[0])
    try:
        for start in range(0, len(photos), MOST_ON_A_SHEET):
            _answer_some(desk, Part(step, f"{start}"), thread, photos[start : start + MOST_ON_A_SHEET])
    except Gone:
        thread.end()
        return False
    thread.count()
    return True


def _answer_some(desk: Desk, step: Step, thread: _Thread, photos: Sequence[WaitingPhoto]) -> None:
    given, user = [Photographed(0, each.ts, each.file_id, each.poster) for each in photos], photos[0].poster
    begin = partial(thread.place, step)
    gathering.answer(desk, step, Place(thread.channel), given, user=user, asked=False, by_posters=True, begin=begin)


class _Thread:
    """The thread of a day, in steps of a job that has photos of it: begun, or gone on with, once one is to be answered.

    What nobody is told of, such as a screenshot, neither begins it nor counts.
    """

    def __init__(self, desk: Desk, step: Step, channel: str, photo: WaitingPhoto) -> None:
        """`photo` is the one by which the day is told."""
        self.channel = channel
        self._desk = desk
        self._digests = desk.workspace.records.digests
        self._step = step
        self._photo = photo
        self._digest: Digest | None = None
        self._ts = ""

    def place(self, step: Step, seen: list[Seen]) -> tuple[Place, list[Seen]]:
        """The steps that find where to say what was seen, and by which numbers. Raises `Gone` as `_begin` does."""
        digest = self._digest or self._of_the_day()
        self._ts = self._ts or digest.ts or _begin(self._desk, self._step, digest)
        first = step("first", lambda: self._digests.add(digest.channel, digest.day, len(seen)))
        about = Source(digest.channel, f"{self._ts}/{first}")  # a message of its own, of this thread alone
        numbered = [replace(each, photo=replace(each.photo, number=n)) for n, each in enumerate(seen, start=first)]
        return Place(digest.channel, self._ts, about=about), numbered

    def count(self) -> None:
        """The step that says in the first message of the thread how many photos it is about by now, if there are any.

        A courtesy: that it fails is no error. That message is never taken back: the thread hangs from it.
        """
        if self._digest is None:
            return
        try:
            self._step("count", partial(_count, self._desk, self._digest, self._ts))
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            _logger.warning("how many photos a day has is not shown: %s", error)

    def end(self) -> None:
        """The step after which others begin a thread of their own, as this one is none any more."""
        digest = self._digest
        if digest is not None:
            self._step("over", lambda: self._digests.end(digest))

    def _of_the_day(self) -> Digest:
        desk, channel, photo, job = self._desk, self.channel, self._photo, self._step.key
        self._digest = self._step("day", lambda: self._digests.begin(channel, _day(desk, channel, photo), job))
        return self._digest


def _begin(desk: Desk, step: Step, digest: Digest) -> str:
    """The message that the thread of a day hangs from; one job posts it, and others wait until it has.

    Raises `Gone` where that one could not.
    """
    digests, channel, day = desk.workspace.records.digests, digest.channel, digest.day

    def begun() -> str:
        now = digests.of(channel, day)
        if now is None or now.begun_by != digest.begun_by:
            raise Gone
        if not now.ts:
            raise Unavailable(texts.DIGEST_NOT_BEGUN)
        return now.ts

    if digest.begun_by != step.key:
        return step("begun", begun)
    try:
        said = replies.say(step, "begin", desk.slack(), Place(channel), views.digest(day, 0))
    except Exception:
        step("not begun", lambda: digests.end(digest))  # so that the next photos begin it
        raise
    step("kept", lambda: digests.posted(channel, day, said.ts))
    return said.ts


def _count(desk: Desk, digest: Digest, thread: str) -> None:
    """Say it there. Raises what Slack refuses."""
    now = desk.workspace.records.digests.of(digest.channel, digest.day)
    if now is not None and now.ts == thread:
        desk.slack().try_to_change(Place(digest.channel), thread, views.digest(digest.day, now.photos))


def _day(desk: Desk, channel: str, photo: WaitingPhoto) -> str:
    """The day on which it was posted, by the channel's clock."""
    return channels.clock(desk, channel, datetime.fromtimestamp(float(photo.ts), UTC)).date().isoformat()
