"""A photo is posted, or asked about: say who is in it, in its thread or to the one who asked.

Where a channel has turned `auto` off, only photos that are asked about are answered: by a mention of the bot with the
photo or in its thread, by the shortcut, or in a direct message.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block

from handlers import album, attached, errors, redrawing, strangers
from handlers.attached import Attached
from handlers.desk import Desk
from handlers.slack import Gone, Message, Place, Posted, Slack, SlackFile, object_in, replies
from handlers.views import enroll as enroll_views
from handlers.views import matches, words
from handlers.views.attached import no_photos
from handlers.views.corrections import Answered
from services import texts
from services.errors import Forbidden
from services.jobs import Payload, Step
from services.pictures import Photo, images
from services.records import Source
from services.search import Identification

JOB = "identify"
ASKED = "asked"

_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _identify))
    desk.register(ASKED, errors.told(desk, _asked))

    @app.shortcut("who_is_in_this")
    def who(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        posted = Posted.of(object_in(body, "message"), body["channel"]["id"])
        files, user = posted.shown(asked=True), body["user"]["id"]
        if files:
            submit(desk, f"{posted.channel}-{body['action_ts']}", posted, files, user=user, only=user)
        ack()
        if not files:
            Slack(client).say(Place(posted.channel, only=user), words.sentence(texts.NO_PHOTO))


def submit(
    desk: Desk,
    key: str,
    posted: Posted,
    files: Sequence[SlackFile],
    *,
    user: str,
    only: str | None = None,
    asked: bool = True,
    enrol: str | None = None,
) -> None:
    """Store the job that answers `user` about a message's files: in its thread, or for one person only.

    `enrol` is whom the message may have been meant to enrol.
    """
    payload = {
        "channel": posted.channel,
        "ts": posted.ts,
        "thread": _thread(posted, only=only),
        "photo": posted.ts,
        "poster": posted.user,
        "user": user,
        "only": only,
        "asked": asked,
        **({} if enrol is None else {"enrol": enrol}),
        **attached.pack(files),
    }
    desk.submit(JOB, key, payload, channel=posted.channel)


def submit_asked(desk: Desk, posted: Posted) -> None:
    """Store the job of a mention: the photos of the message that its thread hangs from are answered."""
    where = {"channel": posted.channel, "ts": posted.ts, "thread": posted.thread_ts}
    desk.submit(ASKED, f"{posted.channel}-{posted.ts}", {**where, "user": posted.user}, channel=posted.channel)


def _thread(posted: Posted, *, only: str | None) -> str | None:
    """The thread to answer in. What only one may see is put into a thread where they are in it, else it goes unseen."""
    return posted.thread if only is None or posted.is_reply else None


def _asked(desk: Desk, payload: Payload, step: Step) -> None:
    """The job of a mention: the photos of the message that its thread hangs from are answered."""
    slack = desk.slack()
    channel, ts, thread = payload["channel"], payload["ts"], payload["thread"]

    def parent() -> dict[str, Any]:
        posted = Posted.of(slack.parent(channel, thread) if thread else {})
        return {"photo": posted.ts, "poster": posted.user, **attached.pack(posted.shown(asked=True))}

    found = step("files", parent)
    if found["files"] or found["others"]:
        _identify(desk, {**payload, **found}, step)
    else:
        place, nothing = Place(channel, thread or ts), words.sentence(texts.NOTHING_ASKED)
        replies.say(step, "say", slack, place, nothing, user=payload["user"])


def answer(desk: Desk, payload: Payload, step: Step) -> None:
    """The steps that answer the photos of a job for one person's eyes only."""
    _answer(desk, desk.slack(), payload, step, attached.sort_out(desk.slack(), step, payload))


