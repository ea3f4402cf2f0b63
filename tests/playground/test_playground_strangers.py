"""A guest, another company in a channel, a whole organisation: what Slack says of them, and where it says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playground_kit import FAST, Json, RawApp, Running, Start, start_playground

from playground.state import seed

BOT = f"<@{seed.BOT_USER}>"
MODAL: Json = {
    "type": "modal",
    "callback_id": "c",
    "notify_on_close": True,
    "title": {"type": "plain_text", "text": "T"},
    "submit": {"type": "plain_text", "text": "S"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "x"}}],
}
BUTTON: Json = {
    "type": "actions",
    "elements": [{"type": "button", "action_id": "b", "text": {"type": "plain_text", "text": "B"}}],
}


@pytest.fixture(scope="module")
def strangers() -> Iterator[Running]:
    running = start_playground(replace(FAST, strangers=True))
    yield running
    running.close()


@pytest.fixture(scope="module")
def app(strangers: Running) -> RawApp:
    """Connected, and invited to the shared channel."""
    app = strangers.app()
    strangers.member().do("command", channel=seed.SHARED, command="/invite", text=BOT)
    app.event("member_joined_channel", user=seed.BOT_USER)
    return app


def payload(app: RawApp, type_: str) -> Json:
    """The next payload of a type, or event of it; all before it acknowledged."""
    while True:
        found = app.take()
        if found.get("type") == type_ or (found.get("event") or {}).get("type") == type_:
            return found


def test_they_come_by_an_option_only(shared: Running) -> None:
    users = {user["id"] for user in shared.client.users_list()["members"]}
    assert users.isdisjoint({seed.GUEST, seed.OUTSIDER, seed.COLLEAGUE})
    assert "enterprise_id" not in shared.client.auth_test().data


def test_a_guest_is_told_by_users_info_alone(strangers: Running, app: RawApp) -> None:
    guest = strangers.client.users_info(user=seed.GUEST)["user"]
    assert (guest["is_restricted"], guest["is_ultra_restricted"], guest["team_id"]) == (True, True, seed.TEAM.id)
    assert guest["profile"]["guest_invited_by"] == seed.ADMIN
    strangers.member(seed.GUEST).post(seed.PHOTOS, "hello")
    said = payload(app, "message")
    assert (said["event"]["team"], said["is_ext_shared_channel"]) == (seed.TEAM.id, False)


def test_who_is_of_another_company_is_an_admin_there_and_listed_nowhere(strangers: Running, app: RawApp) -> None:
    user = strangers.client.users_info(user=seed.OUTSIDER)["user"]
    assert (user["team_id"], user["is_admin"], user["is_stranger"]) == (seed.ELSEWHERE.id, True, False)
    assert user["profile"]["team"] == seed.ELSEWHERE.id
    assert seed.OUTSIDER not in {each["id"] for each in strangers.client.users_list()["members"]}


def test_what_they_post_comes_from_their_workspace_and_is_for_ours(strangers: Running, app: RawApp) -> None:
    strangers.member(seed.OUTSIDER).post(seed.SHARED, f"{BOT} hello")
    said, mention = payload(app, "message"), payload(app, "app_mention")
    theirs, ours = seed.ELSEWHERE.id, seed.TEAM.id
    for each in (said, mention):
        assert (each["team_id"], each["enterprise_id"]) == (theirs, seed.ELSEWHERE.organisation_id)
        assert (each["context_team_id"], each["context_enterprise_id"]) == (ours, None)
        assert each["authorizations"][0]["team_id"] == ours
        assert each["is_ext_shared_channel"] is True
        assert each["event"]["user_team"] == each["event"]["source_team"] == theirs
    assert said["event"]["team"] == theirs
    assert mention["event"]["team"] == ours


def test_they_click_from_our_workspace_and_submit_from_theirs(strangers: Running, app: RawApp) -> None:
    ts = strangers.client.chat_postMessage(channel=seed.SHARED, text="x", blocks=[BUTTON])["ts"]
    outsider = strangers.member(seed.OUTSIDER)
    (message,) = [each for each in outsider.messages(seed.SHARED) if each["ts"] == ts]
    action = {"block_id": message["blocks"][0]["block_id"], "action_id": "b", "type": "button"}
    outsider.do("action", container={"type": "message", "channel": seed.SHARED, "ts": ts}, action=action)
    clicked = payload(app, "block_actions")
    assert (clicked["team"]["id"], clicked["user"]["team_id"]) == (seed.TEAM.id, seed.ELSEWHERE.id)
    strangers.client.views_open(trigger_id=clicked["trigger_id"], view=MODAL)
    view = outsider.hears("view_open")["view"]
    outsider.do("view_close", view_id=view["id"])
    closed = payload(app, "view_closed")
    assert closed["team"]["id"] == closed["user"]["team_id"] == closed["view"]["team_id"] == seed.ELSEWHERE.id
    assert closed["enterprise"]["id"] == seed.ELSEWHERE.organisation_id
    assert closed["view"]["app_installed_team_id"] == seed.TEAM.id


def test_commands_and_shortcuts_are_not_theirs(strangers: Running) -> None:
    outsider = strangers.member(seed.OUTSIDER)
    assert outsider.do("command", channel=seed.SHARED, command="/greet", text="")["status"] == 404
    assert outsider.do("shortcut", callback_id="do_it")["status"] == 404
    ts = outsider.post(seed.SHARED, "look")
    assert outsider.do("shortcut", callback_id="look", channel=seed.SHARED, ts=ts)["status"] == 404


def test_a_channel_is_shared_and_shared_no_more(strangers: Running, app: RawApp) -> None:
    admin, outsider = strangers.member(), strangers.member(seed.OUTSIDER)
    assert strangers.member(seed.SECOND).do("share", channel=seed.GENERAL)["status"] == 403
    assert not strangers.client.conversations_info(channel=seed.GENERAL)["channel"]["is_ext_shared"]
    admin.do("share", channel=seed.GENERAL)
    event = app.event("channel_shared")
    assert (event["channel"], event["connected_team_id"]) == (seed.GENERAL, seed.ELSEWHERE.id)
    channel = strangers.client.conversations_info(channel=seed.GENERAL)["channel"]
    assert (channel["is_ext_shared"], channel["is_shared"], channel["is_org_shared"]) == (True, True, False)
    assert channel["connected_team_ids"] == [seed.ELSEWHERE.id]
    outsider.post(seed.GENERAL, "here")
    admin.do("share", channel=seed.GENERAL, on=False)
    event = app.event("channel_unshared")
    assert (event["previously_connected_team_id"], event["is_ext_shared"]) == (seed.ELSEWHERE.id, False)
    assert outsider.do("post", channel=seed.GENERAL, text="still?")["status"] == 404


def test_an_organisation_names_no_workspace_where_it_has_installed_the_app(start: Start) -> None:
    slack = start(replace(FAST, org_wide=True))
    app, colleague = slack.app(), slack.member(seed.COLLEAGUE)
    ours, organisation = seed.TEAM.id, seed.ORGANISATION.id
    tested = slack.client.auth_test()
    assert (tested["team_id"], tested["enterprise_id"], tested["is_enterprise_install"]) == (ours, organisation, True)
    user = slack.client.users_info(user=seed.COLLEAGUE)["user"]
    assert (user["team_id"], user["enterprise_user"]["enterprise_id"]) == (seed.ANNEX.id, organisation)
    channel = slack.client.conversations_info(channel=seed.PHOTOS)["channel"]
    assert (channel["is_org_shared"], channel["is_shared"], channel["is_ext_shared"]) == (True, True, False)

    colleague.post(seed.PHOTOS, "hello")
    said = payload(app, "message")
    (authorized,) = said["authorizations"]
    assert (said["enterprise_id"], authorized["enterprise_id"]) == (organisation, organisation)
    assert (authorized["team_id"], authorized["is_enterprise_install"]) == (None, True)
    assert said["is_ext_shared_channel"] is False

    colleague.do("command", channel=seed.PHOTOS, command="/greet", text="")
    command = app.take()
    assert (command["enterprise_id"], command["is_enterprise_install"]) == (organisation, "true")
    slack.client.views_open(trigger_id=command["trigger_id"], view=MODAL)
    view = colleague.hears("view_open")["view"]
    colleague.do("view_close", view_id=view["id"])
    closed = payload(app, "view_closed")
    assert (closed["team"], closed["enterprise"]["id"], closed["is_enterprise_install"]) == (None, organisation, True)
