"""Many photos in one message: one sheet and one list, each photo when asked, named, and without what is deleted."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from team import PHOTOS, Json, Photo, Team, element_of, eventually, shown

from handlers.photos import kept
from handlers.slack import replies
from handlers.views.photos import corrections, gathered
from playground.state import seed
from services.records import Source

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


@pytest.fixture
def post(team: Team, photo: Photo, pair: tuple[str, bytes]) -> Iterator[tuple[str, list[str]]]:
    """Four photos in one message, and their files; Obama is known by another one, and in three of them."""
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    given = [photo("obama2.jpg"), photo("biden.jpg"), pair, photo("obama3.jpg")]
    files = [team.member.upload(name, data)["id"] for name, data in given]
    yield team.member.post(PHOTOS, "the day", files=files), files


def _becomes(team: Team, ts: str, text: str) -> Json:
    """The last reply of the thread, once it says that."""

    def said() -> Json | None:
        replies = team.member.messages(PHOTOS, thread_ts=ts)[1:]
        return next((each for each in replies if text in shown(each)), None)

    return eventually(said, f"{text!r} in the thread", within=30)


def _said(team: Team, ts: str) -> list[str]:
    return [shown(each) for each in team.member.messages(PHOTOS, thread_ts=ts)[1:]]


def test_four_photos_get_one_sheet_and_one_list_and_each_when_asked(team: Team, post: tuple[str, list[str]]) -> None:
    ts, _ = post
    sheet, answer, *_ = team.thread(ts, 2)
    assert len(sheet["files"]) == 1
    assert "1 person recognised in 4 photos" in shown(answer)
    assert "Barack: 1, 3, 4" in shown(answer)
    assert "2 faces that I do not know: 2, 3" in shown(answer)
    _becomes(team, ts, "who is it?")  # Biden is in two
    team.click(answer, gathered.EACH)
    team.click(answer, gathered.EACH)
    _becomes(team, ts, "Photo 4: ")
    lists = [each for each in _said(team, ts) if each.startswith("Photo ")]
    counted = ["1: 1 of 1 face", "2: 0 of 1 face", "3: 1 of 2 faces", "4: 1 of 1 face"]
    assert [each.partition(" recognised")[0] for each in lists] == [f"Photo {each}" for each in counted]


def test_a_face_is_named_below_the_list_which_then_knows_them(team: Team, post: tuple[str, list[str]]) -> None:
    ts, _ = post
    answer = _becomes(team, ts, "Barack: 1, 3, 4")
    _, menu = element_of(answer["blocks"], gathered.WHO)
    assert [option["text"]["text"] for option in menu["options"]] == ["Face 1 in photo 2", "Face 2 in photo 3"]
    team.click(answer, gathered.WHO, selected_option=menu["options"][0])
    team.name(team.opens(), "Joe")
    named = _becomes(team, ts, "2 people recognised in 4 photos")
    assert named["ts"] == answer["ts"]
    assert "Joe: 2, 3" in shown(named)
    assert named["blocks"][0]["type"] == "image"


def test_who_is_erased_while_a_sheet_is_shown_is_not_named(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    people, show = team.workspace.people, replies.show_if_taken

    def erased_meanwhile(*given: Any, **options: Any) -> tuple[str, str]:
        people.forget(people.get("barack"), actor="U1")
        return show(*given, **options)

    monkeypatch.setattr(replies, "show_if_taken", erased_meanwhile)
    ts = team.post("many", *(photo(name) for name in ("obama2.jpg", "biden.jpg", "obama3.jpg", "astronaut.png")))
    answer = _becomes(team, ts, "recognised in 4 photos")
    assert "Barack" not in shown(answer)


def test_whom_a_face_is_not_the_list_names_no_longer(team: Team, post: tuple[str, list[str]]) -> None:
    ts, _ = post
    answer = _becomes(team, ts, "Barack: 1, 3, 4")
    team.click(answer, gathered.EACH)
    fourth = _becomes(team, ts, "Photo 4: ")
    _, menu = element_of(fourth["blocks"], corrections.NOT)
    team.click(fourth, corrections.NOT, selected_option=menu["options"][0])
    team.member.do("view_submit", view_id=team.opens()["id"], state={"values": {}})
    assert _becomes(team, ts, "Barack: 1, 3\n")["ts"] == answer["ts"]


def test_below_the_list_one_says_of_each_face_whose_it_is_not_and_that_outlives_the_answer(
    team: Team, post: tuple[str, list[str]]
) -> None:
    ts, files = post
    answer = _becomes(team, ts, "Barack: 1, 3, 4")
    _, menu = element_of(answer["blocks"], gathered.NOT)
    labels = [option["text"]["text"] for option in menu["options"]]
    assert labels[1] == "Face 1 in photo 3 is not Barack"
    team.click(answer, gathered.NOT, selected_option=menu["options"][1])
    view = team.opens()
    team.member.do("view_submit", view_id=view["id"], state={"values": {}})
    changed = _becomes(team, ts, "Barack: 1, 4\n")
    assert changed["ts"] == answer["ts"]
    _becomes(team, ts, "1 is not Barack")
    team.click(changed, gathered.EACH)
    assert "Barack" not in shown(_becomes(team, ts, "Photo 3: "))
    photo = Source(PHOTOS, ts, files[2])
    assert {1} == team.workspace.records.denials.of(photo).keys()
    for each in team.workspace.records.answers.about(PHOTOS, ts):
        team.workspace.records.answers.drop(each)
    assert kept.denials(team.workspace.records, photo).keys() == {1}


def test_a_deleted_photo_is_in_the_answer_no_more_and_with_the_last_one_all_goes(
    team: Team, post: tuple[str, list[str]]
) -> None:
    ts, files = post
    _becomes(team, ts, "Barack: 1, 3, 4")
    team.member.do("remove_file", channel=PHOTOS, ts=ts, file=files[0], delete=True)
    assert "Barack: 3, 4" in shown(_becomes(team, ts, "1 person recognised in 3 photos"))
    for file_id in files[1:]:
        team.deliver({"type": "file_deleted", "file_id": file_id})
    eventually(lambda: not any("Barack" in each for each in _said(team, ts)), "nothing said of it", within=30)


def _unshare(team: Team, ts: str, file_id: str, rest: list[str]) -> None:
    known = team.slack.slack.workspaces[0].files
    known[file_id] = replace(known[file_id], shares=(), created=1)
    team.deliver({"type": "file_unshared", "file_id": file_id, "event_ts": "1.1"})


def _edit(team: Team, ts: str, file_id: str, rest: list[str]) -> None:
    """Of which Slack does not say what the message was before."""
    files = [{"id": each, "mimetype": "image/png"} for each in rest]
    message = {"ts": ts, "user": seed.ADMIN, "edited": {"user": seed.ADMIN, "ts": "1.1"}, "files": files}
    team.deliver({"type": "message", "subtype": "message_changed", "channel": PHOTOS, "ts": "1.1", "message": message})


@pytest.mark.parametrize("take_out", [_unshare, _edit])
def test_a_photo_that_is_taken_out_is_in_the_answer_no_more(
    team: Team, post: tuple[str, list[str]], take_out: Callable[[Team, str, str, list[str]], None]
) -> None:
    ts, files = post
    sheet = team.thread(ts, 2)[0]
    _becomes(team, ts, "Barack: 1, 3, 4")
    answers = team.workspace.records.answers
    eventually(lambda: kept.photos_of(answers, Source(PHOTOS, ts)), "it is kept what the list is about", within=10)
    take_out(team, ts, files[0], files[1:])
    assert "Barack: 3, 4" in shown(_becomes(team, ts, "1 person recognised in 3 photos"))
    picture = sheet["files"][0]["id"]
    eventually(lambda: picture not in team.slack.slack.workspaces[0].files, "the sheet with it is deleted", within=20)


def test_who_asks_alone_is_shown_the_sheet_alone(team: Team, post: tuple[str, list[str]]) -> None:
    ts, _ = post
    _becomes(team, ts, "who is it?")  # the last that is said of them
    said = len(_said(team, ts))
    team.member.news.clear()
    team.member.do("shortcut", callback_id="who_is_in_this", channel=PHOTOS, ts=ts)
    message = team.member.hears("ephemeral", within=30)["message"]
    assert message["blocks"][0]["type"] == "image"
    assert "Barack: 1, 3, 4" in shown(message)
    others = team.slack.member(seed.SECOND).messages(PHOTOS, thread_ts=ts)[1:]
    assert len(others) == said


def test_with_the_message_all_of_it_goes(team: Team, post: tuple[str, list[str]]) -> None:
    ts, _ = post
    _becomes(team, ts, "Barack: 1, 3, 4")
    team.member.do("delete", channel=PHOTOS, ts=ts)
    eventually(lambda: not any("Barack" in each for each in _said(team, ts)), "nothing said of it", within=30)
