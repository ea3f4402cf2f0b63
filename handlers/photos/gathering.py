"""Many photos of one message: one sheet a dozen and one list by person, and the same again once something changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from slack_sdk.models.blocks import Block

from handlers import album, errors
from handlers.desk import Desk
from handlers.photos import kept
from handlers.photos.kept import Gathered
from handlers.slack import Gone, Place, Said, Slack, replies
from handlers.views.photos import Photographed, Seen
from handlers.views.photos import gathered as views
from services.errors import Refusal, Unavailable
from services.jobs import Part, Payload, Step
from services.pictures import Photo, images
from services.pictures.drawing import MOST_ON_A_SHEET, Cell, annotate, contact_sheet
from services.records import Answers, Source, Standing
from services.search import Identification

JOB = "gather_again"
FROM = 4  # photos of a message, from which on they are answered together
SHEET = "photos.jpg"
_SIDE = 720  # px of a photo on its way to a sheet
_TRIES = 3  # while others are deleted
_NOBODY = "nobody"  # sees a sheet before the list shows it

Begin = Callable[[list[Seen]], tuple[Place, list[Seen]]]
"""The steps that find a place for what was seen, once there is something: the place, and what was seen, numbered."""

_logger = logging.getLogger(__name__)


def register(desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _gather_again))


def submit(desk: Desk, standing: Standing, gone: str) -> None:
    """Store the job that makes a list about many photos once more without one that is gone."""
    channel, ts = standing.channel, standing.posted
    desk.submit(JOB, f"{channel}-{ts}-{gone}", {"channel": channel, "ts": ts}, channel=channel)


def answer(
    desk: Desk,
    step: Step,
    place: Place,
    photos: Sequence[Photographed],
    *,
    user: str,
    asked: bool,
    below: Sequence[Block] = (),
    by_posters: bool = False,
    begin: Begin | None = None,
) -> list[Seen]:
    """The steps that say who is in the photos; what was seen of those that are answered.

    Screenshots without a face that nobody has asked about are left out. `below` is what stands below the answer.
    `by_posters` says that each photo is looked at for whoever posted it, and not for `user`. With `begin` it is said
    where that says, and `place` is the channel of the photos.
    """
    slack, answers, private = desk.slack(), desk.workspace.records.answers, place.only is not None
    many = _Many(desk, slack, step, place, user, by_posters=by_posters)
    seen = many.seen(photos, silent=not asked)
    if not seen:
        return []
    if begin is not None:
        place, seen = begin(seen)
    pictures, problem = many.sheets(seen, place)
    seen = many.as_known(seen)
    shown = pictures if private else ()  # else they stand above
    keeps, reads = many.may_keep(seen), many.only_reads(seen)
    message = views.answer(
        seen, pictures=shown, problem=problem, private=private, keeps=keeps, reads=reads, below=below
    )
    said = replies.say(step, "say many", slack, place, message, user=user)
    if not private:
        gathered = Gathered(replace(said.place, about=place.about), said.ts, tuple(e.photo for e in seen), pictures)
        step("how many", lambda: answers.note(said.place.channel, said.ts, gathered.how))
        if step("gone", lambda: _any_gone(answers, gathered)):
            gather_again(desk, step, said.place.channel, said.ts, user=user)
    return seen


def gather_again(desk: Desk, step: Step, channel: str, ts: str, *, user: str) -> list[Seen]:
    """The steps that make a list about many photos once more; what was seen of them.

    A list whose photos are all gone goes with them. Where others have come to read it, or its photos' channel is
    excluded, it stays as it is, and goes with the first of them.
    """
    seen: list[Seen] = []
    answers = desk.workspace.records.answers
    for number in range(1, _TRIES + 1):
        part = Part(step, f"{ts}, {number}")
        gathered = part("listed", lambda: _kept(answers, channel, ts))
        if gathered is None:
            return seen
        seen = _again(desk, part, gathered, user)
        if not part("gone", partial(_any_gone, answers, replace(gathered, photos=_photos(seen)))):
            break
    return seen


def named_in(seen: Iterable[Seen]) -> set[tuple[str, int]]:
    """Which faces of which files have a name."""
    return {(e.photo.file_id, face.number) for e in seen if e.found for face in e.found.sightings if face.match}


def source_in(desk: Desk, channel: str, ts: str, file_id: str) -> Source | None:
    """Where a file of a list about many photos was posted, if the list is known and stands."""
    gathered = _kept(desk.workspace.records.answers, channel, ts)
    return next((each for each in gathered.sources if each.file_id == file_id), None) if gathered else None


def _gather_again(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: photos of a list about many are gone."""
    gather_again(desk, step, payload["channel"], payload["ts"], user=payload.get("user", ""))


