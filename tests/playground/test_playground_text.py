"""What people type, as message text and as rich text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.blocks import mentioned, to_blocks, to_text


def channel_name(id_: str) -> str:
    return {"C0GENERAL1": "general"}.get(id_, id_)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("hello", "hello"),
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("<@U0ADA> hi", "<@U0ADA> hi"),
        ("<@U0ADA|ada> hi", "<@U0ADA> hi"),
        ("see <#C0GENERAL1>", "see <#C0GENERAL1|general>"),
        ("<!here> look", "<!here> look"),
        ("<script>", "&lt;script&gt;"),
        ("<@not an id>", "&lt;@not an id&gt;"),
        ("go to https://example.com/a?b=1&c=2.", "go to <https://example.com/a?b=1&amp;c=2>."),
        ("https://example.com/a|b and on", "<https://example.com/a%7Cb> and on"),
        ("*bold* _it_ ~no~ `code`", "*bold* _it_ ~no~ `code`"),
        ("at 10:30:45", "at 10:30:45"),
    ],
)
def test_message_text(typed: str, text: str) -> None:
    assert to_text(typed, channel_name) == text


@pytest.mark.parametrize(
    ("typed", "elements"),
    [
        ("*b* _i_", [{"text": "b", "style": {"bold": True}}, {"text": " "}, {"text": "i", "style": {"italic": True}}]),
        ("~s~`c`", [{"text": "s", "style": {"strike": True}}, {"text": "c", "style": {"code": True}}]),
        ("2*3*4 snake_case_name", [{"text": "2*3*4 snake_case_name"}]),
        ("at 10:30:45", [{"text": "at 10:30:45"}]),
    ],
)
def test_rich_text(typed: str, elements: list[dict[str, Any]]) -> None:
    section = to_blocks(typed)[0]["elements"][0]
    assert section["elements"] == [{"type": "text", **element} for element in elements]


def test_code_blocks_stand_alone() -> None:
    kinds = [element["type"] for element in to_blocks("before ```x < 1``` after")[0]["elements"]]
    assert kinds == ["rich_text_section", "rich_text_preformatted", "rich_text_section"]


def test_nothing_typed_is_no_block() -> None:
    assert to_blocks("") == []


def test_mentions() -> None:
    assert mentioned("hey <@U0ADA>", "U0ADA")
    assert mentioned("hey <@U0ADA|ada>", "U0ADA")
    assert not mentioned("hey &lt;@U0ADA&gt;", "U0ADA")
    assert not mentioned("hey <@U0ADAM>", "U0ADA")


def said(elements: list[dict[str, Any]]) -> int:
    return sum(len(element.get("text", "")) for part in elements for element in part["elements"])


@given(st.text(alphabet="ab <>&@#!|*_~`:/\nhtps.U0C1", max_size=60))
def test_text_is_safe_whatever_is_typed(typed: str) -> None:
    text = to_text(typed, channel_name)
    assert text.count("<") == text.count(">")
    for block in to_blocks(typed):
        assert said(block["elements"]) <= len(typed)
