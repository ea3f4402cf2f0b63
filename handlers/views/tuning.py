"""How a channel and the workspace are searched, in words and as a form; and what the bot runs on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
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
from handlers.views import rich
from services.preferences import MAX_THRESHOLD, MIN_THRESHOLD, Preference, Tuning
from services.search import Mode
from services.status import Status

CALLBACK = "settings"
CHANNEL, WORKSPACE = "channel", "workspace"
_THRESHOLD, _MODE, _AUTO = "threshold", "mode", "auto"

MEANING = (
    "A threshold says how alike a face must be to get a name. At 99 a stranger passes once in 10,000 comparisons,"
    " at 90 once in 1,000, at 80 twice in 1,000: lower finds more people, and errs more often."
)


def tuning(tuning: Tuning, *, changed: bool, everywhere: bool = False) -> Message:
    where = "of this workspace" if everywhere else "in this channel"
    line: rich.Line = [
        f"The threshold {where} {'is now' if changed else 'is'} ",
        rich.Bold(f"{tuning.threshold:g} %"),
        ".",
    ]
    meaning = [f"I compare with {_how(tuning.mode)}. {_meaning(tuning.threshold)}"]
    return Message(f"{rich.plain(line)} {meaning[0]}", [rich.lines(line, meaning)])


def auto(auto: bool, *, changed: bool, everywhere: bool = False) -> Message:
    """Whether every photo is answered, and if not how to ask."""
    where = "In this workspace" if everywhere else "In this channel"
    when = "every photo" if auto else "a photo only when asked"
    line: rich.Line = [f"{where} I {'now ' if changed else ''}answer ", rich.Bold(when), "."]
    how: rich.Line = ["Mention me with a photo or in its thread, or choose “Who is in this?” in the message's menu."]
    said = [line] if auto else [line, how]
    return Message(" ".join(rich.plain(each) for each in said), [rich.lines(*said)])


@dataclass(frozen=True, slots=True)
class Form:
    """What a settings modal shows: of the channel that it was opened in, and of the workspace to those who may set it.

    `place` is the channel's id, empty where the modal was opened elsewhere.
    """

    place: str
    channel: Preference | None
    workspace: Preference | None


def modal(form: Form) -> View:
    """Threshold, mode and auto, with what a threshold means."""
    blocks: list[Block] = [rich.lines([MEANING])]
    if form.channel is not None:
        blocks += _section(CHANNEL, "This channel", form.channel)
    if form.workspace is not None:
        if form.channel is not None:
            blocks.append(DividerBlock())
        blocks += _section(WORKSPACE, "All channels that set nothing else", form.workspace)
    return View(
        type="modal",
        callback_id=CALLBACK,
        private_metadata=json.dumps(form.place),
        title=PlainTextObject(text="How I search"),
        submit=PlainTextObject(text="Save"),
        close=PlainTextObject(text="Cancel"),
        blocks=blocks,
    )


def place(private_metadata: str) -> str:
    """The channel that a modal was opened in."""
    return str(json.loads(private_metadata))


def filled(values: Mapping[str, Any], scope: str) -> Preference | None:
    """What was filled in for `CHANNEL` or `WORKSPACE`; None where the modal did not ask for it."""
    if f"{scope}_{_THRESHOLD}" not in values:
        return None
    threshold = values[f"{scope}_{_THRESHOLD}"][_THRESHOLD]["value"]
    mode = values[f"{scope}_{_MODE}"][_MODE]["selected_option"]["value"]
    auto = values[f"{scope}_{_AUTO}"][_AUTO]["selected_options"]
    return Preference(float(threshold), Mode(mode), bool(auto))


def saved(count: int) -> Message:
    """How many settings were changed, and how to take that back."""
    if not count:
        line: rich.Line = ["Nothing was changed."]
    else:
        what = "One setting is changed. " if count == 1 else f"{count} settings are changed. "
        line = [what, rich.Code("/facesearch undo"), " takes the latest back."]
    return Message(rich.plain(line), [rich.lines(line)])


def status(status: Status, channel: Tuning, workspace: Tuning) -> Message:
    """What the bot runs on, how much it holds, and how it searches here and elsewhere."""
    engine = "the embedded engine, on this machine" if status.engine == "embedded" else "Amazon Rekognition"
    calibration = f", similarity calibrated by {status.calibration}" if status.calibration else ""
    rows: list[rich.Line] = [
        [rich.Bold("Collection"), f"  {status.collection}: {status.faces:,} faces of {status.users:,} users"],
        [rich.Bold("People"), f"  {status.people:,}, with {status.photos:,} photos"],
        [rich.Bold("Engine"), f"  {engine}"],
        [rich.Bold("Model"), f"  {status.model}{calibration}"],
        [rich.Bold("Records"), f"  in {status.records}, photos in {status.photos_in}"],
        [rich.Bold("This channel"), f"  threshold {channel.threshold:g} %, {_how(channel.mode)}"],
        [rich.Bold("Workspace"), f"  threshold {workspace.threshold:g} %, {_how(workspace.mode)}"],
    ]
    return Message("\n".join(rich.plain(row) for row in rows), [rich.bullets(*rows)])


def _section(scope: str, title: str, preference: Preference) -> list[Block]:
    modes = [
        Option(value=Mode.USERS.value, label="User vectors", description="All photos of a person together: best."),
        Option(value=Mode.FACES.value, label="Single faces", description="Each photo on its own, to compare."),
    ]
    every = Option(value="on", label="Answer every photo", description="Otherwise only those that I am asked about.")
    threshold = NumberInputElement(
        action_id=_THRESHOLD,
        is_decimal_allowed=True,
        initial_value=f"{preference.threshold:g}",
        min_value=f"{MIN_THRESHOLD:g}",
        max_value=f"{MAX_THRESHOLD:g}",
    )
    chosen = next(option for option in modes if option.value == preference.mode.value)
    mode = RadioButtonsElement(action_id=_MODE, options=modes, initial_option=chosen)
    auto = CheckboxesElement(action_id=_AUTO, options=[every], initial_options=[every] if preference.auto else None)
    return [
        HeaderBlock(text=PlainTextObject(text=title)),
        _input(scope, _THRESHOLD, "Threshold in percent", threshold),
        _input(scope, _MODE, "Compare with", mode),
        _input(scope, _AUTO, "Photos", auto, optional=True),
    ]


def _input(scope: str, name: str, label: str, element: Any, *, optional: bool = False) -> InputBlock:
    return InputBlock(block_id=f"{scope}_{name}", label=PlainTextObject(text=label), element=element, optional=optional)


def _how(mode: Mode) -> str:
    return "user vectors" if mode is Mode.USERS else "single faces"


def _meaning(threshold: float) -> str:
    """What a threshold means; similarity is 100 · (1 − 100 · FAR)."""
    rate = (100 - threshold) / 10_000
    if rate <= 0:
        return "Hardly anybody will reach it."
    return f"A stranger passes it about once in {round(1 / rate):,} comparisons."
