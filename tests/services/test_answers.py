"""What the bot has posted about which photo, and which photos are gone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.records import Answers, Database, Records, Source, Standing, sqlite_url

PHOTO = Source("C1", "1.1", "F1")
NEXT_TO_IT = Source("C1", "1.1", "F2")
ELSEWHERE = Source("C2", "7.1", "F1")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "records.sqlite"))
    yield opened
    opened.close()


@pytest.fixture
def answers(database: Database) -> Answers:
    return Records(database, "home").answers


def test_what_stands_is_found_by_message_by_file_and_by_itself(answers: Answers) -> None:
    picture, listed, beside = (
        Standing("C1", "FP", PHOTO),
        Standing("C1", "2.1", PHOTO),
        Standing("C1", "3.1", NEXT_TO_IT),
    )
    there = Standing("C2", "8.1", ELSEWHERE)
    for each in (picture, listed, beside, there):
        answers.keep(each)
    answers.keep(listed)
    assert set(answers.about("C1", "1.1")) == {picture, listed, beside}
    assert set(answers.about("C1", "1.1", {"F2"})) == {beside}
    assert set(answers.about_file("F1")) == {picture, listed, there}
    assert answers.source_of("C1", "3.1") == NEXT_TO_IT
    assert answers.source_of("C1", "9.9") is None
    assert answers.source_in("C2", "F1") == ELSEWHERE
    assert answers.source_in("C3", "F1") == Source("", "", "F1")
    answers.drop(picture)
    assert answers.about("C1", "1.1", {"F1"}) == (listed,)


@pytest.mark.parametrize(
    ("gone", "sources"),
    [
        (Source("C1", "1.1"), {PHOTO, NEXT_TO_IT, Source("C1", "1.1")}),
        (PHOTO, {PHOTO}),
        (Source("", "", "F1"), {PHOTO, ELSEWHERE, Source("", "", "F1")}),
    ],
)
def test_gone_is_a_message_a_file_or_a_file_of_a_message(answers: Answers, gone: Source, sources: set[Source]) -> None:
    answers.mark_gone(gone)
    answers.mark_gone(gone)
    everything = {PHOTO, NEXT_TO_IT, ELSEWHERE, Source("C1", "1.1"), Source("", "", "F1"), Source("", "")}
    assert {each for each in everything if answers.is_gone(each)} == sources


def test_no_workspace_sees_another_ones(database: Database, answers: Answers) -> None:
    other = Records(database, "T2").answers
    answers.keep(Standing("C1", "2.1", PHOTO))
    answers.mark_gone(PHOTO)
    assert other.about_file("F1") == ()
    assert not other.is_gone(PHOTO)
    assert database.workspaces() == ("home",)
    Records(database, "home").erase(actor="test")
    assert answers.about_file("F1") == ()
    assert not answers.is_gone(PHOTO)


def test_they_move_with_a_channel_that_gets_another_id(database: Database, answers: Answers) -> None:
    elsewhere = Records(database, "elsewhere").answers
    for each in (answers, elsewhere):
        each.keep(Standing("C1", "2.1", PHOTO, "packed", "job:1:say"))
    answers.keep(Standing("D1", "3.1", PHOTO))  # Slack did not take it in the channel
    gone = Source("C1", "1.1", "F3")
    answers.mark_gone(gone)
    answers.move("C1", "C9")
    photo = Source("C9", "1.1", "F1")
    listed = Standing("C9", "2.1", photo, "packed", "job:1:say")
    assert set(answers.about("C9", "1.1")) == {listed, Standing("D1", "3.1", photo)}
    assert answers.marked("C9", "job:1:say") == listed
    assert answers.about("C1", "1.1") == ()
    assert (answers.is_gone(gone), answers.is_gone(Source("C9", "1.1", "F3"))) == (False, True)
    assert elsewhere.about("C1", "1.1"), "another workspace's channel is another"


def test_what_is_kept_under_the_new_id_of_a_channel_already_stays(answers: Answers) -> None:
    there = Standing("C9", "2.1", Source("C9", "1.1", "F1"), "as it is now", "job:1:say")
    for each in (Standing("C1", "2.1", PHOTO, "as it was"), Standing("C1", "4.1", PHOTO, mark="job:1:say"), there):
        answers.keep(each)
    for channel in ("C1", "C9"):
        answers.mark_gone(Source(channel, "1.1", "F3"))
    answers.move("C1", "C9")
    answers.move("C1", "C9")  # Slack says it again
    assert set(answers.about("C9", "1.1")) == {there, Standing("C9", "4.1", there.source)}
    assert answers.marked("C9", "job:1:say") == there
    assert answers.is_gone(Source("C9", "1.1", "F3"))
    assert not answers.is_gone(Source("C1", "1.1", "F3"))


def test_both_are_forgotten_when_their_time_is_over(answers: Answers) -> None:
    answers.keep(Standing("C1", "2.1", PHOTO))
    answers.mark_gone(PHOTO)
    now, soon = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)
    answers.forget(answers=now, deletions=now, marks=now)
    assert answers.about_file("F1")
    assert answers.is_gone(PHOTO)
    answers.forget(answers=now, deletions=soon, marks=now)
    assert answers.about_file("F1")
    assert not answers.is_gone(PHOTO)
    answers.forget(answers=soon, deletions=soon, marks=soon)
    assert not answers.about_file("F1")


def test_how_to_answer_once_more_is_kept_with_what_stands(answers: Answers) -> None:
    listed = Standing("C1", "2.1", PHOTO)
    answers.keep(listed)
    answers.note("C1", "2.1", "packed")
    answers.note("C1", "9.9", "of nothing that stands")
    assert answers.standing("C1", "2.1") == Standing("C1", "2.1", PHOTO, "packed")
    assert answers.standing("C1", "9.9") is None
    answers.drop(listed)
    assert answers.about("C1", "1.1") == ()


def test_what_a_job_has_said_is_found_by_its_mark_for_a_while(answers: Answers) -> None:
    listed = Standing("C1", "2.1", PHOTO, mark="job:1:say")
    told = Standing("D1", "3.1", Source("", ""), mark="job:1:tell")
    for each in (listed, told):
        answers.keep(each)
    assert answers.marked("C1", "job:1:say") == listed
    assert answers.marked("D1", "job:1:say") is None
    assert answers.marked("D1", "job:1:tell") == told
    now = datetime.now(UTC)
    before, after = now - timedelta(days=1), now + timedelta(days=1)
    answers.forget(answers=before, deletions=after, marks=before)
    assert answers.marked("C1", "job:1:say") == listed
    assert answers.standing("D1", "3.1") is None, "nobody but its job asks for it"
    answers.forget(answers=before, deletions=before, marks=after)
    assert answers.marked("C1", "job:1:say") is None, "its job is forgotten, and one of the same key is another"
    assert answers.standing("C1", "2.1") == Standing("C1", "2.1", PHOTO)


def test_what_is_recorded_again_keeps_its_mark_and_how_to_answer_once_more(answers: Answers) -> None:
    answers.keep(Standing("C1", "2.1", PHOTO, mark="job:1:say"))
    answers.note("C1", "2.1", "packed")
    answers.keep(Standing("C1", "2.1", PHOTO))
    assert answers.marked("C1", "job:1:say") == Standing("C1", "2.1", PHOTO, "packed", "job:1:say")


def test_of_what_was_said_twice_under_a_mark_what_was_recorded_first_counts(answers: Answers) -> None:
    first, again = (Standing("C1", posted, PHOTO, mark="job:1:say") for posted in ("10.1", "9.1"))
    assert answers.keep(first) == first
    assert answers.keep(again) == first
    assert answers.standing("C1", "9.1") is None
    elsewhere = Standing("C2", "9.1", PHOTO, mark="job:1:say")
    assert answers.keep(elsewhere) == elsewhere
    unmarked = [Standing("C1", posted, PHOTO) for posted in ("11.1", "12.1")]
    assert [answers.keep(each) for each in unmarked] == unmarked


def test_of_an_answer_in_several_messages_the_last_counts_and_has_what_was_kept_with_it(answers: Answers) -> None:
    for posted in ("2.1", "3.1"):
        answers.keep(Standing("C1", posted, PHOTO))
    answers.note("C1", "2.1", "how")
    answers.join("C1", ["2.1", "3.1"])
    last = Standing("C1", "3.1", PHOTO, "how")
    assert answers.whole("C1", "2.1") == answers.whole("C1", "3.1") == last
    assert (answers.parts("C1", "3.1"), answers.parts("C1", "2.1")) == (("2.1",), ())
    answers.keep(Standing("C1", "4.1", PHOTO))
    answers.join("C1", ["2.1", "3.1", "4.1"])
    assert answers.whole("C1", "2.1") == answers.whole("C1", "3.1") == answers.standing("C1", "4.1")
    assert answers.parts("C1", "4.1") == ("2.1", "3.1")
    assert [each.is_part for each in answers.about("C1", "1.1")] == [True, True, False]
