"""Clicks and choices in messages and views: `block_actions`."""

from typing import Any

from playground.blocks import find_element, form, message_json, view_json
from playground.slack.interactivity import interactive
from playground.slack.slack import Slack
from playground.state import Json, Message, Refused, ResponseTarget, User, View, Workspace


def act_in_message(
    slack: Slack, workspace: Workspace, user: User, message: Message, action: Json, values: Json
) -> None:
    """Tell the app of an action in one of its messages. Raises Refused where the message has no such element."""
    _require_interactivity(workspace)
    blocks = list(message.blocks)
    element = _element(blocks, action)
    conversation = workspace.conversations[message.channel]
    thread_ts = message.thread_ts if message.is_reply else None
    ephemeral = message.seen_by is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": conversation.id,
        "is_ephemeral": ephemeral,
    }
    if thread_ts is not None:
        container["thread_ts"] = thread_ts
    target = ResponseTarget(conversation.id, user.id, message.ts, thread_ts)
    body = interactive.payload(slack, workspace, user, "block_actions")
    body |= {
        "container": container,
        "channel": interactive.channel_json(conversation),
        "state": {"values": form.read_values(workspace, user.id, blocks, values, slack.base_url)},
        "response_url": interactive.response_url(slack, workspace, "actions", target),
        "actions": [_action(slack, workspace, user, element, action)],
    }
    if not ephemeral:
        body["message"] = message_json(workspace, message, slack.base_url)
    slack.background.start(interactive.ask_or_tell(slack, user.id, body, _label(element)))


def act_in_view(slack: Slack, workspace: Workspace, user: User, view: View, action: Json, values: Json) -> None:
    """Tell the app of an action in one of its views. Raises Refused where the view has no such element."""
    _require_interactivity(workspace)
    element = _element(view.blocks, action)
    state = form.read_values(workspace, user.id, view.blocks, values, slack.base_url)
    body = interactive.payload(slack, workspace, user, "block_actions")
    body |= {
        "container": {"type": "view", "view_id": view.id},
        "view": view_json(workspace, view, state),
        "actions": [_action(slack, workspace, user, element, action)],
    }
    slack.background.start(interactive.ask_or_tell(slack, user.id, body, _label(element)))


def _require_interactivity(workspace: Workspace) -> None:
    if not workspace.installation.manifest.interactivity:
        raise Refused("This app is not configured to handle interactive responses: its manifest has interactivity off.")


def _element(blocks: list[Json], action: Json) -> Json:
    element = find_element(blocks, str(action.get("block_id")), str(action.get("action_id")))
    if element is None or element["type"] != action.get("type", element["type"]):
        raise Refused("That is not here any more; it was changed meanwhile.", 409)
    return element


def _action(slack: Slack, workspace: Workspace, user: User, element: Json, given: Json) -> Json:
    """The action's object. What the app defined is taken from its blocks, never from the page."""
    action: Json = {"type": element["type"], "block_id": given["block_id"], "action_id": element["action_id"]}
    if element["type"] in ("button", "icon_button"):
        action |= {key: element[key] for key in ("text", "value", "style", "url", "icon") if key in element}
    elif element["type"] == "feedback_buttons":
        action |= _feedback(element, given)
    else:
        field = form.VALUE_FIELDS.get(element["type"], "selected_option")
        value: Any = given.get(field)
        action[field] = form.chosen(workspace, user.id, element, value, slack.base_url)
        if "placeholder" in element and element["type"].endswith("select"):
            action["placeholder"] = element["placeholder"]
    return action | {"action_ts": workspace.clock.next_ts()}


def _feedback(element: Json, given: Json) -> Json:
    """Which of the two was pressed."""
    for button in (element["positive_button"], element["negative_button"]):
        if button["value"] == given.get("value"):
            return {"text": button["text"], "value": button["value"]}
    raise Refused("That is not here any more; it was changed meanwhile.", 409)


def _label(element: Json) -> str:
    text = element.get("text", {}).get("text") if element["type"] == "button" else None
    return f"“{text}”" if text else "That"
