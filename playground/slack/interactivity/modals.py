"""Modals: submitting and closing them, and carrying out what the app answers."""

from playground.blocks import accept_view, form, view_json
from playground.slack.delivery import NotDelivered, TooLate
from playground.slack.interactivity import interactive
from playground.slack.slack import Slack
from playground.state import Json, Refused, ResponseTarget, SlackError, User, View, Workspace
from playground.web import page_view

TROUBLE = "We had some trouble connecting. Try again?"


class Invalid(Exception):
    """The form cannot be submitted as it is: `errors` has words for blocks, by block id."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("invalid form")
        self.errors = errors


async def submit(slack: Slack, workspace: Workspace, user: User, view: View, given: Json) -> None:
    """Submit a modal and carry out the app's answer. Raises Invalid with what to correct, or Refused."""
    values = form.read_values(workspace, user.id, view.blocks, given, slack.base_url)
    if errors := form.problems(view.blocks, values):
        raise Invalid(errors)
    for file_id in form.file_ids(values):
        slack.files.hand_over(workspace, file_id)
    body = interactive.payload(slack, workspace, user, "view_submission")
    body |= {
        "view": _view(workspace, user, view, values),
        "response_urls": _response_urls(slack, workspace, user, view, values),
    }
    try:
        answer = await interactive.ask(slack, body, accepts_response=True)
    except TooLate as error:
        raise Refused(f"{TROUBLE} (The app did not respond in time.)", 504) from error
    except NotDelivered as error:
        raise Refused(f"{TROUBLE} (The app is not connected.)", 502) from error
    try:
        _carry_out(slack, workspace, view, answer)
    except SlackError as error:
        why = "; ".join((error.code, *error.messages))
        raise Refused(f"{TROUBLE} (The app answered with something Slack refuses: {why})", 502) from error


def close(slack: Slack, workspace: Workspace, user: User, view: View, *, clear: bool) -> None:
    """The member closes a modal, or with `clear` all of them; the app is told where it asked to be."""
    stack = slack.views.stack(user.id)
    if view not in stack:
        return
    clears = clear or bool(view.definition.get("clear_on_close"))
    if clears:
        closed = stack
        slack.views.clear(user.id)
    else:
        closed = stack[stack.index(view) :]
        slack.views.pop(view)
    slack.pages.tell(user.id, {"type": "view_close", "view_id": view.id, "clear": clears})
    for each in reversed(closed):
        if each.definition.get("notify_on_close"):
            body = interactive.payload(slack, workspace, user, "view_closed")
            del body["trigger_id"]
            body |= {"view": _view(workspace, user, each), "is_cleared": len(closed) > 1 or clear}
            slack.background.start(_tell_closed(slack, body))


def show(slack: Slack, workspace: Workspace, view: View, how: str) -> None:
    """Show a view on the member's pages; `how` is open, push, update or home."""
    type_ = "home" if how == "home" else f"view_{how}"
    slack.pages.tell(view.user, {"type": type_, "view": page_view(workspace, view)})


def update(slack: Slack, workspace: Workspace, view: View, definition: Json, hash_: str | None = None) -> View:
    """Replace what a view shows, and show it."""
    updated = slack.views.update(view, definition, hash_)
    show(slack, workspace, updated, "home" if updated.type == "home" else "update")
    return updated


def _view(workspace: Workspace, user: User, view: View, values: Json | None = None) -> Json:
    """The view as its payload has it: it is in the workspace of whoever looks at it."""
    return view_json(workspace, view, values) | {"team_id": workspace.team_of(user.id).id}


def _response_urls(slack: Slack, workspace: Workspace, user: User, view: View, values: Json) -> list[Json]:
    """A response_url for each conversation chosen in a select that has `response_url_enabled`."""
    urls: list[Json] = []
    for block, element in form.inputs(view.blocks):
        chosen = values[block["block_id"]][element["action_id"]].get(form.VALUE_FIELDS[element["type"]])
        conversation = workspace.conversations.get(chosen) if element.get("response_url_enabled") else None
        if conversation is None or user.id not in conversation.members:
            continue
        target = ResponseTarget(conversation.id, user.id, None, None)
        urls.append(
            {
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "channel_id": conversation.id,
                "response_url": interactive.response_url(slack, workspace, "app", target),
            }
        )
    return urls


def _carry_out(slack: Slack, workspace: Workspace, view: View, answer: Json) -> None:
    action = answer.get("response_action")
    if action is None:
        _close_after_submit(slack, view)
    elif action == "clear":
        slack.views.clear(view.user)
        slack.pages.tell(view.user, {"type": "view_close", "view_id": view.id, "clear": True})
    elif action == "errors":
        raise Invalid(_errors(view, answer.get("errors")))
    elif action == "update":
        definition = accept_view(workspace, answer.get("view"), "modal")
        current = slack.views.get(view.id)
        if current is None:
            raise SlackError("not_found")
        update(slack, workspace, current, definition)
    elif action == "push":
        definition = accept_view(workspace, answer.get("view"), "modal")
        show(slack, workspace, slack.views.push(view.user, definition), "push")
    else:
        raise SlackError("invalid_response_action")


def _close_after_submit(slack: Slack, view: View) -> None:
    current = slack.views.get(view.id)
    if current is None:
        return
    slack.views.pop(current)
    slack.pages.tell(view.user, {"type": "view_close", "view_id": view.id, "clear": False})


def _errors(view: View, errors: object) -> dict[str, str]:
    """The app's errors. Slack shows them under input blocks only, so others are a mistake of the app."""
    places = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not all(isinstance(words, str) for words in errors.values()):
        raise SlackError("invalid_response_errors")
    if unknown := sorted(set(errors) - places):
        raise SlackError(
            "invalid_response_errors", messages=[f"no input block has the block_id {each}" for each in unknown]
        )
    return errors


async def _tell_closed(slack: Slack, body: Json) -> None:
    try:
        await interactive.ask(slack, body)
    except (TooLate, NotDelivered):
        return  # the modal is closed all the same; Slack tells nobody either
