"""Albums: kept by whose they are, seen by whom they let, and gone with whatever is gone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1]))
import postgres

from services.album import RELEASE_VERSION, VERSION, Album
from services.errors import Conflict, Forbidden, NotFound
from services.people import Actor, Roles
from services.pictures import Box
from services.records import EVERYONE, Database, Person, Records, Sought, Source, sqlite_url
from services.search import Candidate, Identification, Mode, Sighting

ALICE, BRUNO, ADMIN = Actor("U0ALICE"), Actor("U0BRUNO"), Actor("U0ADMIN", admin=True)
HERE, THERE = "C0HERE", "C0THERE"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The albums of a workspace, with people who might keep one."""

    records: Records
    album: Album
    alice: Person
    bruno: Person
    carla: Person

    def see(self, ts: int, *people: Person, channel: str = HERE, file_id: str = "") -> Source:
        """These are found in a photo."""
        source = Source(channel, f"{ts}.000100", file_id or f"F{ts}")
        self.album.take_in(source, _found(*people))
        return source

    def photos(
        self, actor: Actor, *people: Person, channels: tuple[str, ...] = (HERE, THERE), **more: str
    ) -> list[str]:
        sought = Sought(tuple(person.user_id for person in people), frozenset(channels), **more)
        return [each.source.file_id for each in self.album.page(sought, actor=actor).photos]


def _found(*people: Person) -> Identification:
    sightings = tuple(
        Sighting(number, Box(100 * number, 50, 40, 60), Candidate(person, 99.5))
        for number, person in enumerate(people, start=1)
    )
    return Identification(1000, 500, Mode.USERS, 99, sightings)


