"""Whoever enrols another person by a message is asked before anything is kept whether that person agreed."""

from __future__ import annotations

import pytest
from playground_kit import Json, Member, eventually
from team import PHOTOS, Photo, Team, element_of, shown

from handlers.views.enroll import Statement, Whom, enroll
from handlers.views.enroll import statement as views
from playground.state import seed
from services.people import Fate, Outcome
from services.people.grounds.consent import ATTESTATION_VERSION, RELEASE_VERSION
from services.pictures import Box
from services.records import Person, Source

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


def _stands(member: Member, ts: str) -> Json:
    return next(message for message in member.messages(PHOTOS) if message["ts"] == ts)


def _photos(team: Team) -> list[str]:
    return [path.name for path in (team.data_dir / "photos").rglob("*.jpg")]


def _known(team: Team) -> Person:
    (person,) = team.workspace.people.all()
    return person


def test_it_is_asked_before_anything_is_kept_and_of_each_person_once(team: Team, photo: Photo) -> None:
    ts = team.post("enroll barack", photo("obama.jpg"))
    asked = team.asks_to_state(ts)
    assert asked["ephemeral"]
    for part in ("Has Barack agreed?", "They agreed in writing", "for people outside this Slack", "Nothing of these"):
        assert part in shown(asked)
    eventually(lambda: not _stands(team.member, ts).get("reactions"), "no 👀", within=10)
    assert (team.workspace.people.all(), _photos(team)) == ((), [])

    team.click(asked, views.STATE)
    assert "Barack: 1 of 1 photo added" in shown(team.thread(ts, 1)[0])
    team.becomes(asked, "You have stated that Barack agreed")
    given = team.workspace.records.consents.of(_known(team).user_id)
    assert [(each.statement, each.given_by) for each in given] == [(RELEASE_VERSION, seed.ADMIN)]

    more = team.post("enroll barack", photo("obama2.jpg"))
    assert "Barack: 1 of 1 photo added" in shown(team.thread(more, 1)[0])
    other = team.post("enroll joe", photo("biden.jpg"))
    assert "Has Joe agreed?" in shown(team.asks_to_state(other))

    team.member.do("command", channel=PHOTOS, command="/enroll", text="barack")
    assert "They agreed" not in str(team.opens()), "nor does the form ask once more"
    team.member.do("command", channel=PHOTOS, command="/enroll", text="michelle")
    assert "They agreed in writing" in str(team.opens())


def test_whoever_cancels_keeps_nothing(team: Team, photo: Photo) -> None:
    ts = team.post("enroll barack", photo("obama.jpg"))
    asked = team.asks_to_state(ts)
    team.click(asked, views.CANCEL)
    settled = team.becomes(asked, "Then nothing of these photos is kept")
    assert views.STATE not in str(settled["blocks"])
    assert (team.workspace.people.all(), _photos(team)) == ((), [])
    assert team.member.messages(PHOTOS, thread_ts=ts)[1:] == []


def test_however_often_it_is_stated_its_message_enrols_once(team: Team, photo: Photo) -> None:
    ts = team.post("enroll barack", photo("obama.jpg"))
    asked = team.asks_to_state(ts)
    for _ in range(2):
        team.click(asked, views.STATE)
    team.thread(ts, 1)
    team.thread(team.post("later", photo("biden.jpg")), 2)  # by then a second one of this channel would be done
    assert len(team.thread(ts, 1)) == 1


def test_a_message_that_is_deleted_meanwhile_enrols_nobody(team: Team, photo: Photo) -> None:
    ts = team.post("enroll barack", photo("obama.jpg"))
    asked = team.asks_to_state(ts)
    team.member.do("delete", channel=PHOTOS, ts=ts)
    eventually(lambda: team.workspace.records.answers.is_gone(Source(PHOTOS, ts)), "it is known to be gone", within=10)
    team.click(asked, views.STATE)
    team.hears("so nobody was enrolled")
    assert (team.workspace.people.all(), _photos(team)) == ((), [])


def test_a_face_that_is_chosen_carries_what_was_stated_of_its_person_by_whoever_chooses() -> None:
    outcome = Outcome("a.jpg", Fate.SEVERAL_FACES, "Choose.", (Box(0, 0, 50, 50),) * 2)

    def second(stated: tuple[str, ...]) -> str:
        menu = enroll.choice(Whom("Joe", None, "C1"), "F1", outcome, stated=stated).blocks[-1].to_dict()["elements"][0]
        return str(menu["options"][1]["value"])

    stated = second(("U1", RELEASE_VERSION))
    assert enroll.choice_of(stated, user="U1") == (2, RELEASE_VERSION)
    assert enroll.choice_of(stated, user="U2") == (2, "")
    assert enroll.choice_of(second(()), user="U1") == (2, "")


def test_the_question_about_a_member_is_the_forms_and_its_button_holds_ten_photos() -> None:
    files = [["F" + "0" * 10, "\U0001f98a" * 40]] * 10
    payload = {"whom": "x" * 120, "user": "U1", "ts": "1.1", "place": ["C1", "1.1", None], "files": files}
    asked = Statement(ATTESTATION_VERSION, "\U0001f98a" * 80, payload)
    question = views.question(asked)
    assert "They agreed to be recognised" in question.text
    blocks = [block.to_dict() for block in question.blocks]
    assert "outside this Slack" not in shown({"blocks": blocks})
    value = element_of(blocks, views.STATE)[1]["value"]
    assert len(value) <= 2000
    assert Statement.unpack(value) == asked
