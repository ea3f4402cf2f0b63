"""After an enrolment by message: which photos would help, more of them in the thread, and undoing it."""

import pytest
from team import PHOTOS, Photo, Team, eventually, shown

from handlers.views import changes
from playground import seed

pytestmark = pytest.mark.usefixtures("nobody_known")


def test_the_answer_says_which_photos_would_help_and_can_be_undone(team: Team, photo: Photo) -> None:
    ts = team.post("enroll barack", photo("obama.jpg"), photo("obama2.jpg"))
    (answer,) = team.thread(ts, 1)
    assert (
        "Known from the front and looking left; a photo looking right, looking up or looking down would help."
        in shown(answer)
    )
    team.click(answer, changes.UNDO)
    eventually(lambda: "is erased again" in shown(team.thread(ts, 1)[0]), "it is undone", within=10)
    assert team.workspace.people.all() == ()


def test_a_photo_in_the_thread_is_added_to_the_same_person(team: Team, photo: Photo) -> None:
    ts = team.post("enroll barack", photo("obama.jpg"))
    team.thread(ts, 1)
    team.post("another one", photo("obama2.jpg"), thread_ts=ts)
    assert "Barack: 1 of 1 photo added" in shown(team.thread(ts, 3)[-1])
    assert team.workspace.people.get("barack").faces == 2


def test_a_photo_of_somebody_else_in_the_thread_is_searched(team: Team, photo: Photo) -> None:
    ts = team.post("enroll barack", photo("obama.jpg"))
    team.thread(ts, 1)
    sasha = team.slack.member(seed.SECOND)
    name, data = photo("biden.jpg")
    sasha.post(PHOTOS, "and him?", files=[sasha.upload(name, data)["id"]], thread_ts=ts)
    assert "0 of 1 face recognised" in shown(team.thread(ts, 4)[-1])
    team.post(f"<@{seed.BOT_USER}> who is it?", photo("obama3.jpg"), thread_ts=ts)
    assert "Barack" in shown(team.thread(ts, 7)[-1])
    assert team.workspace.people.get("barack").faces == 1


def test_the_thread_of_whoever_is_forgotten_adds_nobody(team: Team, photo: Photo) -> None:
    ts = team.post("enroll barack", photo("obama.jpg"))
    team.thread(ts, 1)
    team.workspace.people.forget(team.workspace.people.get("barack"), actor="test")
    team.post("another one", photo("obama2.jpg"), thread_ts=ts)
    assert "0 of 1 face recognised" in shown(team.thread(ts, 4)[-1])