def _kept(answers: Answers, channel: str, ts: str) -> Gathered | None:
    standing = answers.whole(channel, ts)
    return Gathered.of(standing) if standing and kept.is_gathered(standing) else None


def _any_gone(answers: Answers, gathered: Gathered) -> bool:
    return any(map(answers.is_gone, gathered.sources))


def _again(desk: Desk, step: Step, gathered: Gathered, user: str) -> list[Seen]:
    """The steps that look at the photos once more and put the list in the place of what it was, if that may be."""
    slack, place, answers = desk.slack(), gathered.place, desk.workspace.records.answers
    many = _Many(desk, slack, step, place, user)
    is_closed = step("closed", lambda: desk.is_closed(place))
    if is_closed and not step("any gone", lambda: _any_gone(answers, gathered)):
        return []
    seen = [] if is_closed else many.seen(gathered.photos)
    before = [_standing(place, picture) for picture in gathered.pictures]
    if not seen:
        replies.withdraw(step, slack, [_standing(place, gathered.ts), *before])
        return []
    unseen = replace(place, only=user or _NOBODY)  # a new sheet stands in the list itself
    pictures, problem = many.sheets(seen, unseen)
    seen = many.as_known(seen)
    keeps, reads = many.may_keep(seen), many.only_reads(seen)
    message = views.answer(seen, pictures=pictures, problem=problem, keeps=keeps, reads=reads)
    try:
        said, shared = replies.put(step, slack, place, gathered.ts, message, user=user)
    except Gone:
        replies.withdraw(step, slack, [_standing(place, picture) for picture in pictures])
        return []
    now = Gathered(replace(said.place, about=place.about), said.ts, _photos(seen), tuple(shared) or pictures)
    step("kept", lambda: _keep(desk, slack, gathered, now, said))
    replies.withdraw(step, slack, before)
    return seen


def _keep(desk: Desk, slack: Slack, before: Gathered, now: Gathered, said: Said) -> None:
    """Record where the list stands now, and which sheets go with it."""
    answers = desk.workspace.records.answers
    if now.ts != before.ts:
        kept.move(answers, slack, before.place, before.ts, said)
    answers.note(now.place.channel, now.ts, now.how)
    for picture in now.pictures:
        slack.stand_by(now.place, picture)


def _standing(place: Place, posted: str) -> Standing:
    return Standing(place.channel, posted, place.about or Source("", ""))


def _photos(seen: Sequence[Seen]) -> tuple[Photographed, ...]:
    return tuple(each.photo for each in seen)


@dataclass(frozen=True, slots=True)
class _Look:
    """What a step keeps of a look at a photo."""

    found: Identification | None
    is_screenshot: bool = False


