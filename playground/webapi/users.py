"""`users.*`."""

from collections.abc import Mapping

from playground.blocks import conversation_json, profile_json, user_json
from playground.state import Json, SlackError, User
from playground.webapi.call import Call, Method, page
from playground.webapi.conversations import MOST, wanted_kinds


def info(call: Call) -> Json:
    return {"user": _rendered(call, _user(call, call.args.text("user")))}


def look_up_by_email(call: Call) -> Json:
    """Somebody of this workspace or its organisation, by the address on their profile."""
    email = call.args.required("email").lower()
    found = (each for each in call.workspace.users.values() if not call.workspace.is_outsider(each.id))
    shown = (_rendered(call, each) for each in found if not each.deleted)
    user = next((each for each in shown if each["profile"].get("email", "").lower() == email), None)
    if user is None:
        raise SlackError("users_not_found")
    return {"user": user}


def list_users(call: Call) -> Json:
    """Everyone of this workspace and its organisation; people of others are not listed."""
    users, cursor = page(
        call, [each for each in call.workspace.users.values() if not call.workspace.is_outsider(each.id)]
    )
    return {
        "members": [_rendered(call, user) for user in users],
        "cache_ts": int(float(call.workspace.clock.next_ts())),
        "response_metadata": {"next_cursor": cursor},
    }


def profile_get(call: Call) -> Json:
    user = _user(call, call.args.text("user") or call.bot)
    with_email = call.workspace.installation.manifest.allows("users:read.email")
    return {"profile": profile_json(call.workspace, user, call.slack.base_url, with_email=with_email)}


def conversations(call: Call) -> Json:
    """The conversations the app is in, or that it shares with `user`."""
    user = call.args.text("user") or call.bot
    _user(call, user)
    kinds = wanted_kinds(call)
    mine = [
        each
        for each in call.workspace.conversations_of(user)
        if each.kind in kinds and (each.kind == "channel" or call.bot in each.members)
    ]
    shown, cursor = page(call, mine, most=MOST)
    return {
        "channels": [conversation_json(call.workspace, each) for each in shown],
        "response_metadata": {"next_cursor": cursor},
    }


def _user(call: Call, user_id: str) -> User:
    user = call.workspace.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    return user


def _rendered(call: Call, user: User) -> Json:
    with_email = call.workspace.installation.manifest.allows("users:read.email")
    return user_json(call.workspace, user, call.slack.base_url, with_email=with_email)


METHODS: Mapping[str, Method] = {
    "users.conversations": Method(conversations, ("channels:read", "groups:read", "im:read", "mpim:read")),
    "users.info": Method(info, ("users:read",)),
    "users.lookupByEmail": Method(look_up_by_email, ("users:read.email",)),
    "users.list": Method(list_users, ("users:read",)),
    "users.profile.get": Method(profile_get, ("users.profile:read",)),
}
