"""manifest.yml names what the code uses, all of it and nothing else."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.__main__ import main
from bot.transports.manifest import over_http

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text())

# The scope that each Web API method asks of a bot token, and each event of a subscription, as Slack documents them.
SCOPES_OF_METHODS = {
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_delete": {"chat:write"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations_history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "files_completeUploadExternal": {"files:write"},
    "files_delete": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "chat_getPermalink": set(),
    "dnd_info": {"dnd:read"},
    "files_info": {"files:read"},
    "files_list": {"files:read"},
    "reactions.add": {"reactions:write"},
    "reactions.remove": {"reactions:write"},
    "users_info": {"users:read"},
    "users_conversations": {"channels:read", "groups:read"},
    "users_list": {"users:read"},
    "users_lookupByEmail": {"users:read.email"},
    "auth_test": set(),
    "views_open": set(),
    "views_update": set(),
    "views_publish": set(),
}
OPTIONAL = {"users:read.email"}  # for who wants members matched by address; without it they are matched by name
SCOPES_OF_EVENTS = {
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "app_mention": {"app_mentions:read"},
    "file_change": {"files:read"},
    "file_deleted": {"files:read"},
    "file_unshared": {"files:read"},
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "group_left": {"groups:read"},
    "app_home_opened": set(),
    "channel_id_changed": {"channels:read", "groups:read"},
    "channel_left": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "app_uninstalled": set(),
    "tokens_revoked": set(),
    "user_change": {"users:read"},
}


def _calls() -> list[ast.Call]:
    sources = [*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]
    return [node for path in sources for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]


def _registered(decorator: str) -> list[ast.expr]:
    """The first arguments of `@app.<decorator>(…)` in the handlers."""
    return [
        call.args[0]
        for call in _calls()
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == decorator
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "app"
        and call.args
    ]


def _methods() -> set[str]:
    """The Web API methods that the code calls, as attributes of a client or by name."""
    names = {call.func.attr for call in _calls() if isinstance(call.func, ast.Attribute)}
    literals = {arg.value for call in _calls() for arg in call.args if isinstance(arg, ast.Constant)}
    return {name for name in SCOPES_OF_METHODS if name in names or name in literals}


def test_every_web_api_method_is_known_here() -> None:
    prefixes = (
        "chat_",
        "files_",
        "views_",
        "users_",
        "conversations_",
        "reactions_",
        "team_",
        "bots_",
        "auth_",
        "dnd_",
    )
    called = {call.func.attr for call in _calls() if isinstance(call.func, ast.Attribute)}
    assert {name for name in called if name.startswith(prefixes)} <= SCOPES_OF_METHODS.keys()


def test_the_commands_are_those_that_are_listened_to() -> None:
    listened = {arg.value for arg in _registered("command") if isinstance(arg, ast.Constant)}
    assert {command["command"] for command in MANIFEST["features"]["slash_commands"]} == listened


def test_the_shortcuts_are_those_that_are_listened_to() -> None:
    named = {shortcut["callback_id"] for shortcut in MANIFEST["features"].get("shortcuts", [])}
    assert len(named) == len(_registered("shortcut"))


def test_the_events_are_those_that_are_listened_to() -> None:
    listened: set[str] = set()
    for arg in _registered("event"):
        if isinstance(arg, ast.Name):  # whatever else may come
            continue
        value = ast.literal_eval(arg)
        listened.add(value["type"] if isinstance(value, dict) else value)
    subscribed = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert {event.partition(".")[0] for event in subscribed} == listened
    assert subscribed <= SCOPES_OF_EVENTS.keys()


def test_the_scopes_are_those_that_the_code_needs() -> None:
    needed = set().union(*(SCOPES_OF_METHODS[method] for method in _methods()))
    needed |= set().union(
        *(SCOPES_OF_EVENTS[event] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    )
    needed.add("commands")
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed - OPTIONAL


def test_interactivity_is_on_exactly_if_something_is_interactive() -> None:
    interactive = _registered("action") or _registered("view") or _registered("shortcut")
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] == bool(interactive)


def test_over_http_each_address_is_set_where_slack_asks_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manifest", "https://bot.example.com/"]) == 0
    printed = json.loads(capsys.readouterr().out)
    events = "https://bot.example.com/slack/events"
    settings = printed["settings"]
    assert settings["interactivity"] == {
        "is_enabled": True,
        "request_url": events,
        "message_menu_options_url": events,  # or menus that are filled as one types stay empty
    }
    assert settings["event_subscriptions"]["request_url"] == events
    assert not settings["socket_mode_enabled"]
    assert {command["url"] for command in printed["features"]["slash_commands"]} == {events}
    assert printed["oauth_config"]["redirect_urls"] == ["https://bot.example.com/slack/oauth_redirect"]
    assert printed["oauth_config"]["scopes"] == MANIFEST["oauth_config"]["scopes"]
    assert main(["manifest"]) == 0
    assert json.loads(capsys.readouterr().out) == MANIFEST


def test_both_are_valid_by_slacks_own_schema(shared_data: Path) -> None:
    import jsonschema  # which reads a grammar as it is imported: seconds, for whoever only collects the tests

    schema = shared_data / "slack-manifest.schema.1.0.0.json"
    if not schema.exists():
        pytest.skip(f"needs {schema}")
    for each in (MANIFEST, over_http(MANIFEST, "https://bot.example.com")):
        jsonschema.validate(each, json.loads(schema.read_text()))
