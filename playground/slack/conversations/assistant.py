"""Assistants: threads that a member opens with the app, what the app is told of them, and what it shows in them."""

import asyncio
from typing import Any

from playground.slack.conversations import events, messaging
from playground.slack.conversations.messaging import Draft
from playground.slack.slack import Slack
from playground.state import Conversation, Message, Refused, User, Workspace

ROOT = "assistant_app_thread"
"""The subtype of a thread's parent, which Slack posts when the member opens it."""
STATUS_LIFETIME = 120.0  # s; after that a status goes, whether the app has answered or not


def open_thread(slack: Slack, workspace: Workspace, user: User, about: Conversation | None) -> Message:
    """Begin a thread, where the member was looking at `about`. Raises Refused where the app is no assistant."""
    if workspace.installation.manifest.assistant != "assistant":
        raise Refused("This app has no assistant view.", 404)
    direct, _ = messaging.open_direct(slack, workspace, [user.id, workspace.bot.id])
    root = messaging.post(slack, workspace, direct, workspace.bot.id, Draft("New Assistant Thread", subtype=ROOT))
    events.assistant_thread(slack, workspace, "assistant_thread_started", root, user.id, about)
    return root


def move(slack: Slack, workspace: Workspace, user: User, root: Message, about: Conversation | None) -> None:
    """The member looks at another channel beside the thread."""
    if root.subtype != ROOT:
        raise Refused("That is no thread with an assistant.", 404)
    events.assistant_thread(slack, workspace, "assistant_thread_context_changed", root, user.id, about)


def show(slack: Slack, workspace: Workspace, conversation: Conversation, thread_ts: str, **what: Any) -> None:
    """Let the thread show a status, or prompts."""
    pane = slack.panes.put(conversation.id, thread_ts, **what)
    messaging.tell_of_pane(slack, conversation, thread_ts, pane)
    if what.get("status"):
        slack.background.start(_fade(slack, conversation, thread_ts))


async def _fade(slack: Slack, conversation: Conversation, thread_ts: str) -> None:
    await asyncio.sleep(STATUS_LIFETIME)
    messaging.answered(slack, conversation, thread_ts)
