"""Albums as they are shown: what would be kept, what is, and the photos that somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    HeaderBlock,
    InteractiveElement,
    PlainTextObject,
)

from handlers.slack import Message
from handlers.views import rich, words
from services import names, texts
from services.album import RELEASE, Page, Pictured, notice
from services.records import EVERYONE, KeptAlbum, Person

KEEP, KEEP_AND_LOOK_BACK, KEEP_RELEASED, OFFER = "album_keep", "album_keep_all", "album_keep_released", "album_offer"
PREVIOUS, MORE, SHOW, END = "album_previous", "album_more", "album_show", "album_end"
DOWNLOAD = "album_download"
STOP_TELLING = "album_stop_telling"
HOME_KEEP, HOME_KEEP_ALL, HOME_LOOK_BACK = "album_home_keep", "album_home_keep_all", "album_home_look_back"
HOME_SHARE, HOME_TELL = "album_home_share", "album_home_tell"
ON, OFF = "on", "off"  # the values of what is turned on and off

MOST_AT_HOME = 6  # photos


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the people, one of whom may be `oneself`, a channel, a span of time, and in which zone."""

    people: Sequence[Person]
    oneself: str
    channel: str = ""
    since: str = ""
    before: str = ""
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Section:
    """What the Home says of somebody's own album: how many photos they can see, and a sheet of the newest.

    Without an album it is what would be kept.
    """

    retention_days: int
    album: KeptAlbum | None = None
    n: int = 0
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came of a download: how many photos in how many parts, and how many are in none, by why.

    `more` says that there are older ones, which it is not about.
    """

    photos: int
    parts: int
    twice: int = 0
    gone: int = 0
    not_had: int = 0
    more: bool = False


def section(section: Section) -> list[Block]:
    """The section of the Home."""
    head = HeaderBlock(text=PlainTextObject(text=texts.HELP_PHOTOS))
    if section.album is None:
        return [head, *_offered(section.retention_days, HOME_KEEP, HOME_KEEP_ALL)]
    album, n = section.album, section.n
    count = rich.fill(texts.ALBUM_SINCE_WHEN.of(n), n=n, day=texts.DAY.format(at=album.since))
    telling = rich.sentence(texts.TELLING_IS_ON if album.tells else texts.TELLING_IS_OFF)
    shown: list[Block] = [rich.picture(section.sheet, texts.ALBUM_SHEET)] if section.sheet else []
    return [head, rich.lines(count, sharing(album), telling), *shown, _switches(album)]


def _switches(album: KeptAlbum) -> ActionsBlock:
    sure = ConfirmObject(
        title=PlainTextObject(text=texts.END_ALBUM),
        text=PlainTextObject(text=texts.END_ALBUM_MEANS),
        confirm=PlainTextObject(text=texts.ERASE),
        deny=PlainTextObject(text=texts.KEEP),
        style="danger",
    )
    shares = EVERYONE in album.readers
    share = texts.SHARE_WITH_NOBODY if shares else texts.SHARE_WITH_EVERYONE
    tell = texts.TELL_ME_NO_MORE if album.tells else texts.TELL_ME
    elements: list[InteractiveElement] = [
        ButtonElement(text=share, action_id=HOME_SHARE, value=OFF if shares else ON),
        ButtonElement(text=tell, action_id=HOME_TELL, value=OFF if album.tells else ON),
        ButtonElement(text=texts.LOOK_BACK, action_id=HOME_LOOK_BACK, value="me"),
        ButtonElement(text=texts.END_ALBUM, action_id=END, value="me", style="danger", confirm=sure),
    ]
    return ActionsBlock(block_id=rich.fresh("photos_of_you", elements), elements=elements)


def offer(retention_days: int) -> Message:
    """To somebody who keeps none: what would be kept, and to say yes to it."""
    return Message(texts.ALBUM_OFFER, _offered(retention_days, KEEP, KEEP_AND_LOOK_BACK))


def _offered(retention_days: int, keep: str, look_back: str) -> list[Block]:
    elements: list[InteractiveElement] = [
        ButtonElement(text=texts.KEEP_FROM_NOW_ON, action_id=keep, value="me", style="primary"),
        ButtonElement(text=texts.LOOK_BACK_TOO, action_id=look_back, value="me"),
    ]
    lines = (rich.sentence(each) for each in notice(retention_days))
    return [rich.lines([texts.ALBUM_OFFER]), rich.bullets(*lines), ActionsBlock(elements=elements)]


def offer_of(person: Person, retention_days: int) -> Message:
    """To whoever manages somebody outside Slack: the same, with what they state by a click."""
    sure = ConfirmObject(
        title=PlainTextObject(text=texts.KEEP_FROM_NOW_ON),
        text=PlainTextObject(text=texts.ALBUM_RELEASED_MEANS.format(statement=RELEASE)),
        confirm=PlainTextObject(text=texts.ALBUM_RELEASED),
        deny=PlainTextObject(text=texts.CANCEL),
    )
    button = ButtonElement(text=texts.ALBUM_RELEASED, action_id=KEEP_RELEASED, value=person.user_id, confirm=sure)
    head = rich.fill(texts.ALBUM_OFFER_OF, name=rich.Bold(person.name))
    lines = (rich.sentence(each) for each in notice(retention_days))
    return Message(rich.plain(head), [rich.lines(head), rich.bullets(*lines), ActionsBlock(elements=[button])])


def kept(person: Person, *, oneself: bool) -> Message:
    if oneself:
        return words.sentence(texts.ALBUM_KEPT)
    return words.lines(rich.fill(texts.ALBUM_KEPT_OF, name=rich.Code(names.quoted(person.name))))


def ended(person: Person, photos: int, *, oneself: bool) -> Message:
    """The receipt."""
    text = texts.ALBUM_ENDED if oneself else texts.ALBUM_ENDED_OF
    return words.lines(rich.fill(text.of(photos), name=rich.Bold(person.name), n=photos))


def shared(album: KeptAlbum) -> Message:
    """Who may look at it."""
    return words.lines(sharing(album))


def sharing(album: KeptAlbum) -> rich.Line:
    if EVERYONE in album.readers:
        return [texts.ALBUM_FOR_EVERYONE]
    if not album.readers:
        return rich.sentence(texts.ALBUM_FOR_NOBODY)
    return rich.fill(texts.ALBUM_FOR_SOME, members=_listed([rich.User(each) for each in sorted(album.readers)]))


def told(*, on: bool, may_use: bool = True) -> Message:
    """Whether they are told of new photos; whoever may turn it on again, and not only off, is said how."""
    off = texts.TELLING_IS_OFF if may_use else texts.TELLING_HAS_ENDED
    return words.sentence(texts.TELLING_IS_ON if on else off)


def news(photos: Mapping[str, int], *, may_use: bool = True) -> Message:
    """To somebody in their direct messages: how many new photos show them, by channel.

    Who may do no more than read is offered to be told no more.
    """
    rows = [
        rich.fill(texts.NEW_PHOTOS.of(n), n=n, channel=rich.Channel(channel))
        for channel, n in sorted(photos.items(), key=lambda pair: -pair[1])
    ]
    elements: list[InteractiveElement] = [
        *([ButtonElement(text=texts.SHOW_MY_PHOTOS, action_id=SHOW, value="me")] if may_use else []),
        ButtonElement(text=texts.TELL_ME_NO_MORE, action_id=STOP_TELLING, value="me"),
    ]
    return Message("\n".join(map(rich.plain, rows)), [rich.lines(*rows), ActionsBlock(elements=elements)])


def page(
    asked: Asked,
    page: Page,
    links: Sequence[str],
    *,
    sheet: str,
    n: int,
    before: str = "",
    more: str = "",
    download: str = "",
) -> Message:
    """The photos of a page, with the file id of the sheet that shows them, and what its buttons ask for."""
    head = _head(asked, n)
    if not page.photos:
        return words.lines(head, rich.sentence(texts.ALBUM_EMPTY))
    rows = [
        _row(asked, number, photo, link)
        for number, (photo, link) in enumerate(zip(page.photos, links, strict=True), start=1)
    ]
    shown = [rich.picture(sheet, rich.plain(head))] if sheet else []
    buttons = _buttons(before, more, download)
    context = _context(page, n)
    blocks: list[Block] = [*rich.listing(head, []), *shown, *rich.listing(rows[0], rows[1:]), *context, *buttons]
    return Message("\n".join([rich.plain(head), *map(rich.plain, rows)]), blocks)


def download_begins() -> Message:
    return words.sentence(texts.DOWNLOAD_BEGINS)


def downloading(number: int, n: int) -> Message:
    """How far a download has come."""
    return words.sentence(texts.DOWNLOADING.format(number=number, n=n))


def downloaded(done: Downloaded) -> Message:
    """Below the files that were handed over: how many photos they have, and what is in none of them."""
    left = (
        (texts.DOWNLOADED_TWICE, done.twice),
        (texts.DOWNLOADED_GONE, done.gone),
        (texts.DOWNLOADED_NOT_HAD, done.not_had),
    )
    missing = [text.say(n) for text, n in left if n]
    if not done.photos:
        return words.lines(*map(rich.sentence, [texts.DOWNLOADED_NOTHING, *missing]))
    parts = [texts.DOWNLOADED_IN_PARTS.format(n=done.parts)] if done.parts > 1 else []
    more = [texts.DOWNLOADED_NEWEST.format(n=done.photos)] if done.more else []
    said = [texts.DOWNLOADED.say(done.photos), *parts, *missing, *more, texts.DOWNLOAD_GOES]
    return words.lines(*map(rich.sentence, said))


def _head(asked: Asked, n: int) -> rich.Line:
    """«42 photos of you and Alice, in #offsite, since 1 October 2026»."""
    line = [*rich.fill(texts.ALBUM_PHOTOS.of(n), n=n, whom=_listed(list(_names(asked))))]
    if asked.channel:
        line += rich.fill(texts.ALBUM_IN, channel=rich.Channel(asked.channel))
    if asked.since:
        line += rich.fill(texts.ALBUM_SINCE, day=_day(asked.since, asked.zone))
    if asked.before:
        line += rich.fill(texts.ALBUM_BEFORE, day=_day(asked.before, asked.zone))
    return line


