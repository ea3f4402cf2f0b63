"""The buttons of an answer: compare, name an unknown face, say that a face is somebody else's."""

from dataclasses import replace

import pytest
from team import PHOTOS, Json, Photo, Team, eventually, shown

from handlers.views import consent as views
from handlers.views import corrections, enroll
from playground.state import seed
from services.people import consent

pytestmark = pytest.mark.usefixtures("nobody_known")


def _click(team: Team, message: Json, action_id: str, option: int = 0) -> None:
    block = message["blocks"][-1]
    element = next(each for each in block["elements"] if each["action_id"] == action_id)
    action = {"block_id": block["block_id"], "action_id": action_id, "type": element["type"]}
    if element["type"] == "static_select":
        action["selected_option"] = element["options"][option]
    container = {"type": "message", "channel": PHOTOS, "ts": message["ts"]}
    team.member.do("action", container=container, action=action, state={"values": {}})


def _changed(team: Team, thread: str, text: str) -> Json:
    def found() -> Json | None:
        return next((m for m in team.thread(thread, 2) if text in shown(m)), None)

    return eventually(found, f"a message with {text!r}", within=30)


def test_compare_shows_both_ways_once_however_often_it_is_clicked(
    team: Team, photo: Photo, pair: tuple[str, bytes]
) -> None:
    team.thread(team.post("enroll joe", photo("biden.jpg")), 1)
    ts = team.post("who?", pair)
    answer = team.thread(ts, 2)[1]
    for _ in range(2):
        _click(team, answer, corrections.COMPARE)
    compared = shown(team.thread(ts, 4)[3])
    assert "single faces find 1 of 2, user vectors 1" in compared
    assert "1 · unknown either way" in compared
    assert "2 · Joe — single faces 99." in compared
    later = team.post("later", photo("obama.jpg"))
    team.thread(later, 2)
    assert len(team.thread(ts, 4)) == 4


def _name(team: Team, answer: Json, option: int, name: str) -> str:
    """Name an unknown face of an answer; the id of its picture."""
    team.member.news.clear()
    _click(team, answer, corrections.WHO, option=option)

    def cut() -> Json | None:
        views = [news["view"] for news in team.member.news if news["type"] in {"view_open", "view_update"}]
        return views[-1] if views and views[-1]["blocks"][0]["type"] == "image" else None

    view = eventually(cut, "the modal shows the face", within=20)
    stated = {"value": consent.RELEASE_VERSION, "text": {"type": "plain_text", "text": consent.RELEASE}}
    values = {
        enroll.NAME: {enroll.NAME: {"type": "plain_text_input", "value": name}},
        views.CONSENT: {views.CONSENT: {"type": "checkboxes", "selected_options": [stated]}},
    }
    team.member.do("view_submit", view_id=view["id"], state={"values": values})
    crop: str = view["blocks"][0]["slack_file"]["id"]
    return crop


def test_an_unknown_face_is_named_and_known_from_then_on(team: Team, pair: tuple[str, bytes]) -> None:
    ts = team.post("who?", pair)
    answer = team.thread(ts, 2)[1]
    crop = _name(team, answer, 1, "Joe")
    eventually(lambda: not team.slack.api("files.info", file=crop)["ok"], "the picture of the face is gone", within=10)
    assert "Joe: 1 of 1 photo added" in shown(team.thread(ts, 3)[2])
    _name(team, answer, 1, "Joe")
    again = shown(team.thread(ts, 4)[3])
    assert "Joe: 0 of 1 photo added" in again
    assert "This photo of Joe is enrolled already" in again
    assert team.workspace.people.get("joe").faces == 1
    ts = team.post("and now?", pair)
    listed = shown(team.thread(ts, 2)[1])
    assert "1 · unknown" in listed
    assert "2 · Joe — 99." in listed


def test_who_may_not_remove_a_photo_is_told_that_it_stays(team: Team, photo: Photo) -> None:
    learned = photo("obama2.jpg")
    team.thread(team.post("enroll barack", photo("obama.jpg"), learned), 1)
    ts = team.post("who?", learned)
    answer = team.thread(ts, 2)[1]
    _click(replace(team, member=team.slack.member(seed.SECOND)), answer, corrections.NOT)
    _changed(team, ts, "1 · unknown")
    heard = team.slack.member(seed.SECOND).hears("ephemeral", within=20)
    assert "What I have learned as Barack stays" in shown(heard["message"])
    assert team.workspace.people.get("barack").faces == 2


def test_a_wrong_name_is_taken_back_and_unlearned(team: Team, photo: Photo, pair: tuple[str, bytes]) -> None:
    team.thread(team.post("enroll joe", photo("biden.jpg")), 1)
    team.thread(team.post("enroll barack", photo("obama.jpg"), photo("obama3.jpg")), 1)
    learned = photo("obama2.jpg")
    team.thread(team.post("enroll barack", learned), 1)
    ts = team.post("who?", learned)
    answer = team.thread(ts, 2)[1]
    assert "1 · Barack" in shown(answer)
    for _ in range(2):
        _click(team, answer, corrections.NOT)
    assert "0 of 1 face recognised" in shown(_changed(team, ts, "1 · unknown"))
    said = shown(_changed(team, ts, "1 is not Barack; "))
    assert "I had learned this very face as theirs" in said
    assert {person.name: person.faces for person in team.workspace.people.all()} == {"Barack": 2, "Joe": 1}
    ts = team.post("both?", pair)
    answer = team.thread(ts, 2)[1]
    assert "2 of 2 faces recognised" in shown(answer)
    for option in (1, 0):
        _click(team, answer, corrections.NOT, option=option)
    corrected = shown(_changed(team, ts, "· unknown"))
    assert ("1 · Barack" in corrected) != ("2 · Joe" in corrected), "whichever came first"
    eventually(
        lambda: sum("faces recognised" in shown(message) for message in team.thread(ts, 2)) == 1,
        "one answer stands",
        within=10,
    )
    assert {person.name: person.faces for person in team.workspace.people.all()} == {"Barack": 2, "Joe": 1}
