"""The buttons of an answer: compare, say who the unknown faces are, and that a face is somebody else's."""

from dataclasses import replace
from typing import Any

import pytest
from team import PHOTOS, Json, Photo, Team, eventually, shown

from handlers.photos import drawn
from handlers.slack import replies
from handlers.views import changes
from handlers.views.names import naming
from handlers.views.people import consent as views
from handlers.views.people import people
from handlers.views.photos import corrections, strangers
from playground.state import seed
from services.people import consent
from services.records import Source

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


STATED = {"value": consent.RELEASE_VERSION, "text": {"type": "plain_text", "text": consent.RELEASE}}


def _click(team: Team, message: Json, action_id: str, option: int = 0) -> None:
    block = message["blocks"][-1]
    element = next(each for each in block["elements"] if each["action_id"] == action_id)
    action = {"block_id": block["block_id"], "action_id": action_id, "type": element["type"]}
    if element["type"] == "static_select":
        action["selected_option"] = element["options"][option]
    container = {"type": "message", "channel": PHOTOS, "ts": message["ts"]}
    team.member.do("action", container=container, action=action, state={"values": {}})


def _form(team: Team, answer: Json, action_id: str, option: int = 0, *, pictures: int = 1) -> Json:
    """The form that a menu of an answer opens, once it shows the faces."""
    team.member.news.clear()
    _click(team, answer, action_id, option)

    def cut() -> Json | None:
        views = [news["view"] for news in team.member.news if news["type"] in {"view_open", "view_update"}]
        return views[-1] if views and len(_crops(views[-1])) == pictures else None

    return eventually(cut, "the form shows the faces", within=20)


def _crops(view: Json) -> list[str]:
    return [block["slack_file"]["id"] for block in view["blocks"] if block["type"] == "image"]


def _suggested(team: Team, view: Json, typed: str, field: int = 0) -> list[Json]:
    asked = {"block_id": naming.block_id(field), "action_id": naming.NAME, "value": typed}
    answer = team.member.do("suggest", container={"type": "view", "view_id": view["id"]}, **asked)
    return [option for group in answer.get("option_groups", ()) for option in group["options"]]


def _submit(team: Team, view: Json, *names: str, stated: bool = True, erase: bool = False) -> Json:
    """Choose the last that is suggested for each name, and submit."""
    values: Json = {}
    for field, name in enumerate(names):
        if name:
            option = _suggested(team, view, name, field)[-1]
            values[naming.block_id(field)] = {naming.NAME: {"type": "external_select", "selected_option": option}}
    if stated:
        values[views.CONSENT] = {views.CONSENT: {"type": "checkboxes", "selected_options": [STATED]}}
    if erase:
        (box,) = (block for block in view["blocks"] if block.get("block_id") == naming.ERASE)
        values[naming.ERASE] = {naming.ERASE: {"type": "checkboxes", "selected_options": box["element"]["options"]}}
    return team.member.do("view_submit", view_id=view["id"], state={"values": values})


def _becomes(team: Team, answer: Json, text: str) -> Json:
    """An answer once it has that text."""

    def changed() -> Json | None:
        there = team.member.messages(PHOTOS, thread_ts=answer["thread_ts"])
        return next((m for m in there if m["ts"] == answer["ts"] and text in shown(m)), None)

    return eventually(changed, f"{text!r} in place of {shown(answer)!r}", within=30)


def _says(team: Team, answer: Json, text: str) -> Json:
    """The message of an answer's thread that has this text."""

    def said() -> Json | None:
        there = team.member.messages(PHOTOS, thread_ts=answer["thread_ts"])
        return next((m for m in there if text in shown(m)), None)

    return eventually(said, f"a message with {text!r}", within=30)


def _lists(team: Team, thread: str) -> list[str]:
    return [shown(message) for message in team.thread(thread, 1) if "recognised" in shown(message)]


def _pictures(team: Team, thread: str) -> list[Json]:
    """What of the thread shows an annotated picture: a message with a file, or a list with one in it."""
    return [
        message
        for message in team.thread(thread, 1)
        if message.get("files") or any(block["type"] == "image" for block in message.get("blocks") or ())
    ]


def _known(team: Team) -> dict[str, int]:
    return {person.name: person.faces for person in team.workspace.people.all()}


