"""A photo is posted, or asked about: say who is in it, in its thread or to the one who asked.

Where a channel has turned `auto` off, only photos that are asked about are answered: by a mention of the bot with the
photo or in its thread, by the shortcut, or in a direct message.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block

from handlers import album, errors
from handlers.desk import Desk
from handlers.photos import attached, drawn, gathering, kept, strangers
from handlers.photos.attached import Attached
from handlers.slack import Gone, Message, Place, Posted, Slack, SlackFile, object_in, replies
from handlers.views import words
from handlers.views.enroll import enroll as enroll_views
from handlers.views.photos import Answered, Photographed, matches, no_photos
from handlers.views.photos import gathered as gathered_views
from services import texts
from services.errors import Forbidden
from services.jobs import Part, Payload, Step
from services.pictures import Photo, images
from services.records import Source
from services.search import Identification

JOB = "identify"
ASKED = "asked"
EACH = "each_photo"
_TOGETHER = {"together": True}  # a job of an older release goes on photo by photo

_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _identify))
    desk.register(ASKED, errors.told(desk, _asked))
    desk.register(EACH, errors.told(desk, drawn.beside(_each)))

    @app.action(gathered_views.EACH)
    def each(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        where, user = drawn.where(body), body["user"]["id"]
        channel, _, only = where["place"]
        payload = {**where, "user": user, "photos": action["value"]}
        desk.submit(EACH, f"{channel}-{where['ts']}-{only or ''}", payload, channel=channel)  # once, whoever asks
        ack()

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
        **_TOGETHER,
        **({} if enrol is None else {"enrol": enrol}),
        **attached.pack(files),
    }
    desk.submit(JOB, key, payload, channel=posted.channel)


def submit_asked(desk: Desk, posted: Posted) -> None:
    """Store the job of a mention: the photos of the message that its thread hangs from are answered."""
    where = {"channel": posted.channel, "ts": posted.ts, "thread": posted.thread_ts, **_TOGETHER}
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


def _each(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: photos that were answered together are answered one by one."""
    slack, (channel, thread, only) = desk.slack(), payload["place"]
    for photo in gathered_views.photos_of(payload["photos"]):
        of_photo = {"channel": channel, "ts": photo.ts, "thread": thread or photo.ts, "only": only}
        about = {**of_photo, "poster": photo.poster, "user": payload["user"]}
        title = texts.PHOTO_NUMBER.format(number=photo.number)
        part = Part(step, photo.ts)  # a file may be in several messages
        _Photo(desk, slack, about, part, file_id=photo.file_id, title=title).answer()


def answer(desk: Desk, payload: Payload, step: Step) -> None:
    """The steps that answer the photos of a job for one person's eyes only."""
    _answer(desk, desk.slack(), {**payload, **_TOGETHER}, step, attached.sort_out(desk.slack(), step, payload))


