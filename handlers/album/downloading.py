"""The originals of an album's photos, as zips in the direct messages of who asked for them; taken back as sheets are.

A part is written on disk in a file without a name, and what is in it is known by the steps of the job: after a crash
it is written once more. What is gone meanwhile, or not theirs to see any more, is in no part that is handed over then.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from functools import partial
from typing import IO

from handlers import errors
from handlers.album.answering import Question, sought_by, stands
from handlers.desk import Desk
from handlers.people import exports
from handlers.slack import Place, Slack, SlackFile, Underway, Upload
from handlers.views import album as views
from handlers.views import words
from services import texts
from services.album import Bundle, Bundled, Entry, digest_of, without
from services.errors import Conflict, Refusal, Unavailable
from services.jobs import Part, Payload, Step
from services.records import Source

JOB = "download_photos"
MOST_PHOTOS = 2_000
_LINE = "download"  # of its own: it holds up no channel
_TRIES = 5  # while photos go that have been packed

_logger = logging.getLogger(__name__)


class Missing(StrEnum):
    """Why a photo is not in a part."""

    GONE = "gone"
    TWICE = "twice"
    NOT_HAD = "not_had"
    FULL = "full"  # it begins the next part


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The photos of a download, the oldest first, with the names of their channels, and the zone of their days."""

    sources: tuple[Source, ...]
    channels: Mapping[str, str]
    zone: tzinfo
    more: bool


@dataclass(frozen=True, slots=True)
class _Announced:
    """A part that Slack expects, and what is in it; without an upload there is nothing to be handed over."""

    upload: Upload | None
    entries: tuple[Entry, ...] = ()


def register(desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _download))


def submit(desk: Desk, user: str, question: Question, *, place: Place, clicked: str) -> None:
    """Store the job that hands somebody the photos that they ask for; what keeps it from beginning is said there."""
    where = [place.channel, place.thread_ts, user]
    desk.submit(JOB, f"{user}-{clicked}", {"user": user, "question": question.pack(), "place": where}, channel=_LINE)


