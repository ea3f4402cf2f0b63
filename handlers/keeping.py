"""What the bot keeps no longer: expired questions, people whose time is over, members who have left.

A job a day sweeps, and one follows the event of a deactivated member at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from threading import Thread
from typing import Any, TypeVar

from slack_bolt import App
from slack_sdk.errors import SlackApiError

from handlers import album
from handlers.desk import Desk, submit
from handlers.people import consent, exports, invitations
from handlers.slack import Slack, object_in, text_in, thumbnails
from handlers.views.people import consent as views
from services.collection import reconcile, restore
from services.errors import Refusal
from services.jobs import Jobs, Payload, Step
from services.people import EXPIRES, WINDOW
from services.records import ConsentRequest, Database, Ends, workspaces_with_duties
from services.workspace import Workspace

T = TypeVar("T")

JOB = "sweep"
LEFT_JOB = "member_left"
MEND_JOB = "mend"
TAKE_UP = "take_up"  # of what jobs have begun, should one be lost
CROWDS = timedelta(days=30)  # for which the menus of an answer about many faces are kept
LOOK_BACKS = timedelta(days=30)  # for which one that is stopped can go on
JOURNAL = timedelta(days=2)  # Slack delivers an event again for a day at most
MARKS = timedelta(days=1)  # less: a job that is submitted anew once the journal has forgotten it may say it again
_FEW = 100  # members, about whom Slack answers within a minute one by one
_BY_RETENTION, _BY_SLACK = "retention", "slack"
_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    desk.register(JOB, partial(_sweep, desk))
    desk.register(LEFT_JOB, lambda payload, step: _leave(desk.workspace, desk.slack(), step, payload["member"]))

    desk.register(MEND_JOB, partial(_restore, desk))
    # A search is a step of a job, within which no job can be stored; in a thread of its own one can.
    desk.workspace.completeness.on_lack(lambda: Thread(target=_mend, args=(desk,), name="mend").start())

    # As middleware this runs before Bolt acknowledges: if storing fails, Slack is told so and delivers again.
    def store(event: dict[str, Any], body: dict[str, Any], next: Callable[[], None]) -> None:  # noqa: A002
        member = object_in(event, "user")
        desk.visitors.forget(text_in(member, "id"))
        if member.get("deleted") is True and text_in(member, "id"):
            desk.submit(LEFT_JOB, text_in(body, "event_id"), {"member": member["id"]}, channel="")
        next()

    @app.event("user_change", middleware=[store])
    def changed() -> None:
        """Who was deactivated is erased; of other changes a member's standing follows."""


