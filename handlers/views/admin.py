"""What is said about admins, excluded channels and the audit log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.slack import Message
from handlers.views import activity, rich
from services.records import AuditEntry, Person

MOST = 30  # entries


def admins(members: Sequence[str]) -> Message:
    head: rich.Line = ["Owners and admins of this Slack workspace manage everybody here."]
    if not members:
        return Message(rich.plain(head), [rich.lines(head)])
    also: rich.Line = ["So do these, whom they have made admins:"]
    text = "\n".join(rich.plain(line) for line in (head, also))
    return Message(text, [rich.lines(head, also), rich.bullets(*([rich.User(member)] for member in members))])


def excluded(*, excluded: bool) -> Message:
    line: rich.Line = ["Photos in this channel are "]
    line = (
        [*line, rich.Bold("left alone"), ": I neither answer nor enrol them."] if excluded else [*line, "mine again."]
    )
    return Message(rich.plain(line), [rich.lines(line)])


def audit(entries: Sequence[AuditEntry], people: Mapping[str, Person], *, everything: bool) -> Message:
    """The newest entries in words, for those who may see all of it or for one whom they concern."""
    whose = "What was done here" if everything else "What you did, and what concerns you"
    if not entries:
        return Message(f"{whose}: nothing yet.", [rich.lines([f"{whose}: nothing yet."])])
    head: rich.Line = [rich.Bold(whose), ", the newest first"]
    return Message(rich.plain(head), [rich.lines(head), rich.bullets(*(activity.line(e, people) for e in entries))])