@pytest.fixture(params=["sqlite", "postgresql"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    if request.param == "sqlite":
        yield _shelf(Database(sqlite_url(tmp_path / "records.sqlite")))
    else:
        with postgres.running() as url:
            database = Database(url, migrate=True)
            yield _shelf(database)
            database.close()


def _shelf(database: Database) -> Shelf:
    records = Records(database, "home")
    alice = records.add_person("Alice", member=ALICE.id, added_by=ALICE.id)
    bruno = records.add_person("Bruno", member=BRUNO.id, added_by=BRUNO.id)
    carla = records.add_person("Carla", member=None, added_by=BRUNO.id)
    return Shelf(records, Album(records, Roles(records)), alice, bruno, carla)


def test_nothing_is_kept_of_whom_nobody_has_asked_for_it(shelf: Shelf) -> None:
    shelf.see(1, shelf.alice, shelf.bruno)
    shelf.album.keep(shelf.alice, actor=ALICE)
    shelf.see(2, shelf.alice, shelf.bruno)
    assert shelf.photos(ALICE, shelf.alice) == ["F2"]
    assert shelf.records.appearances.count_of(shelf.bruno.user_id) == 0
    (given,) = shelf.records.consents.of(shelf.alice.user_id)
    assert (given.statement, given.given_by) == (VERSION, ALICE.id)
    with pytest.raises(Conflict):
        shelf.album.keep(shelf.alice, actor=ALICE)


def test_an_album_is_ones_own_and_of_somebody_outside_slack_a_matter_of_their_release(shelf: Shelf) -> None:
    for other in (BRUNO, ADMIN):
        with pytest.raises(Forbidden):
            shelf.album.keep(shelf.alice, actor=other)
    with pytest.raises(Forbidden):
        shelf.album.keep(shelf.carla, actor=ALICE)
    shelf.album.keep(shelf.carla, actor=BRUNO)
    assert shelf.records.consents.of(shelf.carla.user_id)[-1].statement == RELEASE_VERSION
    shelf.see(1, shelf.carla)
    assert shelf.photos(BRUNO, shelf.carla) == shelf.photos(ADMIN, shelf.carla) == ["F1"]
    with pytest.raises(Forbidden):
        shelf.photos(ALICE, shelf.carla)


def test_others_see_what_is_shared_with_them_from_channels_that_they_are_in(shelf: Shelf) -> None:
    shelf.album.keep(shelf.alice, actor=ALICE)
    shelf.see(1, shelf.alice)
    shelf.see(2, shelf.alice, channel=THERE)
    for actor in (BRUNO, ADMIN):
        with pytest.raises(Forbidden, match="shares no photos"):
            shelf.photos(actor, shelf.alice)
    shelf.album.share(shelf.alice, {BRUNO.id}, actor=ALICE)
    assert shelf.photos(BRUNO, shelf.alice, channels=(THERE,)) == ["F2"]
    assert shelf.photos(BRUNO, shelf.alice, channels=()) == []
    with pytest.raises(Forbidden):
        shelf.photos(ADMIN, shelf.alice)
    shelf.album.share(shelf.alice, {EVERYONE}, actor=ALICE)
    assert shelf.photos(ADMIN, shelf.alice) == ["F2", "F1"]
    with pytest.raises(Forbidden):
        shelf.album.share(shelf.alice, {ADMIN.id}, actor=ADMIN)
    with pytest.raises(NotFound):
        shelf.album.share(shelf.bruno, {EVERYONE}, actor=BRUNO)


def test_of_several_people_the_photos_that_show_all_and_whoever_else_shares_theirs(shelf: Shelf) -> None:
    for person, actor in ((shelf.alice, ALICE), (shelf.bruno, BRUNO), (shelf.carla, BRUNO)):
        shelf.album.keep(person, actor=actor)
    shelf.see(1, shelf.alice)
    shelf.see(2, shelf.bruno, shelf.alice, shelf.carla)
    shelf.see(3, shelf.bruno)
    with pytest.raises(Forbidden):
        shelf.photos(ALICE, shelf.alice, shelf.bruno)
    shelf.album.share(shelf.bruno, {ALICE.id}, actor=BRUNO)
    assert shelf.photos(ALICE, shelf.alice, shelf.bruno) == ["F2"]
    sought = Sought((shelf.alice.user_id,), frozenset({HERE}))
    newest, oldest = shelf.album.page(sought, actor=ALICE).photos
    assert [person.name for person in newest.others] == ["Bruno"], "Carla shares nothing"
    assert oldest.others == ()
    assert newest.sought[0].box == Box(0.2, 0.1, 0.04, 0.12)


def test_a_span_of_time_and_pages(shelf: Shelf) -> None:
    shelf.album.keep(shelf.alice, actor=ALICE)
    for ts in range(1_700_000_001, 1_700_000_031):
        shelf.see(ts, shelf.alice)
    assert shelf.photos(ALICE, shelf.alice, since="1700000028.000000", before="1700000030.000000") == [
        "F1700000029",
        "F1700000028",
    ]
    page = shelf.album.page(Sought((shelf.alice.user_id,), frozenset({HERE})), actor=ALICE, first=24)
    assert (page.n, len(page.photos), page.photos[-1].source.file_id) == (30, 6, "F1700000001")


def test_a_photo_shows_whom_it_was_last_said_to_show_and_the_same_again_changes_nothing(shelf: Shelf) -> None:
    for person, actor in ((shelf.alice, ALICE), (shelf.bruno, BRUNO)):
        shelf.album.keep(person, actor=actor)
    source = Source(HERE, "1.000100", "F1")
    assert shelf.album.take_in(source, _found(shelf.alice)) == {shelf.alice.user_id}
    assert shelf.album.take_in(source, _found(shelf.alice)) == frozenset()
    assert shelf.album.take_in(source, _found(shelf.bruno)) == {shelf.bruno.user_id}
    assert shelf.photos(ALICE, shelf.alice) == []


@pytest.mark.parametrize(
    "gone", [Source(HERE, "1.000100"), Source("", "", "F1"), Source(HERE, "1.000100", "F1")], ids=repr
)
def test_what_is_deleted_is_gone_and_does_not_come_back(shelf: Shelf, gone: Source) -> None:
    shelf.album.keep(shelf.alice, actor=ALICE)
    shelf.see(1, shelf.alice)
    shelf.see(2, shelf.alice)
    shelf.records.answers.mark_gone(gone)
    assert shelf.records.appearances.remove(gone) == 1
    assert shelf.photos(ALICE, shelf.alice) == ["F2"]
    shelf.see(1, shelf.alice)  # by a job that was about to answer
    assert shelf.photos(ALICE, shelf.alice) == ["F2"]


def test_what_is_found_in_a_channel_that_is_left_out_meanwhile_is_not_kept(shelf: Shelf) -> None:
    roles = Roles(shelf.records)
    shelf.album.keep(shelf.alice, actor=ALICE)
    roles.set_excluded(HERE, excluded=True, actor=ADMIN)
    assert shelf.album.take_in(Source(HERE, "1.000100", "F1"), _found(shelf.alice)) == frozenset()
    shelf.see(2, shelf.alice, channel=THERE)
    assert shelf.records.appearances.channels() == {THERE}
    roles.set_excluded(HERE, excluded=False, actor=ADMIN)
    shelf.see(3, shelf.alice)
    assert shelf.records.appearances.channels() == {HERE, THERE}


def test_a_channel_that_is_forgotten_while_it_is_looked_over_is_not_taken_for_looked_over(shelf: Shelf) -> None:
    shelf.album.keep(shelf.alice, actor=ALICE)
    begun_at = datetime.now(UTC)
    shelf.album.look_anew(HERE)
    for channel in (HERE, THERE):
        shelf.album.looked_back(channel, begun_at)
    assert (shelf.album.unseen_since(HERE), bool(shelf.album.unseen_since(THERE))) == ("", True)
    shelf.album.looked_back(HERE, datetime.now(UTC))
    assert shelf.album.unseen_since(HERE)
    shelf.album.look_anew(HERE)
    assert shelf.album.unseen_since(HERE) == ""


def test_what_comes_while_somebody_is_told_is_owed_still(shelf: Shelf) -> None:
    appearances, alice = shelf.records.appearances, shelf.alice.user_id
    shelf.album.keep(shelf.alice, actor=ALICE)
    first, second = shelf.see(1, shelf.alice), shelf.see(2, shelf.alice)
    appearances.owe(alice, first)
    told = [source for source, _ in appearances.owed(alice)]
    appearances.owe(alice, second)
    appearances.told(alice, told)
    assert [source for source, _ in appearances.owed(alice)] == [second]
    appearances.told(alice, [])
    appearances.told(alice, [first, second])
    assert appearances.owed(alice) == ()


def test_it_goes_with_its_person_its_end_its_channel_its_time_and_a_merge(shelf: Shelf) -> None:
    appearances = shelf.records.appearances

    def seen() -> int:
        return appearances.count_of(shelf.alice.user_id)

    shelf.album.keep(shelf.alice, actor=ALICE)
    shelf.see(1, shelf.alice)
    shelf.see(2, shelf.alice, channel=THERE)
    assert (appearances.remove_channel(THERE), seen()) == (1, 1)
    appearances.purge(datetime.now(UTC) - timedelta(days=1))
    assert seen() == 1
    appearances.purge(datetime.now(UTC) + timedelta(seconds=1))
    assert seen() == 0
    shelf.see(1, shelf.alice)
    assert shelf.album.end(shelf.alice, actor=ALICE) == 1
    assert (seen(), shelf.album.of(shelf.alice)) == (0, None)
    shelf.album.keep(shelf.alice, actor=ALICE)
    shelf.see(1, shelf.alice)
    shelf.records.remove_person(shelf.alice.user_id)
    assert seen() == 0
    shelf.album.keep(shelf.carla, actor=BRUNO)
    shelf.see(1, shelf.carla)
    shelf.records.merges.merge(shelf.bruno.user_id, shelf.carla.user_id, {})
    assert appearances.count_of(shelf.carla.user_id) == 0
    assert shelf.album.of(shelf.bruno) is None, "whoever they turn out to be has agreed to none"


def test_a_merge_says_whose_album_ends_and_ends_it(shelf: Shelf) -> None:
    albums, merge = shelf.records.albums, shelf.records.merges.merge
    shelf.album.keep(shelf.carla, actor=BRUNO)
    shelf.see(1, shelf.carla)
    assert shelf.album.ended_by_merge(shelf.carla, shelf.bruno) == (shelf.carla,)
    merge(shelf.carla.user_id, shelf.bruno.user_id, {})
    assert albums.keepers() == {}, "it was released for somebody outside, who is a member now"
    assert shelf.records.appearances.count_of(shelf.carla.user_id) == 0
    shelf.album.keep(shelf.alice, actor=ALICE)
    dora = shelf.records.add_person("Dora", member=None, added_by=BRUNO.id)
    shelf.album.keep(dora, actor=BRUNO)
    assert shelf.album.ended_by_merge(shelf.alice, dora) == (dora,)
    merge(shelf.alice.user_id, dora.user_id, {})
    assert albums.keepers().keys() == {shelf.alice.user_id}, "a member's own word for it stands"


def test_a_sheet_is_over_as_soon_as_anything_on_it_is_gone(shelf: Shelf) -> None:
    records, never = shelf.records, datetime.min.replace(tzinfo=UTC)
    for person, actor in ((shelf.alice, ALICE), (shelf.bruno, BRUNO)):
        shelf.album.keep(person, actor=actor)
    one, two = shelf.see(1, shelf.alice, shelf.bruno), shelf.see(2, shelf.alice)
    records.sheets.add("FSHEET1", records.appearances.within([one]))
    records.sheets.add("FSHEET2", records.appearances.within([two]))
    records.sheets.copy("FSHEET1", "FCOPY")
    assert records.sheets.over(never) == ()
    assert records.sheets.showing(records.appearances.within([two])) == "FSHEET2"
    assert records.sheets.showing(records.appearances.within([two, one])) is None
    shelf.album.end(shelf.bruno, actor=BRUNO)
    assert set(records.sheets.over(never)) == {"FSHEET1", "FCOPY"}
    assert set(records.sheets.over(datetime.now(UTC))) == {"FSHEET1", "FSHEET2", "FCOPY"}
    records.sheets.remove("FSHEET1")
    assert set(records.sheets.over(never)) == {"FCOPY"}


def test_who_has_left_reads_no_album_and_has_no_round_of_invitations(shelf: Shelf) -> None:
    albums, invitations = shelf.records.albums, shelf.records.invitations
    shelf.album.keep(shelf.alice, actor=ALICE)
    shelf.album.share(shelf.alice, [BRUNO.id, EVERYONE], actor=ALICE)
    assert albums.readers() == {BRUNO.id}
    for elsewhere in (Records(shelf.records._database, "elsewhere"), shelf.records):
        elsewhere.albums.remove_reader(BRUNO.id)
        kept = albums.of([shelf.alice.user_id])[shelf.alice.user_id]
        assert kept.readers == ({EVERYONE} if elsewhere is shelf.records else {BRUNO.id, EVERYONE})
    for campaign in ("one", "two"):
        invitations.begin(campaign, BRUNO.id)
    invitations.claim(ALICE.id, "two")
    invitations.remove_rounds(BRUNO.id)
    assert (invitations.campaign("one"), invitations.campaign("two") is None) == (None, False)


def test_a_channel_has_another_id_under_which_some_of_its_photos_are_kept_already(shelf: Shelf) -> None:
    for person, actor in ((shelf.alice, ALICE), (shelf.bruno, BRUNO)):
        shelf.album.keep(person, actor=actor)
    shelf.see(1, shelf.alice, shelf.bruno)
    shelf.see(1, shelf.alice, channel=THERE)
    shelf.see(2, shelf.alice)
    shelf.records.appearances.move(HERE, THERE)
    kept = [
        sorted(each.source.file_id for each, _ in shelf.records.appearances.all_of(person.user_id))
        for person in (shelf.alice, shelf.bruno)
    ]
    assert kept == [["F1", "F2"], ["F1"]]
    assert shelf.records.appearances.channels() == {THERE}


def test_one_workspace_knows_nothing_of_anothers_albums(shelf: Shelf) -> None:
    shelf.album.keep(shelf.alice, actor=ALICE)
    shelf.see(1, shelf.alice)
    other = Records(shelf.records._database, "elsewhere")
    assert other.albums.keepers() == {}
    assert other.appearances.remove_channel(HERE) == 0
    assert other.appearances.within([Source(HERE, "1.000100", "F1")]) == ()
    other.albums.drop(shelf.alice.user_id)
    assert shelf.photos(ALICE, shelf.alice) == ["F1"]
