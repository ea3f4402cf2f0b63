"""A request of the page: which member does something, where, and with what."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.requests import Request

from playground.slack import Slack
from playground.state import Conversation, Json, Message, Refused, User, View, Workspace

MAX_BODY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Doing:
    """A member who does something: in which workspace, and with what arguments."""

    slack: Slack
    workspace: Workspace
    user: User
    args: Json

    def text(self, name: str) -> str:
        value = self.args.get(name) or ""
        if not isinstance(value, str):
            raise Refused(f"{name} must be a string.")
        return value

    def object(self, name: str) -> Json:
        value = self.args.get(name) or {}
        if not isinstance(value, dict):
            raise Refused(f"{name} must be an object.")
        return value

    def conversation(self) -> Conversation:
        """The conversation that is meant, where the member is in it."""
        conversation = self.workspace.conversations.get(self.text("channel"))
        if conversation is None or self.user.id not in conversation.members:
            raise Refused("There is no such conversation, or you are not in it.", 404)
        return conversation

    def message(self, conversation: Conversation) -> Message:
        message = self.workspace.message(conversation.id, self.text("ts"), viewer=self.user.id)
        if message is None:
            raise Refused("That message is gone.", 404)
        return message

    def view(self, view_id: str) -> View:
        """One of the member's own views."""
        view = self.slack.views.get(view_id)
        if view is None or view.user != self.user.id:
            raise Refused("That is closed already.", 404)
        return view


Action: TypeAlias = Callable[[Doing], Awaitable[Json]]


async def doing_of(request: Request) -> Doing:
    """Who does what: `user` in the address or in the JSON body. Raises Refused."""
    slack: Slack = request.app.state.slack
    args: Json = dict(request.query_params)
    if request.method == "POST" and not request.url.path.endswith("/upload"):
        args |= await _body(request)
    user = args.get("user") or slack.workspaces[0].members[0].id
    workspace = slack.workspace_of_user(user) if isinstance(user, str) else None
    if workspace is None or workspace.users[user].is_bot:
        raise Refused("Say who you are: user must be a member's id.", 403)
    if workspace.users[user].deleted:
        raise Refused("This account has been deactivated.", 403)
    return Doing(slack, workspace, workspace.users[user], args)


async def _body(request: Request) -> Json:
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        raise Refused("That is too much at once.", 413)
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused("Send JSON.", 415)
    try:
        body: Any = json.loads(await request.body())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Refused("That is not JSON.") from error
    if not isinstance(body, dict):
        raise Refused("Send a JSON object.")
    return body
