"""Blocks and views are taken or refused as Slack does it, problem by problem."""

# ruff: noqa: E501 - the tables read better with a case a line

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from playground.blocks.blocks import check_blocks, check_view, complete_blocks

Json = dict[str, Any]


def plain(text: str = "text", **more: Any) -> Json:
    return {"type": "plain_text", "text": text, **more}


def mrkdwn(text: str = "text") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "v", text: str = "label") -> Json:
    return {"text": plain(text), "value": value}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def select(kind: str = "static_select", **more: Any) -> Json:
    return {"type": kind, "placeholder": plain(), "action_id": "pick", **more}


def known(reference: Json) -> bool:
    return reference.get("id") == "F0PHOTO001"


def problems(blocks: Any, surface: Any = "message") -> list[str]:
    return [str(problem) for problem in check_blocks(blocks, surface, known)]


GOOD: list[Json] = [
    {"type": "divider"},
    {"type": "header", "text": plain("x" * 150)},
    section(),
    section(block_id="b" * 255),
    {"type": "section", "text": mrkdwn("x" * 3000)},
    {"type": "section", "fields": [mrkdwn("x" * 2000)] * 10},
    section(accessory=button()),
    section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}),
    section(accessory={"type": "overflow", "options": [option()], "action_id": "more"}),
    {"type": "context", "elements": [mrkdwn(), plain(), {"type": "image", "slack_file": {"id": "F0PHOTO001"}, "alt_text": "a"}]},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x" * 2000, "title": plain()},
    {"type": "image", "slack_file": {"id": "F0PHOTO001"}, "alt_text": "Alice, number 1"},
    actions(*[button(action_id=str(number)) for number in range(25)]),
    actions(button(style="danger", value="v" * 2000, confirm={"title": plain(), "text": mrkdwn(), "confirm": plain("Yes"), "deny": plain("No")})),
    actions(button(url="https://example.com")),
    actions(select(options=[option(str(number)) for number in range(100)])),
    actions(select(option_groups=[{"label": plain(), "options": [option()]}])),
    actions(select("users_select", initial_user="U1"), {"type": "datepicker", "initial_date": "2024-02-29", "action_id": "d"}),
    actions({"type": "checkboxes", "options": [{"text": mrkdwn(), "value": "v"}], "action_id": "c"}),
    actions(select(options=[option("a"), option("b")], initial_option={"text": plain("label", emoji=True), "value": "b"})),
    actions(select("multi_static_select", option_groups=[{"label": plain(), "options": [option("a")]}, {"label": plain(), "options": [option("b")]}], initial_options=[option("b")])),
    actions(select("external_select", initial_option=option("not offered yet"))),
    {"type": "markdown", "text": "**bold**"},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}, {"type": "user", "user_id": "U1"}]}]},
    {"type": "video", "title": plain(), "alt_text": "unchecked"},
    {"type": "section", "text": mrkdwn(), "accessory": None, "fields": None},
]  # fmt: skip


@pytest.mark.parametrize("block", GOOD, ids=lambda block: str(block)[:60])
def test_good_blocks_are_taken(block: Json) -> None:
    assert problems([block]) == []


