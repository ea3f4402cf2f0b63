"""Commands, shortcuts, buttons and modals: payloads in Slack's shape, the app's answers carried out."""

from __future__ import annotations

import dataclasses
import threading
import time
from typing import Any

import pytest
import requests
from playground_kit import FAST, MANIFEST, Json, Member, RawApp, Running, Start, eventually, jpeg, manifest_without

from playground.state import seed

USER: Json = {"id": seed.ADMIN, "username": "robin", "name": "robin", "team_id": seed.TEAM.id}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def modal(*blocks: Json, **more: Any) -> Json:
    """A modal; without blocks it has a section."""
    shown = list(blocks) or [{"type": "section", "text": plain("hello")}]
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Send"),
        "blocks": shown,
        **more,
    }


def name_input(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "name", **more}
    return {"type": "input", "block_id": "name", "label": plain("Name"), "element": element}


def photo_input(**more: Any) -> Json:
    element = {"type": "file_input", "action_id": "photos", "filetypes": ["jpg", "jpeg", "png"], "max_files": 2, **more}
    return {"type": "input", "block_id": "photos", "label": plain("Photos"), "element": element}


def run_command(member: Member, app: RawApp, text: str = "") -> Json:
    """Run /greet, acknowledged by the app; its payload."""
    member.do("command", channel=seed.GENERAL, command="/greet", text=text)
    return app.take()


def open_modal(slack: Running, member: Member, app: RawApp, view: Json) -> Json:
    """Have the app open a modal; the view."""
    opened: Json = slack.client.views_open(trigger_id=run_command(member, app)["trigger_id"], view=view)["view"]
    member.hears("view_open")
    return opened


# Commands


