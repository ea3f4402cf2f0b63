"""The App Home: what is known about oneself, people, settings, recent activity, and what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    PlainTextObject,
)
from slack_sdk.models.views import View

from handlers.views import activity, album, odds, rich
from handlers.views.album import Section
from handlers.views.names import namesakes
from handlers.views.people import Page, Portfolio, people
from services import texts
from services.people import poses
from services.preferences import Auto, Preference
from services.records import AuditEntry, ConsentRequest, Person
from services.search import Mode

ENROLL_ME, EXPORT_ME, FORGET_ME, REMOVE_MINE = "home_enroll_me", "home_export_me", "home_forget_me", "home_remove_mine"
PREVIOUS, NEXT, SHOW, SETTINGS = "home_people_previous", "home_people_next", "home_show_person", "home_settings"
SUPPORT = "home_support"

MOST_ENTRIES = 8


_ANSWERED = {Auto.ON: texts.HOME_EVERY_PHOTO, Auto.DIGEST: texts.HOME_DIGEST, Auto.OFF: texts.HOME_WHEN_ASKED}


@dataclass(frozen=True, slots=True)
class Oneself:
    """What is known about the member who looks: their portfolio, or that they are being asked, or have said no.

    `bearers` are people outside Slack who have their name.
    """

    portfolio: Portfolio | None = None
    asked: ConsentRequest | None = None
    objects: bool = False
    bearers: Sequence[Person] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """All that one member's App Home shows. `entries` are those of the audit log that they may see.

    `photos` is their own album; None for whom nobody has enrolled.
    """

    oneself: Oneself
    everyone: Sequence[Person]
    page: Page
    preference: Preference
    admin: bool
    entries: Sequence[AuditEntry]
    notice: Sequence[str]
    support_url: str = ""
    photos: Section | None = None

    @property
    def people(self) -> Mapping[str, Person]:
        return {person.user_id: person for person in self.everyone}


def home(home: Home) -> View:
    """The whole of it, from what concerns oneself to what concerns all."""
    parts = (
        _oneself(home.oneself),
        *([album.section(home.photos)] if home.photos else []),
        _people(home),
        _settings(home),
        _activity(home),
        _how(home.notice, home.support_url),
    )
    blocks: list[Block] = []
    for number, part in enumerate(parts):
        blocks += [*([DividerBlock()] if number else []), *part]
    return View(type="home", blocks=blocks)


def guests(oneself: Oneself, notice: Sequence[str], support_url: str = "") -> View:
    """Of whoever may only post: what concerns themselves."""
    blocks = [*_oneself(oneself, may_use=False), rich.lines(rich.sentence(texts.GUESTS_ONLY_POST)), DividerBlock()]
    return View(type="home", blocks=[*blocks, *_how(notice, support_url, texts.HELP)])


def outsiders() -> View:
    """Of people of another organisation: nothing."""
    return View(type="home", blocks=[rich.lines([texts.HOME_OF_OUTSIDER])])


def shown(portfolio: Portfolio) -> View:
    """A person's first photos, in a modal, where nothing can be changed."""
    blocks: list[Block] = [block for block in people.portfolio(portfolio).blocks if not isinstance(block, ActionsBlock)]
    rest = len(portfolio.faces) - len(portfolio.shown)
    if portfolio.managed and rest > 0:
        blocks.append(rich.lines(rich.fill(texts.MORE_PHOTOS_OF, n=rest, name=rich.Code(portfolio.person.name))))
    return View(
        type="modal",
        title=PlainTextObject(text=texts.PORTFOLIO),
        close=PlainTextObject(text=texts.CLOSE),
        blocks=blocks,
    )


def _oneself(oneself: Oneself, *, may_use: bool = True) -> list[Block]:
    """What is known of them, and of people who have their name."""
    return [*_known(oneself, may_use=may_use), *namesakes.bearers(oneself.bearers)]