def _names(asked: Asked) -> Iterator[rich.Piece]:
    for person in asked.people:
        yield texts.ALBUM_YOU if person.member == asked.oneself else rich.Bold(person.name)


def _row(asked: Asked, number: int, photo: Pictured, link: str) -> rich.Line:
    day = rich.Link(_day(photo.source.ts, asked.zone), link)
    channel = rich.Channel(photo.source.channel)
    if not photo.others:
        return rich.fill(texts.ALBUM_ROW, number=number, day=day, channel=channel)
    others = _listed([rich.Bold(person.name) for person in photo.others])
    return rich.fill(texts.ALBUM_ROW_WITH, number=number, day=day, channel=channel, others=others)


def _context(page: Page, n: int) -> list[Block]:
    """Which of them these are, where there are more."""
    last = page.first + len(page.photos)
    if n <= len(page.photos):
        return []
    text = texts.ALBUM_PAGE.format(first=page.first + 1, last=last, n=n)
    return [ContextBlock(elements=[PlainTextObject(text=text)])]


def _buttons(before: str, more: str, download: str) -> list[Block]:
    elements: list[InteractiveElement] = []
    if before:
        elements.append(ButtonElement(text=texts.PREVIOUS, action_id=PREVIOUS, value=before))
    if more:
        elements.append(ButtonElement(text=texts.MORE, action_id=MORE, value=more))
    if download:
        elements.append(ButtonElement(text=texts.DOWNLOAD, action_id=DOWNLOAD, value=download))
    return [ActionsBlock(block_id=rich.fresh("album", elements), elements=elements)] if elements else []


def _listed(pieces: Sequence[rich.Piece]) -> rich.Line:
    """«A, B and C»."""
    if len(pieces) == 1:
        return [pieces[0]]
    most: list[rich.Piece] = [pieces[0]]
    for piece in pieces[1:-1]:
        most += [", ", piece]
    return rich.fill(texts.AND, most=most, last=pieces[-1])


def _day(ts: str, zone: tzinfo) -> str:
    return texts.DAY.format(at=datetime.fromtimestamp(float(ts), zone))