def _mend(desk: Desk) -> None:
    """Store the job that puts missing faces back: of all processes one does it, and ten minutes later again."""
    desk.submit(MEND_JOB, f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"[:-1], {}, channel="")


def _restore(desk: Desk, _payload: Payload, step: Step) -> None:
    step("restore", lambda: restore(desk.workspace.collection))


def plan(desk: Desk, now: datetime) -> None:
    """Store the job that sweeps; of all the processes and restarts of a day one gets to it."""
    plan_in(desk.jobs, desk.workspace.id, now)


def plan_in(jobs: Jobs, workspace: str, now: datetime) -> None:
    """The same for a workspace that is opened only where the job is done."""
    submit(jobs, workspace, JOB, now.date().isoformat(), {"now": now.isoformat()})


def to_sweep(database: Database, now: datetime, *, retention_days: int) -> tuple[str, ...]:
    """The workspaces in which the job would find something to do."""
    ends = Ends(
        changes=now - WINDOW,
        crowds=now - CROWDS,
        requests=now - EXPIRES,
        exports=now - exports.LIFE,
        answers=now - timedelta(days=retention_days),
        deletions=now - JOURNAL,
        look_backs=now - LOOK_BACKS,
        active=now - JOURNAL - timedelta(days=1),  # so that its last jobs are forgotten as well
    )
    return workspaces_with_duties(database, ends)


def _sweep(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: erase and warn as is due. What fails is logged, holds up nothing else, and is tried the next day.

    What needs no Slack comes first, since Slack is waited for.
    """
    now = datetime.fromisoformat(payload["now"])
    workspace, slack = desk.workspace, desk.slack()
    duties: dict[str, Callable[[], object]] = {
        "changes": lambda: workspace.changes.purge(now),
        "searches": workspace.search.sweep,
        "crowds": lambda: workspace.records.crowds.purge(now - CROWDS),
        "digests": lambda: workspace.records.digests.purge(now - JOURNAL),
        "collection": lambda: reconcile(workspace.collection),
        "missing": lambda: restore(workspace.collection),
        "answers": lambda: workspace.records.answers.forget(
            answers=now - timedelta(days=workspace.retention.days), deletions=now - JOURNAL, marks=now - MARKS
        ),
        "albums": lambda: album.expire(desk, now - timedelta(days=workspace.retention.days)),
        "denials": lambda: workspace.records.denials.purge(now - timedelta(days=workspace.retention.days)),
        "look_backs": lambda: workspace.records.look_backs.purge(now - LOOK_BACKS),
        "jobs": lambda: desk.jobs.forget(now - JOURNAL),
    }
    for name, duty in duties.items():
        _try(step, name, partial(step, name, duty))
    for user_id in _try(step, "due", lambda: step("due", lambda: _due(workspace, now))) or ():
        _try(step, f"due {user_id}", partial(_end, workspace, slack, step, now, user_id))
    for request in _try(step, "expired", lambda: step("expired", lambda: _expired(workspace, now))) or ():
        _try(step, f"expired {request}", partial(_expire, workspace, slack, step, request))
    _try(step, "invitations", lambda: invitations.remind(desk, step, now))
    _try(step, "channels", lambda: step("channels", lambda: album.leave_channels(desk)))
    _try(step, "jobs", lambda: desk.submit(TAKE_UP, step.key, {}, channel=""))
    _try(step, "members", partial(_check_members, workspace, slack, step))
    _try(
        step,
        "thumbnails",
        lambda: step("thumbnails", lambda: thumbnails.sweep(slack, workspace, exports=now - exports.LIFE)),
    )


def _try(step: Step, what: str, do: Callable[[], T]) -> T | None:
    try:
        return do()
    except Exception as error:  # what fails must not keep the rest from being erased
        step.require_own(error)  # what is away would fail with all of it
        foreseen = isinstance(error, (SlackApiError, Refusal))
        _logger.warning("the sweep could not do %r: %s", what, error, exc_info=not foreseen)
        return None


def _due(workspace: Workspace, now: datetime) -> list[str]:
    """The user ids of whoever's time is over or comes, first those who know it: to erase them needs no Slack."""
    due = sorted(workspace.retention.due(now), key=lambda due: not due.warned)
    return [each.person.user_id for each in due]


def _end(workspace: Workspace, slack: Slack, step: Step, now: datetime, user_id: str) -> None:
    """Erase a person whose time is over, or warn that it will be."""
    warning = step(f"end {user_id}", lambda: _erase_or_warn(workspace, now, user_id))
    if warning is None:
        return
    name, member, added_by, erased_at = warning
    for each in sorted({member or added_by, added_by}):
        message = views.will_be_erased(name, datetime.fromisoformat(erased_at), oneself=each == member)
        consent.tell(step, f"warn {user_id}, {each}", slack, each, message)
    # It may have taken days to get here, and their time to answer begins now.
    step(f"warned {user_id}", lambda: workspace.retention.warned(user_id, max(now, datetime.now(UTC))))


def _erase_or_warn(workspace: Workspace, now: datetime, user_id: str) -> tuple[str, str | None, str, str] | None:
    """Erase a person whose time is over; of one who does not know yet: name, member, who added them, and when."""
    due = workspace.retention.due_of(user_id, now)
    if due is None:  # seen since
        return None
    person = due.person
    if due.warned:
        workspace.people.forget(person, actor=_BY_RETENTION)
        return None
    return person.name, person.member, person.added_by, due.erased_at.isoformat()


def _expired(workspace: Workspace, now: datetime) -> list[str]:
    return [asked.id for asked in workspace.requests.expired(now)]


def _expire(workspace: Workspace, slack: Slack, step: Step, request: str) -> None:
    """Erase a question that has waited too long, and say so to both."""
    asked = step(f"find {request}", lambda: workspace.records.consents.request(request))
    if asked is None:  # answered since
        return
    step(f"erase {request}", lambda: _erase_request(workspace, asked))
    _try(step, "settle", lambda: step(f"settle {request}", lambda: consent.settle(slack, asked, views.expired())))
    consent.tell(step, f"unanswered {request}", slack, asked.asked_by, views.unanswered(asked))


def _erase_request(workspace: Workspace, asked: ConsentRequest) -> None:
    workspace.requests.erase(asked)
    workspace.records.audit(_BY_RETENTION, "expire", member=asked.member, asked_by=asked.asked_by)


def _check_members(workspace: Workspace, slack: Slack, step: Step) -> None:
    """Erase what is held of members whose leaving was missed.

    Few are asked about one by one. Of many Slack's list of everyone tells, and only whom it leaves out is asked about.
    """
    ours = step("members", lambda: _members(workspace))
    left = _listed(slack, step, set(ours)) if len(ours) > _FEW else {}
    for member in ours:
        if member not in left:
            asking = partial(step, f"ask about {member}", partial(slack.members.is_deactivated, member))
            left[member] = _try(step, f"ask about {member}", asking) or False
        if left[member]:
            _try(step, f"leave {member}", partial(_leave, workspace, slack, step, member))


def _members(workspace: Workspace) -> list[str]:
    """Of whom something is held as of a member."""
    members = {person.member for person in workspace.people.all()} | set(workspace.roles.admins())
    members |= workspace.records.invitations.everyone() | workspace.records.albums.readers()
    members |= {each.asked_by for each in workspace.records.look_backs.all()}
    return sorted(member for member in members if member)


def _listed(slack: Slack, step: Step, ours: Collection[str]) -> dict[str, bool]:
    """Whether our members have left, of as many as Slack's list of everyone tells."""
    left: dict[str, bool] = {}
    cursor = ""
    for number in count(1):
        name = f"members/{number}"
        page = _try(step, name, partial(step, name, partial(_page, slack, ours, cursor)))
        if page is None:
            break
        listed, cursor = page
        left |= listed
        if not cursor:
            break
    return left


def _page(slack: Slack, ours: Collection[str], cursor: str) -> tuple[dict[str, bool], str]:
    members, following = slack.members.page(cursor)
    return {member.id: member.is_deactivated for member in members if member.id in ours}, following


def _leave(workspace: Workspace, slack: Slack, step: Step, member: str) -> None:
    """Erase what is held of a member who has left Slack, then what Slack shows of it."""
    asked = step(f"question to {member}", lambda: workspace.records.consents.request_of(member))
    step(f"erase {member}", lambda: _erase_member(workspace, member))
    if asked is not None:
        step(f"settle {member}", lambda: consent.settle(slack, asked, views.withdrawn()))
    step(f"thumbnails of {member}", lambda: thumbnails.sweep(slack, workspace))


def _erase_member(workspace: Workspace, member: str) -> None:
    workspace.people.erase_member(member, actor=_BY_SLACK)
    records = workspace.records
    records.admins.remove(member)
    records.invitations.remove([member])
    records.invitations.remove_rounds(member)
    records.albums.remove_reader(member)
    records.look_backs.remove_of(member)
    _logger.info("a member has left Slack: nothing is held of them any more")