def _known(oneself: Oneself, *, may_use: bool) -> list[Block]:
    head = HeaderBlock(text=PlainTextObject(text=texts.YOU))
    if oneself.portfolio is None:
        return [head, rich.lines(_unknown(oneself)), _buttons(enroll=texts.ENROL_ME if may_use else "")]
    portfolio = oneself.portfolio
    count = len(portfolio.faces)
    known = rich.fill(texts.YOU_ARE_KNOWN.of(count), name=rich.Bold(portfolio.person.name), n=count)
    blocks: list[Block] = [head, rich.lines(known, people.advice_line(poses.advise(portfolio.faces)))]
    blocks += [people.photo(portfolio, face) for face in portfolio.shown]
    if count > people.PHOTOS_PAGE:
        more = texts.MORE_PHOTOS if may_use else texts.AND_MORE_PHOTOS
        blocks.append(rich.lines(rich.fill(more, n=count - people.PHOTOS_PAGE)))
    enroll = texts.ADD_PHOTOS if may_use else ""
    return [*blocks, _buttons(enroll=enroll, known=True, more=people.remove(portfolio, REMOVE_MINE))]


def _unknown(oneself: Oneself) -> rich.Line:
    if oneself.asked is not None:
        return rich.fill(texts.YOU_ARE_ASKED, who=rich.User(oneself.asked.asked_by))
    if oneself.objects:
        return [texts.YOU_OBJECT]
    return [texts.YOU_ARE_UNKNOWN]


def _buttons(*, enroll: str, known: bool = False, more: Sequence[InteractiveElement] = ()) -> ActionsBlock:
    sure = ConfirmObject(
        title=PlainTextObject(text=texts.ERASE_ME),
        text=PlainTextObject(text=texts.ERASE_ME_MEANS),
        confirm=PlainTextObject(text=texts.ERASE),
        deny=PlainTextObject(text=texts.KEEP),
        style="danger",
    )
    forget = ButtonElement(text=texts.FORGET_ME, action_id=FORGET_ME, value="me", style="danger", confirm=sure)
    export = ButtonElement(text=texts.EXPORT_ME, action_id=EXPORT_ME, value="me")
    first = [ButtonElement(text=enroll, action_id=ENROLL_ME, value="me")] if enroll else []
    elements: list[InteractiveElement] = [*first, *more, export, *([forget] if known else [])]
    return ActionsBlock(block_id=rich.fresh("oneself", elements), elements=elements)


def _people(home: Home) -> list[Block]:
    head = HeaderBlock(text=PlainTextObject(text=texts.HELP_PEOPLE))
    listed = people.people(home.everyone, home.page, actions=people.ListActions(PREVIOUS, NEXT, SHOW))
    first = [] if home.everyone else [rich.lines(*(rich.sentence(each) for each in texts.FIRST_STEPS))]
    return [head, *listed.blocks, *first]


def _settings(home: Home) -> list[Block]:
    preference = home.preference
    line = rich.fill(
        _ANSWERED[preference.auto],
        mode=texts.BY_USERS if preference.mode is Mode.USERS else texts.BY_FACES,
        threshold=rich.Bold(odds.threshold(preference)),
    )
    head = HeaderBlock(text=PlainTextObject(text=texts.HOW_I_SEARCH))
    if home.admin:
        change = ButtonElement(text=texts.CHANGE, action_id=SETTINGS, value="workspace")
        return [head, rich.lines(line), ActionsBlock(block_id="settings", elements=[change])]
    return [head, rich.lines(line, rich.sentence(texts.SETTINGS_OF_CHANNELS))]


def _activity(home: Home) -> list[Block]:
    head = HeaderBlock(text=PlainTextObject(text=texts.RECENT_ACTIVITY))
    whose = texts.SEEN_BY_ADMINS if home.admin else texts.SEEN_BY_YOU
    told = ContextBlock(elements=[PlainTextObject(text=whose)])
    if not home.entries:
        return [head, rich.lines([texts.NOTHING_YET]), told]
    return [head, rich.bullets(*(activity.line(entry, home.people) for entry in home.entries)), told]


def _how(notice: Sequence[str], support_url: str, begin: str = texts.HOME_HELP) -> list[Block]:
    head = HeaderBlock(text=PlainTextObject(text=texts.HOW_IT_WORKS))
    blocks: list[Block] = [
        head,
        rich.lines(rich.sentence(begin)),
        rich.bullets(*(rich.sentence(s) for s in notice)),
    ]
    if support_url:
        ask = ButtonElement(text=texts.GET_HELP, action_id=SUPPORT, url=support_url)
        blocks.append(ActionsBlock(block_id="support", elements=[ask]))
    return blocks
