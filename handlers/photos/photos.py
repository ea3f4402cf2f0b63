"""A photo is posted, or asked about: say who is in it, in its thread or to the one who asked.

Where a channel has turned `auto` off, only photos that are asked about are answered: by a mention of the bot with the
photo or in its thread, by the shortcut, or in a direct message.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block

from handlers import errors
from handlers.desk import Desk
from handlers.photos import attached, drawn, gathering, strangers
from handlers.photos.attached import Attached
from handlers.photos.photo import OnePhoto, about_of, place_of, withdraw
from handlers.slack import Gone, Place, Posted, Slack, SlackFile, object_in, replies
from handlers.views import words
from handlers.views.enroll import enroll as enroll_views
from handlers.views.photos import Photographed, no_photos
from handlers.views.photos import gathered as gathered_views
from services import texts
from services.errors import Forbidden
from services.jobs import Part, Payload, Step
from services.search import Identification

JOB = "identify"
ASKED = "asked"
EACH = "each_photo"
_TOGETHER = {"together": True}  # a job of an older release goes on photo by photo


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _identify))
    desk.register(ASKED, errors.told(desk, _asked))
    desk.register(EACH, errors.told(desk, drawn.beside(_each)))

    @app.action(gathered_views.EACH)
    def each(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        where, user = drawn.where(body), body["user"]["id"]
        channel, _, only = where["place"]
        payload = {**where, "user": user, "photos": action["value"]}
        desk.submit(EACH, f"{channel}-{where['ts']}-{only or ''}", payload, channel=channel)  # once, whoever asks
        ack()

    @app.shortcut("who_is_in_this")
    def who(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        posted = Posted.of(object_in(body, "message"), body["channel"]["id"])
        files, user = posted.shown(asked=True), body["user"]["id"]
        if files:
            submit(desk, f"{posted.channel}-{body['action_ts']}", posted, files, user=user, only=user)
        ack()
        if not files:
            Slack(client).say(Place(posted.channel, only=user), words.sentence(texts.NO_PHOTO))


def submit(
    desk: Desk,
    key: str,
    posted: Posted,
    files: Sequence[SlackFile],
    *,
    user: str,
    only: str | None = None,
    asked: bool = True,
    enrol: str | None = None,
) -> None:
    """Store the job that answers `user` about a message's files: in its thread, or for one person only.

    `enrol` is whom the message may have been meant to enrol.
    """
    payload = {
        "channel": posted.channel,
        "ts": posted.ts,
        "thread": _thread(posted, only=only),
        "photo": posted.ts,
        "poster": posted.user,
        "user": user,
        "only": only,
        "asked": asked,
        **_TOGETHER,
        **({} if enrol is None else {"enrol": enrol}),
        **attached.pack(files),
    }
    desk.submit(JOB, key, payload, channel=posted.channel)


def submit_asked(desk: Desk, posted: Posted) -> None:
    """Store the job of a mention: the photos of the message that its thread hangs from are answered."""
    where = {"channel": posted.channel, "ts": posted.ts, "thread": posted.thread_ts, **_TOGETHER}
    desk.submit(ASKED, f"{posted.channel}-{posted.ts}", {**where, "user": posted.user}, channel=posted.channel)


def _thread(posted: Posted, *, only: str | None) -> str | None:
    """The thread to answer in. What only one may see is put into a thread where they are in it, else it goes unseen."""
    return posted.thread if only is None or posted.is_reply else None


def _asked(desk: Desk, payload: Payload, step: Step) -> None:
    """The job of a mention: the photos of the message that its thread hangs from are answered."""
    slack = desk.slack()
    channel, ts, thread = payload["channel"], payload["ts"], payload["thread"]

    def parent() -> dict[str, Any]:
        posted = Posted.of(slack.parent(channel, thread) if thread else {})
        return {"photo": posted.ts, "poster": posted.user, **attached.pack(posted.shown(asked=True))}

    found = step("files", parent)
    if found["files"] or found["others"]:
        _identify(desk, {**payload, **found}, step)
    else:
        place, nothing = Place(channel, thread or ts), words.sentence(texts.NOTHING_ASKED)
        replies.say(step, "say", slack, place, nothing, user=payload["user"])


def _each(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: photos that were answered together are answered one by one."""
    slack, (channel, thread, only) = desk.slack(), payload["place"]
    for photo in gathered_views.photos_of(payload["photos"]):
        of_photo = {"channel": channel, "ts": photo.ts, "thread": thread or photo.ts, "only": only}
        about = {**of_photo, "poster": photo.poster, "user": payload["user"]}
        title = texts.PHOTO_NUMBER.format(number=photo.number)
        part = Part(step, photo.ts)  # a file may be in several messages
        OnePhoto(desk, slack, about, part, file_id=photo.file_id, title=title).answer()


