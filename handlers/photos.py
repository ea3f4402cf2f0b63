"""A photo is posted, or asked about: say who is in it, in its thread or to the one who asked.

Where a channel has turned `auto` off, only photos that are asked about are answered: by a mention of the bot with the
photo or in its thread, by the shortcut, or in a direct message.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers import attached, errors
from handlers.attached import Attached
from handlers.desk import Desk
from handlers.slack import Gone, Message, Place, Posted, Slack, SlackFile, object_in, replies
from handlers.views import corrections, matches, words
from handlers.views.attached import no_photos
from handlers.views.corrections import Answered
from services import texts
from services.errors import Forbidden
from services.jobs import Payload, Step
from services.pictures import Photo, images
from services.pictures.drawing import annotate
from services.records import Source
from services.search import Identification

JOB = "identify"
ASKED = "asked"
PICTURE = "who-is-in-it.jpg"

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
) -> None:
    """Store the job that answers `user` about a message's files: in its thread, or for one person only."""
    payload = {
        "channel": posted.channel,
        "ts": posted.ts,
        "thread": _thread(posted, only=only),
        "photo": posted.ts,
        "poster": posted.user,
        "user": user,
        "only": only,
        "asked": asked,
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
    for number, (file_id, _) in enumerate(found.photos, start=1):
        title = texts.PHOTO_OF.format(number=number, n=n) if n > 1 else ""
        answered |= _Photo(desk, slack, payload, step, file_id=file_id, title=title).answer()
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


def draw(photo: Photo, found: Identification) -> bytes:
    """The annotated photo, as a JPEG."""
    return annotate.encode(annotate.draw(photo.image, found.labels(photo.scale)))


def show(
    step: Step, name: str, slack: Slack, place: Place, drawn: Callable[[], bytes], found: Identification
) -> tuple[str, str]:
    """The steps that put the annotated photo in a place; its file id, or "" and a sentence why there is none."""
    return replies.show_if_taken(step, name, slack, place, drawn, file=PICTURE, alt=matches.alt(found))


def answer(desk: Desk, step: Step, found: Identification, answered: Answered, place: Place, problem: str) -> Message:
    """The list of who is in a photo, with its buttons, and for one person's eyes with the picture too.

    `problem` is why there is no picture, if there is none. Of a crowd it is a step, which keeps what the menus offer.
    """
    if corrections.is_crowd(found):
        crowds = desk.workspace.records.crowds
        step(f"keep the menus {answered.file_id}", lambda: crowds.remember(answered.key, corrections.crowd(found)))
    private = place.only is not None
    buttons = corrections.buttons(found, answered, private=private)
    picture = answered.picture if private else None
    return matches.answer(found, answered.title, picture=picture, buttons=buttons, problem=problem)


@dataclass(frozen=True, slots=True)
class _Glance:
    """What a job keeps of a photo while it waits for Slack: decoded, those of a burst would fill the memory."""

    drawn: bytes
    is_screenshot: bool

    @classmethod
    def of(cls, photo: Photo, found: Identification) -> _Glance:
        return cls(draw(photo, found) if found.sightings else b"", photo.is_screenshot)


class _Photo:
    """One photo of a message, answered in steps of the job."""

    def __init__(self, desk: Desk, slack: Slack, payload: Payload, step: Step, *, file_id: str, title: str) -> None:
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
        self._seen: _Glance | None = None

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
            message = self._message()
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
        if message is None:
            return False
        replies.say(self._step, f"say {self._file_id}", self._slack, place, message, user=self._user)
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

    def _message(self) -> Message | None:
        """The list of who is in it, once its picture is shown; None for a screenshot nobody asked about."""
        found = self._step(f"look {self._file_id}", self._look)
        self._step(f"note {self._file_id}", lambda: self._note(found))
        if found.sightings:
            shown, problem = show(
                self._step, f"show {self._file_id}", self._slack, self._place, lambda: self._glance(found).drawn, found
            )
            answered = Answered(self._file_id, self._title, found.mode, found.threshold, shown, poster=self._poster)
            return answer(self._desk, self._step, found, answered, self._place, problem)
        if not self._asked and self._step(f"judge {self._file_id}", lambda: self._glance(found).is_screenshot):
            return None
        return matches.no_face(found, self._title)

    def _look(self) -> Identification:
        workspace = self._workspace
        workspace.roles.require_included(self._place.channel)
        self._require_photo()
        tuning = workspace.preferences.tuning(self._place.channel)
        data = self._slack.fetch(self._file_id)  # waiting for Slack takes nobody's turn
        with self._step.turn():
            photo = images.open(data, coarse=not workspace.search.cuts, closely=True)
            found = workspace.search.identify(photo, mode=tuning.mode, threshold=tuning.threshold)
            self._seen = _Glance.of(photo, found)
        return found

    def _note(self, found: Identification) -> None:
        self._workspace.search.note(found, actor=self._user, channel=self._place.channel)

    def _glance(self, found: Identification) -> _Glance:
        """What was seen of it; after a crash it is looked at again."""
        return self._seen or _Glance.of(images.open(self._slack.fetch(self._file_id)), found)
