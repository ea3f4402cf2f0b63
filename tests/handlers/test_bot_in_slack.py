"""The bot in a Slack: what it answers, where, and what it leaves behind."""

import logging
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from team import PHOTOS, Photo, Team, eventually, jpeg, shown

from playground.state import seed
from services.errors import Refusal
from services.search import Search

pytestmark = pytest.mark.usefixtures("nobody_known")


def test_a_message_enrols_and_a_photo_is_answered_in_its_thread(team: Team, photo: Photo) -> None:
    ts = team.enrol("barack", photo("obama.jpg"), photo("obama2.jpg"))
    (reply,) = team.thread(ts, 1)
    assert shown(reply).startswith("Barack: 2 of 2 photos added")
    ts = team.post("who?", photo("obama3.jpg"))
    picture, listed = team.thread(ts, 2)
    assert picture["files"][0]["mimetype"] == "image/jpeg"
    assert "Barack" in picture["files"][0]["alt_txt"]
    assert re.search(r"1 · Barack — 99\.\d %", shown(listed))


def test_several_photos_are_answered_one_by_one_in_one_thread(team: Team, photo: Photo) -> None:
    blank = ("wall.jpg", jpeg(Image.new("RGB", (400, 300), "gray")))
    ts = team.post("", photo("obama.jpg"), ("notes.jpg", b"text"), blank)
    replies = [shown(reply) for reply in team.thread(ts, 4) if reply.get("blocks")]
    assert [text.partition(":")[0] for text in replies] == [f"Photo {n} of 3" for n in range(1, 4)]
    assert "0 of 1 face recognised" in replies[0]
    assert "not a picture" in replies[1]
    assert "no face" in replies[2]


def test_it_shows_that_it_works_and_that_it_is_done(team: Team, photo: Photo) -> None:
    team.member.news.clear()
    ts = team.post("look", photo("biden.jpg"))
    team.member.hears("reaction_added", within=20, ts=ts, reaction="eyes")
    team.member.hears("reaction_added", within=20, ts=ts, reaction="white_check_mark")
    team.member.hears("reaction_removed", ts=ts, reaction="eyes")


def test_what_enrols_nobody_gets_no_tick(team: Team) -> None:
    team.member.news.clear()
    ts = team.enrol("nobody", ("wall.jpg", jpeg(Image.new("RGB", (640, 480), "gray"))))
    assert "Nobody: 0 of 1 photo added" in shown(team.thread(ts, 1)[0])
    team.member.hears("reaction_removed", within=20, ts=ts, reaction="eyes")
    assert not any(news["type"] == "reaction_added" and news["reaction"] != "eyes" for news in team.member.news)


def test_the_direct_message_is_answered_too(team: Team, photo: Photo) -> None:
    direct = next(c["id"] for c in team.member.get("boot")["channels"] if c["is_im"])
    ts = team.post("", photo("biden.jpg"), channel=direct)
    assert "0 of 1 face recognised" in shown(team.thread(ts, 2, channel=direct)[1])


def test_a_photo_in_a_thread_is_answered_there(team: Team, photo: Photo) -> None:
    parent = team.post("our offsite")
    team.post("here", photo("biden.jpg"), thread_ts=parent)
    assert "0 of 1 face recognised" in shown(team.thread(parent, 3)[-1])


def test_a_redelivered_event_is_answered_once(team: Team, photo: Photo) -> None:
    ts = team.post("once", photo("biden.jpg"))
    team.thread(ts, 2)
    file = team.member.messages(PHOTOS, thread_ts=ts)[0]["files"][0]
    event = {
        "type": "message",
        "subtype": "file_share",
        "channel": PHOTOS,
        "channel_type": "channel",
        "user": team.member.id,
        "ts": ts,
        "text": "once",
        "files": [{"id": file["id"], "name": "biden.jpg", "mimetype": "image/jpeg"}],
    }
    delivery = team.slack.slack.delivery
    seen = len(delivery.acknowledgements)
    envelope = {
        "type": "event_callback",
        "team_id": seed.TEAM.id,
        "api_app_id": seed.APP_ID,
        "event": event,
        "event_id": "EvAGAIN",
        "authorizations": [{"user_id": seed.BOT_USER, "is_bot": True, "team_id": seed.TEAM.id}],
    }
    team.slack.run(lambda: delivery.event(envelope))
    eventually(lambda: len(delivery.acknowledgements) > seen or None, "the event is acknowledged again")
    later = team.post("after", photo("obama.jpg"))
    team.thread(later, 2)
    assert len(team.thread(ts, 2)) == 2


