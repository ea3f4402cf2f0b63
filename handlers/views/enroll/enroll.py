"""Enrolment: its modal, what became of each photo, and the choice among several faces."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
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
from handlers.views import changes, rich, words
from handlers.views.people import consent, people
from services import names, texts
from services.people import MIN_FACE, Fate, Ground, Outcome, Result
from services.records import ConsentRequest, Person

CALLBACK = "enroll"
NAME, PHOTOS = "name", "photos"
CHOOSE = "choose_face"
ENROLL_AS = "enroll_as"
MAX_FILES = 10
_ENOUGH = 5  # photos
_MOST_ALIKE = 3  # people who are named as resembling one
_LONGEST_FILE_NAME = 60  # characters that travel with a modal

_FILETYPES = ["jpg", "jpeg", "png", "heic", "heif", "webp"]
_ICONS = {Fate.ADDED: "✓", Fate.ALREADY_ENROLLED: "=", Fate.SEVERAL_FACES: "?", Fate.WAITING: "…"}


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
    """What somebody has filled into the modal; `profile` says that their profile photo may be used too.

    `stated` is the version of the statement that they have ticked, "" where there was none to tick.
    """

    name: str
    files: list[SlackFile]
    profile: bool
    stated: str


def modal(whom: Whom, given: Sequence[SlackFile] = (), *, stated: Sequence[Block]) -> View:
    """Asks for name, photos and what is `stated` about consent; not for photos when some are `given`."""
    name = PlainTextInputElement(
        action_id=NAME, initial_value=whom.name or None, max_length=names.MAX_LENGTH, focus_on_load=not whom.name
    )
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=_packed(whom, given),
        title=PlainTextObject(text=texts.ENROL_A_PERSON),
        submit=PlainTextObject(text=texts.ENROL),
        close=PlainTextObject(text=texts.CANCEL),
        blocks=[
            InputBlock(block_id=NAME, label=PlainTextObject(text=texts.NAME), element=name),
            *([rich.lines(rich.fill(texts.THIS_IS, member=rich.User(whom.member)))] if whom.member else []),
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
    name, given = values[NAME][NAME]["value"] or "", [SlackFile.of(file) for file in photos]
    return Filled(name, given, bool(ticked), consent.ticked(values))


def underway(name: str, photos: int, done: int = 0) -> Message:
    """How far it has come."""
    text = texts.PHOTOS_LOOKED_AT if done else texts.LOOKING_AT_PHOTOS
    return words.lines(rich.fill(text, name=rich.Bold(name), done=done, n=photos))


def result(result: Result, *, by_message: bool, retention_days: int, threaded: bool = False) -> Message:
    """How many photos were added, and of each what became of it.

    `by_message` says that no modal has told them what they agree to by enrolling themselves, so that this does;
    `threaded` that a reply with more photos adds them.
    """
    head = _count(result)
    listed = [_outcome(outcome) for outcome in result.outcomes]
    text = "\n".join(rich.plain(line) for line in (head, *listed))
    advice = [people.advice_line(result.poses)] if result.poses else []
    more: list[rich.Line] = [[texts.REPLY_WITH_MORE]] if threaded else []
    alike = [_alike(result, other) for other in result.resembles[:_MOST_ALIKE]]
    named = [people.alike_named(result.name, other) for other in result.twins[:_MOST_ALIKE]]
    then = rich.lines(_then(result), *named, *alike, *advice, *more)
    blocks: list[Block] = [rich.lines(head), *([rich.bullets(*listed)] if listed else []), then]
    if by_message and result.added and result.ground is Ground.OWN:
        blocks += consent.agreed(retention_days)
    said = Message(text, blocks)
    return changes.undoable(said, result.change) if result.change else said


def more(result: Result) -> Message:
    """Says that a reply with photos adds them to the person."""
    return words.lines(rich.fill(texts.MORE_OF, name=rich.Bold(result.name)))


def not_asked(asked: ConsentRequest, reason: str) -> Message:
    """That a member could not be asked, so that nothing waits for them."""
    line = rich.fill(texts.COULD_NOT_ASK, member=rich.User(asked.member), reason=rich.sentence(reason))
    return words.lines(line)


def choice(whom: Whom, file_id: str, outcome: Outcome, problem: str = "", *, stated: Sequence[str] = ()) -> Message:
    """Which of the numbered faces is it? The picture stands above, unless there is a `problem` with it.

    `stated` is who has stated that the person agreed, and in which version, so that they need not be asked again.
    """
    question = rich.fill(texts.WHICH_ONE, name=rich.Bold(whom.name))
    why = [rich.lines(rich.sentence(problem), [texts.NUMBERED_BY_READING])] if problem else []
    large = [n for n, box in enumerate(outcome.faces, start=1) if min(box.width, box.height) >= MIN_FACE]
    options = [Option(value=" ".join([str(n), *stated]), label=texts.FACE.format(number=n)) for n in large]
    select = StaticSelectElement(
        action_id=CHOOSE, placeholder=PlainTextObject(text=texts.CHOOSE_A_FACE), options=options[:100]
    )
    asked = ActionsBlock(block_id=f"{file_id} {whom.pack()}", elements=[select])
    return Message(rich.plain(question), [*why, rich.lines(question), asked])


def offer(name: str, files: Sequence[Sequence[str]]) -> ActionsBlock:
    """The button that enrols the person in photos, by id and name, whose message may have been meant so."""
    most = 75 - len(texts.ENROL_AS.format(name=""))
    shown = name if len(name) <= most else f"{name[: most - 1]}…"
    text = texts.ENROL_AS.format(name=shown) if name else texts.ENROL_FROM_PHOTO
    packed = [[file_id, file[:_LONGEST_FILE_NAME]] for file_id, file in files[:MAX_FILES]]
    value = json.dumps([name, packed], ensure_ascii=False, separators=(",", ":"))
    return ActionsBlock(block_id=ENROLL_AS, elements=[ButtonElement(text=text, action_id=ENROLL_AS, value=value)])


def offered(name: str, files: Sequence[Sequence[str]]) -> Message:
    """The button on its own, where nothing else is said about the photos."""
    asked = words.sentence(texts.NOT_TAKEN_FOR_ENROLLING)
    return Message(asked.text, [*asked.blocks, offer(name, files)])


def offer_of(value: str) -> tuple[str, list[SlackFile]]:
    """The name and the photos of such a button."""
    name, files = json.loads(value)
    return str(name), [SlackFile(file_id, file, "") for file_id, file in files]


def chosen(block_id: str) -> tuple[str, Whom]:
    """The file and the person that a choice was about."""
    file_id, _, packed = block_id.partition(" ")
    return file_id, Whom.unpack(packed)


def choice_of(value: str, *, user: str) -> tuple[int, str]:
    """The face that `user` has chosen, and the version of what they have stated already about its person, or ""."""
    face, *stated = value.split(" ")
    return int(face), stated[1] if stated and stated[0] == user else ""


def _photos(*, optional: bool) -> InputBlock:
    return InputBlock(
        block_id=PHOTOS,
        optional=optional,
        label=PlainTextObject(text=texts.LABEL_PHOTOS),
        hint=PlainTextObject(text=texts.WHICH_PHOTOS),
        element=FileInputElement(action_id=PHOTOS, filetypes=_FILETYPES, max_files=MAX_FILES),
    )


def _given(files: Sequence[SlackFile]) -> RichTextBlock:
    return rich.lines(rich.fill(texts.PHOTOS_OF_MESSAGE.of(len(files)), n=len(files)))


def _outcome(outcome: Outcome) -> rich.Line:
    return rich.fill(
        texts.OUTCOME,
        icon=_ICONS.get(outcome.fate, "✗"),
        file=rich.Code(outcome.file),
        sentence=rich.sentence(outcome.sentence),
    )


def _then(result: Result) -> rich.Line:
    """What follows from it: that the member is asked, that there is nothing, or by how many photos they are known."""
    if result.asked is not None:
        return rich.fill(texts.THEY_ARE_ASKED, member=rich.User(result.asked.member))
    if result.person is None and any(outcome.fate is Fate.SEVERAL_FACES for outcome in result.outcomes):
        return rich.fill(texts.WHICH_FACE_FIRST, name=rich.Bold(result.name))
    if result.person is None:
        return [texts.NOTHING_KEPT]
    return [_known_by(result.person.faces)]


def _alike(result: Result, other: Person) -> rich.Line:
    return rich.fill(texts.RESEMBLE, one=rich.Bold(result.name), other=rich.Bold(other.name))


def _count(result: Result) -> rich.Line:
    total, name = len(result.outcomes), rich.Bold(result.name)
    if result.asked is not None:
        kept = sum(outcome.fate is Fate.WAITING for outcome in result.outcomes)
        return rich.fill(texts.PHOTOS_KEPT.of(total), name=name, kept=kept, n=total)
    return rich.fill(texts.PHOTOS_ADDED.of(total), name=name, added=result.added, n=total)


def _known_by(faces: int) -> str:
    if faces >= _ENOUGH:
        return texts.KNOWN_BY_ENOUGH.format(n=faces)
    return texts.KNOWN_BY.say(faces)
