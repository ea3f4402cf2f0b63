"""The one error boundary: whatever goes wrong becomes words for the person and a reference for the log."""

from __future__ import annotations

import http.client
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk.errors import SlackApiError

from handlers.desk import Desk
from handlers.slack import Gone, Place, Slack, refusals, replies
from handlers.views import words
from services import texts
from services.errors import Refusal
from services.jobs import Payload, Step
from services.records import is_unreachable

_logger = logging.getLogger(__name__)


def in_words(error: BaseException) -> str:
    """A sentence for the person; for what nobody foresaw, one with a reference that the log has too."""
    if isinstance(error, Refusal):
        return error.sentence
    if isinstance(error, SlackApiError):
        return _slacks(error)
    if is_unreachable(error):
        _logger.error("the database does not answer: %s", error)
        return texts.DATABASE_UNREACHABLE
    reference = secrets.token_hex(4)
    _logger.error("unexpected error, reference %s", reference, exc_info=error)
    return texts.SOMETHING_WRONG.format(reference=reference)


def _slacks(error: SlackApiError) -> str:
    sentence = refusals.in_words(error)
    if sentence is not None:
        _logger.warning("Slack refused: %s", error)
        return sentence
    reference = secrets.token_hex(4)
    _logger.error("Slack refused, reference %s: %s", reference, error, exc_info=error)
    return texts.SLACK_REFUSED.format(code=refusals.code(error), reference=reference)


def told(desk: Desk, job: Callable[[Desk, Payload, Step], None]) -> Callable[[Payload, Step], None]:
    """A job whose errors are told where it would have answered, or else in the direct messages of who caused it.

    Nobody is told of a message that is gone: whoever deleted it waits for no answer.
    """

    def run(payload: Payload, step: Step) -> None:
        try:
            job(desk, payload, step)
        except Exception as error:  # noqa: BLE001  # the boundary of a job: the person is told, the log has the rest
            if isinstance(error, Gone) or (isinstance(error, SlackApiError) and refusals.code(error) in refusals.GONE):
                _logger.info("what was to be answered is gone")
                return
            _refuse(desk, payload, step, in_words(error))

    return run


def _refuse(desk: Desk, payload: Payload, step: Step, sentence: str) -> None:
    """The step that tells of an error; where nobody can be told, the log has it."""
    where = payload.get("place") or [payload["channel"], payload.get("thread"), payload.get("only")]
    try:
        user, place = payload.get("user") or payload.get("member"), Place(*where)
        there = desk.aside(place, user, payload.get("ts")) if user else place
        replies.say(step, "refuse", desk.slack(), there, words.sentence(sentence), user=user)
    except (Gone, SlackApiError, OSError, http.client.HTTPException):
        _logger.exception("nobody could be told: %s", sentence)


class _Given(Ack):
    """An acknowledgement that, once given, stays given.

    Bolt takes it back from a listener that fails right after, if that is before Bolt has looked, and then tells Slack
    that nobody has acknowledged.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "response" or value is not None or getattr(self, name, None) is None:
            super().__setattr__(name, value)


def register(app: App) -> None:
    """Answer errors of listeners where the person is."""

    @app.middleware
    def acknowledge(context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002
        context["ack"] = _Given()
        next()

    @app.error
    def tell(error: Exception, body: dict[str, Any], client: Any) -> None:
        sentence = in_words(error)
        place = _place(body)
        if place is None:
            return
        try:
            Slack(client).say(place, words.sentence(sentence))
        except (SlackApiError, OSError, http.client.HTTPException):
            _logger.warning("could not tell the person about it", exc_info=True)


def _place(body: Mapping[str, Any]) -> Place | None:
    """Where the person is who caused a payload: a command, an action or a submission; None for an event."""
    user = body.get("user_id") or (body.get("user") or {}).get("id")
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id") or user
    return Place(channel, _thread(body), only=user) if user and channel and "event" not in body else None


def _thread(body: Mapping[str, Any]) -> str | None:
    """The thread of a reply that somebody has clicked on; who clicks on what a thread hangs from may not see that."""
    container = body.get("container") or {}
    thread: str | None = container.get("thread_ts")
    return None if thread == container.get("message_ts") else thread