def test_conversation_and_files_that_are_no_pictures_are_left_alone(team: Team) -> None:
    talk = team.post("good morning")
    notes = team.post("minutes", ("minutes.txt", b"we talked"))
    team.member.do("command", channel=PHOTOS, command="/facesearch", text="threshold")
    team.hears("The threshold in this channel is auto (99 % for")
    for ts in (talk, notes):
        assert len(team.member.messages(PHOTOS, thread_ts=ts)) == 1
        assert not team.member.messages(PHOTOS, thread_ts=ts)[0].get("reactions")


def test_a_group_photo_asks_which_face_and_takes_the_choice(team: Team, photo: Photo, pair: tuple[str, bytes]) -> None:
    ts = team.enrol("joe", pair)
    result, picture, question = team.thread(ts, 3)
    assert "There are 2 faces in it" in shown(result)
    assert picture["files"][0]["alt_txt"] == "The photo with 2 numbered faces"
    actions = question["blocks"][-1]
    select = actions["elements"][0]
    team.member.do(
        "action",
        container={"type": "message", "channel": PHOTOS, "ts": question["ts"]},
        action={
            "block_id": actions["block_id"],
            "action_id": select["action_id"],
            "type": "static_select",
            "selected_option": select["options"][1],
        },
        state={"values": {}},
    )
    assert "Joe: 1 of 1 photo added" in shown(team.thread(ts, 4)[-1])
    ts = team.post("who?", photo("biden.jpg"))
    assert "1 · Joe" in shown(team.thread(ts, 2)[1])


def test_a_sentence_that_begins_with_enroll_enrols_nobody(team: Team, photo: Photo) -> None:
    ts = team.post("Enroll today at the town hall, see the photo", photo("biden.jpg"))
    assert "0 of 1 face recognised" in shown(team.thread(ts, 2)[1])
    assert team.workspace.people.all() == ()


def test_a_member_who_is_mentioned_is_asked_first(team: Team, photo: Photo) -> None:
    sasha = next(u for u in team.member.get("boot")["users"] if u["name"].startswith("sasha"))
    ts = team.post(f"enroll <@{sasha['id']}>", photo("obama.jpg"))
    assert "1 of 1 photo waits for their yes" in shown(team.thread(ts, 1)[0])
    assert team.workspace.people.all() == ()
    asked = team.workspace.records.consents.request_of(sasha["id"])
    assert asked is not None
    assert asked.name == sasha["display_name"]
    team.workspace.requests.erase(asked)


def test_who_is_no_member_is_not_enrolled(team: Team, photo: Photo) -> None:
    for whom, said in (
        ("<@U0NOBODY99>", "Slack knows no such member"),
        (f"<@{seed.BOT_USER}>", "A bot has no face to enrol"),
    ):
        team.member.do("command", channel=PHOTOS, command="/enroll", text=whom)
        assert said in shown(team.opens())
        ts = team.post(f"enroll {whom}", photo("biden.jpg"))
        assert said in shown(team.thread(ts, 1)[0])


