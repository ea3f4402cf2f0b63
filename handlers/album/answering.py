"""The answer to who asks for photos: a sheet of them, and below it where each was posted. For the asker alone."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from slack_sdk.errors import SlackApiError

from handlers.desk import Desk
from handlers.people import exports
from handlers.slack import Glimpse, Message, Slack, thumbnails
from handlers.views import album as views
from services import texts
from services.album import Page, Pictured
from services.errors import NotFound, Refusal
from services.people import Actor
from services.pictures.drawing import Cell, contact_sheet
from services.records import Person, Sought

MOST = 12  # photos of an answer
_TRIES = 3  # while photos turn out to be gone
_SHEET = "photos.jpg"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """Which photos somebody asks for: of whom, in which channel or in all of theirs, when, and from which one on."""

    user_ids: tuple[str, ...]
    channel: str = ""
    since: str = ""
    before: str = ""
    most: int = 0
    first: int = 0

    def pack(self) -> str:
        packed = [self.user_ids, self.channel, self.since, self.before, self.most, self.first]
        return json.dumps(packed, separators=(",", ":"))

    @classmethod
    def unpack(cls, text: str) -> Question:
        user_ids, *rest = json.loads(text)
        return cls(tuple(user_ids), *rest)

    @property
    def page(self) -> int:
        """How many photos are to be shown at once."""
        return min(MOST, self.most - self.first) if self.most else MOST

    def at(self, first: int) -> str:
        """The same from another photo on, for a button."""
        return replace(self, first=first).pack()


def answer(desk: Desk, slack: Slack, actor: Actor, question: Question) -> Message:
    """The photos of one page that the actor may see as of now. Raises `Forbidden` and `NotFound`."""
    people = _people(desk, question)
    page, glimpses, sheet = _drawn(desk, slack, actor, question)
    album = views.Asked(
        people=people,
        oneself=actor.id,
        channel=question.channel,
        since=question.since,
        before=question.before,
        zone=desk.visitors.member(actor.id).clock(datetime.now(UTC)).tzinfo or UTC,
    )
    desk.workspace.album.note(question.user_ids, len(page.photos), actor=actor)
    n = min(page.n, question.most) if question.most else page.n
    last = question.first + len(page.photos)
    return views.page(
        album,
        page,
        [glimpse.link for glimpse in glimpses],
        sheet=sheet,
        n=n,
        before=question.at(max(0, question.first - MOST)) if question.first else "",
        more=question.at(last) if page.photos and last < n else "",
        download=question.at(0) if page.photos else "",
    )


def look(desk: Desk, slack: Slack, actor: Actor, question: Question) -> tuple[Page, list[Glimpse]]:
    """A page of photos that are all still there, with what Slack shows of each: what is gone goes from the albums."""
    workspace, sought = desk.workspace, sought_by(desk, actor.id, question)
    for _ in range(_TRIES):
        page = workspace.album.page(sought, actor=actor, first=question.first, most=question.page)
        glimpses = slack.glimpse([each.source for each in page.photos])
        gone = [source for source, glimpse in glimpses.items() if glimpse is None]
        for source in gone:
            workspace.records.appearances.remove(source)
        if not gone:
            break
        thumbnails.sweep(slack, workspace)
    there = tuple(each for each in page.photos if glimpses[each.source])
    return replace(page, photos=there), [glimpse for each in there if (glimpse := glimpses[each.source])]


def sought_by(desk: Desk, user: str, question: Question) -> Sought:
    """What somebody asks for, of the channels that they are in as of now."""
    channels = desk.visitors.channels_of(user)
    if question.channel:
        channels &= {question.channel}
    return Sought(question.user_ids, channels, question.since, question.before)


def newest(desk: Desk, slack: Slack, actor: Actor, person: Person, *, most: int) -> tuple[int, str]:
    """How many photos of somebody the actor may see, and a sheet of the newest, where Slack lets it be made."""
    page, _, sheet = _drawn(desk, slack, actor, Question((person.user_id,), most=most))
    return page.n, sheet


def stands(desk: Desk, slack: Slack, sheet: str) -> bool:
    """Whether nothing of it went while it was handed over; else it is taken back."""
    sheets = desk.workspace.records.sheets
    if sheets.stands(sheet):
        return True
    if slack.uploads.discard(sheet):
        sheets.remove(sheet)
    return False


def _drawn(desk: Desk, slack: Slack, actor: Actor, question: Question) -> tuple[Page, list[Glimpse], str]:
    """The same as `look`, and a sheet of the photos; looked for anew where any goes while it is drawn."""
    for _ in range(_TRIES):
        page, glimpses = look(desk, slack, actor, question)
        sheet = _show(desk, slack, page.photos, glimpses)
        if sheet is not None:
            return page, glimpses, sheet
    return page, glimpses, ""


def _show(desk: Desk, slack: Slack, photos: Sequence[Pictured], glimpses: Sequence[Glimpse]) -> str | None:
    """Hand Slack a sheet of the photos, for blocks to show; its file id, or "" where it takes none.

    It is taken back in a day, or when any of what it shows is gone: None where that was before it could be shown. The
    same as before is not made anew.
    """
    seen = [each for photo in photos for each in photo.sought]
    if not seen:
        return ""
    known = desk.workspace.records.sheets.showing(seen)
    if known is not None and slack.files.has(known):
        return known
    cells = [
        Cell(glimpse.picture, number, tuple(each.box for each in photo.sought))
        for number, (photo, glimpse) in enumerate(zip(photos, glimpses, strict=True), start=1)
    ]
    try:
        sheet = slack.uploads.keep(contact_sheet(cells), name=_SHEET, alt=texts.ALBUM_SHEET)
    except (SlackApiError, Refusal) as error:
        _logger.warning("a sheet was not taken: %s", error)
        return ""
    desk.workspace.records.sheets.add(sheet, seen)
    exports.take_back_later(desk, sheet)
    slack.uploads.wait_until_shown(sheet, place=None)
    return sheet if stands(desk, slack, sheet) else None


def _people(desk: Desk, question: Question) -> list[Person]:
    """Those who are asked for, in that order. Raises `NotFound` for whom somebody has erased meanwhile."""
    people = desk.workspace.records.people_by_id(question.user_ids)
    if any(user_id not in people for user_id in question.user_ids):
        raise NotFound(texts.SOMEBODY_FORGOTTEN_ALREADY)
    return [people[user_id] for user_id in question.user_ids]
