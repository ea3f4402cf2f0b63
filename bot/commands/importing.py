"""Enrolling from folders, one a person: members are asked in Slack, others need a written release that is stated."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.commands import printing
from bot.commands.namesakes import Namesakes
from handlers.slack import Member
from services import names
from services.errors import Refusal, Unstated
from services.people import OPERATOR, Policy, Request, Result, consent, importer
from services.workspace import Workspace

_JOB = "import"  # the next import goes on with a question that the last was cut short before
_OF_WHOM = {
    consent.RELEASE_VERSION: "Of everybody who is no member",
    consent.ATTESTATION_VERSION: "Of everybody who is a member",
}


def stated(agreed: Sequence[str] | None, policy: Policy, *, ask: bool) -> frozenset[str]:
    """The versions of what is stated of all who are enrolled, by `--agreed`, or where one may `ask` at the terminal.

    Raises `Refusal` for a text that is another one.
    """
    asked = _asked(policy)
    if agreed is None:
        return frozenset(version for version in asked if ask and printing.out.is_terminal and _says_yes(version))
    by_text = {names.key(consent.STATEMENTS[version]): version for version in asked}
    if not all(names.key(text) in by_text for text in agreed):
        raise Refusal(_how_to_state(policy))
    return frozenset(by_text[names.key(text)] for text in agreed)


def _asked(policy: Policy) -> list[str]:
    """The versions of what may have to be stated: of members only where they are not asked themselves."""
    return [version for version in _OF_WHOM if version == consent.RELEASE_VERSION or policy is Policy.ATTEST]


def _says_yes(version: str) -> bool:
    return printing.says_yes(f"{_OF_WHOM[version]}: {consent.STATEMENTS[version]}")


def _how_to_state(policy: Policy) -> str:
    ways = (f'{_OF_WHOM[version]}: --agreed "{consent.STATEMENTS[version]}"' for version in _asked(policy))
    return f"To state that they agreed, say this. {'. '.join(ways)}"


class Import:
    """One import into a workspace. `as_others` says that whoever has a member's name is somebody else.

    So many `threads` look at the photos of one person side by side.
    """

    def __init__(
        self, workspace: Workspace, members: Namesakes, *, stated: frozenset[str], as_others: bool, threads: int
    ) -> None:
        self._workspace = workspace
        self._members = members
        self._stated = stated
        self._as_others = as_others
        self._threads = threads
        self.unstated: list[str] = []
        """Those who are left out as nobody has stated that they agreed."""

    def run(self, folders: Sequence[importer.Folder], progress: Callable[[], None]) -> list[Result]:
        """Enrol everybody, or ask them; who is left out is not among the results."""
        results = (self._enroll(folder, progress) for folder in folders)
        return [result for result in results if result is not None]

    def _enroll(self, folder: importer.Folder, progress: Callable[[], None]) -> Result | None:
        member = None if self._as_others else self._members.member(folder.name)
        if member is not None:
            return self._ask(folder, member, progress)
        called = self._members.of(folder.name)
        if called and not self._as_others:
            self._members.leave_out(folder.name, called)
            return None
        result = self._enroll_stated(folder, folder.name, None, progress)
        if result is not None:
            self._members.settle(result, called)
        return result

    def _enroll_stated(
        self, folder: importer.Folder, name: str, member: str | None, progress: Callable[[], None]
    ) -> Result | None:
        """Enrol somebody, unless it takes a statement about them that was not made."""
        request = Request(name, OPERATOR, member, largest=True, stated=self._stated, job=_JOB)
        try:
            return self._workspace.enrolment.enroll(request, folder.photos, progress=progress, threads=self._threads)
        except Unstated:
            self.unstated.append(folder.name)
            return None

    def _ask(self, folder: importer.Folder, member: Member, progress: Callable[[], None]) -> Result | None:
        result = self._enroll_stated(folder, member.usable_name, member.id, progress)
        if result is not None:
            self._members.follow_up(result)
        return result


def say_unstated(left_out: Sequence[str], policy: Policy) -> None:
    """Say of whom nobody has stated that they agreed, and how to state it."""
    if left_out:
        who = ", ".join(left_out)
        said = f"Left out, as nobody has stated that they agreed: {who}. {_how_to_state(policy)}"
        printing.err.print(said, markup=False)
