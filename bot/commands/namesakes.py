"""Whose names the folders of an import bear: a member of the Slack who is called so is to be asked, not evaded."""

from __future__ import annotations

import http.client
from collections.abc import Sequence

from slack_sdk.errors import SlackApiError

import handlers
from bot.commands import printing, reached
from bot.settings import Settings
from handlers.slack import Member
from services.errors import Refusal
from services.people import OPERATOR, Result
from services.workspace import Workspace


class Namesakes:
    """Looks names up among the members of a workspace's Slack, and says to whoever imports what it found."""

    def __init__(self, settings: Settings, workspace: Workspace) -> None:
        self._workspace = workspace
        self._client = reached.client(settings, workspace)
        self._visitors = handlers.Visitors(self._client, workspace.records) if self._client else None
        if self._visitors is None:
            printing.err.print("There is no Slack to ask, so it is not known whether a name is a member's.")

    def member(self, name: str) -> Member | None:
        """The one member whose name it is, all of it, unless that is known to be somebody else. Raises `Refusal`."""
        if self._visitors is None:
            return None
        try:
            member = self._visitors.called_in_full(name)
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            raise Refusal(f"Slack does not say who its members are, whose names these may be: {error}.") from error
        except Refusal:  # several: they are left out
            return None
        person = self._workspace.records.find(name)
        if member is None or not self._workspace.namesakes.unsettled(person, [member.id]):
            return None
        return member

    def follow_up(self, result: Result) -> None:
        """Ask the member who was matched, or tell them; that they cannot be is said."""
        if self._client is None:
            return
        try:
            handlers.consent.follow_up(self._client, self._workspace, result, OPERATOR.id)
        except SlackApiError as error:
            printing.err.print(
                f"{result.name} could not be asked or told, and is not enrolled: {error.response['error']}.",
                markup=False,
            )

    def of(self, name: str) -> list[Member]:
        """The members of that name, of whom nobody has said yet that it is not them. Raises `Refusal`."""
        if self._visitors is None:
            return []
        try:
            members = self._visitors.called(name)
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            raise Refusal(f"Slack does not say who its members are, whose names these may be: {error}.") from error
        person = self._workspace.records.find(name)
        unsettled = self._workspace.namesakes.unsettled(person, [member.id for member in members])
        return [member for member in members if member.id in unsettled]

    def leave_out(self, name: str, members: Sequence[Member]) -> None:
        """Say that a folder is left out, and what to do."""
        whose = ", ".join(f"{member.name} ({member.id})" for member in members)
        printing.err.print(
            f"{name} is left out: members are called so, and have to be asked: {whose}. Enrol them in Slack; if it is"
            " somebody else, import again with --namesakes.",
            markup=False,
        )

    def settle(self, result: Result, members: Sequence[Member]) -> None:
        """Keep that whoever was enrolled is somebody else than these members, and tell them."""
        if result.person is None or not result.added or self._client is None:
            return
        ids = [member.id for member in members]
        self._workspace.namesakes.settle(result.person, ids, actor=OPERATOR.id)
        handlers.namesakes.tell(self._client, result.person, ids, enroller=OPERATOR.id)
