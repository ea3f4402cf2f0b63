"""The audit log in words: who did what to whom, and when. Whoever is erased has no name any more."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.views import rich
from services.records import AuditEntry, Person

_SENTENCES = {
    "enroll": "enrolled {whom}",
    "ask": "asked {member} whether they may be enrolled",
    "accept": "agreed to be enrolled",
    "decline": "did not agree to be enrolled",
    "object": "does not want to be recognised",
    "forget": "erased somebody",
    "identify": "had a photo searched: {found}",
    "compare": "had a photo compared: {found}",
    "expire": "erased what waited for the answer of {member}",
    "rename": "renamed {whom}",
    "merge": "merged somebody into {whom}",
    "remove": "removed a photo of {whom}",
    "unlearn": "took back a photo of {whom}",
    "undo": "took a change back",
    "export": "exported what is held about {whom}",
    "warn": "warned that {whom} will be erased",
    "threshold": "set the threshold of {where} to {value} %",
    "mode": "set the mode of {where} to {value}",
    "auto": "turned auto of {where} {value}",
    "admin added": "made {member} an admin",
    "admin removed": "took the rights of an admin from {member}",
    "channel excluded": "excluded a channel",
    "channel included": "included a channel again",
}
_OTHERS = {"slack": "Slack", "Slack": "Slack", "retention": "The end of the time that people are kept"}
_MEMBER = re.compile(r"[UW][A-Z0-9]+")
_PLACE = re.compile(r"(\{\w+\})")


def line(entry: AuditEntry, people: Mapping[str, Person]) -> rich.Line:
    """One entry; `people` are those known now, by user id."""
    sentence = _SENTENCES.get(entry.action, f"did “{entry.action}”")
    what: list[rich.Piece] = [_filled(piece, entry, people) for piece in _PLACE.split(sentence) if piece]
    return [actor(entry.actor), " ", *what, f" · {entry.at.day} {entry.at:%B, %H:%M} UTC"]


def actor(actor: str) -> rich.Piece:
    """Who did something: a member, or a part of the bot such as the command line."""
    return rich.User(actor) if _MEMBER.fullmatch(actor) else _OTHERS.get(actor, f"The {actor}")


def _filled(piece: str, entry: AuditEntry, people: Mapping[str, Person]) -> rich.Piece:
    about = entry.details
    match piece:
        case "{whom}":
            person = people.get(str(about.get("user_id")))
            return rich.Bold(person.name) if person else "somebody who is erased"
        case "{member}":
            return actor(str(about.get("member")))
        case "{where}":
            return "one channel" if about.get("channel") else "the workspace"
        case "{found}":
            recognised = len(about.get("recognised", ()))
            return f"{recognised} of {about.get('faces')} faces recognised at {about.get('threshold'):g} %"
        case "{value}":
            return str(about.get(entry.action)).removesuffix(".0")
        case _:
            return piece
