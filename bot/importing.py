"""Enrolling from folders, one a person: members are asked in Slack, others need a written release that is stated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot import printing
from bot.namesakes import Namesakes
from handlers.slack import Member
from services import names
from services.errors import Refusal
from services.people import OPERATOR, Request, Result, consent
from services.people.importer import Folder
from services.workspace import Workspace


def stated(agreed: str | None, *, ask: bool) -> bool:
    """Whether the release of whoever is no member is stated, by `--agreed`, or where one may `ask` at the terminal.

    Raises `Refusal` for a text that is another one.
    """
    if agreed is None:
        if not (ask and printing.out.is_terminal):
            return False
        answer = printing.out.input(f"Of everybody who is no member: {consent.RELEASE} [y/N] ", markup=False)
        return answer.strip().lower() in {"y", "yes"}
    if names.key(agreed) != names.key(consent.RELEASE):
        raise Refusal(f'To state that whoever is no member has agreed, say --agreed "{consent.RELEASE}"')
    return True


class Import:
    """One import into a workspace. `as_others` says that whoever has a member's name is somebody else."""

    def __init__(self, workspace: Workspace, members: Namesakes, *, released: bool, as_others: bool) -> None:
        self._workspace = workspace
        self._members = members
        self._released = released
        self._as_others = as_others
        self.unreleased: list[str] = []
        """Those who are left out as no release was stated."""

    def run(self, folders: Sequence[Folder], progress: Callable[[], None]) -> list[Result]:
        """Enrol everybody, or ask them; who is left out is not among the results."""
        results = (self._enroll(folder, progress) for folder in folders)
        return [result for result in results if result is not None]

    def _enroll(self, folder: Folder, progress: Callable[[], None]) -> Result | None:
        member = None if self._as_others else self._members.member(folder.name)
        if member is not None:
            return self._ask(folder, member, progress)
        called = self._members.of(folder.name)
        if called and not self._as_others:
            self._members.leave_out(folder.name, called)
            return None
        result = self._enroll_stated(Request(folder.name, OPERATOR, largest=True), folder, progress)
        if result is not None:
            self._members.settle(result, called)
        return result

    def _enroll_stated(self, request: Request, folder: Folder, progress: Callable[[], None]) -> Result | None:
        """Enrol somebody, unless it takes a statement about them that was not made."""
        if not self._released and self._workspace.enrolment.unstated(request) is not None:
            self.unreleased.append(folder.name)
            return None
        return self._workspace.enrolment.enroll(request, folder.photos, progress=progress)

    def _ask(self, folder: Folder, member: Member, progress: Callable[[], None]) -> Result | None:
        result = self._enroll_stated(Request(member.usable_name, OPERATOR, member.id, largest=True), folder, progress)
        if result is not None:
            self._members.follow_up(result)
        return result


def say_unreleased(left_out: Sequence[str]) -> None:
    """Say whom no release was stated for, and how to state it."""
    if left_out:
        who = ", ".join(left_out)
        printing.err.print(
            f'Left out, as nobody has stated that they agreed: {who}. Say --agreed "{consent.RELEASE}"', markup=False
        )
