"""One photo of a message, from Slack to its answer, in steps of the job: looked at, drawn, said, remembered."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from slack_sdk.models.blocks import Block

from handlers import album, errors
from handlers.desk import Desk
from handlers.photos import drawn, kept
from handlers.slack import Gone, Message, Place, Slack, replies
from handlers.views import words
from handlers.views.photos import Answered, matches
from services import texts
from services.jobs import Payload, Step
from services.pictures import Photo, images
from services.records import Source
from services.search import Identification

_logger = logging.getLogger(__name__)


def about_of(payload: Payload, file_id: str = "") -> Source:
    """The message whose photos are answered, or one of them."""
    return Source(payload["channel"], payload.get("photo", payload["ts"]), file_id)


def place_of(payload: Payload, file_id: str = "") -> Place:
    return Place(payload["channel"], payload["thread"], payload.get("only"), about_of(payload, file_id))


def withdraw(desk: Desk, slack: Slack, step: Step, about: Source, payload: Payload) -> None:
    """What it was about is deleted: nobody is told who was in it; who alone has asked is told that it is gone."""
    _logger.info("what was to be answered is gone")
    files = {about.file_id} if about.file_id else None
    replies.withdraw(step, slack, desk.workspace.records.answers.about(about.channel, about.ts, files))
    if payload.get("only"):
        there = Place(payload["channel"], payload["thread"], payload["only"])
        replies.say(step, f"gone {about.file_id}", slack, there, words.sentence(texts.PHOTO_DELETED))


@dataclass(frozen=True, slots=True)
class _Glance:
    """What a job keeps of a photo while it waits for Slack: decoded, those of a burst would fill the memory."""

    drawn: bytes
    is_screenshot: bool

    @classmethod
    def of(cls, photo: Photo, found: Identification) -> _Glance:
        return cls(drawn.draw(photo, found) if found.sightings else b"", photo.is_screenshot)


class OnePhoto:
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
        self._about = about_of(payload, file_id)
        self._place = place_of(payload, file_id)
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
            withdraw(self._desk, self._slack, self._step, self._about, self._payload)
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
            titled = texts.OF_PHOTO.format(title=self._title, sentence=sentence) if self._title else sentence
            message = self._offering(words.sentence(titled))
            self._require_photo()
            place = replace(place, about=replace(self._about, file_id=""))  # this names nobody: it may be Slack's fault
            answered = None
        if message is None:
            return False
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
        found = self.found = self._as_known(self._step(f"look {self._file_id}", self._look))
        self._step(f"note {self._file_id}", lambda: self._note(found))
        if found.sightings:
            return self._listed(found)
        if not self._asked and self._step(f"judge {self._file_id}", lambda: self._glance(found).is_screenshot):
            return None, None
        return self._offering(matches.no_face(found, self._title)), None

    def _offering(self, message: Message) -> Message:
        """A sentence with what stands below the answer."""
        return replace(message, blocks=[*message.blocks, *self._below])

    def _listed(self, found: Identification) -> tuple[Message, Answered]:
        step, place = self._step, self._place
        shown, problem = drawn.show(
            step, f"show {self._file_id}", self._slack, place, lambda: self._glance(self._as_known(found)).drawn, found
        )
        found = self.found = self._as_known(found)
        answered = Answered(self._file_id, self._title, found.mode, found.threshold, shown, poster=self._poster)
        inside = place.only is not None
        message = drawn.answer(self._desk, step, found, answered, place, problem, inside=inside, below=self._below)
        return message, answered

    def _as_known(self, found: Identification) -> Identification:
        """The same without who has been erased meanwhile, as while Slack did not take the picture for an hour."""
        known = self._workspace.search.as_known(found)
        if known.labels() != found.labels():
            self._seen = None  # their name is drawn on it
        return known

    def _look(self) -> Identification:
        workspace = self._workspace
        workspace.roles.require_included(self._place.channel)
        self._require_photo()
        tuning = workspace.preferences.tuning(self._place.channel)
        data = self._slack.files.fetch(self._file_id)  # waiting for Slack takes nobody's turn
        with self._step.turn():
            photo = workspace.search.opened(data)
            denied = kept.denials(workspace.records, self._about)
            found = workspace.search.identify(photo, mode=tuning.mode, threshold=tuning.threshold, denied=denied)
            self._seen = _Glance.of(photo, found)
        return found

    def _note(self, found: Identification) -> None:
        self._workspace.search.note(found, actor=self._user, channel=self._place.channel)

    def _glance(self, found: Identification) -> _Glance:
        """What was seen of it; after a crash it is looked at again."""
        if self._seen is None:
            data = self._slack.files.fetch(self._file_id)
            self._seen = _Glance.of(self._workspace.search.opened(data, closely=False), found)
        return self._seen
