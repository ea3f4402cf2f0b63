"""Whose photos are kept, who may look at them, and what a photo that was searched adds to them.

An album is its person's own. Of somebody outside Slack it is whoever manages them who keeps it, on a written release.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services import texts
from services.album import agreement
from services.errors import Conflict, Forbidden, NotFound
from services.people import Actor, Roles
from services.pictures import Box
from services.records import EVERYONE, Appearance, KeptAlbum, Person, Records, Sought, Source, by_source
from services.search import Identification

_MOST_ON_A_PAGE = 12
_MOST_AT_ONCE = 200  # photos that the database is asked about
_LOOKED_BACK, _FORGOTTEN = "looked_back", "album_forgotten"


@dataclass(frozen=True, slots=True)
class Pictured:
    """A photo of an album: those who were asked for in it, and who else of those whose albums one may see."""

    source: Source
    sought: tuple[Appearance, ...]
    others: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the photos that were asked for, from the number `first` on, of so many in all."""

    photos: tuple[Pictured, ...]
    first: int
    n: int


class Album:
    """The albums of one workspace."""

    def __init__(self, records: Records, roles: Roles) -> None:
        self._records = records
        self._roles = roles

    def of(self, person: Person) -> KeptAlbum | None:
        return kept_of(self._records, person)

    # Keeping one

    def owns(self, actor: Actor, person: Person) -> bool:
        """Whether it is theirs to keep and to end: their own, or that of somebody outside Slack whom they manage."""
        return actor.id == person.member if person.member else self._roles.manages(actor, person)

    def keep(self, person: Person, *, actor: Actor) -> None:
        """Keep an album from now on, by their own word or on a release. Raises `Forbidden`, or `Conflict`."""
        self._require_own(person, actor)
        if not self._records.albums.keep(person.user_id):
            raise Conflict(texts.ALBUM_KEPT_ALREADY)
        version = agreement.VERSION if person.member else agreement.RELEASE_VERSION
        self._records.add_consent(person.user_id, statement=version, given_by=actor.id)
        self._records.audit(actor.id, "keep_album", user_id=person.user_id)

    def end(self, person: Person, *, actor: Actor) -> int:
        """Erase an album; how many photos it had. Raises `Forbidden`, or `NotFound` where there is none."""
        self._require_kept(person, actor, texts.NO_ALBUM_TO_END)
        photos = self._records.appearances.count_of(person.user_id)
        self._records.albums.drop(person.user_id)
        self._records.audit(actor.id, "end_album", user_id=person.user_id, photos=photos)
        return photos

    def ended_by_merge(self, into: Person, other: Person) -> tuple[Person, ...]:
        """Whose album ends when two people become one: what one agreed to is not said of whoever they are together."""
        ending = (other, into) if into.member is None and other.member is not None else (other,)
        return tuple(person for person in ending if self.of(person) is not None)

    def share(self, person: Person, readers: Collection[str], *, actor: Actor) -> None:
        """Let these look at it and nobody else. Raises as `end` does."""
        self._require_kept(person, actor)
        self._records.albums.share(person.user_id, readers)
        members = sorted(set(readers) - {EVERYONE})
        self._records.audit(
            actor.id, "share_album", user_id=person.user_id, everyone=EVERYONE in readers, members=len(members)
        )

    def tell(self, person: Person, *, on: bool, actor: Actor) -> None:
        """Have its person told of new photos, or not. Raises as `end` does."""
        self._require_kept(person, actor, texts.NO_ALBUM if on else texts.NO_ALBUM_TO_END)
        self._records.albums.tell(person.user_id, on=on)

    # What a photo adds

    def take_in(self, source: Source, found: Identification, *, since: datetime | None = None) -> frozenset[str]:
        """Have a photo show those who were found in it, of those who keep an album; for whom it is new.

        Whoever hears that the photo is gone, leaves its channel out or forgets it, records that first, so that one of
        the two sees the other. `since` is when it was asked whether the bot is in the channel, unless nobody has.
        """
        new = self._records.appearances.put(source, _appearances(source, found))
        if new and self._is_gone(source, since):
            self._records.appearances.remove(source)
            return frozenset()
        return new

    def _is_gone(self, source: Source, since: datetime | None) -> bool:
        if self._records.answers.is_gone(source) or self._roles.excluded(source.channel):
            return True
        return since is not None and self.forgotten_since(source.channel, since)

    def forgotten_since(self, channel: str, moment: datetime) -> bool:
        """Whether nothing was to be kept of a channel at some time from then on."""
        forgotten = self._records.own_setting(_FORGOTTEN, channel)
        return forgotten is not None and moment.timestamp() <= float(forgotten)

    # Looking back over a channel

    def unseen_since(self, channel: str) -> str:
        """The moment from which on photos have not been looked at for all who keep an album; "" for the first."""
        looked = self._records.own_setting(_LOOKED_BACK, channel)
        newest = max(self._records.albums.keepers().values(), default=None)
        return looked if looked and newest and newest.timestamp() <= float(looked) else ""

    def looked_back(self, channel: str, begun_at: datetime) -> None:
        """All photos of a channel were looked at for those who kept an album then, unless it was forgotten since.

        Both record their own moment first, so that one of the two sees the other.
        """
        self._records.set_setting(_LOOKED_BACK, _moment(begun_at), channel)
        if self.forgotten_since(channel, begun_at):
            self._records.set_setting(_LOOKED_BACK, None, channel)

    def look_anew(self, channel: str) -> None:
        """Nothing is kept of a channel any more, not even of what a look back under way has looked at."""
        self._records.set_setting(_FORGOTTEN, _moment(datetime.now(UTC)), channel)
        self._records.set_setting(_LOOKED_BACK, None, channel)

    # Looking

    def visible(self, actor: Actor, people: Iterable[Person]) -> dict[str, Person]:
        """Those of them whose album somebody may look at, by user id: their own, and what is shared with them."""
        known = {person.user_id: person for person in people}
        kept = self._records.albums.of(list(known))
        return {
            user_id: known[user_id]
            for user_id, album in kept.items()
            if self.owns(actor, known[user_id]) or album.is_shared_with(actor.id)
        }

    def page(self, sought: Sought, *, actor: Actor, first: int = 0, most: int = _MOST_ON_A_PAGE) -> Page:
        """Some of the photos that show these people together, the newest first. Raises `Forbidden`, and `NotFound`.

        It is refused in the same words whether somebody keeps no album or does not share it. That the actor is in the
        channels is the caller's to see to.
        """
        self._require_shown(sought.user_ids, actor)
        sources = self._records.appearances.newest(sought, most=most, skipping=first)
        n = self._records.appearances.count(sought)
        return Page(self._pictured(sources, sought.user_ids, actor), first, n)

    def photos(self, sought: Sought, *, actor: Actor, most: int) -> tuple[Source, ...]:
        """So many of the photos of which `page` shows some, the newest first. Raises as that does."""
        self._require_shown(sought.user_ids, actor)
        return self._records.appearances.newest(sought, most=most)

    def still_seen(self, sought: Sought, sources: Sequence[Source], *, actor: Actor) -> frozenset[Source]:
        """Those of the photos that are among what is sought, as of now. Raises as `page` does."""
        self._require_shown(sought.user_ids, actor)
        seen = by_source(self.seen_in(sources, sought.user_ids))
        everyone = set(sought.user_ids)
        return frozenset(
            source
            for source, there in seen.items()
            if source.channel in sought.channels and everyone == {each.user_id for each in there}
        )

    def seen_in(self, sources: Sequence[Source], user_ids: Sequence[str]) -> list[Appearance]:
        """Where these people are seen in photos."""
        some = (sources[start : start + _MOST_AT_ONCE] for start in range(0, len(sources), _MOST_AT_ONCE))
        seen = (each for part in some for each in self._records.appearances.within(part))
        return [each for each in seen if each.user_id in user_ids]

    def note(self, user_ids: Sequence[str], photos: int, *, actor: Actor, what: str = "view_album") -> None:
        """Note in the audit log that somebody was shown photos of others, and how many; not which."""
        for user_id, person in self._records.people_by_id(user_ids).items():
            if not self.owns(actor, person):
                self._records.audit(actor.id, what, user_id=user_id, photos=photos)

    def _require_shown(self, user_ids: Sequence[str], actor: Actor) -> None:
        people = self._records.people_by_id(user_ids)
        visible = self.visible(actor, people.values())
        for user_id in user_ids:
            if user_id not in people:
                raise NotFound(texts.SOMEBODY_FORGOTTEN_ALREADY)
            if user_id not in visible:
                raise Forbidden(texts.ALBUM_NOT_SHOWN.format(name=people[user_id].name))

    def _pictured(self, sources: tuple[Source, ...], user_ids: tuple[str, ...], actor: Actor) -> tuple[Pictured, ...]:
        seen = by_source(self._records.appearances.within(sources))
        others = {each.user_id for there in seen.values() for each in there} - set(user_ids)
        shown = self.visible(actor, self._records.people_by_id(sorted(others)).values())
        return tuple(
            Pictured(
                source,
                tuple(each for each in seen.get(source, ()) if each.user_id in user_ids),
                tuple(shown[each.user_id] for each in seen.get(source, ()) if each.user_id in shown),
            )
            for source in sources
        )

    def _require_own(self, person: Person, actor: Actor) -> None:
        if not self.owns(actor, person):
            text = texts.ALBUM_IS_THEIRS if person.member else texts.ONLY_MANAGERS
            raise Forbidden(text.format(name=person.name))

    def _require_kept(self, person: Person, actor: Actor, refusal: str = texts.NO_ALBUM) -> None:
        self._require_own(person, actor)
        if self.of(person) is None:
            raise NotFound(refusal)


def kept_of(records: Records, person: Person) -> KeptAlbum | None:
    return records.albums.of([person.user_id]).get(person.user_id)


def _moment(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


def _appearances(source: Source, found: Identification) -> list[Appearance]:
    return [
        Appearance(each.match.person.user_id, source, _ratios(each.box, found), each.match.similarity)
        for each in found.sightings
        if each.match
    ]


def _ratios(box: Box, found: Identification) -> Box:
    return Box(box.left / found.width, box.top / found.height, box.width / found.width, box.height / found.height)
