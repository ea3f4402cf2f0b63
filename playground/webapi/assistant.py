"""`assistant.threads.*`: what an assistant shows in its threads (docs.slack.dev/reference/methods)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from playground.blocks import check_prompts
from playground.slack import assistant, messaging
from playground.state import Conversation, Json, Message, SlackError
from playground.webapi.call import Call, Method, invalid_argument

MAX_LOADING_MESSAGES, MAX_LOADING_LENGTH = 10, 50


def set_status(call: Call) -> Json:
    """A status, in any thread; an empty one takes it away."""
    conversation = call.joined_conversation("channel_id")
    thread = _thread(call, conversation, call.args.required("thread_ts"))
    if "status" not in call.args:
        raise invalid_argument("missing required field: status [json-pointer:/status]")
    status, loading = call.args.text("status"), _loading(call.args.parsed("loading_messages"))
    shown = {"status": status, "loading_messages": loading if status else []}
    assistant.show(call.slack, call.workspace, conversation, thread.ts, **shown)
    return {}


def set_title(call: Call) -> Json:
    conversation = call.conversation("channel_id")
    root = _root(call, conversation)
    changed = replace(root, text=call.args.required("title"))
    messaging.edit(call.slack, call.workspace, root, changed, by=None)
    return {}


def set_suggested_prompts(call: Call) -> Json:
    """Prompts to choose from: in an assistant's thread, or at the top of the direct message with an agent."""
    conversation = call.conversation("channel_id")
    kind = call.workspace.installation.manifest.assistant
    if kind is None:
        raise SlackError("not_agent_app")
    prompts = call.args.parsed("prompts")
    if problems := check_prompts(prompts):
        raise invalid_argument(*map(str, problems))
    whole = kind == "agent" and not call.args.text("thread_ts")
    thread_ts = "" if whole else _root(call, conversation).ts
    shown = {"prompts": prompts, "title": call.args.text("title")}
    assistant.show(call.slack, call.workspace, conversation, thread_ts, **shown)
    return {}


def _loading(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise invalid_argument("must be an array [json-pointer:/loading_messages]")
    if len(value) > MAX_LOADING_MESSAGES:
        raise invalid_argument(f"no more than {MAX_LOADING_MESSAGES} items allowed [json-pointer:/loading_messages]")
    for place, each in enumerate(value):
        if len(each) > MAX_LOADING_LENGTH:
            said = f"must be less than {MAX_LOADING_LENGTH + 1} characters"
            raise invalid_argument(f"{said} [json-pointer:/loading_messages/{place}]")
    return value


def _thread(call: Call, conversation: Conversation, thread_ts: str) -> Message:
    return call.message(conversation, thread_ts, "invalid_thread_ts")


def _root(call: Call, conversation: Conversation) -> Message:
    """The parent of an assistant's thread. Raises SlackError `invalid_thread_ts`."""
    thread = _thread(call, conversation, call.args.required("thread_ts"))
    is_agents = call.workspace.installation.manifest.assistant == "agent" and conversation.kind == "im"
    if thread.subtype != assistant.ROOT and not is_agents:
        raise SlackError("invalid_thread_ts")
    return thread


METHODS: Mapping[str, Method] = {
    "assistant.threads.setStatus": Method(set_status, ("chat:write",)),
    "assistant.threads.setSuggestedPrompts": Method(set_suggested_prompts, ("assistant:write",)),
    "assistant.threads.setTitle": Method(set_title, ("assistant:write",)),
}
