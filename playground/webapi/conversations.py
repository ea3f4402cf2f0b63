"""`conversations.*`: channels, direct messages and what was said in them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from playground.blocks import conversation_json, from_text, message_json
from playground.slack import messaging
from playground.state import ConversationKind, Json, Message, SlackError
from playground.webapi.call import Call, Method, page

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
TYPES: Mapping[str, ConversationKind] = {
    "public_channel": "channel",
    "private_channel": "group",
    "im": "im",
    "mpim": "mpim",
}
MAX_DIRECT = 8
MOST = 999
"""What may be asked for at once where Slack says so."""

MOST_LIMITED = 15


def list_conversations(call: Call) -> Json:
    kinds = wanted_kinds(call)
    visible = [
        each
        for each in call.workspace.conversations.values()
        if each.kind in kinds and (each.kind == "channel" or call.bot in each.members)
    ]
    shown, cursor = page(call, visible, most=MOST)
    return {
        "channels": [conversation_json(call.workspace, each) for each in shown],
        "response_metadata": {"next_cursor": cursor},
    }


def wanted_kinds(call: Call) -> set[ConversationKind]:
    """What `types` asks for: each kind needs its own scope. Raises SlackError `invalid_types` and `missing_scope`."""
    types = call.args.words("types") or ["public_channel"]
    if unknown := [each for each in types if each not in TYPES]:
        raise SlackError("invalid_types", messages=[f"unknown type {each}" for each in unknown])
    kinds = {TYPES[each] for each in types}
    for kind in sorted(kinds):
        call.need_scope(kind, "read")
    return kinds


def info(call: Call) -> Json:
    conversation = call.conversation()
    call.need_scope(conversation.kind, "read")
    return {"channel": conversation_json(call.workspace, conversation)}


def members(call: Call) -> Json:
    conversation = call.conversation()
    call.need_scope(conversation.kind, "read")
    shown, cursor = page(call, sorted(conversation.members))
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def open_(call: Call) -> Json:
    """Open or find the direct message with `users`, or resume `channel`."""
    if "channel" in call.args:
        conversation = call.joined_conversation()
        if conversation.kind not in ("im", "mpim"):
            raise SlackError("method_not_supported_for_channel_type")
        is_new = False
    else:
        users = call.args.words("users")
        if not users:
            raise SlackError("users_list_not_supplied")
        if len(users) > MAX_DIRECT:
            raise SlackError("too_many_users")
        if any(user not in call.workspace.users for user in users):
            raise SlackError("user_not_found")
        if any(call.workspace.users[user].deleted for user in users):
            raise SlackError("user_disabled")
        call.need_scope("im" if len(users) == 1 else "mpim", "write")
        conversation, is_new = messaging.open_direct(call.slack, call.workspace, [*users, call.bot])
    full = call.args.flag("return_im")
    shown = conversation_json(call.workspace, conversation) if full else {"id": conversation.id}
    return {"channel": shown} if is_new else {"no_op": True, "already_open": True, "channel": shown}


def history(call: Call) -> Json:
    """Messages of a channel, newest first; replies are left to conversations.replies."""
    conversation = call.joined_conversation()
    call.need_scope(conversation.kind, "history")
    said = call.workspace.messages(conversation.id)
    found = _wanted(call, (each for each in said if not each.is_reply or each.reply_broadcast))
    found.reverse()
    shown, cursor = _page(call, "conversations.history", found, MOST)
    return {
        "messages": [_rendered(call, each) for each in shown],
        "has_more": bool(cursor),
        "pin_count": 0,
        "response_metadata": {"next_cursor": cursor},
    }


def replies(call: Call) -> Json:
    """A thread: its parent, then its replies, oldest first."""
    conversation = call.joined_conversation()
    call.need_scope(conversation.kind, "history")
    parent = call.message(conversation, call.args.required("ts"), "thread_not_found")
    thread = call.workspace.replies(conversation.id, parent.ts)
    shown, cursor = _page(call, "conversations.replies", [parent, *_wanted(call, thread)], most=1000)
    return {
        "messages": [_rendered(call, each) for each in shown],
        "has_more": bool(cursor),
        "response_metadata": {"next_cursor": cursor},
    }


def join(call: Call) -> Json:
    conversation = call.conversation()
    if conversation.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if call.bot in conversation.members:
        return {
            "channel": conversation_json(call.workspace, conversation),
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
    joined = messaging.join(call.slack, call.workspace, conversation, call.bot, None)
    return {"channel": conversation_json(call.workspace, joined)}


def leave(call: Call) -> Json:
    conversation = call.conversation()
    if conversation.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")
    if call.bot not in conversation.members:
        return {"not_in_channel": True}
    messaging.leave(call.slack, call.workspace, conversation, call.bot)
    return {}


def _page(call: Call, method: str, found: Sequence[Message], most: int) -> tuple[list[Message], str]:
    """A page of messages, at most fifteen for an app that may ask once a minute. Raises RateLimited."""
    if call.slack.options.history_interval is None:
        return page(call, found, most=most)
    call.slack.history_limit.spend(method)
    return page(call, found, default=MOST_LIMITED, most=MOST_LIMITED)


def _wanted(call: Call, messages: Iterable[Message]) -> list[Message]:
    """Those between `oldest` and `latest`. Raises SlackError `invalid_ts_oldest` and `invalid_ts_latest`."""
    oldest, latest = (_timestamp(call, name, default) for name, default in (("oldest", "0"), ("latest", "99999999999")))
    edges = (oldest, latest) if call.args.flag("inclusive") else ()
    return [each for each in messages if float(oldest) < float(each.ts) < float(latest) or each.ts in edges]


def _timestamp(call: Call, name: str, default: str) -> str:
    given = call.args.text(name) or default
    if not re.fullmatch(r"\d+(\.\d+)?", given):
        raise SlackError(f"invalid_ts_{name}")
    return given


def _rendered(call: Call, message: Message) -> Json:
    """As an app reads it: of text alone, which an app has posted, Slack makes a block."""
    with_metadata = call.args.flag("include_all_metadata")
    shown = message_json(call.workspace, message, call.slack.base_url, with_metadata=with_metadata)
    is_bare = message.from_app and not (message.blocks or message.attachments or message.file_ids)
    return shown | {"blocks": from_text(message.text)} if is_bare and message.text else shown


METHODS: Mapping[str, Method] = {
    "conversations.history": Method(history, HISTORY),
    "conversations.info": Method(info, READ),
    "conversations.join": Method(join, ("channels:join",)),
    "conversations.leave": Method(leave, ("channels:manage", "groups:write", "channels:write")),
    "conversations.list": Method(list_conversations, READ),
    "conversations.members": Method(members, READ),
    "conversations.open": Method(open_, ("im:write", "mpim:write")),
    "conversations.replies": Method(replies, HISTORY),
}