def _identify(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: each photo of the message is answered as it is ready, all in one thread."""
    slack, channel, ts, only = desk.slack(), payload["channel"], payload["ts"], payload.get("only")
    asked = payload.get("asked", True)
    if not only and step("by a bot", lambda: slack.members.is_bot(payload["user"])):
        return  # two bots must not answer each other for ever
    if _hushed(desk, payload, step):
        if not only:  # what a crash has cut short may have begun to show that it is worked on
            replies.conclude(step, lambda: slack.reactions.cleared(channel, ts))
        return
    found = attached.sort_out(slack, step, payload)
    if not found.photos and not (asked and found.others):
        return
    if only:
        _answer(desk, slack, payload, step, found)
        return
    slack.reactions.working(channel, ts)
    try:
        conclude = slack.reactions.done if _answer(desk, slack, payload, step, found) else slack.reactions.cleared
    except Exception:
        replies.conclude(step, lambda: slack.reactions.cleared(channel, ts))
        raise
    replies.conclude(step, lambda: conclude(channel, ts))


def _answer(desk: Desk, slack: Slack, payload: Payload, step: Step, found: Attached) -> bool:
    """Whether any of the files was a photo that could be looked at; of others those who asked are told why not."""
    if payload.get("asked", True) and found.others:
        _say_of_others(slack, step, payload, found)
    together = "together" in payload and len(found.photos) >= gathering.FROM
    seen = (_gather if together else _one_by_one)(desk, slack, payload, step, found)
    looked = {number: (file_id, each) for number, (file_id, each) in seen.items() if each is not None}
    aside = payload.get("only") or desk.only_reads(step, _place(payload), payload["user"])
    if not aside:  # what only one may see cannot be taken back once it is settled
        strangers.ask(desk, slack, step, _place(payload), looked, user=payload["user"])
    return bool(looked)


_Answered = dict[int, tuple[str, Identification | None]]  # the photos that are answered, by number


def _about(payload: Payload, file_id: str = "") -> Source:
    """The message whose photos are answered, or one of them."""
    return Source(payload["channel"], payload.get("photo", payload["ts"]), file_id)


def _place(payload: Payload, file_id: str = "") -> Place:
    return Place(payload["channel"], payload["thread"], payload.get("only"), _about(payload, file_id))


def _withdraw(desk: Desk, slack: Slack, step: Step, about: Source, payload: Payload) -> None:
    """What it was about is deleted: nobody is told who was in it; who alone has asked is told that it is gone."""
    _logger.info("what was to be answered is gone")
    files = {about.file_id} if about.file_id else None
    replies.withdraw(step, slack, desk.workspace.records.answers.about(about.channel, about.ts, files))
    if payload.get("only"):
        there = Place(payload["channel"], payload["thread"], payload["only"])
        replies.say(step, f"gone {about.file_id}", slack, there, words.sentence(texts.PHOTO_DELETED))


def _one_by_one(desk: Desk, slack: Slack, payload: Payload, step: Step, found: Attached) -> _Answered:
    """Answer each photo as it is ready."""
    answered: _Answered = {}
    for number, (file_id, _) in enumerate(found.photos, start=1):
        title = _title(number, len(found.photos))
        offer = _offer(payload, found) if number == len(found.photos) else []
        photo = _Photo(desk, slack, payload, step, file_id=file_id, title=title, below=offer)
        if photo.answer():
            answered[number] = file_id, photo.found
    return answered


def _gather(desk: Desk, slack: Slack, payload: Payload, step: Step, found: Attached) -> _Answered:
    """Answer all photos together."""
    about, poster = _about(payload), payload.get("poster", "")
    files = enumerate((file_id for file_id, _ in found.photos), start=1)
    photos = [Photographed(number, about.ts, file_id, poster) for number, file_id in files]
    asked, below = payload.get("asked", True), _offer(payload, found)
    try:
        seen = gathering.answer(desk, step, _place(payload), photos, user=payload["user"], asked=asked, below=below)
    except Gone:
        _withdraw(desk, slack, step, about, payload)
        return {}
    return {each.photo.number: (each.photo.file_id, each.found) for each in seen}


def _offer(payload: Payload, found: Attached) -> list[Block]:
    return [enroll_views.offer(payload["enrol"], found.photos)] if "enrol" in payload else []


def _title(number: int, n: int) -> str:
    return texts.PHOTO_OF.format(number=number, n=n) if n > 1 else ""


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


def _say_of_others(slack: Slack, step: Step, payload: Payload, found: Attached) -> None:
    """Say of files that are no photos why they are not looked at, where there still is a place to say it."""
    with suppress(Gone):
        replies.say(step, "say of others", slack, _place(payload), no_photos(found.others), user=payload["user"])


@dataclass(frozen=True, slots=True)
class _Glance:
    """What a job keeps of a photo while it waits for Slack: decoded, those of a burst would fill the memory."""

    drawn: bytes
    is_screenshot: bool

    @classmethod
    def of(cls, photo: Photo, found: Identification) -> _Glance:
        return cls(drawn.draw(photo, found) if found.sightings else b"", photo.is_screenshot)


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
        self._payload = payload
        self._about = _about(payload, file_id)
        self._place = _place(payload, file_id)
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
            _withdraw(self._desk, self._slack, self._step, self._about, self._payload)
            return False

    def _say(self) -> bool:
        place = self._place
        try:
            message, answered = self._message()
        except Gone:
            raise
        except Exception as error:  # noqa: BLE001  # the boundary of a job: the thread is told, the log has the rest
            self._step.require_own(error)
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
            drawn.remember(self._step, self._workspace.records.answers, said, answered)
        if answered is not None and self.found is not None:
            album.take_in(self._desk, self._step, self._about, self.found, poster=self._poster)
        return True

    def _require_photo(self) -> None:
        """Raises `Gone` where it was heard that the photo is deleted."""
        if self._workspace.records.answers.is_gone(self._about):
            raise Gone

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
        shown, problem = drawn.show(
            step, f"show {self._file_id}", self._slack, place, lambda: self._glance(found).drawn, found
        )
        answered = Answered(self._file_id, self._title, found.mode, found.threshold, shown, poster=self._poster)
        inside = place.only is not None
        return drawn.answer(self._desk, step, found, answered, place, problem, inside=inside), answered

    def _look(self) -> Identification:
        workspace = self._workspace
        workspace.roles.require_included(self._place.channel)
        self._require_photo()
        tuning = workspace.preferences.tuning(self._place.channel)
        data = self._slack.files.fetch(self._file_id)  # waiting for Slack takes nobody's turn
        with self._step.turn():
            photo = images.open(data, coarse=not workspace.search.cuts, closely=True)
            denied = kept.denials(workspace.records, self._about)
            found = workspace.search.identify(photo, mode=tuning.mode, threshold=tuning.threshold, denied=denied)
            self._seen = _Glance.of(photo, found)
        return found

    def _note(self, found: Identification) -> None:
        self._workspace.search.note(found, actor=self._user, channel=self._place.channel)

    def _glance(self, found: Identification) -> _Glance:
        """What was seen of it; after a crash it is looked at again."""
        return self._seen or _Glance.of(images.open(self._slack.files.fetch(self._file_id)), found)
