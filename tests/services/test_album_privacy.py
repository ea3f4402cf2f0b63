"""What docs/privacy.md says of albums is what is kept, by the bytes on the disk: no more, and none of it afterwards."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.album import VERSION, Album
from services.people import Actor, Roles
from services.pictures import Box
from services.records import EVERYONE, Database, Person, Records, Source, schema, sqlite_url
from services.search import Candidate, Identification, Mode, Sighting

TEXT = re.sub(r"\s+", " ", (Path(__file__).parents[2] / "docs" / "privacy.md").read_text())
ROW = "of each photo that shows you the channel, message and file, by their ids, the place of your face in it"
SAID = {
    "appearances": {
        "user_id": "that shows you",
        "workspace": "that shows you",
        "channel": "the channel, message and file, by their ids",
        "ts": "the channel, message and file, by their ids",
        "file_id": "the channel, message and file, by their ids",
        "box": "the place of your face in it",
        "similarity": "how sure it was",
        "kept_at": "when it was kept",
        "owed": "whether you are to be told of it",
    },
    "albums": {
        "user_id": "that you keep an album",
        "workspace": "that you keep an album",
        "since": "since when",
        "tells": "whether you want to be told of new photos",
    },
    "album_readers": {"user_id": "that you keep an album", "reader": "with whom you share it"},
    "album_sheets": {
        **dict.fromkeys(("sheet", "workspace", "at", "number"), "sheets that show small copies of photos of an album"),
        **dict.fromkeys(("user_id", "channel", "ts", "file_id"), "which photos each shows, by ids"),
    },
    "denials": {
        **dict.fromkeys(("workspace", "channel", "ts", "file_id"), "ids of channel, message and file, the number of"),
        "number": "the number of the face",
        "user_id": "and whose it is not; not who said so",
        "at": "at most `RETENTION_DAYS`",
    },
    "look_backs": {
        **dict.fromkeys(("id", "workspace", "state", "begun_at", "progress"), "over which channels, how far it is"),
        "asked_by": "who asked for it",
    },
    "looked_at": dict.fromkeys(("look_back", "channel", "ts", "file_id"), "the ids of the photos that were looked at"),
}
MINE, OTHERS = "F0MYPHOTO1", "F0OTHERS01"
ALICE = Actor("U0ALICE001")


class Kept:
    """An album on a disk, and what of it is in any file there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = Database(sqlite_url(folder / "records.sqlite"))
        self.records = Records(self.database, "home")
        self.album = Album(self.records, Roles(self.records))
        self.alice = self.records.add_person("Alice", member=ALICE.id, added_by=ALICE.id)
        self.bruno = self.records.add_person("Bruno", member="U0BRUNO001", added_by="U0BRUNO001")

    def see(self, file_id: str, *people: Person, ts: str = "1700000001.000100") -> Source:
        sightings = [Sighting(n, Box(10, 10, 40, 40), Candidate(each, 99.5)) for n, each in enumerate(people, 1)]
        source = Source("C0CHANNEL1", ts, file_id)
        self.album.take_in(source, Identification(100, 100, Mode.USERS, 99, tuple(sightings)))
        return source

    def has(self, trace: str) -> bool:
        return any(trace.encode() in path.read_bytes() for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    opened = Kept(tmp_path)
    yield opened
    opened.database.close()


def test_all_that_is_kept_is_said_and_nothing_else_is_kept() -> None:
    assert ROW in TEXT
    tables = {name for name in schema.metadata.tables if re.search("album|appear|look|denial", name)}
    assert tables == SAID.keys()
    for table, said in SAID.items():
        assert set(schema.metadata.tables[table].c.keys()) == said.keys(), table
        for column, phrase in said.items():
            assert phrase in TEXT, f"{table}.{column}: {phrase}"


def test_it_is_kept_for_those_who_have_asked_and_for_nobody_else(kept: Kept) -> None:
    assert "for nobody else: who agreed to be known has agreed to no album" in TEXT
    kept.records.add_consent(kept.bruno.user_id, statement="notice-2", given_by="U0BRUNO001")
    kept.album.keep(kept.alice, actor=ALICE)
    kept.see(OTHERS, kept.bruno)
    assert not kept.has(OTHERS)
    kept.see(MINE, kept.alice, kept.bruno)
    assert kept.has(MINE)
    assert kept.records.appearances.count_of(kept.bruno.user_id) == 0
    assert [given.statement for given in kept.records.consents.of(kept.alice.user_id)] == [VERSION]


def test_no_picture_and_no_numbers_of_a_face_are_kept_for_it(kept: Kept) -> None:
    assert "No picture and no numbers computed from a face are kept for it" in TEXT
    kept.album.keep(kept.alice, actor=ALICE)
    kept.see(MINE, kept.alice)
    with sqlite3.connect(kept.folder / "records.sqlite") as db:
        (row,) = db.execute("SELECT * FROM appearances").fetchall()
    assert all(isinstance(value, str | int | float) for value in row), "no bytes"
    assert max(len(str(value)) for value in row) <= 60, "no room for a vector in words either"


GOING: dict[str, Callable[[Kept, Source], object]] = {
    "until the photo is deleted": lambda kept, source: kept.records.appearances.remove(source),
    "at most `RETENTION_DAYS`": lambda kept, _: kept.records.appearances.purge(
        datetime.now(UTC) + timedelta(seconds=1)
    ),
    "until you turn the album off": lambda kept, _: kept.album.end(kept.alice, actor=ALICE),
    "So does erasing you": lambda kept, _: kept.records.remove_person(kept.alice.user_id),
}


@pytest.mark.parametrize("said", GOING)
def test_it_goes_as_it_is_said_and_no_file_has_a_byte_of_it(kept: Kept, said: str) -> None:
    assert said in TEXT
    kept.album.keep(kept.alice, actor=ALICE)
    kept.album.share(kept.alice, {EVERYONE}, actor=ALICE)
    source = kept.see(MINE, kept.alice)
    assert kept.has(MINE)
    GOING[said](kept, source)
    assert not kept.has(MINE)


def test_of_a_download_the_records_have_which_photos_and_that_goes_with_any_of_them(kept: Kept) -> None:
    assert "a day, or until any of the photos is in the album no more" in TEXT
    assert "which photos each has, by ids, in the records" in TEXT
    kept.album.keep(kept.alice, actor=ALICE)
    first, second = kept.see(MINE, kept.alice), kept.see("F0SECOND01", kept.alice, ts="1700000002.000100")
    seen = kept.album.seen_in([first, second], [kept.alice.user_id])
    kept.records.sheets.add_other("F0ZIPPED01", seen)
    assert kept.records.sheets.stands("F0ZIPPED01")
    assert kept.records.sheets.showing(seen) is None, "a zip is no picture"
    assert kept.records.sheets.over(datetime.now(UTC) + timedelta(seconds=1)) == ("F0ZIPPED01",)
    kept.records.appearances.remove(first)
    assert not kept.records.sheets.stands("F0ZIPPED01")
    assert kept.records.sheets.over(datetime.now(UTC) - timedelta(days=1)) == ("F0ZIPPED01",)


def test_whose_a_face_is_not_goes_with_the_photo_and_with_the_person(kept: Kept) -> None:
    assert "until the photo is deleted or you are erased" in TEXT
    photo, later = Source("C0CHANNEL1", "1.000100", MINE), Source("C0CHANNEL1", "2.000100", OTHERS)
    for each in (photo, later):
        kept.records.denials.add(each, 1, kept.alice.user_id)
    assert kept.has(MINE)
    kept.records.denials.remove(photo)
    assert not kept.has(MINE)
    kept.records.remove_person(kept.alice.user_id)
    assert not kept.has(OTHERS)


def test_the_log_has_of_how_many_photos_and_never_which(kept: Kept) -> None:
    assert "of how many photos; never which" in TEXT
    kept.album.keep(kept.alice, actor=ALICE)
    source = kept.see(MINE, kept.alice)
    kept.album.share(kept.alice, {"U0BRUNO001"}, actor=ALICE)
    kept.album.note([kept.alice.user_id], 1, actor=Actor("U0BRUNO001"))
    kept.album.note([kept.alice.user_id], 1, actor=Actor("U0BRUNO001"), what="download_album")
    kept.album.note([kept.alice.user_id], 1, actor=ALICE)  # of one's own nothing is noted
    kept.album.end(kept.alice, actor=ALICE)
    log = kept.records.log.newest(10)
    assert [entry.action for entry in log] == [
        "end_album",
        "download_album",
        "view_album",
        "share_album",
        "keep_album",
    ]
    assert log[0].details["photos"] == 1
    said = repr([entry.details for entry in log])
    assert not [each for each in (MINE, source.ts, source.channel, "U0BRUNO001") if each in said]
