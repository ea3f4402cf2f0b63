"""On which ground a person may be recognised: the texts that are agreed to, each with its version, and the rules.

A change of a text is a new version: whoever agreed to the old one is asked again before anybody adds to their photos.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

from services import texts
from services.errors import Forbidden, Unstated
from services.records import Person, Records

NOTICE_VERSION = "notice-2"
RELEASE_VERSION = "release-2"
ATTESTATION_VERSION = "attestation-1"

RELEASE = texts.RELEASE
STATEMENTS = {RELEASE_VERSION: RELEASE, ATTESTATION_VERSION: texts.THEY_AGREED}
"""What whoever enrols others states of them, by its version."""


def notice(retention_days: int) -> tuple[str, ...]:
    """What a member agrees to, a sentence or two each: what is stored, why, who sees it, how long."""
    how_long = texts.NOTICE_HOW_LONG.format(days=retention_days)
    return texts.NOTICE_WHAT, texts.NOTICE_WHY, texts.NOTICE_WHO_SEES_IT, how_long


class Policy(StrEnum):
    """Whose word lets a Slack member be enrolled by another: the member's own, or the enroller's."""

    MEMBER = "member"
    ATTEST = "attest"


class Ground(StrEnum):
    """On which ground photos are enrolled; `NONE` says that the member has to be asked first."""

    OWN = "own"
    """They enrol themselves."""

    ACCEPTED = "accepted"
    """They said yes to the present notice when somebody else asked."""

    ATTESTED = "attested"
    """The enroller states that the member agreed, which the policy accepts."""

    RELEASE = "release"
    """They are outside Slack, and the enroller holds their written release."""

    NONE = "none"


_VERSIONS = {
    Ground.OWN: NOTICE_VERSION,
    Ground.ACCEPTED: NOTICE_VERSION,
    Ground.ATTESTED: ATTESTATION_VERSION,
    Ground.RELEASE: RELEASE_VERSION,
}


_ON_THEIR_WORD = {Ground.ATTESTED, Ground.RELEASE}


@dataclass(frozen=True, slots=True)
class Footing:
    """On which ground somebody would be enrolled, and the version of what has to be stated of them first, if any.

    `member` is who they are in Slack, if they are there.
    """

    ground: Ground
    unstated: str | None = None
    member: str | None = None

    def after(self, stated: Collection[str]) -> Footing:
        """The same, once these versions are stated."""
        return replace(self, unstated=None) if self.unstated in stated else self

    def require(self, stated: Collection[str]) -> None:
        """Raises `Unstated` where that is not among the versions that were stated."""
        if self.after(stated).unstated is not None:
            raise Unstated(texts.UNSTATED)


@dataclass(frozen=True, slots=True)
class Consent:
    """Decides on which ground somebody may be enrolled, and records it."""

    records: Records
    policy: Policy

    def ground(self, *, member: str | None, person: Person | None, actor: str) -> Ground:
        """The ground on which `actor` may enrol photos of a member, or of somebody outside Slack.

        `person` is who they are already enrolled as. Raises `Forbidden` for a member who has said no: only they
        themselves can change that.
        """
        if member is None:
            return Ground.RELEASE
        if member == actor:
            return Ground.OWN
        if self.records.consents.objects(member):
            raise Forbidden(texts.OBJECTS)
        if person is not None and self.records.consents.has(person.user_id, NOTICE_VERSION, given_by=member):
            return Ground.ACCEPTED
        return Ground.ATTESTED if self.policy is Policy.ATTEST else Ground.NONE

    def footing(self, *, member: str | None, person: Person | None, actor: str) -> Footing:
        """The same, with what has to be stated about them first. Once somebody has stated it, it holds."""
        ground = self.ground(member=member, person=person, actor=actor)
        if ground not in _ON_THEIR_WORD or (person is not None and self._is_stated(person, ground)):
            return Footing(ground, None, member)
        return Footing(ground, _VERSIONS[ground], member)

    def may_merge(self, member: str, actor: str) -> bool:
        """Whether `actor` may make somebody else's photos a member's: their own word, where the policy asks for it."""
        return member == actor or self.policy is Policy.ATTEST

    def record(self, person: Person, ground: Ground, *, given_by: str, stated: Collection[str]) -> int | None:
        """Keep on which ground a person is enrolled; a member's own yes takes back an earlier no.

        Nobody is said to have stated what is not among what they have `stated`, as another had before them; and once
        is enough. Returns the id of what is kept, None for nothing.
        """
        version = _VERSIONS[ground]
        if ground in _ON_THEIR_WORD and version not in stated:
            return None
        if given_by == person.member:
            self.records.consents.withdraw_objection(given_by)
        if ground is not Ground.OWN and self.records.consents.has(person.user_id, version, given_by=given_by):
            return None
        return self.records.add_consent(person.user_id, statement=version, given_by=given_by)

    def _is_stated(self, person: Person, ground: Ground) -> bool:
        return self.records.consents.has(person.user_id, _VERSIONS[ground])
