"""After an enrolment by message: which photos would help, more of them in the thread, and undoing it."""

import pytest
from team import PHOTOS, Json, Photo, Team, element_of, eventually, shown

from handlers.slack import replies
from handlers.views import changes
from handlers.views.enroll import enroll
from handlers.views.people import consent
from playground.state import seed

pytestmark = pytest.mark.usefixtures("nobody_known")


def test_the_answer_says_which_photos_would_help_and_can_be_undone(team: Team, photo: Photo) -> None:
    ts = team.enrol("barack", photo("obama.jpg"), photo("obama2.jpg"))
    (answer,) = team.thread(ts, 1)
    assert "Known looking straight ahead and left; a photo looking right, up or down would help." in shown(answer)
    team.click(answer, changes.UNDO)
    eventually(lambda: "is erased again" in shown(team.thread(ts, 1)[0]), "it is undone", within=10)
    assert team.workspace.people.all() == ()


def test_many_photos_are_counted_while_they_are_looked_at_in_the_message_that_becomes_the_answer(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "_SHOWN_EVERY", 0.0)
    team.member.news.clear()
    names = ["obama.jpg", "obama2.jpg", "obama3.jpg", "obama_partial_face.jpg", "obama_partial_face2.jpg"]
    ts = team.enrol("barack", *(photo(name) for name in names))
    (begun,) = team.thread(ts, 1)
    eventually(lambda: "of 5 photos added" in shown(team.thread(ts, 1)[0]), "the answer", within=30)
    assert [each["ts"] for each in team.thread(ts, 1)] == [begun["ts"]]

    def versions() -> list[str]:
        news = [each["message"] for each in team.member.news if each["type"] in ("message", "message_changed")]
        return [shown(message) for message in news if message["ts"] == begun["ts"]]

    eventually(lambda: "of 5 photos added" in versions()[-1], "it is told", within=5)
    assert versions()[:-1] == [
        "Barack: looking at 5 photos. This takes a moment.",
        *(f"Barack: {n} of 5 photos looked at" for n in range(1, 6)),
    ]


def test_to_one_alone_nothing_is_said_that_would_stay_when_the_answer_comes(team: Team, photo: Photo) -> None:
    team.member.do("command", channel=PHOTOS, command="/enroll", text="barack")
    view = team.opens()
    names = ["obama.jpg", "obama2.jpg", "obama3.jpg", "obama_partial_face.jpg"]
    files = [team.member.upload(*photo(name)) for name in names]
    _, element = element_of(view["blocks"], consent.CONSENT)
    stated = {"type": "checkboxes", "selected_options": element["options"]}
    values = {
        enroll.NAME: {enroll.NAME: {"type": "plain_text_input", "value": "Barack"}},
        enroll.PHOTOS: {enroll.PHOTOS: {"type": "file_input", "files": files}},
        consent.CONSENT: {consent.CONSENT: stated},
    }
    team.member.do("view_submit", view_id=view["id"], state={"values": values})
    team.hears("of 4 photos added")
    assert not any("looking at" in shown(message) for message in team.member.messages(PHOTOS))


def test_a_photo_in_the_thread_is_added_to_the_same_person(team: Team, photo: Photo) -> None:
    ts = team.enrol("barack", photo("obama.jpg"))
    team.thread(ts, 1)
    team.post("another one", photo("obama2.jpg"), thread_ts=ts)
    assert "Barack: 1 of 1 photo added" in shown(team.thread(ts, 3)[-1])
    assert team.workspace.people.get("barack").faces == 2


def test_a_face_is_chosen_again_after_undoing_it_and_its_thread_takes_more_photos(
    team: Team, photo: Photo, pair: tuple[str, bytes]
) -> None:
    ts = team.enrol("barack", pair)
    question = team.thread(ts, 3)[-1]
    _, menu = element_of(question["blocks"], enroll.CHOOSE)
    team.click(question, enroll.CHOOSE, selected_option=menu["options"][0])
    chosen = team.thread(ts, 4)[-1]
    assert "1 of 1 photo added" in shown(chosen)  # what was stated before the faces were numbered is not asked again
    team.click(chosen, changes.UNDO)
    eventually(lambda: not team.workspace.people.all() or None, "it is undone", within=10)
    team.click(question, enroll.CHOOSE, selected_option=menu["options"][0])
    assert "Barack: 1 of 1 photo added" in shown(team.thread(ts, 5)[-1])
    team.post("another one", photo("obama.jpg"), thread_ts=ts)
    assert "Barack: 1 of 1 photo added" in shown(team.thread(ts, 7)[-1])


def test_after_the_form_more_photos_follow_in_the_direct_messages(team: Team, photo: Photo) -> None:
    direct = next(c["id"] for c in team.member.get("boot")["channels"] if c["is_im"])
    team.member.news.clear()
    team.member.do("command", channel=PHOTOS, command="/enroll", text="barack")
    view = team.opens()
    _, stated = element_of(view["blocks"], consent.CONSENT)
    file = team.member.upload(*photo("obama.jpg"))
    values = {
        enroll.NAME: {enroll.NAME: {"type": "plain_text_input", "value": "Barack"}},
        enroll.PHOTOS: {enroll.PHOTOS: {"type": "file_input", "files": [file]}},
        consent.CONSENT: {consent.CONSENT: {"type": "checkboxes", "selected_options": stated["options"]}},
    }
    assert team.member.do("view_submit", view_id=view["id"], state={"values": values})["ok"]
    team.hears("Barack: 1 of 1 photo added")
    kept = team.workspace.records.threads

    def offered() -> Json | None:
        """The message whose thread takes more photos: others have said so before."""
        said = [each for each in team.member.messages(direct) if "More photos of Barack?" in shown(each)]
        return next((each for each in said if kept.person(direct, each["ts"], actor=team.member.id)), None)

    offer = eventually(offered, "a thread for more photos", within=20)
    team.post("another one", photo("obama2.jpg"), channel=direct, thread_ts=offer["ts"])
    assert "Barack: 1 of 1 photo added" in shown(team.thread(offer["ts"], 2, channel=direct)[-1])
    assert team.workspace.people.get("barack").faces == 2


def test_a_photo_of_somebody_else_in_the_thread_is_searched(team: Team, photo: Photo) -> None:
    ts = team.enrol("barack", photo("obama.jpg"))
    team.thread(ts, 1)
    sasha = team.slack.member(seed.SECOND)
    name, data = photo("biden.jpg")
    sasha.post(PHOTOS, "and him?", files=[sasha.upload(name, data)["id"]], thread_ts=ts)
    assert "0 of 1 face recognised" in shown(team.thread(ts, 4)[-1])
    team.post(f"<@{seed.BOT_USER}> who is it?", photo("obama3.jpg"), thread_ts=ts)
    assert "Barack" in shown(team.thread(ts, 7)[-1])
    assert team.workspace.people.get("barack").faces == 1


def test_the_thread_of_whoever_is_forgotten_adds_nobody(team: Team, photo: Photo) -> None:
    ts = team.enrol("barack", photo("obama.jpg"))
    team.thread(ts, 1)
    team.workspace.people.forget(team.workspace.people.get("barack"), actor="test")
    team.post("another one", photo("obama2.jpg"), thread_ts=ts)
    assert "0 of 1 face recognised" in shown(team.thread(ts, 4)[-1])
