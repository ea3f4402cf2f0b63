"""How a channel and the workspace are searched, in words and as a form; and what the bot runs on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextObject,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from handlers.slack import Message
from handlers.views import odds, rich, words
from services import texts
from services.odds import LEAST
from services.pictures.drawing import exact
from services.preferences import MAX_THRESHOLD, MIN_THRESHOLD, Auto, Preference, Tuning
from services.search import Mode
from services.status import Status

CALLBACK = "settings"
CHANNEL, WORKSPACE = "channel", "workspace"
_MOST_ALIKE = 5  # pairs
_THRESHOLD, _MODE, _AUTO = "threshold", "mode", "auto"

_WHICH = {Auto.ON: texts.EVERY_PHOTO, Auto.DIGEST: texts.PHOTOS_OF_A_DAY, Auto.OFF: texts.ONLY_WHEN_ASKED}
_MODES = {Mode.USERS: texts.BY_USERS, Mode.FACES: texts.BY_FACES}
# by whether it was changed just now and whether it is the workspace's
_THRESHOLDS = {
    (False, False): texts.THRESHOLD_OF_CHANNEL_IS,
    (True, False): texts.THRESHOLD_OF_CHANNEL_IS_NOW,
    (False, True): texts.THRESHOLD_IS,
    (True, True): texts.THRESHOLD_IS_NOW,
}
_COMPARISONS = {
    (False, False): texts.MODE_OF_CHANNEL_IS,
    (True, False): texts.MODE_OF_CHANNEL_IS_NOW,
    (False, True): texts.MODE_IS,
    (True, True): texts.MODE_IS_NOW,
}
_ANSWERS = {
    (False, False): texts.AUTO_OF_CHANNEL_IS,
    (True, False): texts.AUTO_OF_CHANNEL_IS_NOW,
    (False, True): texts.AUTO_IS,
    (True, True): texts.AUTO_IS_NOW,
}


def threshold(tuning: Tuning, *, changed: bool, everywhere: bool = False) -> Message:
    """The threshold and what it means, beside it the mode, and what other thresholds would mean."""
    line = rich.fill(_THRESHOLDS[changed, everywhere], threshold=rich.Bold(odds.threshold(tuning)))
    meant: rich.Line = [texts.I_COMPARE_WITH.format(mode=_MODES[tuning.mode], meaning=odds.meaning(tuning))]
    choices = odds.choices(tuning)
    return words.lines(line, meant, [choices]) if choices else words.lines(line, meant)


def mode(tuning: Tuning, *, changed: bool, everywhere: bool = False) -> Message:
    """The mode, and beside it the threshold and what it means."""
    line = rich.fill(_COMPARISONS[changed, everywhere], mode=rich.Bold(_MODES[tuning.mode]))
    beside = texts.THRESHOLD_IS_BESIDE.format(threshold=odds.threshold(tuning), meaning=odds.meaning(tuning))
    return words.lines(line, [beside])


def auto(auto: Auto, *, changed: bool, everywhere: bool = False) -> Message:
    """Which photos are answered, and if none by itself how to ask."""
    line = rich.fill(_ANSWERS[changed, everywhere], when=rich.Bold(_WHICH[auto]))
    return words.lines(line, [texts.HOW_TO_ASK]) if auto is Auto.OFF else words.lines(line)


@dataclass(frozen=True, slots=True)
class Form:
    """What a settings modal shows: of the channel that it was opened in, and of the workspace to those who may set it.

    `place` is the channel's id, empty where the modal was opened elsewhere.
    """

    place: str
    channel: Preference | None
    workspace: Preference | None

    def pack(self) -> str:
        return json.dumps([self.place, _packed(self.channel), _packed(self.workspace)], separators=(",", ":"))

    @classmethod
    def unpack(cls, text: str) -> Form:
        place, channel, workspace = json.loads(text)
        return cls(place, _unpacked(channel), _unpacked(workspace))


def _packed(preference: Preference | None) -> list[Any] | None:
    if preference is None:
        return None
    return [preference.threshold, preference.mode.value, preference.auto.value, preference.automatic]


def _unpacked(packed: list[Any] | None) -> Preference | None:
    if packed is None:
        return None
    threshold, mode, auto, automatic = packed
    return Preference(threshold, Mode(mode), Auto(auto), automatic)


def modal(form: Form) -> View:
    """Threshold, mode and auto, with what a threshold means."""
    blocks: list[Block] = [rich.lines(*_explained(form))]
    if form.channel is not None:
        blocks += _section(CHANNEL, texts.THIS_CHANNEL, form.channel)
    if form.workspace is not None:
        if form.channel is not None:
            blocks.append(DividerBlock())
        blocks += _section(WORKSPACE, texts.OTHER_CHANNELS, form.workspace)
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=form.pack(),
        title=PlainTextObject(text=texts.HOW_I_SEARCH),
        submit=PlainTextObject(text=texts.SAVE),
        close=PlainTextObject(text=texts.CANCEL),
        blocks=blocks,
    )


def _explained(form: Form) -> list[rich.Line]:
    """What a threshold means, and what each would mean for the people known here."""
    preference = form.channel or form.workspace
    if preference is None or preference.among is None:
        return [[texts.WHAT_AMAZONS_THRESHOLD_MEANS]]
    choices = odds.choices(preference)
    return [[texts.WHAT_A_THRESHOLD_MEANS], *([[choices]] if choices else [])]


def filled(values: Mapping[str, Any], scope: str) -> Preference | None:
    """What was filled in for `CHANNEL` or `WORKSPACE`; None where the modal did not ask for it."""
    if f"{scope}_{_THRESHOLD}" not in values:
        return None
    threshold = values[f"{scope}_{_THRESHOLD}"][_THRESHOLD]["value"]
    mode = values[f"{scope}_{_MODE}"][_MODE]["selected_option"]["value"]
    auto = values[f"{scope}_{_AUTO}"][_AUTO]["selected_option"]["value"]
    return Preference(float(threshold or LEAST), Mode(mode), Auto(auto), automatic=not threshold)


def saved(count: int) -> Message:
    """How many settings were changed, and how to take that back."""
    return words.sentence(texts.SETTINGS_CHANGED.say(count) if count else texts.NOTHING_CHANGED)


def status(status: Status, channel: Tuning, workspace: Tuning) -> Message:
    """What the bot runs on, how much it holds, and how it searches here and elsewhere."""
    engine = texts.EMBEDDED_ENGINE if status.engine == "embedded" else texts.REKOGNITION
    model = texts.STATUS_MODEL_CALIBRATED if status.calibration else texts.STATUS_MODEL
    rows: list[rich.Line] = [
        rich.fill(texts.STATUS_VERSION, label=rich.Bold(texts.LABEL_VERSION), version=status.version),
        rich.fill(
            texts.STATUS_COLLECTION,
            label=rich.Bold(texts.LABEL_COLLECTION),
            collection=status.collection,
            faces=f"{status.faces:,}",
            users=f"{status.users:,}",
        ),
        rich.fill(
            texts.STATUS_PEOPLE,
            label=rich.Bold(texts.LABEL_PEOPLE),
            people=f"{status.people:,}",
            photos=f"{status.photos:,}",
        ),
        rich.fill(texts.STATUS_ENGINE, label=rich.Bold(texts.LABEL_ENGINE), engine=engine),
        rich.fill(model, label=rich.Bold(texts.LABEL_MODEL), model=status.model, calibration=status.calibration or ""),
        rich.fill(
            texts.STATUS_RECORDS,
            label=rich.Bold(texts.LABEL_RECORDS),
            records=status.records,
            photos_in=status.photos_in,
        ),
        _searched(texts.LABEL_CHANNEL, channel),
        _searched(texts.LABEL_WORKSPACE, workspace),
        *_alike(status),
    ]
    return Message("\n".join(rich.plain(row) for row in rows), [rich.bullets(*rows)])


def _alike(status: Status) -> list[rich.Line]:
    """Who resembles whom, a few pairs of them, or that it was not found out; nothing where nobody does."""
    pairs = status.alike
    if pairs is None:
        many = texts.TOO_MANY_TO_COMPARE.format(people=f"{status.people:,}")
        return [_labelled(rich.sentence(many))] if status.calibration else []
    lines = [
        rich.fill(texts.RESEMBLE, one=rich.Bold(pair.one.name), other=rich.Bold(pair.other.name)) for pair in pairs
    ]
    more = len(lines) - _MOST_ALIKE
    rest: list[rich.Line] = [[texts.RESEMBLE_MORE.say(more)]] if more > 0 else []
    return [_labelled(line) for line in (*lines[:_MOST_ALIKE], *rest)]


def _labelled(sentence: rich.Line) -> rich.Line:
    return rich.fill(texts.STATUS_ALIKE, label=rich.Bold(texts.LABEL_ALIKE), sentence=sentence)


def _searched(label: str, tuning: Tuning) -> rich.Line:
    threshold, mode = odds.threshold(tuning), _MODES[tuning.mode]
    search = rich.fill(texts.STATUS_SEARCH, label=rich.Bold(label), threshold=threshold, mode=mode)
    strangers = odds.strangers(tuning.threshold, tuning.among)
    return rich.fill(texts.STATUS_SEARCH_AND_STRANGERS, search=search, strangers=strangers) if strangers else search


def _section(scope: str, title: str, preference: Preference) -> list[Block]:
    modes = [
        Option(value=Mode.USERS.value, label=texts.CHOICE_USERS, description=texts.CHOICE_USERS_MEANS),
        Option(value=Mode.FACES.value, label=texts.CHOICE_FACES, description=texts.CHOICE_FACES_MEANS),
    ]
    answers = [
        Option(value=Auto.ON.value, label=texts.CHOICE_AUTO),
        Option(value=Auto.DIGEST.value, label=texts.CHOICE_DIGEST, description=texts.CHOICE_DIGEST_MEANS),
        Option(value=Auto.OFF.value, label=texts.CHOICE_OFF, description=texts.CHOICE_OFF_MEANS),
    ]
    threshold = NumberInputElement(
        action_id=_THRESHOLD,
        is_decimal_allowed=True,
        initial_value=None if preference.automatic else exact(preference.threshold),
        min_value=f"{MIN_THRESHOLD:g}",
        max_value=f"{MAX_THRESHOLD:g}",
    )
    hint = texts.HOW_IT_STAYS if preference.among is None else texts.HOW_IT_FOLLOWS
    chosen = next(option for option in modes if option.value == preference.mode.value)
    mode = RadioButtonsElement(action_id=_MODE, options=modes, initial_option=chosen)
    now = next(option for option in answers if option.value == preference.auto.value)
    auto = RadioButtonsElement(action_id=_AUTO, options=answers, initial_option=now)
    return [
        HeaderBlock(text=PlainTextObject(text=title)),
        _input(scope, _THRESHOLD, texts.LABEL_THRESHOLD, threshold, optional=True, hint=hint),
        _input(scope, _MODE, texts.LABEL_MODE, mode),
        _input(scope, _AUTO, texts.LABEL_AUTO, auto),
    ]


def _input(
    scope: str, name: str, label: str, element: Any, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    return InputBlock(
        block_id=f"{scope}_{name}",
        label=PlainTextObject(text=label),
        element=element,
        optional=optional,
        hint=PlainTextObject(text=hint) if hint else None,
    )
