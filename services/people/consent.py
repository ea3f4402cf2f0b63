"""On which ground a person may be recognised: the texts that are agreed to, each with its version, and the rules.

A change of a text is a new version: whoever agreed to the old one is asked again before anybody adds to their photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services import texts
from services.errors import Forbidden
from services.records import Person, Records

NOTICE_VERSION = "notice-2"
RELEASE_VERSION = "release-2"
ATTESTATION_VERSION = "attestation-1"

RELEASE = texts.RELEASE


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

    def unstated(self, person: Person | None, ground: Ground) -> str | None:
        """The version of what has to be stated about somebody before photos of them are enrolled; None for nothing."""
        return None if ground not in _ON_THEIR_WORD or self.is_stated(person, ground) else _VERSIONS[ground]

    def is_stated(self, person: Person | None, ground: Ground) -> bool:
        """Whether it is: about that one person, by whomever. Once somebody has stated it, it holds."""
        if person is None or ground not in _ON_THEIR_WORD:
            return False
        return self.records.consents.has(person.user_id, _VERSIONS[ground])

    def may_merge(self, member: str, actor: str) -> bool:
        """Whether `actor` may make somebody else's photos a member's: their own word, where the policy asks for it."""
        return member == actor or self.policy is Policy.ATTEST

    def record(self, person: Person, ground: Ground, *, given_by: str) -> None:
        """Keep on which ground a person is enrolled; a member's own yes takes back an earlier no.

        Nobody is said to have stated what another had stated before, and they were not asked about.
        """
        if self.is_stated(person, ground):
            return
        self.records.add_consent(person.user_id, statement=_VERSIONS[ground], given_by=given_by)
        if given_by == person.member:
            self.records.consents.withdraw_objection(given_by)
