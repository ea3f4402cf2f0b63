"""What is said where the bot is: each message goes to whoever answers it, by its photos and its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltContext

from handlers import enroll, errors, photos
from handlers.desk import Desk
from handlers.slack import Place, SlackFile, pictures_of, replies
from handlers.views import words
from services import texts
from services.jobs import Payload, Step

QUESTION = "question"


def register(app: App, desk: Desk) -> None:
    desk.register(QUESTION, errors.told(desk, _explain))

    @app.event({"type": "message", "subtype": "file_share"}, middleware=[_storing(desk, _store)])
    def posted() -> None:
        """Its job is stored, if it wants one, and shows that it works when it begins."""

    @app.event("app_mention", middleware=[_storing(desk, _store_mention)])
    def mentioned() -> None:
        """Its job is stored, and says what there is to say."""

    @app.event({"type": "message", "subtype": None}, middleware=[_storing(desk, _store_question)])
    def said() -> None:
        """Its job is stored, if it is for us, and says what to send."""

    @app.event("message")
    def other_messages() -> None:
        """Conversation, edits and deletions are none of our business, but Slack wants them acknowledged."""


def _storing(desk: Desk, store: Callable[[Desk, Mapping[str, Any], str | None], None]) -> Callable[..., None]:
    """Middleware, which runs before Bolt acknowledges: if storing fails, Slack is told so and delivers again."""

    def middleware(event: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002
        store(desk, event, context.bot_user_id)
        next()

    return middleware


def _store(desk: Desk, event: Mapping[str, Any], bot: str | None) -> None:
    """Store the job of a message with pictures, if it wants one; the same message again finds its job there."""
    pictures = _pictures(event)
    if not pictures:
        return
    text, channel = event.get("text") or "", event["channel"]
    whom = enroll.said(text, bot, direct=event.get("channel_type") == "im")
    if whom is not None:
        enroll.submit_message(desk, event, pictures, whom)
        return
    mentioned = f"<@{bot}>" in text
    if not mentioned and enroll.submit_reply(desk, event, pictures):
        return
    asked = event.get("channel_type") == "im" or mentioned
    if not asked and (not desk.workspace.preferences.auto(channel) or desk.workspace.roles.excluded(channel)):
        return
    photos.submit(desk, f"{channel}-{event['ts']}", event, pictures, channel=channel, user=event["user"], asked=asked)


def _store_mention(desk: Desk, event: Mapping[str, Any], bot: str | None) -> None:
    """Store the job of a mention without a picture of its own; one with a picture is a message like others."""
    if event.get("bot_id") or pictures_of(event) or enroll.said(event.get("text") or "", bot) is not None:
        return
    photos.submit_asked(desk, event)


def _store_question(desk: Desk, event: Mapping[str, Any], bot: str | None) -> None:
    """Store the job of a member's direct message without a photo; those in a thread are about what stands there."""
    by_member = not event.get("bot_id") and event.get("user") not in {None, bot}
    if not by_member or event.get("channel_type") != "im" or event.get("thread_ts") or event.get("files"):
        return
    payload = {"channel": event["channel"]}
    desk.submit(QUESTION, f"{event['channel']}-{event['ts']}", payload, channel=event["channel"])


def _explain(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: say how to use the bot."""
    replies.say(step, "say", desk.slack(), Place(payload["channel"]), words.sentence(texts.HOW_TO_USE_ME))


def _pictures(event: Mapping[str, Any]) -> list[SlackFile]:
    """The pictures of a member's message; a bot's photos get no answer."""
    return [] if event.get("bot_id") else pictures_of(event)
