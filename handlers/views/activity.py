"""The audit log in words: who did what to whom, and when. Whoever is erased has no name any more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handlers.views import rich
from services import texts
from services.pictures.drawing import exact
from services.preferences import AUTO
from services.records import AuditEntry, Person

_DONE = {
    "enroll": texts.DID_ENROLL,
    "ask": texts.DID_ASK,
    "accept": texts.DID_ACCEPT,
    "decline": texts.DID_DECLINE,
    "invite": texts.DID_INVITE,
    "object": texts.DID_OBJECT,
    "forget": texts.DID_FORGET,
    "identify": texts.DID_IDENTIFY,
    "compare": texts.DID_COMPARE,
    "retract": texts.DID_REMOVE_ANSWER,
    "expire": texts.DID_EXPIRE,
    "rename": texts.DID_RENAME,
    "merge": texts.DID_MERGE,
    "remove": texts.DID_REMOVE,
    "unlearn": texts.DID_UNLEARN,
    "undo": texts.DID_UNDO,
    "export": texts.DID_EXPORT,
    "export oneself": texts.DID_EXPORT_ONESELF,
    "warn": texts.DID_WARN,
    "threshold": texts.DID_SET_THRESHOLD,
    "mode": texts.DID_SET_MODE,
    "auto": texts.DID_TURN_AUTO,
    "admin added": texts.DID_ADD_ADMIN,
    "admin removed": texts.DID_REMOVE_ADMIN,
    "channel excluded": texts.DID_EXCLUDE,
    "channel included": texts.DID_INCLUDE,
    "namesake": texts.DID_SAY_SOMEBODY_ELSE,
    "claim": texts.DID_CLAIM,
    "guests": texts.DID_LET_GUESTS,
    "shared": texts.DID_SHARE,
    "keep_album": texts.DID_KEEP_ALBUM,
    "end_album": texts.DID_END_ALBUM,
    "share_album": texts.DID_SHARE_ALBUM,
    "view_album": texts.DID_VIEW_ALBUM,
    "download_album": texts.DID_DOWNLOAD_ALBUM,
    "look_back": texts.DID_LOOK_BACK,
    "looked_back": texts.DID_END_LOOK_BACK,
}
_DONE_IN_CHANNEL = {
    "threshold": texts.DID_SET_THRESHOLD_OF_CHANNEL,
    "mode": texts.DID_SET_MODE_OF_CHANNEL,
    "auto": texts.DID_TURN_AUTO_OF_CHANNEL,
}
_OTHERS = {
    "slack": texts.SLACK_ITSELF,
    "Slack": texts.SLACK_ITSELF,
    "retention": texts.THE_RETENTION,
    "command line": texts.THE_COMMAND_LINE,
}
_MEMBER = re.compile(r"[UW][A-Z0-9]+")


def line(entry: AuditEntry, people: Mapping[str, Person]) -> rich.Line:
    """One entry; `people` are those known now, by user id."""
    about = entry.details
    text = _DONE.get(entry.action, texts.DID_SOMETHING)
    if about.get("channel"):
        text = _DONE_IN_CHANNEL.get(entry.action, text)
    person = people.get(str(about.get("user_id")))
    what = rich.fill(
        text,
        who=actor(entry.actor),
        whom=rich.Bold(person.name) if person else texts.SOMEBODY_ERASED,
        member=actor(str(about.get("member"))),
        channel=rich.Channel(str(about.get("channel"))),
        found=_found(about) if "{found}" in text else "",
        mode=texts.BY_FACES if about.get("mode") == "faces" else texts.BY_USERS,
        value=_value(entry.action, str(about.get(entry.action))),
        action=entry.action,
    )
    return rich.fill(texts.ENTRY, what=what, when=texts.MOMENT.format(at=entry.at))


def actor(actor: str) -> rich.Piece:
    """Who did something: a member, or a part of the bot such as the command line."""
    if _MEMBER.fullmatch(actor):
        return rich.User(actor)
    return _OTHERS.get(actor) or texts.PART_OF_ME.format(part=actor)


def _value(setting: str, value: str) -> str:
    return f"{value.removesuffix('.0')} %" if setting == "threshold" and value != AUTO else value


def _found(about: Mapping[str, Any]) -> str:
    faces = int(about.get("faces", 0))
    recognised = len(about.get("recognised", ()))
    return texts.FOUND_AT.say(faces, recognised=recognised, threshold=exact(about.get("threshold", 0)))
