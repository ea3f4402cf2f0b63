"""The message shortcuts: who asks is told, and nobody else."""

import re

import pytest
from team import PHOTOS, Photo, Team, shown

from handlers.views.enroll import enroll
from handlers.views.people import consent as views
from playground.state import seed
from services.people import consent

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]


def test_who_is_in_this_is_answered_to_the_asker_alone(team: Team, photo: Photo) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg"), photo("obama2.jpg")), 1)
    ts = team.post("look", photo("obama3.jpg"))
    team.thread(ts, 2)
    team.member.news.clear()
    team.member.do("shortcut", callback_id="who_is_in_this", channel=PHOTOS, ts=ts)
    message = team.member.hears("ephemeral", within=30)["message"]
    assert message["blocks"][0]["type"] == "image"
    assert "Barack" in message["blocks"][0]["alt_text"]
    assert re.search(r"1 · Barack — 99\.\d %", shown(message))
    others = team.slack.member(seed.SECOND).messages(PHOTOS, thread_ts=ts)[1:]
    assert len(others) == 2


def test_a_message_without_a_photo_is_told_so(team: Team) -> None:
    ts = team.post("good morning")
    for shortcut in ("who_is_in_this", "enroll_from_photo"):
        team.member.news.clear()
        team.member.do("shortcut", callback_id=shortcut, channel=PHOTOS, ts=ts)
        assert "I see no photo in this message" in shown(team.member.hears("ephemeral", within=10)["message"])


def test_a_photo_that_was_posted_enrols(team: Team, photo: Photo) -> None:
    ts = team.post("look", photo("biden.jpg"))
    team.thread(ts, 2)
    team.member.do("shortcut", callback_id="enroll_from_photo", channel=PHOTOS, ts=ts)
    view = team.opens()
    assert enroll.PHOTOS not in {block["block_id"] for block in view["blocks"]}
    team.member.do(
        "view_submit",
        view_id=view["id"],
        state={
            "values": {
                enroll.NAME: {enroll.NAME: {"type": "plain_text_input", "value": "Joe"}},
                views.CONSENT: {
                    views.CONSENT: {
                        "type": "checkboxes",
                        "selected_options": [{"value": consent.RELEASE_VERSION, "text": {"text": consent.RELEASE}}],
                    }
                },
            }
        },
    )
    team.hears("Joe: 1 of 1 photo added")
    assert [person.name for person in team.workspace.people.all()] == ["Joe"]