def answer(desk: Desk, payload: Payload, step: Step) -> None:
    """The steps that answer the photos of a job for one person's eyes only."""
    _answer(desk, desk.slack(), {**payload, **_TOGETHER}, step, attached.sort_out(desk.slack(), step, payload))


def _identify(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: each photo of the message is answered as it is ready, all in one thread."""
    slack, channel, ts, only = desk.slack(), payload["channel"], payload["ts"], payload.get("only")
    asked = payload.get("asked", True)
    if not only and step("by a bot", lambda: slack.members.is_bot(payload["user"])):
        return  # two bots must not answer each other for ever
    if _hushed(desk, payload, step):
        if not only:  # what a crash has cut short may have begun to show that it is worked on
            replies.conclude(step, lambda: slack.reactions.cleared(channel, ts))
        return
    found = attached.sort_out(slack, step, payload)
    if not found.photos and not (asked and found.others):
        return
    if only:
        _answer(desk, slack, payload, step, found)
        return
    slack.reactions.working(channel, ts)
    try:
        conclude = slack.reactions.done if _answer(desk, slack, payload, step, found) else slack.reactions.cleared
    except Exception:
        replies.conclude(step, lambda: slack.reactions.cleared(channel, ts))
        raise
    replies.conclude(step, lambda: conclude(channel, ts))


def _answer(desk: Desk, slack: Slack, payload: Payload, step: Step, found: Attached) -> bool:
    """Whether any of the files was a photo that could be looked at; of others those who asked are told why not."""
    if payload.get("asked", True) and found.others:
        _say_of_others(slack, step, payload, found)
    together = "together" in payload and len(found.photos) >= gathering.FROM
    seen = (_gather if together else _one_by_one)(desk, slack, payload, step, found)
    looked = {number: (file_id, each) for number, (file_id, each) in seen.items() if each is not None}
    aside = payload.get("only") or desk.only_reads(step, place_of(payload), payload["user"])
    if not aside:  # what only one may see cannot be taken back once it is settled
        strangers.ask(desk, slack, step, place_of(payload), looked, user=payload["user"])
    return bool(looked)


_Answered = dict[int, tuple[str, Identification | None]]  # the photos that are answered, by number


def _one_by_one(desk: Desk, slack: Slack, payload: Payload, step: Step, found: Attached) -> _Answered:
    """Answer each photo as it is ready."""
    answered: _Answered = {}
    for number, (file_id, _) in enumerate(found.photos, start=1):
        title = _title(number, len(found.photos))
        offer = _offer(payload, found) if number == len(found.photos) else []
        photo = OnePhoto(desk, slack, payload, step, file_id=file_id, title=title, below=offer)
        if photo.answer():
            answered[number] = file_id, photo.found
    return answered


def _gather(desk: Desk, slack: Slack, payload: Payload, step: Step, found: Attached) -> _Answered:
    """Answer all photos together."""
    about, poster = about_of(payload), payload.get("poster", "")
    files = enumerate((file_id for file_id, _ in found.photos), start=1)
    photos = [Photographed(number, about.ts, file_id, poster) for number, file_id in files]
    asked, below = payload.get("asked", True), _offer(payload, found)
    try:
        seen = gathering.answer(desk, step, place_of(payload), photos, user=payload["user"], asked=asked, below=below)
    except Gone:
        withdraw(desk, slack, step, about, payload)
        return {}
    return {each.photo.number: (each.photo.file_id, each.found) for each in seen}


def _offer(payload: Payload, found: Attached) -> list[Block]:
    return [enroll_views.offer(payload["enrol"], found.photos)] if "enrol" in payload else []


def _title(number: int, n: int) -> str:
    return texts.PHOTO_OF.format(number=number, n=n) if n > 1 else ""


def _hushed(desk: Desk, payload: Payload, step: Step) -> bool:
    """Whether others have come to read the channel meanwhile: nothing is answered then, and whoever asked is told."""
    place, user = Place(payload["channel"], payload["thread"], payload.get("only")), payload["user"]
    try:
        desk.require_heard(place)
    except Forbidden as refusal:
        if payload.get("asked", True):
            aside = place.aside(user, payload["ts"])
            replies.say(step, "refuse", desk.slack(), aside, words.sentence(refusal.sentence))
        return True
    return False


def _say_of_others(slack: Slack, step: Step, payload: Payload, found: Attached) -> None:
    """Say of files that are no photos why they are not looked at, where there still is a place to say it."""
    with suppress(Gone):
        replies.say(step, "say of others", slack, place_of(payload), no_photos(found.others), user=payload["user"])