class _Many:
    """Many photos of a channel, looked at one after another in steps of a job, and put on sheets."""

    def __init__(
        self, desk: Desk, slack: Slack, step: Step, place: Place, user: str, *, by_posters: bool = False
    ) -> None:
        self._desk = desk
        self._slack = slack
        self._step = step
        self._place = place
        self._user = user
        self._by_posters = by_posters
        self._thumbnails: dict[str, bytes] = {}

    def seen(self, photos: Sequence[Photographed], *, silent: bool = False) -> list[Seen]:
        """What is to be said of the photos that are not gone; where `silent`, not of screenshots without a face."""
        self._desk.workspace.roles.require_included(self._place.posted_in)
        return [seen for photo in photos if (seen := self._seen(photo, silent=silent)) is not None]

    def _seen(self, photo: Photographed, *, silent: bool) -> Seen | None:
        try:
            look = self._step(f"look {photo.file_id}", partial(self._look, photo))
        except Exception as error:  # noqa: BLE001  # the boundary of a photo: the list says it, the log has the rest
            if silent and isinstance(error, images.NoPhoto):
                return None
            return Seen(photo, None, errors.in_words(error))
        if look.found is None or (silent and look.is_screenshot and not look.found.sightings):
            return None
        found = self._desk.workspace.search.as_known(look.found)
        if self._user:  # else nobody has asked: a photo was deleted
            self._step(f"note {photo.file_id}", partial(self._note, photo, found))
        album.take_in(self._desk, self._step, kept.source_of(self._place, photo), found, poster=photo.poster)
        return Seen(photo, found)

    def _look(self, photo: Photographed) -> _Look:
        """Who is in a photo; nothing of one that is gone."""
        workspace, source = self._desk.workspace, kept.source_of(self._place, photo)
        if workspace.records.answers.is_gone(source):
            return _Look(None)
        tuning = workspace.preferences.tuning(source.channel)
        denied = kept.denials(workspace.records, source)
        data = self._slack.files.fetch(photo.file_id)  # waiting for Slack takes nobody's turn
        with self._step.turn():
            opened = workspace.search.opened(data)
            self._thumbnails[photo.file_id] = _small(opened)
            found = workspace.search.identify(opened, mode=tuning.mode, threshold=tuning.threshold, denied=denied)
        return _Look(found, opened.is_screenshot)

    def _note(self, photo: Photographed, found: Identification) -> None:
        actor = photo.poster if self._by_posters else self._user
        self._desk.workspace.search.note(found, actor=actor, channel=self._place.posted_in)

    def as_known(self, seen: Sequence[Seen]) -> list[Seen]:
        """The same without who has been erased meanwhile, as while Slack did not take the sheets for an hour."""
        search = self._desk.workspace.search
        return [replace(each, found=search.as_known(each.found)) if each.found else each for each in seen]

    def may_keep(self, seen: Sequence[Seen]) -> bool:
        """Whether a member is named who may be offered an album."""
        return album.may_keep(self._desk, [each.found for each in seen if each.found])

    def only_reads(self, seen: Sequence[Seen]) -> bool:
        """Whether they are answered to a guest alone, who has posted them."""
        return self._desk.only_reads(self._step, self._place, seen[0].photo.poster, "many")

    def sheets(self, seen: Sequence[Seen], place: Place) -> tuple[tuple[str, ...], str]:
        """The steps that show on sheets what could be read; their ids, and a sentence where one is not to be had."""
        pictures: list[str] = []
        problem = ""
        for number, some in enumerate(_dozens([each for each in seen if each.found]), start=1):
            show: Callable[[], bytes] = partial(self._sheet, some)
            picture, why = replies.show_if_taken(
                self._step, f"sheet {number}", self._slack, place, show, file=SHEET, alt=views.alt(some)
            )
            pictures += [picture] if picture else []
            problem = problem or why
        return tuple(pictures), problem

    def _sheet(self, seen: Sequence[Seen]) -> bytes:
        return contact_sheet([Cell(self._thumbnail(each.photo), each.photo.number, each.rings) for each in seen])

    def _thumbnail(self, photo: Photographed) -> bytes:
        """A small copy; after a crash the photo is fetched again. Of one that cannot be read there is none."""
        if photo.file_id not in self._thumbnails:
            try:
                self._thumbnails[photo.file_id] = _small(
                    images.open(self._slack.files.fetch(photo.file_id), coarse=True)
                )
            except Unavailable:  # it may be there the next time
                raise
            except Refusal as refusal:  # the list says why, where its field is grey
                _logger.info("a photo is not on its sheet: %s", refusal)
                return b""
        return self._thumbnails[photo.file_id]


def _dozens(seen: Sequence[Seen]) -> Iterator[Sequence[Seen]]:
    return (seen[start : start + MOST_ON_A_SHEET] for start in range(0, len(seen), MOST_ON_A_SHEET))


def _small(photo: Photo) -> bytes:
    image = photo.image.copy()
    image.thumbnail((_SIDE, _SIDE))
    return annotate.encode(image)
