"""Enrolment: its modal, what became of each photo, and the choice among several faces."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    RichTextBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from handlers.slack import Message, SlackFile
from handlers.views import changes, consent, people, rich
from services import names
from services.enrolment import Result
from services.portraits import Fate, Outcome

CALLBACK = "enroll"
NAME, PHOTOS = "name", "photos"
CHOOSE = "choose_face"
MAX_FILES = 10
_LONGEST_FILE_NAME = 60  # characters that travel with a modal

_FILETYPES = ["jpg", "jpeg", "png", "heic", "heif", "webp"]
_ICONS = {Fate.ADDED: "✓", Fate.ALREADY_ENROLLED: "＝", Fate.SEVERAL_FACES: "？", Fate.WAITING: "…"}


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a modal or a choice is about; it travels through Slack with it."""

    name: str
    member: str | None
    channel: str

    def pack(self) -> str:
        return json.dumps([self.name, self.member, self.channel], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpack(cls, text: str) -> Whom:
        name, member, channel = json.loads(text)
        return cls(str(name), str(member) if member else None, str(channel))


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody has filled into the modal; `profile` says that their profile photo may be used too."""

    name: str
    files: list[SlackFile]
    profile: bool


def modal(whom: Whom, given: Sequence[SlackFile] = (), *, stated: Sequence[Block]) -> View:
    """Asks for name, photos and what is `stated` about consent; not for photos when some are `given`."""
    name = PlainTextInputElement(
        action_id=NAME, initial_value=whom.name or None, max_length=names.MAX_LENGTH, focus_on_load=not whom.name
    )
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=_packed(whom, given),
        title=PlainTextObject(text="Enrol a person"),
        submit=PlainTextObject(text="Enrol"),
        close=PlainTextObject(text="Cancel"),
        blocks=[
            InputBlock(block_id=NAME, label=PlainTextObject(text="Name"), element=name),
            *([rich.lines(["This is ", rich.User(whom.member), "."])] if whom.member else []),
            _given(given) if given else _photos(optional=whom.member is not None),
            *stated,
        ],
    )


def _packed(whom: Whom, given: Sequence[SlackFile]) -> str:
    files = [[file.id, file.name[:_LONGEST_FILE_NAME]] for file in given]
    return json.dumps([whom.pack(), files], ensure_ascii=False, separators=(",", ":"))


def asked(private_metadata: str) -> tuple[Whom, list[SlackFile]]:
    """Whom a modal was about, and the photos it was given, if any."""
    packed, given = json.loads(private_metadata)
    return Whom.unpack(packed), [SlackFile(file_id, name, "") for file_id, name in given]


def filled(values: Mapping[str, Any]) -> Filled:
    """What a submitted modal holds, from `view.state.values`."""
    photos = values.get(PHOTOS, {}).get(PHOTOS, {}).get("files") or ()
    ticked = values.get(consent.PROFILE, {}).get(consent.PROFILE, {}).get("selected_options") or ()
    return Filled(values[NAME][NAME]["value"] or "", [SlackFile.of(file) for file in photos], bool(ticked))


def result(result: Result, *, by_message: bool, retention_days: int) -> Message:
    """How many photos were added, and of each what became of it.

    `by_message` says that no modal has told them what enrolling states, so that this does.
    """
    head: rich.Line = [rich.Bold(result.name), f": {_count(result)}"]
    listed = [_outcome(outcome) for outcome in result.outcomes]
    text = "\n".join(rich.plain(line) for line in (head, *listed))
    advice = [people.advice_line(result.poses)] if result.poses else []
    then = rich.lines(_then(result), *advice)
    blocks: list[Block] = [rich.lines(head), *([rich.bullets(*listed)] if listed else []), then]
    if by_message and result.person is not None:
        blocks += consent.stated(result.ground, retention_days)
    said = Message(text, blocks)
    return changes.undoable(said, result.change) if result.change else said


def choice(whom: Whom, file_id: str, outcome: Outcome) -> Message:
    """Which of the numbered faces is it? The picture stands above."""
    question: rich.Line = ["Which one is ", rich.Bold(whom.name), "?"]
    options = [Option(value=str(n), label=f"Face {n}") for n in range(1, len(outcome.faces) + 1)]
    select = StaticSelectElement(
        action_id=CHOOSE, placeholder=PlainTextObject(text="Choose a face"), options=options[:100]
    )
    asked = ActionsBlock(block_id=f"{file_id} {whom.pack()}", elements=[select])
    return Message(rich.plain(question), [rich.lines(question), asked])


def chosen(block_id: str) -> tuple[str, Whom]:
    """The file and the person that a choice was about."""
    file_id, _, packed = block_id.partition(" ")
    return file_id, Whom.unpack(packed)


def _photos(*, optional: bool) -> InputBlock:
    return InputBlock(
        block_id=PHOTOS,
        optional=optional,
        label=PlainTextObject(text="Photos"),
        hint=PlainTextObject(
            text="One to ten, best five: from the front, from both sides, looking up and looking down."
        ),
        element=FileInputElement(action_id=PHOTOS, filetypes=_FILETYPES, max_files=MAX_FILES),
    )


def _given(files: Sequence[SlackFile]) -> RichTextBlock:
    count = "the photo" if len(files) == 1 else f"the {len(files)} photos"
    return rich.lines([f"With {count} of the message."])


def _outcome(outcome: Outcome) -> rich.Line:
    return [f"{_ICONS.get(outcome.fate, '✗')} ", rich.Code(outcome.file), " ", *rich.sentence(outcome.sentence)]


def _then(result: Result) -> rich.Line:
    """What follows from it: that the member is asked, that there is nothing, or by how many photos they are known."""
    if result.asked is not None:
        return [rich.User(result.asked.member), " is asked first. Nobody can find them before they have said yes."]
    if result.person is None:
        return ["Nothing was kept. Try again with other photos."]
    return [_known_by(result.person.faces)]


def _count(result: Result) -> str:
    total = len(result.outcomes)
    if result.asked is not None:
        kept = sum(outcome.fate is Fate.WAITING for outcome in result.outcomes)
        return f"{kept} of {total} {'photo' if total == 1 else 'photos'} kept for their answer"
    return f"{result.added} of {total} {'photo' if total == 1 else 'photos'} added"


def _known_by(faces: int) -> str:
    if faces >= 5:
        return f"Known by {faces} photos now."
    return f"Known by {faces} {'photo' if faces == 1 else 'photos'} now; five from different sides work best."