def test_the_payload_of_a_command(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("command", channel=seed.GENERAL, command="/greet", text="  alice & co ")
    envelope = app.receive()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    payload = envelope["payload"]
    expected = {
        "team_id": seed.TEAM.id, "team_domain": seed.TEAM.domain, "channel_id": seed.GENERAL, "channel_name": "general",
        "user_id": seed.ADMIN, "user_name": "robin", "command": "/greet", "text": "alice &amp; co",
        "api_app_id": seed.APP_ID, "is_enterprise_install": "false",
    }  # fmt: skip
    assert expected.items() <= payload.items()
    assert payload["response_url"].startswith(f"{slack.url}/response/commands/{seed.TEAM.id}/")
    assert payload["trigger_id"].count(".") == 2
    assert "retry_attempt" not in envelope


@pytest.mark.parametrize(
    ("command", "text"),
    [("/greet", f"<@{seed.SECOND}|sasha> in <#{seed.GENERAL}|general>"), ("/plain", "@sasha in #general")],
)
def test_mentions_in_a_command_are_escaped_where_the_manifest_says_so(slack: Running, command: str, text: str) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("command", channel=seed.GENERAL, command=command, text=f"<@{seed.SECOND}> in <#{seed.GENERAL}>")
    assert app.take()["text"] == text


def test_the_name_of_a_direct_message(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("command", channel="D0ROBINAPP", command="/greet", text="")
    assert app.take()["channel_name"] == "directmessage"


def test_a_command_may_be_answered_by_its_acknowledgement(slack: Running) -> None:
    app, robin, sasha = slack.app(), slack.member(), slack.member(seed.SECOND)
    robin.do("command", channel=seed.GENERAL, command="/greet", text="")
    app.ack(app.receive(), {"text": "only you"})
    assert robin.hears("ephemeral")["message"]["text"] == "only you"
    robin.do("command", channel=seed.GENERAL, command="/greet", text="")
    app.ack(app.receive(), {"text": "everyone", "response_type": "in_channel"})
    assert sasha.hears("message")["message"]["text"] == "everyone"
    assert [each["text"] for each in sasha.messages(seed.GENERAL)] == ["everyone"]


def test_a_bad_answer_to_a_command_is_told(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("command", channel=seed.GENERAL, command="/greet", text="")
    app.ack(app.receive(), {"blocks": [{"type": "header"}]})
    words = robin.hears("notice")["text"]
    assert "invalid_command_response" in words
    assert "missing required field: text [json-pointer:/blocks/0]" in words


def test_a_late_command_is_told_in_slacks_words(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("command", channel=seed.GENERAL, command="/greet", text="")
    envelope = app.receive()
    assert robin.hears("notice")["text"] == "/greet failed because the app did not respond in time."
    app.ack(envelope, {"text": "too late"})
    assert app.quiet(), "a command is not sent again"
    assert robin.messages(seed.GENERAL) == []


def test_a_command_without_an_app(slack: Running) -> None:
    robin = slack.member()
    robin.do("command", channel=seed.GENERAL, command="/greet", text="")
    assert "dispatch_failed" in robin.hears("notice")["text"]


def test_commands_that_are_not_run(slack: Running) -> None:
    app, robin, jules = slack.app(), slack.member(), slack.member(seed.THIRD)
    unknown = robin.do("command", channel=seed.GENERAL, command="/shout", text="")
    assert (unknown["status"], unknown["error"]) == (404, "/shout is not a valid command.")
    threaded = robin.do("command", channel=seed.GENERAL, command="/greet", text="", thread_ts="1.000000")
    assert threaded["error"] == "/greet is not supported in threads. Sorry!"
    elsewhere = jules.do("command", channel=seed.TEAMROOM, command="/greet", text="")
    assert elsewhere["status"] == 404
    assert app.quiet()


# Shortcuts


def test_a_message_shortcut(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    ts = robin.post(seed.GENERAL, "who?")
    app.event("message")
    robin.do("shortcut", callback_id="look", channel=seed.GENERAL, ts=ts)
    envelope = app.receive()
    app.ack(envelope)
    payload = envelope["payload"]
    assert (envelope["type"], payload["type"], payload["callback_id"]) == ("interactive", "message_action", "look")
    assert (payload["message_ts"], payload["message"]["text"]) == (ts, "who?")
    assert payload["channel"] == {"id": seed.GENERAL, "name": "general"}
    assert (payload["user"], payload["team"]) == (USER, {"id": seed.TEAM.id, "domain": seed.TEAM.domain})
    answered = requests.post(payload["response_url"], json={"text": "Alice"}, timeout=60)
    assert answered.text == "ok"
    assert robin.hears("ephemeral")["message"]["text"] == "Alice"


def test_a_global_shortcut(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("shortcut", callback_id="do_it")
    payload = app.take()
    assert (payload["type"], payload["callback_id"]) == ("shortcut", "do_it")
    assert {"trigger_id", "action_ts", "user", "team"} <= set(payload)
    assert "response_url" not in payload


def test_shortcuts_that_do_not_exist(slack: Running) -> None:
    robin = slack.member()
    ts = robin.post(seed.GENERAL, "who?")
    assert robin.do("shortcut", callback_id="look")["status"] == 404
    assert robin.do("shortcut", callback_id="do_it", channel=seed.GENERAL, ts=ts)["status"] == 404
    assert robin.do("shortcut", callback_id="look", channel=seed.GENERAL, ts="1.000000")["status"] == 404


def test_a_shortcut_that_is_not_acknowledged(slack: Running) -> None:
    slack.app()
    robin = slack.member()
    robin.do("shortcut", callback_id="do_it")
    assert robin.hears("notice")["text"] == "“Do it” failed because the app did not respond in time."


# Actions


def message_with_buttons(slack: Running, **more: Any) -> str:
    elements = [
        {"type": "button", "text": plain("Yes"), "action_id": "yes", "value": "1", "style": "primary"},
        {"type": "overflow", "action_id": "more", "options": [{"text": plain("A"), "value": "a"}]},
        {"type": "users_select", "action_id": "who", "placeholder": plain("Who?")},
    ]
    blocks = [{"type": "actions", "block_id": "choices", "elements": elements}]
    ts = slack.client.chat_postMessage(channel=seed.GENERAL, text="well?", blocks=blocks, **more)["ts"]
    return str(ts)


def click(member: Member, ts: str, **action: Any) -> Json:
    container = {"type": "message", "channel": seed.GENERAL, "ts": ts}
    return member.do("action", container=container, action={"block_id": "choices", **action})


def test_a_click_on_a_button(slack: Running) -> None:
    robin = slack.member()
    ts = message_with_buttons(slack)
    app = slack.app()
    app.event("message")
    click(robin, ts, action_id="yes", type="button", value="forged")
    envelope = app.receive()
    app.ack(envelope)
    payload = envelope["payload"]
    assert (envelope["type"], payload["type"], payload["user"]) == ("interactive", "block_actions", USER)
    assert payload["container"] == {
        "type": "message", "message_ts": ts, "channel_id": seed.GENERAL, "is_ephemeral": False,
    }  # fmt: skip
    assert (payload["channel"], payload["message"]["ts"]) == ({"id": seed.GENERAL, "name": "general"}, ts)
    action = payload["actions"][0]
    assert action.pop("action_ts")
    assert action == {
        "type": "button", "block_id": "choices", "action_id": "yes", "value": "1", "style": "primary",
        "text": {"type": "plain_text", "text": "Yes", "emoji": True},
    }  # fmt: skip


def test_choices(slack: Running) -> None:
    robin = slack.member()
    ts = message_with_buttons(slack)
    app = slack.app()
    app.event("message")
    click(robin, ts, action_id="more", type="overflow", selected_option={"value": "a", "text": plain("forged")})
    chosen = app.take()["actions"][0]["selected_option"]
    assert chosen == {"text": {"type": "plain_text", "text": "A", "emoji": True}, "value": "a"}
    click(robin, ts, action_id="who", type="users_select", selected_user=seed.SECOND)
    payload = app.take()
    assert payload["actions"][0]["selected_user"] == seed.SECOND
    unknown = click(robin, ts, action_id="more", type="overflow", selected_option={"value": "z"})
    assert unknown["error"] == "That choice is no longer offered."


def test_clicks_on_what_is_not_there(slack: Running) -> None:
    robin = slack.member()
    ts = message_with_buttons(slack)
    assert click(robin, ts, action_id="no", type="button")["status"] == 409
    assert click(robin, ts, action_id="yes", type="overflow")["status"] == 409
    assert click(robin, "1.000000", action_id="yes", type="button")["status"] == 404


def test_clicks_need_interactivity(start: Start) -> None:
    document = manifest_without()
    document["settings"]["interactivity"] = {"is_enabled": False}
    document["features"]["shortcuts"] = []
    slack = start(manifest=document)
    refused = click(slack.member(), message_with_buttons(slack), action_id="yes", type="button")
    assert "not configured to handle interactive responses" in refused["error"]


def test_an_ephemeral_message_is_replaced_and_deleted_by_its_response_url(slack: Running) -> None:
    robin = slack.member()
    blocks = [
        {
            "type": "actions",
            "block_id": "choices",
            "elements": [{"type": "button", "text": plain("Go"), "action_id": "go"}],
        }
    ]
    ts = slack.client.chat_postEphemeral(channel=seed.GENERAL, user=seed.ADMIN, text="psst", blocks=blocks)[
        "message_ts"
    ]
    app = slack.app()
    click(robin, str(ts), action_id="go", type="button")
    payload = app.take()
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    assert requests.post(payload["response_url"], json={"text": "done", "replace_original": True}, timeout=60).ok
    robin.hears("message_changed")
    assert [each["text"] for each in robin.messages(seed.GENERAL)] == ["done"]
    assert requests.post(payload["response_url"], json={"delete_original": True}, timeout=60).ok
    robin.hears("message_deleted", ts=ts)
    assert robin.messages(seed.GENERAL) == []


# response_url


def test_a_response_url_works_five_times(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    url = run_command(robin, app)["response_url"]
    answers = [requests.post(url, json={"text": str(number)}, timeout=60) for number in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [404]
    assert answers[5].json() == {"ok": False, "error": "used_url"}
    assert len(robin.messages(seed.GENERAL)) == 5


def test_a_response_url_gets_old(start: Start) -> None:
    slack = start(dataclasses.replace(FAST, response_url_lifetime=0.2))
    url = run_command(slack.member(), slack.app())["response_url"]
    time.sleep(0.3)
    assert requests.post(url, json={"text": "late"}, timeout=60).json()["error"] == "expired_url"


def test_the_defaults_of_response_urls_are_slacks(slack: Running) -> None:
    assert (FAST.response_url_uses, FAST.response_url_lifetime) == (5, 1800)
    assert (
        requests.post(f"{slack.url}/response/commands/{seed.TEAM.id}/nonsense", json={}, timeout=60).status_code == 404
    )


def test_a_response_url_reaches_where_the_app_is_not(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.do("command", channel=seed.RANDOM, command="/greet", text="")
    url = app.take()["response_url"]
    assert requests.post(url, json={"text": "hi", "response_type": "in_channel"}, timeout=60).ok
    assert robin.messages(seed.RANDOM)[-1]["text"] == "hi"


@pytest.mark.parametrize(
    ("body", "error"),
    [({}, "no_text"), ({"blocks": [{"type": "header"}]}, "invalid_blocks"), ({"text": "x" * 40_001}, "msg_too_long")],
)
def test_responses_that_slack_refuses(slack: Running, body: Json, error: str) -> None:
    status = 404 if error == "invalid_blocks" else 400
    url = run_command(slack.member(), slack.app())["response_url"]
    answer = requests.post(url, json=body, timeout=60)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert requests.post(url, data="{", timeout=60).text == "invalid_payload"


def test_a_response_may_go_into_a_thread(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    parent = robin.post(seed.GENERAL, "here")
    app.event("message")
    robin.do("shortcut", callback_id="look", channel=seed.GENERAL, ts=parent)
    requests.post(app.take()["response_url"], json={"text": "there", "thread_ts": parent}, timeout=60)
    robin.hears("ephemeral")
    assert [each["text"] for each in robin.messages(seed.GENERAL, thread_ts=parent)] == ["here", "there"]


# Modals


def test_opening_a_modal(slack: Running) -> None:
    app, robin, sasha = slack.app(), slack.member(), slack.member(seed.SECOND)
    view = open_modal(slack, robin, app, modal(name_input(), private_metadata="secret", external_id="one"))
    assert (view["type"], view["callback_id"], view["private_metadata"]) == ("modal", "form", "secret")
    assert (view["team_id"], view["app_id"], view["bot_id"]) == (seed.TEAM.id, seed.APP_ID, seed.BOT_ID)
    assert (view["root_view_id"], view["previous_view_id"], view["external_id"]) == (view["id"], None, "one")
    assert view["hash"]
    assert view["state"] == {"values": {}}
    assert robin.get("boot")["views"][0]["id"] == view["id"]
    assert sasha.get("boot")["views"] == []
    assert all(news["type"] != "view_open" for news in sasha.news)


def test_triggers_are_for_once(slack: Running) -> None:
    trigger = run_command(slack.member(), slack.app())["trigger_id"]
    assert slack.api("views.open", trigger_id=trigger, view=modal())["ok"]
    assert slack.api("views.open", trigger_id=trigger, view=modal())["error"] == "exchanged_trigger_id"
    assert slack.api("views.open", trigger_id="1.2.abc", view=modal())["error"] == "invalid_trigger_id"
    assert slack.api("views.open", view=modal())["error"] == "invalid_arguments"


def test_triggers_live_three_seconds(start: Start) -> None:
    assert FAST.trigger_lifetime == 3.0
    slack = start(dataclasses.replace(FAST, trigger_lifetime=0.2))
    trigger = run_command(slack.member(), slack.app())["trigger_id"]
    time.sleep(0.3)
    assert slack.api("views.open", trigger_id=trigger, view=modal())["error"] == "expired_trigger_id"


def test_a_bad_view_does_not_spend_the_trigger(slack: Running) -> None:
    trigger = run_command(slack.member(), slack.app())["trigger_id"]
    bad = slack.api("views.open", trigger_id=trigger, view=modal(title=plain("x" * 25)))
    assert bad["error"] == "invalid_arguments"
    assert bad["response_metadata"]["messages"] == [
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert "errors" not in bad
    large = slack.api(
        "views.open", trigger_id=trigger, view=modal(*[{"type": "section", "text": plain("x" * 3000)}] * 90)
    )
    assert large["error"] == "view_too_large"
    assert slack.api("views.open", trigger_id=trigger, view=modal())["ok"]


def test_a_file_input_takes_a_scope(start: Start) -> None:
    slack = start(manifest=manifest_without("files:read"))
    trigger = run_command(slack.member(), slack.app())["trigger_id"]
    refused = slack.api("views.open", trigger_id=trigger, view=modal(photo_input()))
    assert (refused["error"], refused["needed"]) == ("missing_scope", "files:read")


def test_updating_a_view(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(external_id="mine"))
    updated = slack.client.views_update(view_id=view["id"], view=modal(title=plain("Two")), hash=view["hash"])["view"]
    assert (updated["id"], updated["title"]["text"]) == (view["id"], "Two")
    assert updated["hash"] != view["hash"]
    assert robin.hears("view_update")["view"]["title"]["text"] == "Two"
    stale = slack.api("views.update", view_id=view["id"], view=modal(), hash=view["hash"])
    assert stale["error"] == "hash_conflict"
    assert slack.api("views.update", view_id="V0NOTHING0", view=modal())["error"] == "not_found"
    assert slack.api("views.update", external_id="mine", view=modal())["error"] == "not_found", "it was updated away"


def test_external_ids_are_unique(slack: Running) -> None:
    app, robin, sasha = slack.app(), slack.member(), slack.member(seed.SECOND)
    open_modal(slack, robin, app, modal(external_id="mine"))
    trigger = run_command(sasha, app)["trigger_id"]
    again = slack.api("views.open", trigger_id=trigger, view=modal(external_id="mine"))
    assert again["error"] == "duplicate_external_id"
    assert slack.api("views.update", external_id="mine", view=modal(external_id="mine"))["ok"]


def in_view(member: Member, view: Json, action_id: str = "next", **state: Any) -> Json:
    container = {"type": "view", "view_id": view["id"]}
    action = {"block_id": "nav", "action_id": action_id, "type": "button"}
    return member.do("action", container=container, action=action, state={"values": state})


NAV: Json = {
    "type": "actions",
    "block_id": "nav",
    "elements": [{"type": "button", "action_id": "next", "text": plain("Next"), "value": "n"}],
}


def test_a_stack_of_three_views(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(NAV))
    for depth in (2, 3):
        in_view(robin, view)
        pushed = slack.client.views_push(trigger_id=app.take()["trigger_id"], view=modal(NAV, title=plain(str(depth))))[
            "view"
        ]
        assert pushed["previous_view_id"] == view["id"]
        assert robin.hears("view_push", view=pushed)
        view = pushed
    in_view(robin, view)
    full = slack.api("views.push", trigger_id=app.take()["trigger_id"], view=modal())
    assert full["error"] == "push_limit_reached"
    assert [each["title"]["text"] for each in robin.get("boot")["views"]] == ["Form", "2", "3"]
    robin.do("view_close", view_id=view["id"])
    assert robin.hears("view_close", view_id=view["id"])["clear"] is False
    assert len(robin.get("boot")["views"]) == 2
    robin.do("view_close", view_id=robin.get("boot")["views"][1]["id"], clear=True)
    assert robin.get("boot")["views"] == []


def test_pushing_needs_an_open_modal(slack: Running) -> None:
    trigger = run_command(slack.member(), slack.app())["trigger_id"]
    assert slack.api("views.push", trigger_id=trigger, view=modal())["error"] == "not_found"


def test_an_action_in_a_view(slack: Running) -> None:
    app, robin, sasha = slack.app(), slack.member(), slack.member(seed.SECOND)
    view = open_modal(slack, robin, app, modal(NAV, name_input(initial_value="Al")))
    in_view(robin, view, name={"name": {"type": "plain_text_input", "value": "Alice"}})
    payload = app.take()
    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert payload["view"]["state"]["values"] == {"name": {"name": {"type": "plain_text_input", "value": "Alice"}}}
    assert (payload["actions"][0]["action_id"], payload["actions"][0]["value"]) == ("next", "n")
    assert "response_url" not in payload
    in_view(robin, view)
    assert app.take()["view"]["state"]["values"]["name"]["name"]["value"] == "Al"
    assert in_view(sasha, view)["status"] == 404, "it is not hers"


def submit(member: Member, view: Json, **values: Any) -> Json:
    return member.do("view_submit", view_id=view["id"], state={"values": values})


def submitting(member: Member, view: Json, app: RawApp, answer: Json | None, **values: Any) -> tuple[Json, Json]:
    """Submit, answer as the app, and give the envelope and what the page got."""
    results: list[Json] = []
    thread = threading.Thread(target=lambda: results.append(submit(member, view, **values)))
    thread.start()
    envelope = app.receive()
    app.ack(envelope, answer)
    thread.join(10)
    return envelope, results[0]


def test_submitting_a_modal_with_photos(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(name_input(), photo_input(), private_metadata="m"))
    photo = robin.upload("alice.jpg", jpeg())
    assert slack.api("files.info", file=photo["id"])["error"] == "file_not_found", "not the app's yet"
    values = {
        "name": {"name": {"type": "plain_text_input", "value": "Alice"}},
        "photos": {"photos": {"type": "file_input", "files": [{"id": photo["id"]}]}},
    }
    envelope, answer = submitting(robin, view, app, None, **values)
    payload = envelope["payload"]
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("interactive", True)
    assert (payload["type"], payload["user"], payload["response_urls"]) == ("view_submission", USER, [])
    assert (payload["view"]["id"], payload["view"]["private_metadata"]) == (view["id"], "m")
    given = payload["view"]["state"]["values"]
    assert given["name"] == {"name": {"type": "plain_text_input", "value": "Alice"}}
    file = given["photos"]["photos"]["files"][0]
    assert (file["id"], file["name"], file["mimetype"], file["user"]) == (
        photo["id"],
        "alice.jpg",
        "image/jpeg",
        seed.ADMIN,
    )
    assert answer["ok"] is True
    assert robin.hears("view_close", view_id=view["id"])["clear"] is False
    assert robin.get("boot")["views"] == []
    token = {"Authorization": "Bearer xoxb-playground"}
    assert requests.get(file["url_private"], headers=token, timeout=60).content == jpeg()
    assert slack.client.files_info(file=photo["id"])["file"]["shares"] == {}


def test_a_chosen_conversation_may_bring_a_response_url(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    where = {
        "type": "input",
        "block_id": "where",
        "label": plain("Where"),
        "element": {"type": "conversations_select", "action_id": "where", "response_url_enabled": True},
    }
    view = open_modal(slack, robin, app, modal(where))
    chosen = {"where": {"where": {"selected_conversation": seed.PHOTOS}}}
    envelope, _ = submitting(robin, view, app, None, **chosen)
    (url,) = envelope["payload"]["response_urls"]
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("where", "where", seed.PHOTOS)
    assert requests.post(url["response_url"], json={"text": "here"}, timeout=60).ok
    assert robin.hears("ephemeral", channel=seed.PHOTOS)["message"]["text"] == "here"


def test_what_the_form_itself_refuses(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    number = {
        "type": "input", "block_id": "n", "optional": True, "label": plain("N"),
        "element": {
            "type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "1", "max_value": "99",
        },
    }  # fmt: skip
    view = open_modal(slack, robin, app, modal(name_input(min_length=2, max_length=5), photo_input(), number))
    nothing = submit(robin, view)
    assert nothing["errors"] == dict.fromkeys(("name", "photos"), "Please complete this required field.")
    assert robin.hears("view_errors")["errors"] == nothing["errors"]
    files = [
        robin.upload(name, content)["id"] for name, content in (("a.jpg", jpeg()), ("b.gif", jpeg()), ("c.jpg", jpeg()))
    ]

    def errors(name: str, chosen: list[str], value: str = "7") -> Json:
        found: Json = submit(
            robin,
            view,
            name={"name": {"value": name}},
            photos={"photos": {"files": [{"id": each} for each in chosen]}},
            n={"n": {"value": value}},
        )["errors"]
        return found

    assert errors("A", files[:1]) == {"name": "Please enter between 2 and 5 characters."}
    assert errors("Alice", files[:2]) == {"photos": "b.gif is not one of the allowed types: jpeg, jpg, png."}
    assert errors("Alice", files) == {"photos": "Please choose at most 2 files."}
    assert errors("Alice", files[:1], "x") == {"n": "Please enter a valid number."}
    assert errors("Alice", files[:1], "0") == {"n": "Please enter a number that is 1 or more."}
    assert errors("Alice", files[:1], "100") == {"n": "Please enter a number that is 99 or less."}
    theirs = slack.member(seed.SECOND).upload("hers.jpg", jpeg())["id"]
    refused = submit(robin, view, photos={"photos": {"files": [{"id": theirs}]}})
    assert refused["error"] == "One of these files is not here any more; choose it again."
    assert app.quiet()


def test_ten_megabytes_a_file(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(photo_input()))
    big = robin.upload("big.jpg", jpeg() + b"\0" * 10 * 2**20)
    refused = submit(robin, view, photos={"photos": {"files": [{"id": big["id"]}]}})
    assert refused["errors"] == {"photos": "big.jpg is larger than 10 MB."}


NAMED: Json = {"name": {"name": {"value": "Alice"}}}


def test_the_app_answers_a_submission_with_errors(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(name_input()))
    answer = {"response_action": "errors", "errors": {"name": "Taken."}}
    assert submitting(robin, view, app, answer, **NAMED)[1]["errors"] == {"name": "Taken."}
    assert robin.hears("view_errors", view_id=view["id"])["errors"] == {"name": "Taken."}
    assert len(robin.get("boot")["views"]) == 1
    wrong = {"response_action": "errors", "errors": {"nowhere": "Taken."}}
    assert "no input block has the block_id nowhere" in submitting(robin, view, app, wrong, **NAMED)[1]["error"]


def test_the_app_answers_a_submission_with_views(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(name_input()))
    update = {"response_action": "update", "view": modal(name_input(), title=plain("Two"))}
    assert submitting(robin, view, app, update, **NAMED)[1]["ok"]
    assert robin.hears("view_update")["view"]["title"]["text"] == "Two"
    push = {"response_action": "push", "view": modal(title=plain("Three"))}
    assert submitting(robin, view, app, push, **NAMED)[1]["ok"]
    top = robin.hears("view_push")["view"]
    assert (top["title"]["text"], top["previous_view_id"]) == ("Three", view["id"])
    assert submitting(robin, top, app, {"response_action": "clear"})[1]["ok"]
    assert robin.hears("view_close", clear=True)
    assert robin.get("boot")["views"] == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
        {"response_action": "errors", "errors": {}},
    ],
)
def test_answers_that_slack_refuses(slack: Running, answer: Json) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(name_input()))
    refused = submitting(robin, view, app, answer, **NAMED)[1]
    assert refused["status"] == 502
    assert refused["error"].startswith("We had some trouble connecting. Try again?")


def test_a_submission_that_is_not_acknowledged(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(name_input()))
    late = submit(robin, view, **NAMED)
    assert (late["status"], late["error"]) == (
        504,
        "We had some trouble connecting. Try again? (The app did not respond in time.)",
    )
    assert len(robin.get("boot")["views"]) == 1
    app.close()
    eventually(lambda: not robin.get("boot")["app"]["connected"], "the disconnect")
    assert submit(robin, view, **NAMED)["status"] == 502


def test_closing_is_told_where_asked_for(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    view = open_modal(slack, robin, app, modal(notify_on_close=True))
    robin.do("view_close", view_id=view["id"])
    assert robin.hears("view_close", view_id=view["id"])["clear"] is False
    payload = app.take()
    assert (payload["type"], payload["is_cleared"], payload["view"]["id"]) == ("view_closed", False, view["id"])
    assert slack.api("views.update", view_id=view["id"], view=modal())["error"] == "not_found"
    quiet = open_modal(slack, robin, app, modal())
    robin.do("view_close", view_id=quiet["id"])
    assert app.quiet()


def test_publishing_a_home(slack: Running) -> None:
    robin, sasha = slack.member(), slack.member(seed.SECOND)
    home = {"type": "home", "blocks": [{"type": "header", "text": plain("Welcome")}]}
    view = slack.client.views_publish(user_id=seed.ADMIN, view=home)["view"]
    assert robin.hears("home")["view"]["blocks"][0]["text"]["text"] == "Welcome"
    assert robin.do("open_home")["view"]["id"] == view["id"]
    assert sasha.do("open_home")["view"] is None
    again = slack.client.views_publish(user_id=seed.ADMIN, view=home, hash=view["hash"])["view"]
    assert again["id"] == view["id"]
    assert slack.api("views.publish", user_id=seed.ADMIN, view=home, hash=view["hash"])["error"] == "hash_conflict"
    assert slack.api("views.publish", user_id=seed.ADMIN, view=modal())["error"] == "invalid_arguments"
    assert slack.api("views.publish", user_id="U0NOBODY00", view=home)["error"] == "invalid_arguments"


def test_a_home_must_be_enabled(start: Start) -> None:
    document = manifest_without()
    document["features"]["app_home"] = {}
    slack = start(manifest=document)
    home = {"type": "home", "blocks": []}
    assert slack.api("views.publish", user_id=seed.ADMIN, view=home)["error"] == "not_enabled"
    assert slack.member().do("open_home")["status"] == 404
    assert MANIFEST["features"]["app_home"]["home_tab_enabled"] is True
