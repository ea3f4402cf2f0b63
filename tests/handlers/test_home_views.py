"""The App Home and the log in words as pure functions: they fit Slack's limits, and a name is only ever a name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from handlers.views import activity, home, rich
from handlers.views.home import Home, Oneself
from handlers.views.people import Page, Portfolio, people
from services.people.grounds.consent import notice
from services.preferences import Auto, Preference
from services.records import AuditEntry, ConsentRequest, EnrolledFace, Person
from services.search import Mode

JANUARY = datetime(2026, 1, 5, 10, 7, tzinfo=UTC)


def _person(name: str, number: int = 1) -> Person:
    return Person(f"u-{number}", name, "U1", "U1", JANUARY, 100)


def _portfolio(name: str, photos: int) -> Portfolio:
    faces = [EnrolledFace(f"f{n}", "u-1", f"p{n}", "d", "U1", JANUARY, 0.0, 0.0) for n in range(photos)]
    return Portfolio(_person(name), faces, {face.face_id: "F1" for face in faces}, {"U1": name}, 0, managed=True)


def _home(oneself: Oneself, everyone: list[Person], *, admin: bool = True) -> dict[str, Any]:
    entries = [AuditEntry(JANUARY, "U1", "enroll", {"user_id": "u-1"})] * home.MOST_ENTRIES
    shown = Home(oneself, everyone, Page(), Preference(99, Mode.USERS, auto=Auto.ON), admin, entries, notice(365))
    view = home.home(shown)
    view.validate_json()
    definition: dict[str, Any] = view.to_dict()
    return definition


def _nodes(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def _actions(view: dict[str, Any]) -> set[str]:
    return {node["action_id"] for node in _nodes(view) if "action_id" in node}


def test_a_button_leads_to_help_where_there_is_some() -> None:
    assert home.SUPPORT not in _actions(_home(Oneself(), []))
    shown = Home(
        Oneself(), [], Page(), Preference(99, Mode.USERS, auto=Auto.ON), False, (), (), "mailto:help@example.org"
    )
    view = home.home(shown)
    view.validate_json()
    (button,) = [node for node in _nodes(view.to_dict()) if node.get("action_id") == home.SUPPORT]
    assert button["url"] == "mailto:help@example.org"


@given(st.sampled_from(["<!channel>", "<@U0EVERYONE>", "*b* `c`", ":tada:"]) | st.text(min_size=1, max_size=80))
def test_a_name_is_never_markup(name: str) -> None:
    view = _home(Oneself(_portfolio(name, 3)), [_person(name)])
    assert not [node for node in _nodes(view) if node.get("type") == "mrkdwn"]
    line = activity.line(AuditEntry(JANUARY, "U1", "rename", {"user_id": "u-1"}), {"u-1": _person(name)})
    assert rich.fill("{name}", name=rich.Bold(name))[0] in line


def test_the_fullest_home_fits() -> None:
    everyone = [_person("\U0001f98a" * 80, number) for number in range(500)]
    view = _home(Oneself(_portfolio("Alice", 100)), everyone)
    assert len(view["blocks"]) <= 100
    assert sum("accessory" in block for block in view["blocks"]) == people.PHOTOS_PAGE
    assert _actions(view) >= {
        home.ENROLL_ME,
        home.EXPORT_ME,
        home.FORGET_ME,
        home.REMOVE_MINE,
        home.NEXT,
        home.SETTINGS,
    }


def test_the_unknown_forget_nothing_and_members_set_nothing() -> None:
    view = _home(Oneself(), [], admin=False)
    assert _actions(view) == {home.ENROLL_ME, home.EXPORT_ME}
    asked = ConsentRequest("q-1", "U1", "Alice", "U2", JANUARY)
    assert "asked you in our direct messages" in str(_home(Oneself(asked=asked), []))
    assert "nobody but you can enrol your Slack account" in str(_home(Oneself(objects=True), []))


def test_guests_are_told_of_no_command_that_is_refused_them() -> None:
    oneself = Oneself(_portfolio("Alice", 100))
    view = home.guests(oneself, notice(365)).to_dict()
    assert home.ENROLL_ME not in _actions(view)
    typed = {node["text"] for node in _nodes(view) if node.get("style") == {"code": True}}
    assert typed == {"/facesearch forget me", "/facesearch export me", "/facesearch guests on"}
    assert "/facesearch show me" in str(_home(oneself, []))


def test_the_log_is_told_in_words() -> None:
    def said(action: str, **details: Any) -> str:
        return rich.plain(activity.line(AuditEntry(JANUARY, "U1", action, details), {"u-1": _person("Alice")}))

    assert said("merge", user_id="u-1") == "<@U1> merged somebody into Alice · 5 January, 10:07 UTC"
    assert "removed a photo of somebody who is erased" in said("remove", user_id="u-9")
    assert "set the threshold of <#C1> to 90 %" in said("threshold", channel="C1", threshold="90.0")
    assert "set the threshold of the workspace to 90 %" in said("threshold", channel="", threshold="90.0")
    assert "excluded <#C1>" in said("channel excluded", channel="C1")
    assert "about themselves" in said("export oneself", member="U1")
    assert "made <@U2> an admin" in said("admin added", member="U2")
    assert "did “something new”" in said("something new")
    found = {"faces": 2, "recognised": ["u-1"], "threshold": 99.0}
    assert "compared with single faces: 1 of 2 faces" in said("compare", mode="faces", **found)
    assert "compared with user vectors: 1 of 2 faces" in said("compare", mode="users", **found)
