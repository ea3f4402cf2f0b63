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

from handlers.views import activity, people, rich
from handlers.views.people import Album, Page
from services import poses
from services.preferences import Preference
from services.records import AuditEntry, ConsentRequest, Person
from services.search import Mode

ENROLL_ME, EXPORT_ME, FORGET_ME, REMOVE_MINE = "home_enroll_me", "home_export_me", "home_forget_me", "home_remove_mine"
PREVIOUS, NEXT, SHOW, SETTINGS = "home_people_previous", "home_people_next", "home_show_person", "home_settings"

MOST_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class Oneself:
    """What is known about the member who looks: their album, or that they are being asked, or have said no."""

    album: Album | None = None
    asked: ConsentRequest | None = None
    objects: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """All that one member's App Home shows. `entries` are those of the audit log that they may see."""

    oneself: Oneself
    everyone: Sequence[Person]
    page: Page
    preference: Preference
    admin: bool
    entries: Sequence[AuditEntry]
    notice: Sequence[str]

    @property
    def people(self) -> Mapping[str, Person]:
        return {person.user_id: person for person in self.everyone}


def home(home: Home) -> View:
    """The whole of it, from what concerns oneself to what concerns all."""
    parts = (_oneself(home.oneself), _people(home), _settings(home), _activity(home), _how(home))
    blocks: list[Block] = []
    for number, part in enumerate(parts):
        blocks += [*([DividerBlock()] if number else []), *part]
    return View(type="home", blocks=blocks)


def shown(album: Album) -> View:
    """A person's photos, in a modal, where nothing can be changed."""
    return View(
        type="modal",
        title=PlainTextObject(text="Photos"),
        close=PlainTextObject(text="Close"),
        blocks=people.album(album).blocks,
    )


def _oneself(oneself: Oneself) -> list[Block]:
    head = HeaderBlock(text=PlainTextObject(text="You"))
    if oneself.album is None:
        return [head, rich.lines(_unknown(oneself)), _buttons(enroll="Enrol myself")]
    album = oneself.album
    count = len(album.faces)
    known: rich.Line = ["I know you as ", rich.Bold(album.person.name), f", by {people.photos(count)}."]
    blocks: list[Block] = [head, rich.lines(known, people.advice_line(poses.advise(album.faces)))]
    blocks += [people.photo(album, face) for face in album.shown]
    if count > people.PHOTOS_PAGE:
        blocks.append(rich.lines([f"And {count - people.PHOTOS_PAGE} more: ", rich.Code("/facesearch show me"), "."]))
    return [*blocks, _buttons(enroll="Add photos", known=True, more=people.remove(album, REMOVE_MINE))]


def _unknown(oneself: Oneself) -> rich.Line:
    if oneself.asked is not None:
        would = " would like to enrol you. I have asked you in our direct messages; until then nobody can find you."
        return [rich.User(oneself.asked.asked_by), would]
    if oneself.objects:
        return ["I do not know you, and nobody can enrol you, as you wished. Only you can change that."]
    return ["I do not know you. Nobody is recognised who has not agreed to it."]


def _buttons(*, enroll: str, known: bool = False, more: Sequence[InteractiveElement] = ()) -> ActionsBlock:
    sure = ConfirmObject(
        title=PlainTextObject(text="Erase everything about you?"),
        text=PlainTextObject(text="Your faces, photos and records are erased at once. This cannot be undone."),
        confirm=PlainTextObject(text="Erase"),
        deny=PlainTextObject(text="Keep"),
        style="danger",
    )
    forget = ButtonElement(text="Forget me", action_id=FORGET_ME, value="me", style="danger", confirm=sure)
    export = ButtonElement(text="Export what is held", action_id=EXPORT_ME, value="me")
    elements: list[InteractiveElement] = [ButtonElement(text=enroll, action_id=ENROLL_ME, value="me")]
    elements += [*more, export, *([forget] if known else [])]
    return ActionsBlock(block_id="oneself", elements=elements)


def _people(home: Home) -> list[Block]:
    head = HeaderBlock(text=PlainTextObject(text="People"))
    listed = people.people(home.everyone, home.page, actions=people.ListActions(PREVIOUS, NEXT, SHOW))
    return [head, *listed.blocks]


def _settings(home: Home) -> list[Block]:
    preference = home.preference
    how = "user vectors" if preference.mode is Mode.USERS else "single faces"
    when = "Every photo is answered" if preference.auto else "Photos are answered when I am asked"
    threshold = rich.Bold(f"{preference.threshold:g} %")
    line: rich.Line = [f"{when}, compared with {how} from ", threshold, " on, where a channel has set nothing else."]
    head = HeaderBlock(text=PlainTextObject(text="How I search"))
    if home.admin:
        change = ButtonElement(text="Change", action_id=SETTINGS, value="workspace")
        return [head, rich.lines(line), ActionsBlock(block_id="settings", elements=[change])]
    hint: rich.Line = [rich.Code("/facesearch"), " in a channel opens its own settings."]
    return [head, rich.lines(line, hint)]


def _activity(home: Home) -> list[Block]:
    head = HeaderBlock(text=PlainTextObject(text="Recent activity"))
    whose = "You see everything, as an admin." if home.admin else "You see what you did and what concerns you."
    told = ContextBlock(elements=[PlainTextObject(text=whose)])
    if not home.entries:
        return [head, rich.lines(["Nothing yet."]), told]
    return [head, rich.bullets(*(activity.line(entry, home.people) for entry in home.entries)), told]


def _how(home: Home) -> list[Block]:
    head = HeaderBlock(text=PlainTextObject(text="How it works, and what is stored"))
    how: rich.Line = ["Post a photo and I answer in its thread with who is in it. ", rich.Code("/facesearch help")]
    return [head, rich.lines([*how, " lists what I can do."]), rich.bullets(*(rich.sentence(s) for s in home.notice))]
