"""Who is who in Slack: asked once, and page by page."""

from dataclasses import replace
from typing import Any

import pytest
import yaml
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse
from team import FAST, PHOTOS, ROOT, Team, start_playground

from handlers.enroll import typed
from handlers.slack import Home, Slack, Visitors, roster
from playground.state import seed
from services.errors import Refusal

HOME = Home(seed.TEAM.id)


class _Counting(WebClient):
    """A client that remembers which methods it has called."""

    called: list[str]

    def api_call(self, api_method: str, **more: Any) -> SlackResponse:  # type: ignore[override]
        self.called = [*getattr(self, "called", []), api_method]
        return super().api_call(api_method, **more)


def _counting(team: Team) -> _Counting:
    return _Counting(token=team.slack.client.token, base_url=team.slack.client.base_url)


def test_a_mentioned_member_is_asked_about_once(team: Team) -> None:
    client = _counting(team)
    whom = typed.whom(Visitors(client, team.workspace.records, HOME), f"<@{seed.SECOND}>", PHOTOS, seed.ADMIN)
    assert (whom.name, whom.member) == ("Sasha", seed.SECOND)
    assert client.called == ["users.info"]


def test_a_bot_is_not_enrolled(team: Team) -> None:
    bot = team.slack.slack.workspaces[0].bot.id
    with pytest.raises(Refusal, match="bot"):
        typed.whom(Visitors(team.slack.client, team.workspace.records), f"<@{bot}>", PHOTOS, seed.ADMIN)


def test_a_member_is_found_by_all_of_their_name_alone(team: Team) -> None:
    visitors = Visitors(team.slack.client, team.workspace.records, HOME)
    found = [visitors.called_in_full(name) for name in ("sasha quill", "@Sasha", "Quill, Sasha", "Quill", "Joe")]
    assert [each.id if each else None for each in found] == [seed.SECOND, seed.SECOND, seed.SECOND, None, None]
    with pytest.raises(Refusal, match="No member is called so"):
        visitors.called_in_full("@joe")


def test_a_member_is_found_by_their_address_where_slack_tells_addresses(team: Team) -> None:
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    manifest["oauth_config"]["scopes"]["bot"].append("users:read.email")
    slack = start_playground(FAST, manifest=manifest)
    visitors = Visitors(slack.client, team.workspace.records, HOME)
    try:
        assert visitors.at("Sasha@playground.example").id == seed.SECOND
        with pytest.raises(Refusal, match="No member has this address"):
            visitors.at("nobody@playground.example")
    finally:
        slack.close()
    with pytest.raises(Refusal, match=r"users:read\.email"):
        Visitors(team.slack.client, team.workspace.records, HOME).at("sasha@playground.example")


def test_everyone_is_listed_page_by_page_also_who_has_left(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "_MEMBERS_AT_ONCE", 2)
    users = team.slack.slack.workspaces[0].users
    here = users[seed.SECOND]
    users[seed.SECOND] = replace(here, deleted=True)
    slack, found, cursor, pages = Slack(team.slack.client), [], "", 0
    try:
        while cursor or not pages:
            members, cursor = slack.members.page(cursor)
            found += members
            pages += 1
    finally:
        users[seed.SECOND] = here
    assert [member.id for member in found] == list(users)
    assert [member.id for member in found if member.is_deactivated] == [seed.SECOND]
    assert [member.id for member in found if member.is_bot] == [team.slack.slack.workspaces[0].bot.id]
    assert pages == -(-len(users) // 2)
