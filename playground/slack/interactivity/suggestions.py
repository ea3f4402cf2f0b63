"""What the app suggests for an `external_select` while somebody types: `block_suggestion`."""

from playground.blocks import accept_options, find_element, message_json, view_json
from playground.slack.delivery import NotDelivered, TooLate
from playground.slack.interactivity import interactive
from playground.slack.slack import Slack
from playground.state import Json, Message, Refused, SlackError, User, View, Workspace


async def in_message(
    slack: Slack, workspace: Workspace, user: User, message: Message, block_id: str, action_id: str, typed: str
) -> Json:
    """The choices for an element of a message. Raises Refused where there is no such element."""
    conversation = workspace.conversations[message.channel]
    body = _body(slack, workspace, user, list(message.blocks), block_id, action_id, typed)
    body["container"] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": conversation.id,
        "is_ephemeral": message.seen_by is not None,
    }
    body["channel"] = interactive.channel_json(conversation)
    if message.seen_by is None:
        body["message"] = message_json(workspace, message, slack.base_url)
    return await _ask(slack, workspace, user, body)


async def in_view(
    slack: Slack, workspace: Workspace, user: User, view: View, block_id: str, action_id: str, typed: str
) -> Json:
    """The choices for an element of a view. Raises Refused where there is no such element."""
    body = _body(slack, workspace, user, view.blocks, block_id, action_id, typed)
    body |= {"container": {"type": "view", "view_id": view.id}, "view": view_json(workspace, view)}
    return await _ask(slack, workspace, user, body)


def _body(
    slack: Slack, workspace: Workspace, user: User, blocks: list[Json], block_id: str, action_id: str, typed: str
) -> Json:
    element = find_element(blocks, block_id, action_id)
    if element is None or not element["type"].endswith("external_select"):
        raise Refused("That is not here any more; it was changed meanwhile.", 409)
    if len(typed) < element.get("min_query_length", 3):
        raise Refused("Type a little more.")
    body = interactive.payload(slack, workspace, user, "block_suggestion")
    del body["trigger_id"]
    return body | {"block_id": block_id, "action_id": action_id, "value": typed}


async def _ask(slack: Slack, workspace: Workspace, user: User, body: Json) -> Json:
    """The app's choices, which from then on may be chosen; none where it gives none that Slack takes, as in Slack."""
    try:
        answer = accept_options(await interactive.ask(slack, body, accepts_response=True))
    except (TooLate, NotDelivered, SlackError) as error:
        interactive.notice(slack, user.id, f"The choices could not be loaded: {error}")
        return {"options": []}
    offered = workspace.offered.setdefault((user.id, body["action_id"]), {})
    for option in (*answer.get("options", ()), *(o for g in answer.get("option_groups", ()) for o in g["options"])):
        offered[option["value"]] = option
    return answer