def _download(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: fetch the photos one after another, and hand them over part by part."""
    slack, user, question = desk.slack(), payload["user"], Question.unpack(payload["question"])
    wanted = step("which", lambda: _wanted(desk, user, question))
    place = Place(step("open", lambda: slack.members.direct(user)))
    progress = Underway(step, slack, place, views.downloading(0, len(wanted.sources)), user=user)
    work = _Work(desk, slack, step, user, question, wanted, place)
    try:
        for number, source in enumerate(wanted.sources, start=1):
            work.take(source)
            progress.show(views.downloading(number, len(wanted.sources)))
        work.finish()
    except Exception as error:  # noqa: BLE001  # the boundary of a download: the message says it, the log has the rest
        ended = texts.DOWNLOAD_ENDED.format(reason=errors.in_words(error))
        progress.say("ended", words.sentence(ended))
        return
    finally:
        work.close()
    progress.say("done", views.downloaded(work.summary))


def _wanted(desk: Desk, user: str, question: Question) -> _Wanted:
    most = min(question.most or MOST_PHOTOS, MOST_PHOTOS)
    found = desk.workspace.album.photos(sought_by(desk, user, question), actor=desk.actor(user), most=most + 1)
    zone = desk.visitors.member(user).clock(datetime.now(UTC)).tzinfo or UTC
    names = desk.visitors.names_of_channels(user)
    return _Wanted(found[:most][::-1], dict(names), zone, more=len(found) > most == MOST_PHOTOS)


def _note(desk: Desk, user: str, question: Question, photos: int) -> None:
    desk.workspace.album.note(question.user_ids, photos, actor=desk.actor(user), what="download_album")


class _Work:
    """Packs photos, and hands over what it has packed."""

    def __init__(
        self, desk: Desk, slack: Slack, step: Step, user: str, question: Question, wanted: _Wanted, place: Place
    ) -> None:
        self._desk = desk
        self._slack = slack
        self._step = step
        self._user = user
        self._question = question
        self._wanted = wanted
        self._place = place
        self._part = 1
        self._parts = 0  # that were handed over
        self._photos = 0
        self._bundle = Bundle()
        self._entries: tuple[Entry, ...] = ()  # of this part
        self._bundled = Bundled()
        self._missing: Counter[Missing] = Counter()
        self._lost: set[Source] = set()  # which this process could not fetch again

    @property
    def summary(self) -> views.Downloaded:
        missing = self._missing
        return views.Downloaded(
            photos=self._photos,
            parts=self._parts,
            twice=missing[Missing.TWICE],
            gone=missing[Missing.GONE],
            not_had=missing[Missing.NOT_HAD],
            more=self._wanted.more,
        )

    def take(self, source: Source) -> None:
        """The steps that put one more photo into the part, or into the next where it does not fit."""
        taken = self._taken(source)
        if taken is Missing.FULL:
            self._hand_over(last=False)
            taken = self._taken(source)
        if isinstance(taken, Entry):
            self._entries += (taken,)
            self._bundled.add(taken)
        else:
            self._missing[taken] += 1

    def finish(self) -> None:
        """The steps that hand over what is left."""
        self._hand_over(last=True)

    def close(self) -> None:
        self._bundle.close()

    def _taken(self, source: Source) -> Entry | Missing:
        step = Part(self._step, f"{self._part}")
        taken: Entry | Missing = step(f"photo {source.file_id} {source.ts}", partial(self._pack, source))
        return taken

    def _pack(self, source: Source) -> Entry | Missing:
        if self._bundled.has_file(source.file_id):
            return Missing.TWICE
        if not self._desk.workspace.album.seen_in([source], self._question.user_ids):
            return Missing.GONE
        self._write(self._entries)
        fetched = self._fetch(source)
        if isinstance(fetched, Missing):
            return fetched
        file, photo = fetched
        with photo:
            digest, size = digest_of(photo), photo.seek(0, 2)
            if self._bundled.has(digest):
                return Missing.TWICE
            if not self._bundle.fits(size):
                return Missing.FULL
            at, channel = self._at(source), self._wanted.channels.get(source.channel, source.channel)
            entry = self._bundled.entry(source, at, channel, file.name, file.mimetype, digest)
            self._bundle.add(entry, photo, at)
        return entry

    def _fetch(self, source: Source) -> tuple[SlackFile, IO[bytes]] | Missing:
        """A photo as it was posted. Raises what may pass."""
        try:
            return self._slack.files.original(source.file_id)
        except Unavailable:
            raise
        except Refusal as refusal:
            _logger.info("a photo is not in a download: %s", refusal)
            return Missing.GONE if self._slack.files.is_deleted(source.file_id) else Missing.NOT_HAD

    def _at(self, source: Source) -> datetime:
        return datetime.fromtimestamp(float(source.ts), self._wanted.zone)

    def _write(self, entries: Sequence[Entry]) -> None:
        """Have the part hold these and no others: after a crash, or where some are gone, it is written once more."""
        wanted = without(entries, self._lost)
        if not self._bundle.begins(wanted):
            self._bundle.close()
            self._bundle = Bundle()
        for entry in wanted[len(self._bundle.entries) :]:
            fetched = self._fetch(entry.source)
            if isinstance(fetched, Missing):
                self._lost.add(entry.source)
                continue
            with fetched[1] as photo:
                if digest_of(photo) == entry.digest:
                    self._bundle.add(entry, photo, self._at(entry.source))
                else:
                    self._lost.add(entry.source)

    # Handing over

    def _hand_over(self, *, last: bool) -> None:
        """The steps that give the part to its asker, and begin the next."""
        step = Part(self._step, f"{self._part}")
        for number in range(1, _TRIES + 1):
            handed = self._try_to_hand_over(Part(step, f"{number}"), last=last)
            if handed is not None:
                break
        else:
            raise Conflict(texts.DOWNLOAD_CHANGES)
        if handed:
            step("note", lambda: _note(self._desk, self._user, self._question, len(handed)))
        self._photos += len(handed)
        self._parts += bool(handed)
        self._missing[Missing.GONE] += len(self._entries) - len(handed)
        self._part, self._entries = self._part + 1, ()

    def _try_to_hand_over(self, step: Step, *, last: bool) -> tuple[Entry, ...] | None:
        """The photos that were handed over; None where something that was packed is gone meanwhile."""
        announced = step("announced", lambda: self._announce(last=last))
        if announced.upload is None:
            return ()
        file_id = announced.upload.file_id
        if not step(
            "known", partial(self._keep, file_id, announced)
        ):  # before anybody has it: it is taken back for sure
            return None
        exports.take_back_later(self._desk, file_id)
        put = step.once("put", partial(self._put, announced, last=last), find=partial(self._found, announced.upload))
        if not put or not step("stands", partial(stands, self._desk, self._slack, file_id)):
            return None
        step("shown", lambda: self._slack.uploads.wait_until_shown(file_id, place=self._place))
        return announced.entries

    def _announce(self, *, last: bool) -> _Announced:
        """Pack what is theirs to see as of now, and have Slack expect it."""
        seen = self._seen_now()
        self._write([entry for entry in self._entries if entry.source in seen])
        if not self._bundle.entries:
            return _Announced(None)
        name = self._name(last=last)
        return _Announced(self._slack.uploads.announce(self._bundle.seal(), name=name, alt=name), self._bundle.entries)

    def _seen_now(self) -> frozenset[Source]:
        """Those of the part that their asker may see. Raises `Forbidden` and `NotFound`."""
        sought = sought_by(self._desk, self._user, self._question)
        actor = self._desk.actor(self._user)
        return self._desk.workspace.album.still_seen(sought, [each.source for each in self._entries], actor=actor)

    def _keep(self, file_id: str, announced: _Announced) -> bool:
        """Keep what it has, so that it goes with any of it; not where some is gone already."""
        workspace = self._desk.workspace
        seen = workspace.album.seen_in([entry.source for entry in announced.entries], self._question.user_ids)
        if len(seen) < len(announced.entries) * len(self._question.user_ids):
            return False
        workspace.records.sheets.add_other(file_id, seen)
        return True

    def _put(self, announced: _Announced, *, last: bool) -> bool:
        """Hand it over; not what is not what was announced any more, or is not theirs to see."""
        seen = self._seen_now()
        if any(entry.source not in seen for entry in announced.entries):
            return False
        self._write(announced.entries)
        if announced.upload is None or self._bundle.entries != announced.entries:
            return False
        self._bundle.seal()
        self._slack.uploads.put(announced.upload, self._bundle.file, name=self._name(last=last), place=self._place)
        return True

    def _found(self, upload: Upload) -> bool | None:
        return True if self._slack.uploads.put_before(upload) else None

    def _name(self, *, last: bool) -> str:
        day = datetime.now(self._wanted.zone).date().isoformat()
        if last and self._part == 1:
            return texts.DOWNLOAD_FILE.format(day=day)
        return texts.DOWNLOAD_FILE_PART.format(day=day, number=self._part)