BAD: list[tuple[Json, str]] = [
    ({"type": "secion"}, "unsupported type: secion [json-pointer:/blocks/0/type]"),
    ({}, "missing required field: type [json-pointer:/blocks/0]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0/type]"),
    ({"type": "section", "text": "hi"}, "must provide an object [json-pointer:/blocks/0/text]"),
    ({"type": "section", "text": mrkdwn("")}, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section", "text": mrkdwn("x" * 3001)}, "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section", "text": {"type": "html", "text": "hi"}}, "unsupported type: html [json-pointer:/blocks/0/text/type]"),
    ({"type": "section", "text": {**mrkdwn(), "emoji": True}}, "invalid additional property: emoji [json-pointer:/blocks/0/text]"),
    ({"type": "section", "fields": [mrkdwn()] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    ({"type": "section", "fields": [mrkdwn("x" * 2001)]}, "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
    (section(accessory={"type": "file_input"}), "unsupported type: file_input [json-pointer:/blocks/0/accessory/type]"),
    (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
    (section(block_id="b" * 256), "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    ({"type": "header", "text": mrkdwn()}, "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "image", "image_url": "https://example.com/a.png"}, "missing required field: alt_text [json-pointer:/blocks/0]"),
    ({"type": "image", "image_url": "https://example.com/a.png", "alt_text": ""}, "must be more than 0 characters [json-pointer:/blocks/0/alt_text]"),
    ({"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x" * 2001}, "must be less than 2001 characters [json-pointer:/blocks/0/alt_text]"),
    ({"type": "image", "alt_text": "a"}, "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"),
    ({"type": "image", "alt_text": "a", "slack_file": {"id": "F0NOTHING0"}}, "invalid slack file [json-pointer:/blocks/0/slack_file.id/slack_file]"),
    ({"type": "image", "alt_text": "a", "slack_file": {"url": "https://x/F0NOTHING0"}}, "invalid slack file [json-pointer:/blocks/0/slack_file.url/slack_file]"),
    ({"type": "image", "alt_text": "a", "slack_file": {}}, "must define either `id` or `url` [json-pointer:/blocks/0/slack_file]"),
    ({"type": "image", "alt_text": "a", "image_url": "file:///etc/passwd"}, "input must match regex pattern: ^(?s:https?://.+)$ [json-pointer:/blocks/0/image_url]"),
    ({"type": "context", "elements": [button()]}, "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"),
    ({"type": "context", "elements": []}, "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    ({"type": "context", "elements": [mrkdwn()] * 11}, "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
    ({"type": "context", "elements": [{"type": "image", "image_url": "https://e.com/a"}]}, "missing required field: alt_text [json-pointer:/blocks/0/elements/0]"),
    (actions(), "no less than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(*[button(action_id=str(number)) for number in range(26)]), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(button(), button()), "`action_id` go already exists for this block [json-pointer:/blocks/0/elements/1/action_id]"),
    (actions(button(action_id="a" * 256)), "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"),
    (actions(button(text=plain("x" * 76))), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"),
    (actions(button(text=mrkdwn())), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/text/type]"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"),
    (actions(button(value=7)), "must be a string [json-pointer:/blocks/0/elements/0/value]"),
    (actions(button(style="blue")), "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"),
    (actions(button(confirm={"title": plain(), "confirm": plain(), "deny": plain()})), "missing required field: text [json-pointer:/blocks/0/elements/0/confirm]"),
    (actions(button(confirm={"title": plain("x" * 101), "text": plain(), "confirm": plain(), "deny": plain()})), "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]"),
    (actions(select(options=[])), "no less than 1 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (actions(select(options=[option()] * 101)), "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (actions(select(options=[option(text="x" * 76)])), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]"),
    (actions(select(options=[option("x" * 151)])), "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]"),
    (actions(select(options=[{"text": mrkdwn(), "value": "v"}])), "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/options/0/text/type]"),
    (actions(select()), "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]"),
    (actions({"type": "overflow", "options": [option()] * 6}), "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (actions({"type": "radio_buttons", "options": [option()] * 11}), "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (actions(select(options=[option()], initial_option=option("other"))), "must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]"),
    (actions(select("multi_static_select", options=[option()], initial_options=[option(), option(text="else")])), "must match one of the options [json-pointer:/blocks/0/elements/0/initial_options/1]"),
    (actions({"type": "radio_buttons", "options": [option()], "initial_option": {**option(), "description": plain()}}), "must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]"),
    (actions({"type": "checkboxes", "options": [option()], "initial_options": [option("other")]}), "must match one of the options [json-pointer:/blocks/0/elements/0/initial_options/0]"),
    (actions({"type": "datepicker", "initial_date": "tomorrow"}), r"input must match regex pattern: ^\d{4}-\d{2}-\d{2}$ [json-pointer:/blocks/0/elements/0/initial_date]"),
    (actions({"type": "plain_text_input"}), "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"),
    (field({"type": "file_input"}), "unsupported type: file_input [json-pointer:/blocks/0/element/type]"),
    (field(button()), "unsupported type: button [json-pointer:/blocks/0/element/type]"),
    ({"type": "input", "element": {"type": "plain_text_input"}}, "missing required field: label [json-pointer:/blocks/0]"),
    ({"type": "markdown", "text": "x" * 12001}, "must be less than 12001 characters [json-pointer:/blocks/0/text]"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_table"}]}, "must be a valid enum value [json-pointer:/blocks/0/elements/0/type]"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": ""}]}]}, "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "problem"), BAD, ids=[problem[:70] for _, problem in BAD])
def test_bad_blocks_are_pointed_at(block: Json, problem: str) -> None:
    assert problems([block]) == [problem]


def test_a_message_has_at_most_fifty_blocks_and_a_view_a_hundred() -> None:
    blocks = [{"type": "divider"}] * 101
    assert problems(blocks[:50]) == []
    assert problems(blocks[:51]) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert problems(blocks[:100], "modal") == []
    assert problems(blocks, "home") == ["no more than 100 items allowed [json-pointer:/blocks]"]


def test_block_ids_are_unique() -> None:
    blocks = [section(block_id="one"), section(block_id="two"), section(block_id="one")]
    assert problems(blocks) == ["`block_id` one already exists [json-pointer:/blocks/2/block_id]"]


def test_action_ids_are_unique_in_a_block_only() -> None:
    assert problems([actions(button()), actions(button())]) == []


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "submit": plain("Send"), "blocks": [section()], **more}


GOOD_MODALS: list[Json] = [
    modal(),
    modal(submit=None),
    modal(title=plain("x" * 24), close=plain("x" * 24), private_metadata="x" * 3000, callback_id="x" * 255),
    modal(blocks=[field({"type": "file_input", "filetypes": ["jpg", "png"], "max_files": 10})]),
    modal(blocks=[field({"type": "plain_text_input", "multiline": True, "max_length": 3000})]),
    modal(blocks=[field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "99"})]),
    modal(blocks=[field({"type": "plain_text_input", "focus_on_load": True}), field({"type": "plain_text_input", "focus_on_load": False})]),
    modal(clear_on_close=True, notify_on_close=True, external_id="mine"),
]  # fmt: skip

BAD_MODALS: list[tuple[Any, str]] = [
    ([], "must provide an object [json-pointer:/view]"),
    ({"type": "home", "blocks": []}, "unsupported type: home [json-pointer:/view/type]"),
    ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
    ({"type": "modal", "title": plain()}, "missing required field: blocks [json-pointer:/view]"),
    (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
    (modal(title=mrkdwn()), "unsupported type: mrkdwn [json-pointer:/view/title/type]"),
    (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
    (modal(close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close/text]"),
    (modal(private_metadata="x" * 3001), "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
    (modal(callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
    (modal(colour="red"), "invalid additional property: colour [json-pointer:/view]"),
    (modal(submit=None, blocks=[field({"type": "plain_text_input"})]), "missing required field: submit [json-pointer:/view]"),
    (modal(blocks=[field({"type": "file_input", "max_files": 0})]), "must be greater than 0 [json-pointer:/view/blocks/0/element/max_files]"),
    (modal(blocks=[field({"type": "file_input", "max_files": 11})]), "must be less than 11 [json-pointer:/view/blocks/0/element/max_files]"),
    (modal(blocks=[field({"type": "file_input", "filetypes": [".jpg"]})]), "input must match regex pattern: ^[A-Za-z0-9]+$ [json-pointer:/view/blocks/0/element/filetypes/0]"),
    (modal(blocks=[field({"type": "number_input"})]), "missing required field: is_decimal_allowed [json-pointer:/view/blocks/0/element]"),
    (modal(blocks=[field({"type": "plain_text_input", "max_length": 3001})]), "must be less than 3001 [json-pointer:/view/blocks/0/element/max_length]"),
    (modal(blocks=[field({"type": "plain_text_input", "focus_on_load": True})] * 2), "only one element may have focus_on_load set to true [json-pointer:/view/blocks/1]"),
    (modal(blocks=[{"type": "markdown", "text": "hi"}]), "unsupported type: markdown [json-pointer:/view/blocks/0/type]"),
]  # fmt: skip


@pytest.mark.parametrize("view", GOOD_MODALS, ids=lambda view: str(view)[80:140])
def test_good_modals_are_taken(view: Json) -> None:
    assert check_view(view, "modal", known) == []


@pytest.mark.parametrize(("view", "problem"), BAD_MODALS, ids=[problem[:70] for _, problem in BAD_MODALS])
def test_bad_modals_are_pointed_at(view: Any, problem: str) -> None:
    assert [str(each) for each in check_view(view, "modal", known)] == [problem]


def test_a_home_has_no_title() -> None:
    assert check_view({"type": "home", "blocks": [section()]}, "home", known) == []
    found = check_view({"type": "home", "title": plain(), "blocks": []}, "home", known)
    assert [each.message for each in found] == ["invalid additional property: title"]


def test_ids_and_flags_are_filled_in() -> None:
    given_blocks = [actions({"type": "button", "text": plain("Go")}), section(accessory=None)]
    first, second = complete_blocks(given_blocks)
    assert first["block_id"] != second["block_id"]
    assert first["elements"][0]["action_id"]
    assert first["elements"][0]["text"]["emoji"] is True
    assert second["text"]["verbatim"] is False
    assert "accessory" not in second
    assert "block_id" not in given_blocks[0], "what the app sent is left alone"


def test_what_the_sdk_builds_is_taken() -> None:
    built: list[sdk.Block] = [
        sdk.HeaderBlock(text="Matches"),
        sdk.SectionBlock(
            text="*1* Alice",
            accessory=sdk.ButtonElement(text="Not Alice", action_id="no", value="1", style="danger"),
        ),
        sdk.ContextBlock(elements=[sdk.MarkdownTextObject(text="mode users")]),
        sdk.ImageBlock(slack_file={"id": "F0PHOTO001"}, alt_text="Alice"),
        sdk.ActionsBlock(elements=[sdk.UserSelectElement(action_id="who", placeholder="Who?")]),
        sdk.DividerBlock(),
    ]
    assert problems([block.to_dict() for block in built]) == []
    view = View(
        type="modal",
        callback_id="enroll",
        title="Enroll",
        submit="Enroll",
        blocks=[
            sdk.InputBlock(label="Name", element=sdk.PlainTextInputElement(action_id="name", max_length=80)),
            sdk.InputBlock(
                label="Photos", element=FileInputElement(action_id="photos", filetypes=["jpg"], max_files=10)
            ),
        ],
    )
    assert check_view(view.to_dict(), "modal", known) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
block_like = st.fixed_dictionaries(
    {"type": st.sampled_from(["section", "actions", "context", "image", "input", "header", "rich_text", "video", "call"])},
    optional=dict.fromkeys(("text", "fields", "accessory", "elements", "element", "label", "block_id", "alt_text"), json_values),
)  # fmt: skip


@given(st.lists(block_like | json_values, max_size=4) | json_values)
def test_nothing_that_is_sent_breaks_the_check(blocks: Any) -> None:
    for problem in check_blocks(blocks, "message", known):
        assert problem.pointer.startswith("/blocks")
    check_view({"type": "modal", "title": plain(), "blocks": blocks}, "modal", known)
    if isinstance(blocks, list) and not check_blocks(blocks, "message", known):
        assert all(block["block_id"] for block in complete_blocks(blocks))
