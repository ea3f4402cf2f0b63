"""What the bot keeps no longer: expired questions, people whose time is over, members who have left.

A sweep a day does it, and the event of a deactivated member does it at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_bolt import App

from handlers import consent, errors, thumbnails
from handlers.desk import Desk
from handlers.slack import Slack
from handlers.views import consent as views
from services.records import ConsentRequest
from services.retention import Due
from services.workspace import Workspace

JOB = "sweep"
JOURNAL = timedelta(days=2)  # Slack delivers an event again for a day at most
_BY_RETENTION, _BY_SLACK = "retention", "slack"
_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, lambda payload, step: step("sweep", lambda: sweep(desk, datetime.fromisoformat(payload["now"]))))

    # As middleware this runs before Bolt acknowledges: if erasing fails, Slack is told so and delivers again.
    def erase(event: dict[str, Any], next: Callable[[], None]) -> None:  # noqa: A002
        if event["user"].get("deleted"):
            _leave(desk.workspace, desk.slack(), event["user"]["id"])
        next()

    @app.event("user_change", middleware=[erase])
    def changed() -> None:
        """Who was deactivated is erased; other changes of a member are none of our business."""


def plan(desk: Desk, now: datetime) -> None:
    """Store the job that sweeps; of all the processes and restarts of a day one gets to it."""
    desk.submit(JOB, now.date().isoformat(), {"now": now.isoformat()}, channel="")


def sweep(desk: Desk, now: datetime) -> None:
    """Erase and warn as is due at `now`. What fails is logged, holds up nothing else, and is tried the next time."""
    workspace, slack = desk.workspace, desk.slack()
    _each(workspace.requests.expired(now), partial(_expire, workspace, slack))
    _each(workspace.retention.due(now), partial(_end, workspace, slack, now))
    members = {person.member for person in workspace.people.all()} | set(workspace.roles.admins())
    _each(sorted(member for member in members if member), partial(_check, workspace, slack))
    workspace.changes.purge(now)
    thumbnails.sweep(slack, workspace)
    workspace.search.sweep()
    desk.jobs.forget(now - JOURNAL)


def _each(items: Iterable[Any], do: Callable[[Any], None]) -> None:
    for item in items:
        try:
            do(item)
        except Exception as error:  # noqa: BLE001  # one that fails must not keep the others from being erased
            errors.in_words(error)


def _expire(workspace: Workspace, slack: Slack, asked: ConsentRequest) -> None:
    workspace.requests.erase(asked)
    workspace.records.audit(_BY_RETENTION, "expire", member=asked.member, asked_by=asked.asked_by)
    consent.settle(slack, asked, views.expired())
    consent.tell(slack, asked.asked_by, views.unanswered(asked))


def _end(workspace: Workspace, slack: Slack, now: datetime, due: Due) -> None:
    """Erase a person whose time is over, or warn that it will be."""
    person = due.person
    if due.warned:
        workspace.people.forget(person, actor=_BY_RETENTION)
        return
    for member in {person.member or person.added_by, person.added_by}:
        oneself = member == person.member
        consent.tell(slack, member, views.will_be_erased(person.name, due.erased_at, oneself=oneself))
    workspace.retention.warned(person.user_id, now)


def _check(workspace: Workspace, slack: Slack, member: str) -> None:
    if slack.is_deactivated(member):
        _leave(workspace, slack, member)


def _leave(workspace: Workspace, slack: Slack, member: str) -> None:
    """Erase what is held of a member who has left Slack."""
    with consent.erasing(workspace, slack, member):
        workspace.people.erase_member(member, actor=_BY_SLACK)
    workspace.records.admins.remove(member)
    _logger.info("a member has left Slack: nothing is held of them any more")
