"""Slash commands and shortcuts: what a member calls the app with."""

import re

from playground.blocks import escape, message_json
from playground.slack.conversations import messaging
from playground.slack.delivery import NotDelivered, TooLate
from playground.slack.interactivity import interactive, responses
from playground.slack.slack import Slack
from playground.state import Command, Conversation, Json, Message, Refused, ResponseTarget, SlackError, User, Workspace

_MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = re.compile(r"<#([A-Z0-9]+)(?:\|[^<>]*)?>")

INVITE = Command("/invite", "Add a member or the app to this channel", "@someone", should_escape=False)
REMOVE = Command("/remove", "Take a member or the app out of this channel", "@someone", should_escape=False)
OWN = (INVITE, REMOVE)
"""Slack's own commands; they never reach the app."""


async def run(slack: Slack, workspace: Workspace, user: User, conversation: Conversation, name: str, text: str) -> None:
    """Run a slash command for a member. Raises Refused where there is no such command."""
    if name == INVITE.command:
        _invite(slack, workspace, user, conversation, text)
        return
    if name == REMOVE.command:
        _remove(slack, workspace, conversation, text)
        return
    command = workspace.installation.manifest.command(name)
    if command is None or workspace.is_outsider(user.id):
        raise Refused(f"{name} is not a valid command.", 404)
    slack.background.start(_deliver(slack, workspace, user, conversation, command, text))


async def run_global_shortcut(slack: Slack, workspace: Workspace, user: User, callback_id: str) -> None:
    """Run a shortcut that is not about a message. Raises Refused where there is no such shortcut."""
    shortcut = workspace.installation.manifest.shortcut(callback_id)
    if shortcut is None or shortcut.type != "global" or workspace.is_outsider(user.id):
        raise Refused("There is no such shortcut.", 404)
    body = interactive.payload(slack, workspace, user, "shortcut")
    body |= {"callback_id": callback_id, "action_ts": workspace.clock.next_ts()}
    slack.background.start(interactive.ask_or_tell(slack, user.id, body, f"“{shortcut.name}”"))


async def run_message_shortcut(
    slack: Slack, workspace: Workspace, user: User, message: Message, callback_id: str
) -> None:
    """Run a shortcut on a message. Raises Refused where there is no such shortcut."""
    shortcut = workspace.installation.manifest.shortcut(callback_id)
    if shortcut is None or shortcut.type != "message" or workspace.is_outsider(user.id):
        raise Refused("There is no such shortcut.", 404)
    conversation = workspace.conversations[message.channel]
    thread_ts = message.thread_ts if message.is_reply else None
    body = interactive.payload(slack, workspace, user, "message_action")
    body |= {
        "callback_id": callback_id,
        "action_ts": workspace.clock.next_ts(),
        "message_ts": message.ts,
        "channel": interactive.channel_json(conversation),
        "message": message_json(workspace, message, slack.base_url),
        "response_url": interactive.response_url(
            slack, workspace, "app", ResponseTarget(conversation.id, user.id, message.ts, thread_ts)
        ),
    }
    slack.background.start(interactive.ask_or_tell(slack, user.id, body, f"“{shortcut.name}”"))


async def _deliver(
    slack: Slack, workspace: Workspace, user: User, conversation: Conversation, command: Command, text: str
) -> None:
    target = ResponseTarget(conversation.id, user.id, None, None)
    body = _payload(slack, workspace, user, conversation, command, text)
    body["response_url"] = interactive.response_url(slack, workspace, "commands", target)
    body["trigger_id"] = slack.triggers.issue(user.id)
    try:
        answer = await slack.delivery.ask("slash_commands", body, accepts_response=True)
        if responses.is_message(answer):
            responses.respond(slack, workspace, target, answer)
    except TooLate:
        interactive.notice(slack, user.id, f"{command.command} failed because the app did not respond in time.")
    except NotDelivered:
        interactive.notice(
            slack, user.id, f"{command.command} failed with the error “dispatch_failed”: the app is not connected."
        )
    except SlackError as error:
        why = "; ".join((error.code, *error.messages))
        interactive.notice(slack, user.id, f"{command.command} failed with the error “invalid_command_response”: {why}")


def _payload(
    slack: Slack, workspace: Workspace, user: User, conversation: Conversation, command: Command, text: str
) -> Json:
    return {
        "token": interactive.VERIFICATION_TOKEN,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        **_organisation(workspace),
        "channel_id": conversation.id,
        "channel_name": interactive.channel_name(conversation),
        "user_id": user.id,
        "user_name": user.name,
        "command": command.command,
        "text": _text(workspace, text, escaped=command.should_escape),
        "api_app_id": workspace.installation.app_id,
        "is_enterprise_install": str(workspace.installation.org_wide).lower(),
    }


def _organisation(workspace: Workspace) -> Json:
    organisation = workspace.team.organisation
    return {"enterprise_id": organisation.id, "enterprise_name": organisation.name} if organisation else {}


def _text(workspace: Workspace, typed: str, *, escaped: bool) -> str:
    """The command's text: mentions as `<@U…|name>` where the manifest says should_escape, else as `@name`.

    Of a private channel Slack tells the id alone.
    """

    def person(match: re.Match[str]) -> str:
        user = workspace.users.get(match[1])
        name = user.name if user is not None else match[1]
        return f"<@{match[1]}|{name}>" if escaped else f"@{name}"

    def channel(match: re.Match[str]) -> str:
        conversation = workspace.conversations.get(match[1])
        name = conversation.name if conversation is not None else match[1]
        told = name if conversation is None or conversation.kind == "channel" else ""
        return f"<#{match[1]}|{told}>" if escaped else f"#{name}"

    if not escaped:
        return _CHANNEL.sub(channel, _MENTION.sub(person, typed)).strip()
    pieces = re.split(r"(<[@#][A-Z0-9]+(?:\|[^<>]*)?>)", typed)
    escaped_text = "".join(piece if index % 2 else escape(piece) for index, piece in enumerate(pieces))
    return _CHANNEL.sub(channel, _MENTION.sub(person, escaped_text)).strip()


def _invite(slack: Slack, workspace: Workspace, user: User, conversation: Conversation, text: str) -> None:
    for each in _named(workspace, conversation, INVITE, text):
        if each.id not in conversation.members:
            conversation = messaging.join(slack, workspace, conversation, each.id, user.id)


def _remove(slack: Slack, workspace: Workspace, conversation: Conversation, text: str) -> None:
    for each in _named(workspace, conversation, REMOVE, text):
        if each.id in conversation.members:
            conversation = messaging.leave(slack, workspace, conversation, each.id)


def _named(workspace: Workspace, conversation: Conversation, command: Command, text: str) -> list[User]:
    """Whom one of Slack's own commands names. Raises Refused where it names nobody, and outside of channels."""
    if conversation.kind in ("im", "mpim"):
        raise Refused(f"{command.command} works in channels only.")
    names = [each.lstrip("@") for each in _MENTION.sub(lambda match: match[1], text).split()]
    named = [each for each in workspace.users.values() if {each.id, each.name, each.display_name} & set(names)]
    if not named:
        raise Refused(f"Say whom, for example {command.command} @{workspace.bot.name}")
    return named
