"""What is kept with an answer that stands, so that it can be made once more: about one photo, or about many."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

from handlers.slack import Place, Said, Slack
from handlers.views.photos import Answered, Photographed
from services.records import Answers, Records, Source, Standing

_ASKED, _MANY = "?", "#"  # with what begins that of a question, and that of an answer about many photos


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of who is in a photo that stands, and what it was made of."""

    place: Place
    ts: str
    answered: Answered

    @classmethod
    def of(cls, standing: Standing) -> Listed:
        thread, packed = json.loads(standing.how)
        place = Place(standing.channel, thread, about=standing.source)
        return cls(place, standing.posted, Answered.unpack(packed))

    @property
    def how(self) -> str:
        return json.dumps([self.place.thread_ts, self.answered.pack()], separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Gathered:
    """A list of who is in many photos that stands: the photos with their numbers, and the ids of its sheets."""

    place: Place
    ts: str
    photos: tuple[Photographed, ...]
    pictures: tuple[str, ...]

    @classmethod
    def of(cls, standing: Standing) -> Gathered:
        thread, photos, pictures = json.loads(standing.how.removeprefix(_MANY))
        place = Place(standing.channel, thread, about=standing.source)
        return cls(place, standing.posted, tuple(map(Photographed.unpack, photos)), tuple(pictures))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The photos as they were posted."""
        return tuple(source_of(self.place, photo) for photo in self.photos)

    @property
    def how(self) -> str:
        packed = [self.place.thread_ts, [photo.pack() for photo in self.photos], self.pictures]
        return _MANY + json.dumps(packed, separators=(",", ":"))


def is_list(standing: Standing) -> bool:
    """Whether it is about one photo, and can be made once more."""
    return bool(standing.how) and not standing.is_part and standing.how[0] not in {_ASKED, _MANY}


def is_gathered(standing: Standing) -> bool:
    return standing.how.startswith(_MANY)


def is_question(standing: Standing) -> bool:
    return standing.how.startswith(_ASKED)


def of_question(packed: str) -> str:
    """What is kept of a question: the faces it is about."""
    return _ASKED + packed


def asked_in(standing: Standing) -> str:
    """The faces that a question is about."""
    return standing.how.removeprefix(_ASKED)


def gathered_with(answers: Answers, source: Source) -> list[Standing]:
    """The lists about many photos that have a photo, or any photo of a message, among them."""
    return [each for each in answers.naming(source.file_id or source.ts) if is_gathered(each)]


def move(answers: Answers, slack: Slack, place: Place, ts: str, said: Said) -> None:
    """Record that a list counts where it was said now; where it stood is forgotten, unless part of it is there."""
    before = answers.standing(place.channel, ts)
    if before is not None and not before.is_part:
        answers.drop(before)
    slack.stand_by(replace(said.place, about=place.about), said.ts)


def source_of(place: Place, photo: Photographed) -> Source:
    """A photo of a list about many, as it was posted."""
    return Source(place.posted_in, photo.ts, photo.file_id)


def photos_of(answers: Answers, posted: Source) -> set[Source]:
    """The photos that something stands about, alone or among many: a message's, or those of a file wherever it is."""
    alone = answers.about(posted.channel, posted.ts) if posted.ts else answers.about_file(posted.file_id)
    many = (source for each in gathered_with(answers, posted) for source in Gathered.of(each).sources)
    found = {*(each.source for each in alone), *many}
    return {source for source in found if source.ts and source.file_id and _is_of(source, posted)}


def _is_of(photo: Source, posted: Source) -> bool:
    if not posted.ts:
        return photo.file_id == posted.file_id
    return (photo.channel, photo.ts) == (posted.channel, posted.ts)


def denials(records: Records, photo: Source) -> dict[int, set[str]]:
    """Who the faces of a photo are not, as was said; by releases until 1.0.0 that is kept with the lists alone."""
    lists = records.answers.about(photo.channel, photo.ts, {photo.file_id})
    return _together(records.denials.of(photo), *_said_in(lists))


def denials_of_file(records: Records, channel: str, file_id: str) -> dict[int, set[str]]:
    """The same of a file, in whichever messages of a channel it was posted."""
    lists = (each for each in records.answers.about_file(file_id) if each.source.channel == channel)
    return _together(records.denials.of_file(channel, file_id), *_said_in(lists))


def _said_in(lists: Iterable[Standing]) -> Iterator[Mapping[int, Set[str]]]:
    return (Listed.of(each).answered.denials for each in lists if is_list(each))


def denied(records: Records, about: Source | None, answered: Answered) -> dict[int, set[str]]:
    """Who the faces of an answer's photo are not: as was said of it, or of other answers about the photo."""
    said = denials(records, about) if about and about.file_id else {}
    return _together(said, answered.denials)


def _together(*said: Mapping[int, Set[str]]) -> dict[int, set[str]]:
    numbers = {number for each in said for number in each}
    return {number: set().union(*(each.get(number, ()) for each in said)) for number in numbers}