def test_a_file_that_slack_does_not_hand_over_is_told(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.slack.incoming.downloads.may_have_token", lambda *_: False)
    ts = team.post("look", photo("biden.jpg"))
    assert "web page instead of the file" in shown(team.thread(ts, 1)[0])


def test_an_unexpected_error_gives_a_reference_that_the_log_has_too(
    team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(Search, "identify", broken)
    with caplog.at_level(logging.ERROR):
        ts = team.post("look", photo("biden.jpg"))
        said = shown(team.thread(ts, 1)[0])
    reference = re.search(r"reference: ([0-9a-f]{8})", said)
    assert reference is not None
    assert reference[1] in caplog.text
    assert "secret detail" not in said


def test_a_photo_of_sixty_faces_is_answered(team: Team, photos: dict[str, Path]) -> None:
    with Image.open(photos["obama.jpg"]) as one:
        face = one.convert("RGB").crop((300, 100, 700, 640)).resize((120, 162))
    crowd = Image.new("RGB", (10 * 140, 6 * 180), "gray")
    for n in range(60):
        crowd.paste(face, (n % 10 * 140 + 10, n // 10 * 180 + 9))
    ts = team.post("all of us", ("crowd.jpg", jpeg(crowd)))
    assert "0 of 60 faces recognised" in shown(team.thread(ts, 2)[1])


def test_a_small_face_of_a_panorama_is_answered(team: Team, photos: dict[str, Path]) -> None:
    with Image.open(photos["biden.jpg"]) as one:
        head = one.convert("RGB").crop((274, 78, 874, 678)).resize((130, 130))  # a face of 60 px
    wall = Image.new("RGB", (12_000, 2000), (150, 140, 130))
    wall.paste(head, (9000, 1200))
    ts = team.post("the whole team", ("panorama.jpg", jpeg(wall)))
    assert "0 of 1 face recognised" in shown(team.thread(ts, 2)[1])


BAD = {
    "empty.jpg": (b"", "empty"),
    "text.jpg": (b"just some text", "not a picture"),
    "cut.jpg": (
        jpeg(Image.fromarray(np.random.default_rng(0).integers(0, 255, (400, 400, 3), np.uint8)))[:30_000],
        "no face",  # as far as it goes
    ),
    "login.jpg": (b"<!DOCTYPE html><title>Slack</title>", "web page instead"),
    "tiny.png": (b"\x89PNG\r\n\x1a\n", "not a picture|damaged"),
}


def _marks(team: Team, ts: str) -> list[str]:
    posted = next(message for message in team.member.messages(PHOTOS) if message["ts"] == ts)
    return [reaction["name"] for reaction in posted.get("reactions", ())]


def test_bad_files_get_a_sentence_and_leave_nothing_behind(team: Team) -> None:
    before = sorted(str(path) for path in (team.data_dir / "photos").rglob("*"))
    for name, (data, said) in BAD.items():
        if not data:
            continue  # Slack itself refuses an empty upload
        ts = team.post("look", (name, data))
        assert re.search(said, shown(team.thread(ts, 1)[0])), name
        if "no face" not in said:
            eventually(lambda ts=ts: _marks(team, ts) == [], f"that nothing says {name} was looked at", within=20)
    ts = team.enrol("nobody", *[(name, data) for name, (data, _) in BAD.items() if data])
    eventually(lambda: "Nobody: 0 of 4 photos added" in shown(team.thread(ts, 1)[0]), "the answer", within=20)
    assert team.workspace.people.all() == ()
    assert sorted(str(path) for path in (team.data_dir / "photos").rglob("*")) == before


@pytest.mark.parametrize("text", ["forget", "forget nobody", "threshold lots", "mode both", "dance", "<!channel>"])
def test_a_refused_command_says_what_to_do(team: Team, text: str) -> None:
    team.member.do("command", channel=PHOTOS, command="/facesearch", text=text)
    said = {
        "forget": "Say whom, as in",
        "forget nobody": "I know nobody called “nobody”",
        "threshold lots": "A threshold is a number",
        "mode both": "There are two modes",
        "dance": "There is no such subcommand",
        "<!channel>": "There is no such subcommand",
    }
    team.hears(said[text])


def test_what_fails_at_once_is_acknowledged_too(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise Refusal("not now")

    monkeypatch.setattr("handlers.facesearch.command.Slack", refused)
    monkeypatch.setattr("handlers.errors._place", lambda _: None)  # telling takes time, in which Bolt looks
    delivery = team.slack.slack.delivery
    before = len(delivery.acknowledgements)
    for _ in range(8):
        team.member.do("command", channel=PHOTOS, command="/facesearch", text="dance")
    eventually(lambda: len(delivery.acknowledgements) >= before + 8 or None, "all are acknowledged", within=20)
    assert not any("did not respond" in shown(message) for message in team.member.messages(PHOTOS))


def test_a_command_where_the_bot_is_not_is_answered_all_the_same(team: Team) -> None:
    team.member.do("command", channel=seed.RANDOM, command="/facesearch", text="people")
    team.hears("I know nobody yet", channel=seed.RANDOM)
