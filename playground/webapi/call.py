"""One call of a Web API method: its arguments, read as leniently as Slack reads them, and who calls."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from playground.slack import Slack
from playground.state import Conversation, ConversationKind, Json, Message, SlackError, Workspace


class Arguments:
    """The arguments of a call; a value from a form is a string, one from a JSON body may be anything."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {key: value for key, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, default: str = "") -> str:
        """A string; numbers and booleans in JSON bodies become one. Raises SlackError for an object."""
        value = self._values.get(name, default)
        if isinstance(value, (dict, list)):
            raise invalid_argument(f"must be a string [json-pointer:/{name}]")
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, name: str) -> str:
        """A string that must be there. Raises SlackError `invalid_arguments` otherwise."""
        value = self.text(name)
        if not value:
            raise invalid_argument(f"missing required field: {name} [json-pointer:/{name}]")
        return value

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("1", "true")

    def integer(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        try:
            return int(value)
        except ValueError as error:
            raise invalid_argument(f"must be an integer [json-pointer:/{name}]") from error

    def words(self, name: str) -> list[str]:
        """A list: comma separated, or a JSON array, in a string or as it is."""
        value = self._values.get(name, "")
        if isinstance(value, str) and value.startswith("["):
            value = self.parsed(name)
        if isinstance(value, str):
            value = value.split(",")
        if not isinstance(value, list):
            raise invalid_argument(f"must be an array [json-pointer:/{name}]")
        return [str(each).strip() for each in value if str(each).strip()]

    def parsed(self, name: str) -> Any:
        """A JSON value, encoded in a string or as it is; None when absent. Raises SlackError for broken JSON."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except json.JSONDecodeError as error:
            raise invalid_argument(f"must be valid JSON [json-pointer:/{name}]") from error

    def raw(self, name: str) -> Any:
        return self._values.get(name)

    def everything(self) -> dict[str, Any]:
        """All arguments but the token."""
        return {key: value for key, value in self._values.items() if key != "token"}


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls which Slack, with what."""

    slack: Slack
    workspace: Workspace
    args: Arguments

    @property
    def bot(self) -> str:
        """The id of the app's bot user, on whose behalf the call is made."""
        return self.workspace.bot.id

    def conversation(self, name: str = "channel") -> Conversation:
        """The conversation an argument names, by id; one that the app cannot see is `channel_not_found`."""
        conversation = self.workspace.conversations.get(self.args.text(name))
        if conversation is None or (conversation.kind != "channel" and self.bot not in conversation.members):
            raise SlackError("channel_not_found")
        return conversation

    def joined_conversation(self, name: str = "channel") -> Conversation:
        """A conversation the app is in; otherwise `not_in_channel`."""
        conversation = self.conversation(name)
        if self.bot not in conversation.members:
            raise SlackError("not_in_channel")
        return conversation

    def message(self, conversation: Conversation, ts: str, missing: str = "message_not_found") -> Message:
        message = self.workspace.message(conversation.id, ts)
        if message is None:
            raise SlackError(missing)
        return message

    def need_scope(self, kind: ConversationKind, action: Literal["read", "history", "write"]) -> None:
        """Methods on conversations need the scope of the kind they touch. Raises SlackError `missing_scope`."""
        prefix = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[kind]
        self.need(f"{prefix}:{action}")

    def need(self, *any_of: str) -> None:
        manifest = self.workspace.installation.manifest
        if not manifest.allows(*any_of):
            raise SlackError("missing_scope", needed=",".join(any_of), provided=",".join(manifest.scopes))


Handler: TypeAlias = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """A Web API method. Any one of `scopes` suffices; `caller` says whose token it wants."""

    handler: Handler
    scopes: tuple[str, ...] = ()
    caller: Literal["bot", "app", "anyone"] = "bot"


def invalid_argument(*messages: str) -> SlackError:
    return SlackError("invalid_arguments", messages=[f"[ERROR] {message}" for message in messages])


def page(call: Call, items: Sequence[Any], default: int = 100, most: int = 1000) -> tuple[list[Any], str]:
    """One page of `items` by `limit` and `cursor`, and the next cursor, empty at the end. Raises `invalid_cursor`."""
    limit = call.args.integer("limit", default)
    if not 1 <= limit <= most:
        raise SlackError("invalid_limit")
    cursor = call.args.text("cursor")
    if cursor and not cursor.removeprefix("next:").isdigit():
        raise SlackError("invalid_cursor")
    start = int(cursor.removeprefix("next:")) if cursor else 0
    end = start + limit
    return list(items[start:end]), f"next:{end}" if end < len(items) else ""
