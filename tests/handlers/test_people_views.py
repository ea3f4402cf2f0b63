"""People, portfolios and changes as they are shown: what they say, how they fit, and that a name is but a name."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.facesearch import typed
from handlers.slack import Message
from handlers.views import changes
from handlers.views.people import Page, Portfolio, people
from services.people.known.changes import Undone
from services.people.photos.poses import Advice, Pose
from services.records import Change, EnrolledFace, Person

JANUARY = datetime(2026, 1, 5, tzinfo=UTC)
TRICKS = ["<!channel>", "<@U0EVERYONE>", "<https://example.com|click>", "*bold* _it_ `code`", "&lt;!here&gt;", ":tada:"]


def _person(name: str, faces: int = 3, number: int = 1) -> Person:
    return Person(f"u-{number:032x}", name, None, "U1", JANUARY, faces)


def _faces(number: int) -> list[EnrolledFace]:
    return [EnrolledFace(f"f{n}", "u-1", f"p{n}", "d", "U2", JANUARY, -30.0, 0.0) for n in range(number)]


def _portfolio(name: str, faces: int, number: int = 0, *, managed: bool = True) -> Message:
    every = _faces(faces)
    return people.portfolio(
        Portfolio(_person(name, faces), every, {f.face_id: "F1" for f in every}, {"U2": name}, number, managed)
    )


def _change(kind: str, **before: Any) -> Change:
    return Change("c-1", JANUARY, "U1", kind, None, before)


def _saying(name: str) -> list[Message]:
    person = _person(name)
    split = {"person": {"name": name}}
    return [
        people.people([person], Page(name[:0])),
        people.people([_person("Ann")], Page(name)),
        _portfolio(name, 2),
        people.confirm_merge(person, person, [(person, "F1"), (person, "F2")], [person, person]),
        people.merged(person, name, "c-1"),
        people.renamed(name, person, "c-1"),
        people.removed(person, "c-1"),
        people.apart(person, person),
        changes.undone(Undone(_change("rename"), person)),
        changes.undone(Undone(_change("merge", **split), person)),
    ]


def _walk(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)


def _nodes(message: Message) -> Iterator[dict[str, Any]]:
    return _walk([block.to_dict() for block in message.blocks])


def _buttons(message: Message) -> dict[str, str]:
    return {node["action_id"]: node.get("value", "") for node in _nodes(message) if "action_id" in node}


def _options(message: Message, action_id: str) -> list[dict[str, Any]]:
    return next(node["options"] for node in _nodes(message) if node.get("action_id") == action_id)


def _shown(message: Message) -> str:
    return json.dumps([block.to_dict() for block in message.blocks], ensure_ascii=False)


@given(st.sampled_from(TRICKS) | st.text(min_size=1, max_size=80))
def test_a_name_is_never_markup(name: str) -> None:
    for message in _saying(name):
        assert not [node for node in _nodes(message) if node.get("type") == "mrkdwn"]
        assert "<!" not in message.text
        assert "<@U0EVERYONE" not in message.text
        for block in message.blocks:
            block.validate_json()


def test_people_come_in_pages() -> None:
    everyone = [_person(f"Person {n:03}", number=n) for n in range(45)]
    first = people.people(everyone)
    assert "I know 45 people · page 1 of 3" in first.text
    assert "Person 019" in first.text
    assert "Person 020" not in first.text
    assert people.PREVIOUS not in _buttons(first)
    second = people.people(everyone, Page.unpack(_buttons(first)[people.NEXT]))
    assert "Person 020" in second.text
    assert _buttons(second).keys() >= {people.PREVIOUS, people.NEXT}
    last = people.people(everyone, Page("", 99))
    assert "page 3 of 3" in last.text
    assert people.NEXT not in _buttons(last)


def test_a_search_folds_what_names_fold() -> None:
    everyone = [_person("ALICE"), _person("Salim"), _person("Bob")]
    found = people.people(everyone, Page("ali"))
    assert "2 people like “ali”" in found.text
    assert "Bob" not in _shown(found)
    assert "Nobody I know is called anything like “zoe”" in people.people(everyone, Page("zoe")).text


def test_a_button_has_room_for_the_longest_search() -> None:
    page = Page("\U0001f98a" * 80, 123_456)
    assert Page.unpack(page.pack()) == page
    assert len(page.pack()) <= 2000


def test_a_portfolio_shows_who_added_each_photo_and_removes_one() -> None:
    shown = _portfolio("Alice", 7)
    assert "Added by <@U1> on 5 January 2026" in shown.text
    advice = "Known looking left; a photo looking straight ahead, right, up or down would help."
    assert advice in shown.text
    assert _shown(shown).count('"slack_file"') == people.PHOTOS_PAGE
    assert "Added by Alice on 5 January 2026" in _shown(shown)
    assert [option["value"].split()[1] for option in _options(shown, people.REMOVE)] == ["f0", "f1", "f2", "f3", "f4"]
    rest = _portfolio("Alice", 7, 1)
    assert _shown(rest).count('"slack_file"') == 2
    assert people.PHOTOS_PREVIOUS in _buttons(rest)


def test_the_only_photo_and_others_people_have_no_button() -> None:
    assert people.REMOVE not in _buttons(_portfolio("Alice", 1))
    assert people.REMOVE not in _buttons(_portfolio("Alice", 3, managed=False))


def test_advice_is_a_sentence() -> None:
    every = tuple(Pose)
    line = people.advice_line
    assert line(Advice(every[:2], every[2:])) == [
        "Known looking straight ahead and left; a photo looking right, up or down would help."
    ]
    assert "all sides" in str(line(Advice(every, ())))
    assert "not measured" in str(line(Advice((), every)))


def test_what_was_undone_is_said() -> None:
    alice = _person("Alice")
    said = {
        "rename": (_change("rename"), alice, "they are called Alice again"),
        "remove": (_change("remove", faces=[{}]), alice, "one photo of Alice put back"),
        "enroll": (_change("enroll", faces=["f1", "f2"]), alice, "2 photos of Alice removed again"),
        "erased": (_change("enroll", faces=["f1"]), None, "is erased again"),
        "setting": (
            _change("setting", name="threshold", channel="", value="90"),
            None,
            "this workspace has the threshold",
        ),
        "auto": (_change("setting", name="auto", channel="C1", value="on"), None, "every photo in that channel again"),
    }
    for change, person, words in said.values():
        assert words in changes.undone(Undone(change, person)).text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("alice alicia", ("alice", "alicia")),
        ("alice → Alicia", ("alice", "Alicia")),
        ("alice->Alicia", ("alice", "Alicia")),
        ("alice to alicia", ("alice", "alicia")),
        ('"Alice Martin" "Alicia"', ("Alice Martin", "Alicia")),
        ("“Alice Martin” Alicia", ("Alice Martin", "Alicia")),
        ("Alice Martin to Alicia Keys", ("Alice Martin", "Alicia Keys")),
        ("alice martin alicia", ("alice martin", "alicia")),
    ],
)
def test_two_names_are_read_as_they_are_typed(text: str, names: tuple[str, str]) -> None:
    assert next(typed.two_names(text)) == names


@given(st.text(max_size=60))
def test_two_names_are_never_empty(text: str) -> None:
    assert all(first and second for first, second in typed.two_names(text))
