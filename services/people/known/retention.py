"""How long people are kept: whoever is neither recognised nor enrolled anew for long is erased, after a warning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.records import Person, Records, Seen

WARNING = timedelta(days=14)
MOST_DAYS = 3 * 365


@dataclass(frozen=True, slots=True)
class Due:
    """A person whose time comes: at `erased_at` they are to be erased; `warned` says that they know."""

    person: Person
    erased_at: datetime
    warned: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """Erases after `days` without a sighting or an enrolment."""

    records: Records
    days: int

    def due(self, now: datetime) -> tuple[Due, ...]:
        """Those who are to be warned or erased now.

        Nobody is erased sooner than `WARNING` after they were warned, not even after a long standstill.
        """
        sightings = self.records.sightings
        return tuple(self._due(now, self.records.people(), sightings.all(), sightings.enrolled()))

    def due_of(self, user_id: str, now: datetime) -> Due | None:
        """What `due` says of one person, if anything."""
        people, sightings = self.records.people_by_id([user_id]), self.records.sightings
        due = self._due(now, people.values(), sightings.all(user_id), sightings.enrolled(user_id))
        return next(due, None)

    def warned(self, user_id: str, now: datetime) -> None:
        """Record that a person, or whoever added them, has been warned."""
        self.records.sightings.warn(user_id, now)
        self.records.audit("retention", "warn", user_id=user_id)

    def _due(
        self, now: datetime, people: Iterable[Person], seen: Mapping[str, Seen], enrolled: Mapping[str, datetime]
    ) -> Iterator[Due]:
        for person in people:
            theirs = seen.get(person.user_id, Seen())
            moments = (person.added_at, enrolled.get(person.user_id), theirs.seen_at)
            erased_at = max(moment for moment in moments if moment) + timedelta(days=self.days)
            if now < erased_at - WARNING:
                continue
            warned_at = theirs.warned_at
            if warned_at is None or warned_at < erased_at - WARNING:
                yield Due(person, max(erased_at, now + WARNING), warned=False)
            elif now >= max(erased_at, warned_at + WARNING):
                yield Due(person, erased_at, warned=True)
