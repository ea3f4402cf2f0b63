"""`/facesearch threshold`, `mode`, `auto`, `status` and the settings modal, as they are typed and filled in."""

from collections.abc import Iterator

import pytest
from team import PHOTOS, Json, Team, eventually, shown

from engine import VERSION
from handlers.views import changes
from handlers.views.facesearch import tuning
from playground.state import seed
from services.preferences import Auto, Preference
from services.search import Mode

_NAMES = ("threshold", "mode", "auto")


@pytest.fixture(autouse=True)
def nothing_set(team: Team) -> Iterator[None]:
    """Unsets everything afterwards."""
    yield
    for name in _NAMES:
        for channel in ("", PHOTOS):
            team.workspace.records.set_setting(name, None, channel)


def _modal(team: Team, title: str = "How I search") -> Json:
    view = team.opens()
    assert view["title"]["text"] == title
    return view


def _filled(scope: str, threshold: str, mode: str, *, auto: Auto) -> Json:
    chosen = {"value": mode, "text": {"type": "plain_text", "text": mode}}
    return {
        f"{scope}_threshold": {"threshold": {"type": "number_input", "value": threshold}},
        f"{scope}_mode": {"mode": {"type": "radio_buttons", "selected_option": chosen}},
        f"{scope}_auto": {"auto": {"type": "radio_buttons", "selected_option": {"value": auto.value}}},
    }


def test_a_threshold_is_set_here_and_everywhere_and_undone(team: Team) -> None:
    set_here = team.ask("threshold 90")
    assert "The threshold in this channel is now 90 %" in shown(set_here)
    assert "once in 1,000" in shown(set_here)
    assert "The threshold of this workspace is now 95 %" in shown(team.ask("threshold 95 workspace"))
    preferences = team.workspace.preferences
    assert (preferences.tuning(PHOTOS).threshold, preferences.tuning("C9").threshold) == (90, 95)
    assert "this workspace has the threshold again that it had before" in shown(team.ask("undo"))
    team.click(set_here, changes.UNDO)
    team.becomes(set_here, "that channel has the threshold again that it had before")
    assert preferences.tuning(PHOTOS).threshold == 99


def test_each_setting_is_answered_and_undone_by_its_name(team: Team) -> None:
    assert shown(team.ask("mode faces")).startswith("Photos in this channel are now compared with single faces.")
    assert shown(team.ask("mode")).startswith("Photos in this channel are compared with single faces.")
    assert "photos in that channel are compared again as they were before" in shown(team.ask("undo"))
    team.ask("auto off workspace")
    assert "I answer every photo in this workspace again" in shown(team.ask("undo"))
    assert "is now 99.99999 %" in shown(team.ask("threshold 99.99999"))


def test_only_admins_set_it_everywhere(team: Team) -> None:
    somebody = team.slack.member(seed.SECOND)
    for text in ("threshold 80 workspace", "mode faces workspace", "auto off workspace"):
        assert "Only an admin can set this for the whole workspace" in shown(team.ask(text, somebody))
    assert "The threshold of this workspace is auto (99 % for 0 people)" in shown(
        team.ask("threshold workspace", somebody)
    )


def test_the_command_alone_opens_the_settings(team: Team) -> None:
    team.member.news.clear()
    team.member.do("command", channel=PHOTOS, command="/facesearch", text="")
    view = _modal(team)
    assert "once in 10,000 comparisons" in shown(view)
    values = _filled(tuning.CHANNEL, "92.5", "faces", auto=Auto.OFF) | _filled(
        tuning.WORKSPACE, "99", "users", auto=Auto.ON
    )
    answer = team.member.do("view_submit", view_id=view["id"], state={"values": values})
    assert answer["status"] == 200
    team.hears("4 settings are changed")
    assert team.workspace.preferences.of(PHOTOS) == Preference(92.5, Mode.FACES, auto=Auto.OFF)
    assert team.workspace.preferences.of() == Preference(99, Mode.USERS, auto=Auto.ON)


def test_a_channel_whose_fields_are_left_alone_goes_on_following_the_workspace(team: Team) -> None:
    team.member.do("command", channel=PHOTOS, command="/facesearch", text="")
    view = _modal(team)
    values = _filled(tuning.CHANNEL, "", "users", auto=Auto.ON) | _filled(
        tuning.WORKSPACE, "95", "faces", auto=Auto.OFF
    )
    team.member.do("view_submit", view_id=view["id"], state={"values": values})
    team.hears("3 settings are changed")
    assert [team.workspace.records.own_setting(name, PHOTOS) for name in _NAMES] == [None, None, None]
    assert team.workspace.preferences.of(PHOTOS) == Preference(95, Mode.FACES, auto=Auto.OFF)


def test_the_modal_asks_others_for_their_channel_only(team: Team) -> None:
    somebody = team.slack.member(seed.THIRD)
    somebody.do("command", channel=PHOTOS, command="/facesearch", text="")
    view = team.opens(somebody)
    scopes = {block["block_id"].partition("_")[0] for block in view["blocks"] if block["type"] == "input"}
    assert scopes == {tuning.CHANNEL}


def test_the_status_says_where_things_are(team: Team) -> None:
    said = shown(team.ask("status"))
    for part in (
        "facesearch",
        "the embedded engine",
        "in SQLite, photos in a folder",
        "threshold auto (99 % for 0 people)",
    ):
        assert part in said
    assert f"Version  {VERSION}" in said
    assert "xoxb" not in said


def test_the_help_has_an_example_of_every_subcommand(team: Team) -> None:
    said = eventually(lambda: shown(team.ask("help")), "help")
    for usage in ("/facesearch show alice", "rename alice → Alicia", "merge alice ally", "threshold 90 workspace"):
        assert usage in said
