"""An answer goes with its photo: when that is deleted or edited away, and when somebody whom it concerns removes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import partial
from typing import Any

from slack_bolt import Ack, App

from handlers import album
from handlers.desk import Desk
from handlers.photos import gathering, kept
from handlers.slack import Message, Place, Removed, Slack, replies
from handlers.views import words
from handlers.views.photos import Removable
from handlers.views.photos import corrections as views
from services import texts
from services.jobs import Payload, Step
from services.records import Answers, Source, Standing

WITHDRAW_JOB = "withdraw"
REMOVE_JOB = "remove_answer"


def register(app: App, desk: Desk) -> None:
    desk.register(WITHDRAW_JOB, partial(_withdraw, desk))
    desk.register(REMOVE_JOB, partial(_remove, desk))

    @app.action(views.REMOVE)
    def remove(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        container, user = body["container"], body["user"]["id"]
        channel, ts = container["channel_id"], container["message_ts"]
        payload = {"channel": channel, "ts": ts, "user": user, "removable": action["value"]}
        desk.submit(REMOVE_JOB, f"{channel}-{ts}-{user}-{action['action_ts']}", payload, channel=channel)
        ack()


def follow(desk: Desk, removed: Removed) -> None:
    """Mark what is gone, which stops those who are about to answer, then store the job that takes back what stands."""
    answers = desk.workspace.records.answers
    sources = _sources(answers, removed)
    for source in sources:
        answers.mark_gone(source)
        desk.workspace.records.denials.remove(source)
    album.forget(desk, removed)
    standing = [each for source in sources for each in _standing(answers, source)]
    for source in sources:
        for many in kept.gathered_with(answers, source):
            gathering.submit(desk, many, source.file_id or source.ts)
    if standing:
        packed = [[each.channel, each.posted] for each in standing]
        key = hashlib.sha256(repr(packed).encode()).hexdigest()[:32]
        desk.submit(WITHDRAW_JOB, key, {"standing": packed}, channel=removed.channel)


def _sources(answers: Answers, removed: Removed) -> list[Source]:
    """The photos that are gone; of a message that stands, also those answered ones that it does not have any more."""
    channel, ts = removed.channel, removed.ts
    if removed.kept is None:
        return [Source(channel, ts, removed.file_id)]
    answered = {photo.file_id for photo in kept.photos_of(answers, Source(channel, ts))}
    return [Source(channel, ts, file_id) for file_id in sorted((answered | removed.lost) - removed.kept)]


def _standing(answers: Answers, source: Source) -> tuple[Standing, ...]:
    if not source.ts:
        return answers.about_file(source.file_id)
    return answers.about(source.channel, source.ts, {source.file_id} if source.file_id else None)


def _withdraw(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: take back what was posted about photos that are gone."""
    replies.withdraw(step, desk.slack(), _unpacked(payload["standing"]))


def _remove(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: remove an answer for somebody whom it concerns, and with it what else was posted about its photo."""
    slack, user, channel = desk.slack(), payload["user"], payload["channel"]
    removable = Removable.unpack(payload["removable"])
    if not step("may", lambda: _may_remove(desk, user, removable)):
        _tell(slack, step, channel, user, words.sentence(_only_concerned(desk, user)))
        return
    standing = step("what stands", lambda: _packed(desk.workspace.records.answers, payload, removable))
    gone = replies.withdraw(step, slack, _unpacked(standing))
    step("note", lambda: desk.workspace.records.audit(user, "retract", channel=channel))
    if not gone:
        _tell(slack, step, channel, user, words.sentence(texts.REMOVED_IN_PART))


def _may_remove(desk: Desk, user: str, removable: Removable) -> bool:
    return user in removable.members or desk.workspace.roles.is_admin(desk.actor(user))


def _only_concerned(desk: Desk, user: str) -> str:
    """Why they may not; guests, and people of other organisations, may not list the admins either."""
    sentence = texts.ONLY_CONCERNED_REMOVE
    return texts.ADMINS_ARE_LISTED.format(sentence=sentence) if desk.may_use(user) else sentence


def _packed(answers: Answers, payload: Payload, removable: Removable) -> list[list[str]]:
    """Where what is to be removed stands; of an answer that is not recorded any more, its list and its picture."""
    channel, ts = payload["channel"], payload["ts"]
    source = answers.source_of(channel, ts)
    found = [[each.channel, each.posted] for each in _standing(answers, source)] if source else []
    return found or [[channel, posted] for posted in (ts, removable.picture) if posted]


def _unpacked(standing: Iterable[Iterable[str]]) -> list[Standing]:
    return [Standing(channel, posted, Source("", "")) for channel, posted in standing]


def _tell(slack: Slack, step: Step, channel: str, user: str, message: Message) -> None:
    replies.say(step, "tell", slack, Place(channel, only=user), message)
