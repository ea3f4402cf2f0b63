"""A photo is posted: say in its thread who is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from slack_bolt import App, BoltContext
from slack_sdk import WebClient

from handlers import enroll, errors
from handlers.desk import Desk
from handlers.slack import Place, Slack, SlackFile
from handlers.views import matches, words
from services import annotate, images
from services.images import Photo
from services.jobs import Payload, Step
from services.search import Identification

JOB = "identify"


def register(app: App, desk: Desk) -> None:
    desk.jobs.register(JOB, partial(_identify, desk))

    def store(event: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002
        # As middleware it runs before Bolt acknowledges: if storing fails, Slack is told so and delivers again.
        _store(desk, event, context.bot_user_id)
        next()

    @app.event({"type": "message", "subtype": "file_share"}, middleware=[store])
    def posted(event: dict[str, Any], client: WebClient) -> None:
        if _pictures(event):
            Slack(client).working(event["channel"], event["ts"])

    @app.event("message")
    def other_messages() -> None:
        """Conversation, edits and deletions are none of our business, but Slack wants them acknowledged."""


def _store(desk: Desk, event: Mapping[str, Any], bot: str | None) -> None:
    """Store the job of a message with pictures; the same message again finds its job there."""
    pictures = _pictures(event)
    if not pictures:
        return
    whom = enroll.said(event.get("text") or "", bot)
    if whom is not None:
        enroll.submit_message(desk, event, pictures, whom)
        return
    channel, ts = event["channel"], event["ts"]
    desk.jobs.submit(
        JOB,
        f"{channel}-{ts}",
        {
            "channel": channel,
            "ts": ts,
            "thread": event.get("thread_ts", ts),
            "files": [[picture.id, picture.name] for picture in pictures],
        },
    )


def _pictures(event: Mapping[str, Any]) -> list[SlackFile]:
    """The files of a member's message that may be pictures; a bot's photos get no answer."""
    if event.get("bot_id"):
        return []
    files = [SlackFile.of(file) for file in event.get("files", ()) if file.get("mode") != "tombstone"]
    return [file for file in files if file.looks_like_picture]


def _identify(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: each photo of the message is answered as it is ready, all in one thread."""
    slack = desk.slack()
    files = payload["files"]
    for number, (file_id, name) in enumerate(files, start=1):
        title = f"Photo {number} of {len(files)}" if len(files) > 1 else ""
        _answer(desk, slack, payload, step, file_id=file_id, name=name, title=title)
    slack.done(payload["channel"], payload["ts"])


def _answer(desk: Desk, slack: Slack, payload: Payload, step: Step, *, file_id: str, name: str, title: str) -> None:
    place = Place(payload["channel"], payload["thread"])
    workspace = desk.workspaces.open()

    @cache
    def photo() -> Photo:
        return images.open(slack.fetch(file_id))

    def look() -> Identification:
        tuning = workspace.preferences.tuning(place.channel)
        return workspace.search.identify(photo(), mode=tuning.mode, threshold=tuning.threshold)

    def show() -> str:
        picture = annotate.encode(annotate.draw(photo().image, found.labels(photo().scale)))
        alt = annotate.describe(found.labels(), (found.width, found.height))
        return slack.show(place, picture, name="who-is-in-it.jpg", alt=alt)

    try:
        found = step(f"look {file_id}", look)
        if found.sightings:
            step(f"show {file_id}", show)
        message = matches.answer(found, title) if found.sightings else matches.no_face(title)
    except Exception as error:  # noqa: BLE001  # the boundary of a job: the thread is told, the log has the rest
        sentence = errors.in_words(error)
        message = words.sentence(f"{title}: {sentence}" if title else sentence)
    step(f"say {file_id}", lambda: slack.say(place, message))