def _identify(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: each photo of the message is answered as it is ready, all in one thread."""
    slack, channel, ts, only = desk.slack(), payload["channel"], payload["ts"], payload.get("only")
    asked = payload.get("asked", True)
    if not only and step("by a bot", lambda: slack.is_bot(payload["user"])):
        return  # two bots must not answer each other for ever
    if _hushed(desk, payload, step):
        return
    found = attached.sort_out(slack, step, payload)
    if not found.photos and not (asked and found.others):
        return
    if only:
        _answer(desk, slack, payload, step, found)
        return
    slack.working(channel, ts)
    try:
        conclude = slack.done if _answer(desk, slack, payload, step, found) else slack.cleared
    except Exception:
        replies.conclude(step, lambda: slack.cleared(channel, ts))
        raise
    replies.conclude(step, lambda: conclude(channel, ts))


def _answer(desk: Desk, slack: Slack, payload: Payload, step: Step, found: Attached) -> bool:
    """Whether there was anything to say about any of the files."""
    asked, n = payload.get("asked", True), len(found.photos)
    answered = asked and bool(found.others) and _say_of_others(slack, step, payload, found)
    seen: dict[int, tuple[str, Identification]] = {}
    for number, (file_id, _) in enumerate(found.photos, start=1):
        title = texts.PHOTO_OF.format(number=number, n=n) if n > 1 else ""
        offer = [enroll_views.offer(payload["enrol"], found.photos)] if "enrol" in payload and number == n else []
        photo = _Photo(desk, slack, payload, step, file_id=file_id, title=title, below=offer)
        answered |= photo.answer()
        seen |= {number: (file_id, photo.found)} if photo.found else {}
    if not payload.get("only"):  # what only one may see cannot be taken back once it is settled
        about = Source(payload["channel"], payload.get("photo", payload["ts"]))
        place = Place(payload["channel"], payload["thread"], None, about)
        strangers.ask(desk, slack, step, place, seen, user=payload["user"])
    return answered


def _hushed(desk: Desk, payload: Payload, step: Step) -> bool:
    """Whether others have come to read the channel meanwhile: nothing is answered then, and whoever asked is told."""
    place, user = Place(payload["channel"], payload["thread"], payload.get("only")), payload["user"]
    try:
        desk.require_heard(place)
    except Forbidden as refusal:
        if payload.get("asked", True):
            aside = place.aside(user, payload["ts"])
            replies.say(step, "refuse", desk.slack(), aside, words.sentence(refusal.sentence))
        return True
    return False


def _say_of_others(slack: Slack, step: Step, payload: Payload, found: Attached) -> bool:
    """Say of files that are no photos why they are not looked at; whether there was still a place to say it."""
    about = Source(payload["channel"], payload.get("photo", payload["ts"]))
    place = Place(payload["channel"], payload["thread"], payload.get("only"), about)
    try:
        replies.say(step, "say of others", slack, place, no_photos(found.others), user=payload["user"])
    except Gone:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Glance:
    """What a job keeps of a photo while it waits for Slack: decoded, those of a burst would fill the memory."""

    drawn: bytes
    is_screenshot: bool

    @classmethod
    def of(cls, photo: Photo, found: Identification) -> _Glance:
        return cls(redrawing.draw(photo, found) if found.sightings else b"", photo.is_screenshot)


class _Photo:
    """One photo of a message, answered in steps of the job."""

    def __init__(
        self,
        desk: Desk,
        slack: Slack,
        payload: Payload,
        step: Step,
        *,
        file_id: str,
        title: str,
        below: Sequence[Block] = (),
    ) -> None:
        """`title` tells it from its neighbours, `below` is what stands below the answer."""
        self._desk = desk
        self._workspace = desk.workspace
        self._slack = slack
        self._step = step
        self._about = Source(payload["channel"], payload.get("photo", payload["ts"]), file_id)
        self._place = Place(payload["channel"], payload["thread"], payload.get("only"), self._about)
        self._poster: str = payload.get("poster", "")
        self._user: str = payload["user"]
        self._asked: bool = payload.get("asked", True)
        self._file_id = file_id
        self._title = title
        self._below = below
        self._seen: _Glance | None = None
        self.found: Identification | None = None
        """Who is in it, once that has been answered."""

    def answer(self) -> bool:
        """Say who is in it, or why that cannot be said; whether there was anything to say, and still a photo."""
        try:
            return self._say()
        except Gone:
            self._withdraw()
            return False

    def _say(self) -> bool:
        place = self._place
        try:
            message, answered = self._message()
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001  # the boundary of a job: the thread is told, the log has the rest
            if isinstance(error, images.NoPhoto) and not self._asked:
                return False
            sentence = errors.in_words(error)
            message = words.sentence(
                texts.OF_PHOTO.format(title=self._title, sentence=sentence) if self._title else sentence
            )
            self._require_photo()
            place = replace(place, about=replace(self._about, file_id=""))  # this names nobody: it may be Slack's fault
            answered = None
        if message is None:
            return False
        message = replace(message, blocks=[*message.blocks, *self._below])
        said = replies.say(self._step, f"say {self._file_id}", self._slack, place, message, user=self._user)
        if answered is not None and place.only is None:
            redrawing.remember(self._step, self._workspace.records.answers, said, answered)
        if answered is not None and self.found is not None:
            album.take_in(self._desk, self._step, self._about, self.found, poster=self._poster)
        return True

    def _require_photo(self) -> None:
        """Raises `Gone` where it was heard that the photo is deleted."""
        if self._workspace.records.answers.is_gone(self._about):
            raise Gone

    def _withdraw(self) -> None:
        """The photo is deleted: nobody is told who was in it; who alone has asked is told that it is gone."""
        _logger.info("what was to be answered is gone")
        about = self._about
        standing = self._workspace.records.answers.about(about.channel, about.ts, {about.file_id})
        replies.withdraw(self._step, self._slack, standing)
        if self._place.only is not None:
            there = Place(self._place.channel, self._place.thread_ts, self._place.only)
            replies.say(self._step, f"gone {self._file_id}", self._slack, there, words.sentence(texts.PHOTO_DELETED))

    def _message(self) -> tuple[Message | None, Answered | None]:
        """The list of who is in it, once its picture is shown, and what it takes to make it once more.

        Nothing for a screenshot nobody asked about.
        """
        found = self.found = self._step(f"look {self._file_id}", self._look)
        self._step(f"note {self._file_id}", lambda: self._note(found))
        if found.sightings:
            return self._listed(found)
        if not self._asked and self._step(f"judge {self._file_id}", lambda: self._glance(found).is_screenshot):
            return None, None
        return matches.no_face(found, self._title), None

    def _listed(self, found: Identification) -> tuple[Message, Answered]:
        step, place = self._step, self._place
        shown, problem = redrawing.show(
            step, f"show {self._file_id}", self._slack, place, lambda: self._glance(found).drawn, found
        )
        answered = Answered(self._file_id, self._title, found.mode, found.threshold, shown, poster=self._poster)
        inside = place.only is not None
        return redrawing.answer(self._desk, step, found, answered, place, problem, inside=inside), answered

    def _look(self) -> Identification:
        workspace = self._workspace
        workspace.roles.require_included(self._place.channel)
        self._require_photo()
        tuning = workspace.preferences.tuning(self._place.channel)
        data = self._slack.fetch(self._file_id)  # waiting for Slack takes nobody's turn
        with self._step.turn():
            photo = images.open(data, coarse=not workspace.search.cuts, closely=True)
            denied = redrawing.denied(workspace.records.answers, self._about)
            found = workspace.search.identify(photo, mode=tuning.mode, threshold=tuning.threshold, denied=denied)
            self._seen = _Glance.of(photo, found)
        return found

    def _note(self, found: Identification) -> None:
        self._workspace.search.note(found, actor=self._user, channel=self._place.channel)

    def _glance(self, found: Identification) -> _Glance:
        """What was seen of it; after a crash it is looked at again."""
        return self._seen or _Glance.of(images.open(self._slack.fetch(self._file_id)), found)
