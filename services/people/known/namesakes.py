"""People outside Slack who bear a member's name: they may be that member, enrolled without having been asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

from services import names, texts
from services.collection import Collection
from services.errors import Forbidden, NotFound
from services.people.grounds import Requests
from services.people.known.directory import People, Receipt
from services.people.photos import Portrait
from services.people.roles import Actor, Roles
from services.records import ConsentRequest, Person

_STATEMENT = "somebody-else-1:"  # and the id of the member whom they are said not to be


def twins(person: Person, everyone: Iterable[Person]) -> tuple[Person, ...]:
    """Those of everyone who are somebody else, and whose name is easily taken for a person's."""
    return tuple(each for each in _named_like([person.name], everyone) if each.user_id != person.user_id)


def _named_like(called: Iterable[str], everyone: Iterable[Person]) -> Iterator[Person]:
    alike = frozenset[str]().union(*(names.likenesses(each) for each in called))
    return (each for each in everyone if not alike.isdisjoint(names.likenesses(each.name)))


class Namesakes:
    """Finds them, keeps what was said of them, and lets a member have their own back."""

    def __init__(self, collection: Collection, people: People, roles: Roles) -> None:
        self._records = collection.records
        self._photos = collection.photos
        self._requests = Requests(collection)
        self._people = people
        self._roles = roles

    def bearers(self, called: Iterable[str]) -> tuple[Person, ...]:
        """The people outside Slack whose name passes for one of those that a member is called by."""
        return tuple(person for person in _named_like(called, self._people.all()) if person.member is None)

    def unsettled(self, person: Person | None, members: Sequence[str]) -> list[str]:
        """Those of the members of whom nobody has said yet that a person is somebody else; None is a new person."""
        if person is None:
            return list(members)
        if person.member is not None:  # a member's own photos, about which they are asked
            return []
        settled = self._settled(person)
        return [member for member in members if member not in settled]

    def settle(self, person: Person, members: Iterable[str], *, actor: str) -> None:
        """Keep that somebody says that a person is none of these members."""
        for member in members:
            self._records.add_consent(person.user_id, statement=f"{_STATEMENT}{member}", given_by=actor)
            self._records.audit(actor, "namesake", user_id=person.user_id, member=member)

    def hand_over(self, person: Person, *, member: str, name: str, actor: Actor, job: str = "") -> ConsentRequest:
        """It is the member: what is kept of the person is what the member is asked about.

        Once they are, the person is to be `left` to their answer.

        Raises `Forbidden` for whom the actor may not change, and where the member does not want to be recognised;
        `Conflict` while they have another question to answer.
        """
        self._roles.require_manager(actor, person)
        if self._records.consents.objects(member):
            raise Forbidden(texts.OBJECTS)
        asked = self._requests.begin(member=member, name=names.clean(name), asked_by=actor.id, job=job)
        try:
            for number, face in enumerate(self._records.faces(person.user_id), start=1):
                file = texts.PHOTO.format(number=number)
                self._requests.keep(asked, Portrait(file, face.digest, self._photos.get(face.photo)))
        except Exception:  # nobody is asked
            self._requests.erase(asked)
            raise
        self._records.audit(actor.id, "ask", member=member)
        return asked

    def left(self, person: Person, *, actor: Actor) -> None:
        """The member is asked, so nobody is known any more by the photos that they are asked about."""
        with suppress(NotFound):  # they have been erased meanwhile
            self._people.forget(person, actor=actor.id, wished=False)

    def claim(self, person: Person, called: Iterable[str], *, member: str) -> Receipt:
        """A member says that a person of their name is them, and has them erased. Raises `Forbidden` for any other."""
        if person not in self.bearers(called):
            raise Forbidden(texts.NOT_YOUR_NAME.format(name=person.name))
        self._records.audit(member, "claim", user_id=person.user_id)
        return self._people.forget(person, actor=member, wished=False)

    def _settled(self, person: Person) -> set[str]:
        given = self._records.consents.of(person.user_id)
        return {each.statement.removeprefix(_STATEMENT) for each in given if each.statement.startswith(_STATEMENT)}
