"""`reactions.*`."""

import re
from collections.abc import Mapping

from playground.blocks import message_json, reactions_json
from playground.slack import messaging
from playground.state import Json, Message, SlackError, is_emoji
from playground.webapi.call import Call, Method


def add(call: Call) -> Json:
    name, message = _name(call), _message(call)
    if refused := messaging.refusal(message, call.bot, name):
        raise SlackError(refused)
    if not messaging.react(call.slack, call.workspace, message, call.bot, name):
        raise SlackError("already_reacted")
    return {}


def remove(call: Call) -> Json:
    name, message = _name(call), _message(call)
    if not messaging.unreact(call.slack, call.workspace, message, call.bot, name):
        raise SlackError("no_reaction")
    return {}


def get(call: Call) -> Json:
    message = _message(call)
    rendered = message_json(call.workspace, message, call.slack.base_url) | {"reactions": reactions_json(message)}
    return {"type": "message", "channel": message.channel, "message": rendered}


def _name(call: Call) -> str:
    name = call.args.text("name").strip(":")
    if not is_emoji(name):
        raise SlackError("invalid_name")
    return name


def _message(call: Call) -> Message:
    if "channel" not in call.args or "timestamp" not in call.args:
        raise SlackError("no_item_specified")
    conversation = call.joined_conversation()
    timestamp = call.args.text("timestamp")
    if not re.fullmatch(r"\d+\.\d{6}", timestamp):
        raise SlackError("bad_timestamp")
    message = call.message(conversation, timestamp)
    if messaging.is_gone(message):
        raise SlackError("message_not_found")
    return message


METHODS: Mapping[str, Method] = {
    "reactions.add": Method(add, ("reactions:write",)),
    "reactions.get": Method(get, ("reactions:read",)),
    "reactions.remove": Method(remove, ("reactions:write",)),
}
