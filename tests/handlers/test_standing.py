"""Who somebody is to a workspace, who reads a channel, and what is asked for with each payload that Slack sends."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from handlers.boundary import Ask, Takes, asked
from handlers.slack import Home, Member, Place, Visitors
from handlers.views import home
from handlers.views.names import namesakes
from handlers.views.people import consent
from handlers.views.photos import corrections
from services.people.roles import Actor
from services.people.roles.standing import Standing
from services.records import Database, Records, sqlite_url

ALONE = Home("T1")
IN_ORGANISATION = Home("T1", "E1")
ORG_WIDE = Home("T1", "E1", org_wide=True)
BOT = "U0"


def _organised(team: str, organisation: str, *teams: str) -> dict[str, Any]:
    return {"team_id": team, "enterprise_user": {"enterprise_id": organisation, "teams": list(teams)}}


@pytest.mark.parametrize(
    ("user", "home", "standing"),
    [
        ({"team_id": "T1"}, ALONE, Standing.MEMBER),
        ({"team_id": "T1", "is_restricted": None, "is_ultra_restricted": ""}, ALONE, Standing.MEMBER),
        ({"team_id": "T1", "is_restricted": True}, ALONE, Standing.GUEST),
        ({"team_id": "T1", "is_ultra_restricted": True}, ALONE, Standing.GUEST),
        ({"team_id": "T8"}, ALONE, Standing.OUTSIDER),
        ({"team_id": "T8", "is_admin": True, "is_stranger": False}, ALONE, Standing.OUTSIDER),
        ({"team_id": "T1", "is_stranger": True}, ALONE, Standing.OUTSIDER),
        ({}, ALONE, Standing.OUTSIDER),
        ({"team_id": None, "enterprise_user": None}, Home(None), Standing.OUTSIDER),
        (_organised("T2", "E1", "T2"), IN_ORGANISATION, Standing.GUEST),  # of another workspace, which did not install
        (_organised("T2", "E1", "T2", "T1"), IN_ORGANISATION, Standing.MEMBER),
        (_organised("T2", "E1", "T2"), ORG_WIDE, Standing.MEMBER),
        (_organised("T2", "E1", "T2") | {"is_restricted": True}, ORG_WIDE, Standing.GUEST),
        (_organised("E1", "E1"), ORG_WIDE, Standing.MEMBER),
        (_organised("T8", "E8", "T8"), ORG_WIDE, Standing.OUTSIDER),
        (_organised("E8", "E8"), Home(None, "E1", org_wide=True), Standing.OUTSIDER),
    ],
)
def test_a_user_is_told_by_their_workspaces(user: dict[str, Any], home: Home, standing: Standing) -> None:
    assert Member.of({"id": "U1", **user}).standing(home) is standing


def test_a_member_is_called_by_all_names_that_people_use() -> None:
    profile = {"display_name": "Sash", "real_name": "Sasha Quill", "first_name": "Sasha"}
    assert Member.of({"id": "U1", "name": "squill", "profile": profile}).names == ("Sash", "Sasha Quill", "Sasha")
    assert Member.of({"id": "U1", "profile": None, "real_name": "Sasha Quill"}).names == ("Sasha Quill", "Sasha")


class _Slack:
    """Answers as it is told to, and counts."""

    def __init__(self) -> None:
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, dict[str, Any]] = {}
        self.refuses = ""
        self.called: list[str] = []
        self.asked_for: str | None = ""

    def users_info(self, *, user: str) -> dict[str, Any]:
        return {"user": self._answer("users.info", self.users, user, "user_not_found")}

    def conversations_info(self, *, channel: str) -> dict[str, Any]:
        return {"channel": self._answer("conversations.info", self.channels, channel, "channel_not_found")}

    def users_list(self, *, limit: int, cursor: str | None, team_id: str | None) -> dict[str, Any]:
        self.asked_for = team_id
        self.called.append("users.list")
        users, start = list(self.users.values()), int(cursor or 0)
        end = start + 2
        more = str(end) if end < len(users) else ""
        return {"members": users[start:end], "response_metadata": {"next_cursor": more}}

    def users_conversations(self, *, cursor: str | None, user: str | None, **_: Any) -> dict[str, Any]:
        self.called.append("users.conversations")
        start = int(cursor or 0)
        ids = [id_ for id_, each in self.channels.items() if user not in each.get("without", ())]
        page = [{"id": each, **self.channels[each]} for each in ids[start : start + 1]]
        more = str(start + 1) if start + 1 < len(ids) else ""
        return {"channels": page, "response_metadata": {"next_cursor": more}}

    def auth_test(self) -> dict[str, Any]:
        self.called.append("auth.test")
        return {"team_id": "T1"}

    def _answer(self, method: str, known: Mapping[str, Any], key: str, missing: str) -> Any:
        self.called.append(method)
        if self.refuses or key not in known:
            raise SlackApiError("", {"error": self.refuses or missing})
        return known[key]


@pytest.fixture
def slack() -> _Slack:
    return _Slack()


@pytest.fixture
def visitors(slack: _Slack, tmp_path: Path) -> Iterator[Visitors]:
    database = Database(sqlite_url(tmp_path / "records.sqlite"))
    yield Visitors(slack, Records(database, "home"))  # type: ignore[arg-type]
    database.close()


def test_a_standing_is_asked_for_once_and_anew_when_the_account_has_changed(slack: _Slack, visitors: Visitors) -> None:
    slack.users["U1"] = {"id": "U1", "team_id": "T1", "is_admin": True}
    assert [visitors.standing("U1") for _ in range(3)] == [Standing.MEMBER] * 3
    assert slack.called == ["users.info", "auth.test"]
    slack.users["U1"] |= {"is_restricted": True}
    assert visitors.standing("U1") is Standing.MEMBER
    visitors.forget("U1")
    assert visitors.standing("U1") is Standing.GUEST


def test_whom_slack_does_not_show_is_an_outsider_and_when_it_does_not_answer_nobody_is(
    slack: _Slack, visitors: Visitors
) -> None:
    assert visitors.standing("U9") is Standing.OUTSIDER
    slack.refuses = "user_not_visible"
    assert visitors.standing("U1") is Standing.OUTSIDER
    slack.refuses = "ratelimited"
    with pytest.raises(SlackApiError):
        visitors.standing("U2")


def test_another_companys_admin_administers_nothing_here(slack: _Slack, visitors: Visitors) -> None:
    slack.users |= {"U1": {"id": "U1", "team_id": "T1", "is_owner": True}}
    slack.users |= {"U8": {"id": "U8", "team_id": "T8", "is_admin": True, "is_owner": True}}
    assert visitors.actor("U1").admin
    assert not visitors.actor("U8").admin


@pytest.mark.parametrize(
    ("channel", "said", "read"),
    [
        ({"is_ext_shared": False}, False, False),
        ({"is_ext_shared": False, "is_org_shared": True, "is_shared": True}, False, False),
        ({"is_ext_shared": True}, None, True),
        ({"is_pending_ext_shared": True}, False, True),
        ({"pending_connected_team_ids": ["T8"]}, False, True),
        ({}, True, True),
        ({}, None, False),
        (None, False, False),
        (None, True, True),
        (None, None, True),  # nobody knows
    ],
)
def test_who_reads_a_channel_is_asked_of_slack_or_else_what_came_with_the_event(
    slack: _Slack, visitors: Visitors, channel: dict[str, Any] | None, said: bool | None, read: bool
) -> None:
    if channel is None:
        slack.refuses = "missing_scope"
    else:
        slack.channels["C1"] = channel
    assert visitors.outsiders_read("C1", said) is read


def test_what_came_with_an_event_is_remembered_for_clicks(slack: _Slack, visitors: Visitors) -> None:
    slack.refuses = "missing_scope"
    assert not visitors.outsiders_read("C1", False)
    assert not visitors.outsiders_read("C1")
    visitors.forget_channel("C1")
    assert visitors.outsiders_read("C1")
    assert not visitors.outsiders_read("D1")
    assert not visitors.outsiders_read("")


def test_members_are_found_by_name_page_by_page_those_first_whose_whole_name_it_is(
    slack: _Slack, visitors: Visitors
) -> None:
    def user(number: int, real_name: str, display_name: str = "", **more: object) -> None:
        profile = {"real_name": real_name, "display_name": display_name}
        slack.users[f"U{number}"] = {"id": f"U{number}", "team_id": "T1", "profile": profile, **more}

    user(1, "Robin Vale")
    user(2, "Jules Arbor", "Robin")
    user(3, "Robin Bot", is_bot=True)
    user(4, "Robin Gone", deleted=True)
    user(5, "Robin Elsewhere", team_id="T8")
    user(6, "Róbin Guest", is_restricted=True)
    assert [member.id for member in visitors.called("robin")] == ["U2", "U1", "U6"]
    assert [member.id for member in visitors.called("Vale, Rоbin")] == ["U1"]  # a Cyrillic о
    assert visitors.called("Alice") == []
    assert slack.called.count("users.list") == 3  # not again for every name
    assert slack.asked_for is None


def test_a_list_of_members_is_of_one_workspace_where_an_organisation_has_installed_the_bot(
    slack: _Slack, visitors: Visitors
) -> None:
    of_all = Visitors(slack, visitors._records, ORG_WIDE)  # type: ignore[arg-type]
    assert of_all.called("robin") == []
    assert slack.asked_for == "T1"


def test_a_day_is_by_the_clock_of_ones_own_zone_or_of_utc() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    hours = {
        zone: Member.of({"id": "U1", "tz": zone}).clock(noon).hour for zone in ("Asia/Tokyo", "Mars/Base", "", None)
    }
    assert hours == {"Asia/Tokyo": 21, "Mars/Base": 12, "": 12, None: 12}


def test_in_which_channels_somebody_is_is_asked_once_a_minute(slack: _Slack, visitors: Visitors) -> None:
    slack.channels = {"C1": {"name": "photos"}, "C2": {"name": "Offsite"}}
    assert [visitors.channels_of("U1") for _ in range(2)] == [{"C1", "C2"}] * 2
    assert slack.called.count("users.conversations") == 2, "two pages, once"
    assert visitors.channel_called("photos") == "C1"


@pytest.mark.parametrize(
    ("reader", "known"),
    [
        (None, ["C1", "C2", "C3", None]),
        (Actor("U1"), ["C1", None, "C3", None]),
        (Actor("U1", standing=Standing.GUEST), [None, None, "C3", None]),
    ],
    ids=["admin", "member", "guest"],
)
def test_whoever_guesses_a_name_does_not_learn_that_there_is_such_a_private_channel(
    slack: _Slack, visitors: Visitors, reader: Actor | None, known: list[str | None]
) -> None:
    slack.channels = {
        "C1": {"name": "photos", "is_private": False, "without": ["U1"]},
        "C2": {"name": "board", "is_private": True, "without": ["U1"]},
        "C3": {"name": "offsite", "is_private": True},
    }
    assert [visitors.channel_called(name, reader) for name in ("photos", "board", "offsite", "none")] == known


SHARED = {"team_id": "T8", "is_ext_shared_channel": True, "authorizations": [{"team_id": "T1"}]}


def _event(**event: Any) -> dict[str, Any]:
    return {**SHARED, "event": {"type": "message", "user": "U1", "channel": "C1", "ts": "1.1", **event}}


PHOTO = {"subtype": "file_share", "files": [{"id": "F1", "mimetype": "image/jpeg"}]}


@pytest.mark.parametrize(
    ("body", "takes", "heard", "loud"),
    [
        (_event(**PHOTO), Takes.POST, True, False),
        (_event(**PHOTO, text=f"<@{BOT}> who?"), Takes.POST, True, False),  # the mention comes as well
        (_event(**PHOTO, text="enroll bob"), Takes.USE, True, True),
        (_event(**PHOTO, text=f"<@{BOT}> enroll bob"), Takes.USE, True, True),
        (_event(text="facesearch people"), Takes.USE, True, True),  # nobody is told what they may not do
        (_event(text=f"<@{BOT}> people"), Takes.USE, True, False),
        (_event(type="app_mention", text=f"<@{BOT}> people"), Takes.USE, True, True),
        (_event(text="Facesearch  Forget me"), Takes.POST, True, True),
        (_event(text=f"<@{BOT}> enroll"), Takes.USE, True, False),
        (_event(**PHOTO, channel="D1", channel_type="im"), Takes.POST, False, True),
        (_event(text="hello", channel="D1", channel_type="im"), Takes.POST, False, True),
        (_event(text="look", attachments=[{"files": []}]), Takes.POST, True, False),
        (_event(subtype="thread_broadcast", thread_ts="1.0", files=[{}]), Takes.POST, True, False),
        (_event(type="app_mention", text=f"<@{BOT}> who?"), Takes.POST, True, True),
        ({"command": "/enroll", "user_id": "U1", "channel_id": "C1", "text": "bob"}, Takes.USE, False, True),
        ({"command": "/facesearch", "user_id": "U1", "channel_id": "C1", "text": ""}, Takes.USE, False, True),
        (
            {"command": "/facesearch", "user_id": "U1", "channel_id": "C1", "text": " Forget  ME"},
            Takes.SELF,
            False,
            True,
        ),
        ({"command": "/enroll", "user_id": "U1", "channel_id": "C1", "text": "forget me"}, Takes.USE, False, True),
        ({"type": "shortcut", "user": {"id": "U1"}}, Takes.USE, False, True),
        ({"type": "view_submission", "user": {"id": "U1"}, "view": {}}, Takes.USE, False, True),
        ({"type": "block_suggestion", "user": {"id": "U1"}}, Takes.USE, False, True),
        ({"type": "something new", "user": {"id": "U1"}}, Takes.USE, False, True),
    ],
)
def test_a_payload_asks_for_something(body: dict[str, Any], takes: Takes, heard: bool, loud: bool) -> None:
    ask = asked(body, BOT)
    assert ask is not None
    assert (ask.user, ask.takes, ask.heard, ask.loud) == ("U1", takes, heard, loud)
    assert ask.place.only == "U1"


def _click(*actions: str, ephemeral: bool = False, channel: str = "C1") -> dict[str, Any]:
    container = {"type": "message", "channel_id": channel, "message_ts": "1.1", "is_ephemeral": ephemeral}
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T8"},
        "container": container,
        "channel": {"id": channel},
        "actions": [{"action_id": action} for action in actions],
    }


@pytest.mark.parametrize(
    ("body", "takes", "heard"),
    [
        (_click(corrections.COMPARE), Takes.USE, True),
        (_click(corrections.COMPARE, ephemeral=True), Takes.USE, False),
        (_click(consent.DECLINE, channel="D1"), Takes.NOTHING, False),
        (_click(consent.REMOVE_ME, channel="D1"), Takes.NOTHING, False),
        (_click(consent.ACCEPT, channel="D1"), Takes.SELF, False),
        (_click(namesakes.CLAIM, channel="D1"), Takes.SELF, False),
        (_click(home.FORGET_ME), Takes.SELF, True),
        (_click(consent.DECLINE, corrections.COMPARE), Takes.USE, True),
        (_click(), Takes.USE, True),
        (_click("unheard_of"), Takes.USE, True),
    ],
)
def test_a_click_asks_for_what_its_button_does(body: dict[str, Any], takes: Takes, heard: bool) -> None:
    ask = asked(body, BOT)
    assert ask is not None
    assert (ask.takes, ask.heard) == (takes, heard)


@pytest.mark.parametrize(
    "body",
    [
        _event(text="what people write to each other"),
        _event(**PHOTO, bot_id="B9"),
        _event(**PHOTO, user=BOT),
        _event(subtype="message_changed", message={"user": "U1"}),
        _event(subtype="message_deleted"),
        _event(type="app_mention", text=f"<@{BOT}> enroll bob"),  # the message itself asks
        _event(type="app_home_opened", tab="home"),
        _event(type="user_change", user={"id": "U1"}),
        {"event": "no object"},
        {"type": "view_closed", "user": {"id": "U1"}, "view": {}},
        {},
    ],
)
def test_other_payloads_ask_for_nothing(body: dict[str, Any]) -> None:
    assert asked(body, BOT) is None


def test_a_photo_of_nobody_is_asked_about_by_nobody() -> None:
    assert asked(_event(**PHOTO, user=None), BOT) == Ask(
        None, Place("C1"), Takes.POST, heard=True, loud=False, others_read=True
    )


def test_a_shortcut_says_whose_message_it_is_about() -> None:
    body = {"type": "message_action", "user": {"id": "U1"}, "channel": {"id": "C1"}, "message": {"user": "U8"}}
    ask = asked(body, BOT)
    assert ask is not None
    assert (ask.author, ask.takes, ask.heard) == ("U8", Takes.USE, False)
