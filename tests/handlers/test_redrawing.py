"""What is kept of an answer, so that it can be made once more: with all that people have said of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from handlers.photos import kept, redrawing
from handlers.photos.kept import Gathered, Listed
from handlers.slack import Place
from handlers.views.photos import Answered, Photographed
from services.records import Database, Records, Source, Standing, sqlite_url
from services.search import Identification, Mode

PHOTO = Source("C1", "1.1", "F1")
ANSWERED = Answered("F1", "Photo 1 of 2", Mode.FACES, 99.5, "FPICTURE", poster="U1")
LISTED = Listed(Place("C1", "1.1", about=PHOTO), "2.1", ANSWERED)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    database = Database(sqlite_url(tmp_path / "records.sqlite"))
    yield Records(database, "home")
    database.close()


@pytest.fixture
def desk(records: Records) -> Any:
    records.answers.keep(Standing("C1", "2.1", PHOTO, LISTED.how))
    return SimpleNamespace(workspace=SimpleNamespace(records=records))


def _kept(records: Records) -> Listed:
    standing = records.answers.standing("C1", "2.1")
    assert standing is not None
    return Listed.of(standing)


def test_a_list_is_read_again_as_it_was_kept(desk: Any, records: Records) -> None:
    assert _kept(records) == LISTED


def test_photos_that_are_answered_alone_or_among_many_are_found_by_file_and_by_message(
    desk: Any, records: Records
) -> None:
    """A list about many stands about a message, or about a part of a day, and not about one file."""
    of_message, of_day = Source("C1", "5.1"), Source("C1", "2026-07-01/1")
    several = Photographed(1, "5.1", "F1"), Photographed(2, "5.1", "F2")
    of_several = Photographed(1, "5.1", "F3"), Photographed(2, "6.1", "F1")
    for ts, about, photos in (("7.1", of_message, several), ("8.1", of_day, of_several)):
        many = Gathered(Place("C1", "7.0", about=about), ts, photos, ("FSHEET",))
        records.answers.keep(Standing("C1", ts, about, many.how))
    answers = records.answers
    assert kept.photos_of(answers, Source("", "", "F1")) == {
        PHOTO,
        Source("C1", "5.1", "F1"),
        Source("C1", "6.1", "F1"),
    }
    assert kept.photos_of(answers, of_message) == {Source("C1", "5.1", f"F{number}") for number in (1, 2, 3)}
    assert kept.photos_of(answers, Source("C1", "1.1")) == {PHOTO}
    assert kept.photos_of(answers, Source("C2", "5.1")) == set()
    assert kept.photos_of(answers, Source("", "", "FSHEET")) == set()


def test_two_who_correct_one_answer_both_have_their_say(desk: Any, records: Records) -> None:
    """Each has opened the form on the answer as it was before the other's."""
    redrawing.deny(desk, LISTED, 1, "u-1")
    last = redrawing.deny(desk, LISTED, 2, "u-2")
    assert last.answered.denials == {1: {"u-1"}, 2: {"u-2"}}
    assert _kept(records) == last


def test_of_an_answer_that_nothing_is_kept_of_its_own_button_tells(records: Records) -> None:
    desk: Any = SimpleNamespace(workspace=SimpleNamespace(records=records))
    assert redrawing.deny(desk, LISTED, 1, "u-1").answered.denials == {1: {"u-1"}}
    assert records.answers.standing("C1", "2.1") is None


def test_what_is_said_of_a_list_that_has_come_to_need_more_messages_is_kept_where_it_counts(
    desk: Any, records: Records
) -> None:
    records.answers.keep(Standing("C1", "2.2", PHOTO))
    records.answers.join("C1", ["2.1", "2.2"])
    denied = redrawing.deny(desk, LISTED, 1, "u-1")
    assert (denied.ts, denied.answered.denials) == ("2.2", {1: {"u-1"}})
    assert records.answers.parts("C1", "2.2") == ("2.1",)
    assert [each.posted for each in records.answers.about("C1", "1.1") if kept.is_list(each)] == ["2.2"]


def test_what_is_taken_back_is_said_of_nobody_any_more(desk: Any, records: Records) -> None:
    for number, user_id in ((1, "u-1"), (2, "u-2"), (3, "u-1")):
        redrawing.deny(desk, LISTED, number, user_id)
    records.answers.keep(Standing("C1", "3.1", replace(PHOTO, file_id=""), "?[]"))  # a question, which is no list
    redrawing._forgive(desk, Source("C1", "1.1"), "u-1")
    assert _kept(records).answered.denials == {2: {"u-2"}}


def test_what_is_said_meanwhile_is_in_the_answer_that_is_written_last(
    desk: Any, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Listed] = []

    def draw(desk: Any, step: Any, listed: Listed, user: str) -> redrawing.Redrawn:
        drawn.append(listed)
        if len(drawn) == 1:
            redrawing.deny(desk, LISTED, 2, "u-2")
        return redrawing.Redrawn(Identification(1, 1, Mode.USERS, 99, ()), hidden=True)

    monkeypatch.setattr(redrawing, "_redrawn", draw)
    step: Any = _Step()
    redrawing.redraw(desk, step, redrawing.deny(desk, LISTED, 1, "u-1"), user="U1")
    assert [each.answered.denials for each in drawn] == [{1: {"u-1"}}, {1: {"u-1"}, 2: {"u-2"}}]


class _Step:
    key = "job:1"

    def __call__(self, name: str, run: Any) -> Any:
        return run()
