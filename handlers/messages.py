"""What arrives where the bot is: each message goes to whoever answers it, and what was deleted takes answers along."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse

from handlers import enroll, errors, hints, photos
from handlers.desk import Desk
from handlers.enroll import teams
from handlers.hints import Hint, Kind
from handlers.photos import answers, digest, unshared
from handlers.slack import Place, Posted, Removed, SlackFile, replies, shape_of, text_in
from handlers.views import words
from services import names, texts
from services.jobs import Payload, Step
from services.preferences import Auto

QUESTION = "question"
_ANYTHING = re.compile(".*", re.DOTALL)
_SHAPES = 500  # which are remembered to have been logged

_logger = logging.getLogger(__name__)

Store = Callable[[Mapping[str, Any], str | None], None]


def register(app: App, desk: Desk) -> None:
    desk.register(QUESTION, errors.told(desk, _explain))
    unknown = Unknown()

    @app.middleware
    def whole(body: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> BoltResponse | None:  # noqa: A002
        """An event without a type has no listener of its own, and Bolt would stumble over it."""
        if "event" in body and not text_in(body["event"], "type"):
            unknown.note(body["event"])
            return context.ack()
        next()
        return None

    @app.event("message", middleware=[_storing(partial(_store, desk, unknown))])
    def arrived() -> None:
        """Its job is stored, if it wants one, and shows that it works when it begins."""

    @app.event("app_mention", middleware=[_storing(partial(_store_mention, desk))])
    def mentioned() -> None:
        """Its job is stored, and says what there is to say."""

    @app.event("file_deleted", middleware=[_storing(lambda event, _: _follow(desk, event))])
    def file_deleted() -> None:
        """What was said about it goes too."""

    @app.event("file_unshared", middleware=[_storing(lambda event, _: unshared.submit(desk, event))])
    @app.event("file_change", middleware=[_storing(lambda event, _: unshared.submit(desk, event))])
    def changed() -> None:
        """Where it is not any more, what was said about it goes too."""


def register_rest(app: App) -> None:
    """Acknowledge, after all others have been registered, the events that nobody listens to."""
    unknown = Unknown()

    @app.event(_ANYTHING)
    def other(event: dict[str, Any]) -> None:
        unknown.note(event)


class Unknown:
    """Logs each shape of event that nobody knows, once, by its keys: what stands in it is nobody's business."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._lock = Lock()

    def note(self, event: object) -> None:
        shape = f"{_word(event, 'type')} {_word(event, 'subtype')}: {shape_of(event)}"
        with self._lock:
            if shape in self._seen or len(self._seen) >= _SHAPES:
                return
            self._seen.add(shape)
        _logger.warning("an event of a shape that is not known: %s", shape)


def _word(event: object, key: str) -> str:
    """A word of Slack's, such as the type of an event; of anything else, that it is none."""
    word = text_in(event, key)
    return word if re.fullmatch(r"[a-z_.]{1,60}", word) else "-"


def _storing(store: Store) -> Callable[..., None]:
    """Middleware, which runs before Bolt acknowledges: if storing fails, Slack is told so and delivers again."""

    def middleware(event: dict[str, Any], context: BoltContext, next: Callable[[], None]) -> None:  # noqa: A002
        store(event, context.bot_user_id)
        next()

    return middleware


def _store(desk: Desk, unknown: Unknown, event: Mapping[str, Any], bot: str | None) -> None:
    """Store the job of a message, if it wants one; the same message again finds its job there."""
    if not text_in(event, "channel") or not text_in(event, "ts"):
        unknown.note(event)
        return
    _follow(desk, event)
    posted = Posted.of_event(event, bot)
    if posted is None:
        return
    mentioned = f"<@{bot}>" in posted.text
    files = posted.shown(asked=mentioned or posted.direct)
    if files:
        _store_files(desk, posted, files, bot, mentioned=mentioned)
    elif hint := hints.of(posted, bot):
        hints.submit(desk, posted, hint)
    elif posted.direct and not posted.is_reply:
        payload = {"channel": posted.channel, "user": posted.user}
        desk.submit(QUESTION, f"{posted.channel}-{posted.ts}", payload, channel=posted.channel)


def _store_files(desk: Desk, posted: Posted, files: tuple[SlackFile, ...], bot: str | None, *, mentioned: bool) -> None:
    """Store the job of a message with files: it enrols, adds to whom its author has enrolled, or asks who is in it."""
    whom = enroll.said(posted.text, bot, direct=posted.direct)
    zipped = teams.zip_of(files)
    if zipped is not None and (posted.direct or names.key(whom or "") == teams.TEAM):
        teams.submit(desk, posted, zipped)
        return
    if whom is not None:
        enroll.submit_message(desk, posted, files, whom)
        return
    meant = enroll.nearly(posted.text, bot, direct=posted.direct)
    if meant is not None and not desk.may_use(posted.user):
        meant = None
    if not mentioned and meant is None and enroll.submit_reply(desk, posted, files):
        return
    asked, pictures = posted.direct or mentioned, any(file.may_be_picture for file in files)
    auto = _auto(desk, posted.channel)
    if pictures and auto is Auto.DIGEST and not asked and meant is None:
        digest.add(desk, posted, files)
    elif asked or (pictures and auto is not Auto.OFF):
        key, asked = f"{posted.channel}-{posted.ts}", asked or meant is not None
        photos.submit(desk, key, posted, files, user=posted.user, asked=asked, enrol=meant)
    elif meant is not None and pictures and not desk.workspace.roles.excluded(posted.channel):
        hints.submit(desk, posted, Hint(Kind.OFFER, meant), files)


def _auto(desk: Desk, channel: str) -> Auto:
    """Which photos that nobody asks about are answered."""
    return Auto.OFF if desk.workspace.roles.excluded(channel) else desk.workspace.preferences.auto(channel)


def _store_mention(desk: Desk, event: Mapping[str, Any], bot: str | None) -> None:
    """Store the job of a mention without a file of its own; one with a file is a message like others."""
    posted = Posted.of_event(event, bot)
    if posted is None or posted.shown(asked=True) or hints.of(posted, bot) is not None:
        return
    photos.submit_asked(desk, posted)


def _follow(desk: Desk, event: Mapping[str, Any]) -> None:
    """Follow what an event says is deleted; of what the bot itself deletes, none comes through."""
    removed = Removed.of(event)
    if removed is not None:
        answers.follow(desk, removed)


def _explain(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: say how to use the bot; a guest is told what guests may do. An older release's says not who asks."""
    guest = "user" in payload and not step("may use", lambda: desk.may_use(payload["user"]))
    said = texts.GUESTS_ONLY_POST if guest else texts.HOW_TO_USE_ME
    replies.say(step, "say", desk.slack(), Place(payload["channel"]), words.sentence(said))