def test_compare_shows_both_ways_once_however_often_it_is_clicked(
    team: Team, photo: Photo, pair: tuple[str, bytes]
) -> None:
    team.thread(team.enrol("joe", photo("biden.jpg")), 1)
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


def test_compare_names_nobody_who_a_face_was_said_not_to_be(team: Team, photo: Photo) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    ts = team.post("who?", photo("obama2.jpg"))
    answer = team.thread(ts, 2)[1]
    _submit(team, _form(team, answer, corrections.NOT), stated=False)
    _click(team, _becomes(team, answer, "1 · unknown"), corrections.COMPARE)
    compared = shown(team.thread(ts, 4)[3])
    assert "1 · unknown either way" in compared
    assert "Barack" not in compared


def test_who_is_erased_while_their_photo_is_drawn_is_not_named(
    team: Team, pair: tuple[str, bytes], photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.thread(team.enrol("joe", photo("biden.jpg")), 1)
    people, show = team.workspace.people, drawn.show

    def erased_meanwhile(*given: Any) -> tuple[str, str]:
        people.forget(people.get("joe"), actor="U1")
        return show(*given)

    monkeypatch.setattr(drawn, "show", erased_meanwhile)
    pictures: list[list[str | None]] = []
    draw = drawn.draw
    monkeypatch.setattr(
        drawn, "draw", lambda photo, found: pictures.append([e.name for e in found.labels()]) or draw(photo, found)
    )
    answer = team.thread(team.post("who?", pair), 2)[1]
    assert "0 of 2 faces recognised" in shown(answer)
    assert "Joe" not in shown(answer)
    assert pictures == [[None, "Joe"], [None, None]], "the first was shown to nobody"


def test_who_is_erased_while_an_answer_is_drawn_anew_is_not_named(
    team: Team, pair: tuple[str, bytes], photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.thread(team.enrol("joe", photo("biden.jpg")), 1)
    answer = team.thread(team.post("who?", pair), 2)[1]
    people, show = team.workspace.people, replies.show_if_taken

    def erased_meanwhile(*given: Any, **options: Any) -> tuple[str, str]:
        if any(person.name == "Joe" for person in people.all()):
            people.forget(people.get("joe"), actor="U1")
        return show(*given, **options)

    monkeypatch.setattr(replies, "show_if_taken", erased_meanwhile)
    _click(team, answer, corrections.COMPARE)
    compared = shown(team.thread(answer["thread_ts"], 4)[3])
    assert "2 · unknown either way" in compared
    team.enrol("joe", photo("biden.jpg"))
    eventually(lambda: _known(team).get("Joe"), "Joe is known again", within=20)
    _submit(team, _form(team, answer, corrections.WHO), "barack")
    again = _becomes(team, answer, "1 · Barack")
    assert "1 of 2 faces recognised" in shown(again)
    assert "Joe" not in shown(again)


def test_all_unknown_faces_are_named_in_one_go_and_the_answer_shows_it(team: Team, pair: tuple[str, bytes]) -> None:
    ts = team.post("who?", pair)
    picture, answer = team.thread(ts, 2)
    assert "0 of 2" in shown(answer)
    view = _form(team, answer, corrections.WHO, option=1, pictures=2)
    crops = _crops(view)
    assert "Who are they?" in str(view["title"])
    _submit(team, view, "Joe", "Barack")
    answered = _becomes(team, answer, "2 of 2 faces recognised")["ts"]
    assert answered == answer["ts"], "the list is edited in its place"
    eventually(lambda: "Barack" in _lists(team, ts)[0] and "Joe" in _lists(team, ts)[0], "both are named", within=20)
    assert len(_lists(team, ts)) == 1
    eventually(lambda: len(_pictures(team, ts)) == 1, "one picture is left", within=10)
    assert _pictures(team, ts)[0]["ts"] == answer["ts"], "the new one stands in the list"
    assert "Joe" in str(_pictures(team, ts)[0]["blocks"][0]["alt_text"])
    (file,) = picture["files"]
    for gone in (file["id"], *crops):
        eventually(lambda file=gone: not team.slack.api("files.info", file=file)["ok"], f"{gone} is gone", within=10)
    assert _known(team) == {"Barack": 1, "Joe": 1}


def test_what_is_typed_is_filtered_and_a_new_name_has_to_be_stated(team: Team, photo: Photo) -> None:
    team.thread(team.enrol("joe", photo("biden.jpg")), 1)
    ts = team.post("who?", photo("obama.jpg"))
    view = _form(team, team.thread(ts, 2)[1], corrections.WHO)
    assert [option["text"]["text"] for option in _suggested(team, view, "joe")] == ["Joe"]
    unknown = _suggested(team, view, "barack obama")
    assert [option["text"]["text"] for option in unknown] == ["“Barack Obama”, whom I do not know yet"]
    assert any(option["value"].startswith("m U") for option in _suggested(team, view, ""))
    refused = _submit(team, view, "barack", stated=False)
    assert "Tick this" in refused["errors"][views.CONSENT]
    empty = _submit(team, view)
    assert naming.block_id(0) in empty["errors"]
    _submit(team, view, "barack")
    answer = _becomes(team, team.thread(ts, 2)[1], "Barack — 99.")
    again = _submit(team, _form(team, answer, corrections.NOT), "joe", stated=False)
    assert "errors" not in again, "of Joe it is stated"


def test_an_undone_naming_leaves_no_name_in_the_answer(team: Team, photo: Photo) -> None:
    ts = team.post("who?", photo("obama.jpg"))
    answer = team.thread(ts, 2)[1]
    _submit(team, _form(team, answer, corrections.WHO), "barack")
    _becomes(team, answer, "1 of 1 face recognised")
    said = _says(team, answer, "1 of 1 photo added")
    team.click(said, changes.UNDO)
    _becomes(team, answer, "0 of 1 face recognised")
    assert _known(team) == {}


def test_who_may_not_remove_a_photo_is_told_that_it_stays(team: Team, photo: Photo) -> None:
    learned = photo("obama2.jpg")
    team.thread(team.enrol("barack", photo("obama.jpg"), learned), 1)
    ts = team.post("who?", learned)
    answer = team.thread(ts, 2)[1]
    second = replace(team, member=team.slack.member(seed.SECOND))
    _submit(second, _form(second, answer, corrections.NOT), stated=False)
    _becomes(team, answer, "1 · unknown")
    heard = second.member.hears("ephemeral", within=20)
    assert "What I have learned as Barack stays" in shown(heard["message"])
    assert team.workspace.people.get("barack").faces == 2


def test_a_wrong_name_is_unlearned_and_that_is_undone(team: Team, photo: Photo) -> None:
    learned = photo("obama2.jpg")
    team.thread(team.enrol("barack", photo("obama.jpg"), photo("obama3.jpg"), learned), 1)
    ts = team.post("who?", learned)
    answer = team.thread(ts, 2)[1]
    assert "1 · Barack" in shown(answer)
    view = _form(team, answer, corrections.NOT)
    assert "1 is not Barack" in shown(view)
    assert "only photo" not in shown(view)
    _submit(team, view, stated=False)
    _becomes(team, answer, "0 of 1 face recognised")
    said = _says(team, answer, "1 is not Barack, and nobody else")
    assert "I had learned this very face as theirs" in shown(said)
    assert _known(team) == {"Barack": 2}
    team.click(said, changes.UNDO)
    _becomes(team, answer, "1 · Barack")
    assert _known(team) == {"Barack": 3}


def test_of_an_only_photo_it_is_asked_first_and_who_it_is_instead_may_be_said(team: Team, photo: Photo) -> None:
    team.thread(team.enrol("joe", photo("obama.jpg")), 1)
    ts = team.post("who?", photo("obama.jpg"))
    answer = team.thread(ts, 2)[1]
    view = _form(team, answer, corrections.NOT)
    assert "only photo by which I know Joe" in shown(view)
    _submit(team, view, stated=False)
    _becomes(team, answer, "0 of 1 face recognised")
    asked = _says(team, answer, "Erase Joe with 1 photo?")
    assert _known(team) == {"Joe": 1}
    team.click(asked, people.KEEP)
    ts = team.post("who now?", photo("obama.jpg"))
    answer = team.thread(ts, 2)[1]
    _submit(team, _form(team, answer, corrections.NOT), "barack", erase=True)
    _becomes(team, answer, "1 · Barack")
    assert _known(team) == {"Barack": 1}


def test_two_corrections_of_one_answer_both_hold(team: Team, photo: Photo, pair: tuple[str, bytes]) -> None:
    team.thread(team.enrol("joe", photo("biden.jpg")), 1)
    team.thread(team.enrol("barack", photo("obama.jpg"), photo("obama3.jpg")), 1)
    ts = team.post("both?", pair)
    answer = team.thread(ts, 2)[1]
    assert "2 of 2 faces recognised" in shown(answer)
    _submit(team, _form(team, answer, corrections.NOT), stated=False)
    answer = _becomes(team, answer, "1 of 2 faces recognised")
    assert "1 · unknown" in shown(answer)
    _submit(team, _form(team, answer, corrections.NOT), stated=False)
    _becomes(team, answer, "0 of 2 faces recognised")
    assert len(_lists(team, ts)) == 1
    assert _known(team) == {"Barack": 2, "Joe": 1}


def test_one_stranger_in_several_photos_is_one_question(team: Team, photo: Photo, pair: tuple[str, bytes]) -> None:
    ts = team.post("an evening", pair, photo("obama.jpg"), photo("obama3.jpg"))
    (answer,) = (each for each in team.thread(ts, 6) if "Photo 1 of 3: 0 of 2" in shown(each))
    question = _says(team, answer, "who is it?")
    asked = "The same person is face 1 in photo 1, face 1 in photo 2 and face 1 in photo 3: who is it?"
    assert asked in shown(question)
    assert team.workspace.records.count() == (0, 0)
    assert list(team.workspace.collection.faces()) == [], "no vector outlives the job"
    team.member.news.clear()
    team.click(question, strangers.WHO)

    def cut() -> Json | None:
        views = [news["view"] for news in team.member.news if news["type"] in {"view_open", "view_update"}]
        return views[-1] if views and len(_crops(views[-1])) == 3 else None

    _submit(team, eventually(cut, "the form shows all three", within=20), "barack")
    for said in ("Photo 1 of 3: 1 of 2", "Photo 2 of 3: 1 of 1", "Photo 3 of 3: 1 of 1"):
        _says(team, answer, said)
    assert _known(team) == {"Barack": 3}

    def settled() -> bool:
        return not any(asked in shown(each) for each in team.thread(ts, 1))

    eventually(settled, "the question is taken back", within=20)
    assert len(_pictures(team, ts)) == 3


def test_who_asked_alone_is_answered_alone_once_more_and_the_thread_is_edited(team: Team, photo: Photo) -> None:
    ts = team.post("look", photo("obama.jpg"))
    public = team.thread(ts, 2)[1]
    team.member.news.clear()
    team.member.do("shortcut", callback_id="who_is_in_this", channel=PHOTOS, ts=ts)
    alone = team.member.hears("ephemeral", within=30)["message"]
    view = _form(team, alone, corrections.WHO)
    team.member.news.clear()
    _submit(team, view, "barack")

    def named() -> bool:
        news = (each["message"] for each in team.member.news if each["type"] == "ephemeral")
        return any("1 · Barack" in shown(message) for message in news)

    eventually(named, "the same photo, answered alone once more", within=30)
    _becomes(team, public, "1 · Barack")


def test_of_a_photo_that_is_deleted_meanwhile_no_picture_is_left(team: Team, photo: Photo) -> None:
    ts = team.post("who?", photo("obama.jpg"))
    answer = team.thread(ts, 2)[1]
    view = _form(team, answer, corrections.WHO)
    before = {file.id for file in team.slack.slack.workspaces[0].files.values() if file.name == drawn.PICTURE}
    team.workspace.records.answers.mark_gone(Source(PHOTOS, ts))
    _submit(team, view, "barack")
    eventually(lambda: _known(team) or None, "who it is is known all the same", within=20)

    def left() -> set[str]:
        there = team.slack.slack.workspaces[0].files.values()
        return {file.id for file in there if file.name == drawn.PICTURE} - before

    deadline = team.post("another one", photo("biden.jpg"))  # whose answer comes after
    team.thread(deadline, 2)
    eventually(lambda: len(left()) <= 1, "but for that of the other photo", within=20)
    assert "0 of 1 face recognised" in shown(team.thread(ts, 1)[1])
