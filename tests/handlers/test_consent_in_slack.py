"""Members are asked before they are enrolled, answer with a click, and what they say holds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playground_kit import Member
from team import PHOTOS, Json, Photo, Team, element_of, eventually, shown

from handlers.people import consent
from handlers.slack import Place, Roster, Slack
from handlers.slack.client import Refused
from handlers.slack.uploads import Uploads
from handlers.views.enroll import enroll as enroll_views
from handlers.views.people import consent as views
from playground.state import seed
from services.people.enrolling.enrolment import Request
from services.people.known.retention import WARNING
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor

pytestmark = pytest.mark.faces("painted")

DIRECT = {seed.ADMIN: "D0ROBINAPP", seed.SECOND: "D0SASHAAPP", seed.THIRD: "D0JULESAPP"}


@pytest.fixture
def sasha(team: Team) -> Member:
    return team.slack.member(seed.SECOND)


@pytest.fixture(autouse=True)
def nothing_kept(team: Team) -> Iterator[None]:
    """Forgets everyone afterwards, and what they have said."""
    yield
    for person in team.workspace.people.all():
        team.workspace.people.forget(person, actor="test")
    for member in DIRECT:
        consent.forget_oneself(team.desk, Slack(team.slack.client), member)
        team.workspace.records.consents.withdraw_objection(member)


def _hears(member: Member, text: str) -> Json:
    """The newest direct message of the bot to a member with that text."""

    def found() -> Json | None:
        return next((m for m in reversed(member.messages(DIRECT[member.id])) if text in shown(m)), None)

    return eventually(found, f"a direct message with {text!r}", within=30)


def _question(team: Team, member: Member, text: str = "would like me to know you") -> Json:
    """What the member is being asked now, once it is known where that stands."""

    def found() -> Json | None:
        asked = team.workspace.records.consents.request_of(member.id)
        messages = member.messages(DIRECT[member.id]) if asked and asked.shown else []
        return next((m for m in messages if asked and m["ts"] == asked.shown[1] and text in shown(m)), None)

    return eventually(found, "the question", within=30)


def _click(member: Member, message: Json, action_id: str) -> None:
    block_id, element = element_of(message["blocks"], action_id)
    action = {"block_id": block_id, "action_id": action_id, "type": "button", "value": element["value"]}
    container = {"type": "message", "channel": DIRECT[member.id], "ts": message["ts"]}
    assert member.do("action", container=container, action=action, state={"values": {}})["ok"]


def _enroll_sasha(team: Team, *photos: tuple[str, bytes]) -> str:
    ts = team.post(f"enroll <@{seed.SECOND}>", *photos)
    assert "is asked first" in shown(team.thread(ts, 1)[0])
    return ts


def _pictures(message: Json) -> list[str]:
    return [block["slack_file"]["id"] for block in message["blocks"] if block["type"] == "image"]


def test_a_member_is_asked_with_the_photos_and_found_only_after_their_yes(
    team: Team, sasha: Member, photo: Photo
) -> None:
    _enroll_sasha(team, photo("obama.jpg"), photo("obama2.jpg"))
    question = _question(team, sasha, "would like me to know you as Sasha")
    assert seed.ADMIN in str(question["blocks"][0]), "who asks is named"
    for each in ("What is stored", "Why", "Who sees it", "How long", "365 days"):
        assert each in shown(question)
    pictures = _pictures(question)
    assert "With these 2 photos" in shown(question)
    assert len(pictures) == 1, "the portraits are shown in one"
    ts = team.post("who is it?", photo("obama3.jpg"))
    assert "0 of 1 face recognised" in shown(team.thread(ts, 2)[1])
    for _ in range(2):
        _click(sasha, question, views.ACCEPT)
    assert "accepted: 2 of 2 photos added" in shown(_hears(team.member, "accepted"))
    settled = _hears(sasha, "I know you as Sasha")
    assert settled["ts"] == question["ts"]
    assert _pictures(settled) == []
    for file_id in pictures:
        eventually(lambda f=file_id: not team.slack.api("files.info", file=f)["ok"], "the pictures are gone", within=10)
    ts = team.post("and now?", photo("obama3.jpg"))
    assert "1 · Sasha" in shown(team.thread(ts, 2)[1])


def test_who_declines_is_erased_and_not_asked_again(team: Team, sasha: Member, photo: Photo) -> None:
    kept = set(team.workspace.collection.photos.keys(""))
    _enroll_sasha(team, photo("obama.jpg"))
    _click(sasha, _question(team, sasha), views.DECLINE)
    assert "declined. Everything is erased" in shown(_hears(team.member, "declined"))
    assert "You said no" in shown(_hears(sasha, "You said no"))
    assert set(team.workspace.collection.photos.keys("")) == kept
    ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg"))
    assert "do not want to be recognised" in shown(team.thread(ts, 1)[0])
    ts = sasha.post(PHOTOS, f"enroll <@{seed.SECOND}>", files=[sasha.upload(*photo("obama.jpg"))["id"]])
    answer = shown(team.thread(ts, 1)[0])
    assert "1 of 1 photo added" in answer
    assert "By enrolling yourself you agree" in answer


def test_who_declines_and_was_known_already_is_erased_too_and_told_so(team: Team, sasha: Member, photo: Photo) -> None:
    ts = sasha.post(PHOTOS, f"enroll <@{seed.SECOND}>", files=[sasha.upload(*photo("obama.jpg"))["id"]])
    team.thread(ts, 1)
    change = eventually(lambda: team.workspace.records.changes.latest(seed.SECOND), "what they agreed to", within=10)
    team.workspace.records.consents.take_back(change.before["consent"])
    _enroll_sasha(team, photo("obama2.jpg"))
    _click(sasha, _question(team, sasha), views.DECLINE)
    assert "1 face and 1 photo" in shown(_hears(sasha, "I knew you already"))
    assert team.workspace.people.all() == ()
    ts = team.post("who is it?", photo("obama3.jpg"))
    assert "0 of 1 face recognised" in shown(team.thread(ts, 2)[1])


def test_a_question_that_slack_refuses_leaves_no_picture_behind(
    team: Team, sasha: Member, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    put: list[str] = []
    keep, post = Uploads.put, Slack._post

    def note(uploads: Uploads, *args: Any, **more: Any) -> str:
        put.append(keep(uploads, *args, **more))
        return put[-1]

    def refuse(slack: Slack, place: Place, *args: Any, **more: Any) -> str:
        if place.channel == DIRECT[sasha.id]:
            raise Refused("messages_tab_disabled")
        return post(slack, place, *args, **more)

    monkeypatch.setattr(Uploads, "put", note)
    monkeypatch.setattr(Slack, "_post", refuse)
    ts = team.post(f"enroll <@{sasha.id}>", photo("obama.jpg"))
    assert "I could not ask" in shown(team.thread(ts, 2)[1])
    (picture,) = put
    assert not team.slack.api("files.info", file=picture)["ok"]
    assert team.workspace.records.consents.requests() == ()


def test_who_asked_is_told_though_slack_was_busy(
    team: Team, sasha: Member, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    _enroll_sasha(team, photo("obama.jpg"))
    question = _question(team, sasha)
    direct, refused = Roster.direct, []

    def busy_once(members: Roster, user: str) -> str:
        if user == seed.ADMIN and not refused:
            refused.append(user)
            raise Refused("ratelimited", 429)
        return direct(members, user)

    monkeypatch.setattr(Roster, "direct", busy_once)
    before = sum("declined" in shown(m) for m in team.member.messages(DIRECT[seed.ADMIN]))
    _click(sasha, question, views.DECLINE)

    def told() -> bool | None:
        return sum("declined" in shown(m) for m in team.member.messages(DIRECT[seed.ADMIN])) == before + 1 or None

    eventually(told, "the enroller is told", within=10)
    assert refused == [seed.ADMIN]


def test_nobody_else_can_answer_for_a_member(team: Team, photo: Photo) -> None:
    _enroll_sasha(team, photo("obama.jpg"))
    question = _question(team, team.slack.member(seed.SECOND))
    jules = team.slack.member(seed.THIRD)
    container = {"type": "message", "channel": DIRECT[seed.SECOND], "ts": question["ts"]}
    block_id, element = element_of(question["blocks"], views.ACCEPT)
    action = {"block_id": block_id, "action_id": views.ACCEPT, "type": "button", "value": element["value"]}
    assert not jules.do("action", container=container, action=action, state={"values": {}})["ok"]
    assert team.workspace.people.all() == ()


def test_a_member_adds_their_profile_photo_with_their_yes(team: Team, sasha: Member, photo: Photo) -> None:
    sasha.do("profile_photo", file=sasha.upload(*photo("obama2.jpg"))["id"])
    team.member.do("command", channel=PHOTOS, command="/enroll", text=f"<@{seed.SECOND}>")
    view = team.opens()
    assert "is asked first" in shown(view)
    values = {enroll_views.NAME: {enroll_views.NAME: {"type": "plain_text_input", "value": "Sasha Q"}}}
    assert team.member.do("view_submit", view_id=view["id"], state={"values": values})["ok"]
    question = _question(team, sasha, "With your profile photo")
    assert _pictures(question) == []
    _click(sasha, question, views.ACCEPT_WITH_PROFILE)
    assert "1 of 1 photo added" in shown(_hears(team.member, "1 of 1 photo added"))
    (person,) = team.workspace.people.all()
    assert (person.name, person.member) == ("Sasha Q", seed.SECOND)
    sasha.do("profile_photo")


def test_what_would_not_do_is_said_to_both(team: Team, sasha: Member, photo: Photo) -> None:
    _enroll_sasha(team, photo("obama.jpg"))
    _click(sasha, _question(team, sasha), views.ACCEPT_WITH_PROFILE)
    assert "I know you as Sasha by 1 photo" in shown(_hears(sasha, "✗ profile photo There is no photo"))
    told = _hears(team.member, "accepted: 1 of 2 photos added")
    assert "✗ profile photo There is no photo on the Slack profile" in shown(told)
    direct = DIRECT[team.member.id]
    team.post("more", photo("obama2.jpg"), channel=direct, thread_ts=told["ts"])
    assert "Sasha: 1 of 1 photo added" in shown(team.thread(told["ts"], 2, channel=direct)[-1])


def test_one_enrols_oneself_with_the_profile_photo_alone(team: Team, sasha: Member, photo: Photo) -> None:
    sasha.do("command", channel=PHOTOS, command="/enroll", text=f"<@{seed.SECOND}>")
    view = team.opens(sasha)
    assert "What is stored" in shown(view)
    agreed = {"type": "checkboxes", "selected_options": element_of(view["blocks"], views.CONSENT)[1]["options"]}
    values = {
        enroll_views.NAME: {enroll_views.NAME: {"type": "plain_text_input", "value": "Sasha"}},
        views.CONSENT: {views.CONSENT: agreed},
    }
    refused = sasha.do("view_submit", view_id=view["id"], state={"values": values})
    assert refused["errors"] == {enroll_views.PHOTOS: "Give at least one photo."}
    sasha.do("profile_photo", file=sasha.upload(*photo("obama2.jpg"))["id"])
    ticked = {"type": "checkboxes", "selected_options": element_of(view["blocks"], views.PROFILE)[1]["options"]}
    values[views.PROFILE] = {views.PROFILE: ticked}
    assert sasha.do("view_submit", view_id=view["id"], state={"values": values})["ok"]
    eventually(lambda: team.workspace.people.all(), "Sasha is enrolled", within=20)
    sasha.do("profile_photo")


def test_forget_me_erases_and_stays(team: Team, sasha: Member, photo: Photo) -> None:
    _enroll_sasha(team, photo("obama.jpg"))
    _question(team, sasha)
    assert "You are erased: 0 faces and 1 photo" in shown(team.ask("forget me", sasha))
    assert team.workspace.records.consents.requests() == ()
    assert _pictures(_hears(sasha, "This question is settled")) == []
    ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg"))
    assert "do not want to be recognised" in shown(team.thread(ts, 1)[0])


def test_a_question_without_an_answer_expires(team: Team, sasha: Member, photo: Photo) -> None:
    _enroll_sasha(team, photo("obama.jpg"))
    question = _question(team, sasha)
    team.sweep(datetime.now(UTC) + timedelta(days=13))
    assert len(team.workspace.records.consents.requests()) == 1
    team.sweep(datetime.now(UTC) + timedelta(days=14))
    assert team.workspace.records.consents.requests() == ()
    assert "got no answer in 14 days" in shown(_hears(sasha, "got no answer"))
    assert "has not answered in 14 days" in shown(_hears(team.member, "has not answered"))
    assert question["ts"] == _hears(sasha, "got no answer")["ts"]


def test_who_is_not_recognised_for_long_is_warned_and_erased(team: Team, photo: Photo) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    soon, end = datetime.now(UTC) + timedelta(days=365) - WARNING, datetime.now(UTC) + timedelta(days=366)
    team.sweep(soon - timedelta(days=1))
    team.sweep(soon + timedelta(hours=1))
    assert "I erase what I hold of Barack" in shown(_hears(team.member, "I erase what I hold of Barack"))
    team.sweep(end - timedelta(days=2))
    assert len(team.workspace.people.all()) == 1
    team.sweep(end)
    assert team.workspace.people.all() == ()


def test_the_sweep_of_a_day_is_a_job_however_often_it_is_planned(team: Team, photo: Photo) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    soon = datetime.now(UTC) + timedelta(days=352)
    warned = len([m for m in team.member.messages(DIRECT[seed.ADMIN]) if "I erase what I hold" in shown(m)])
    for _ in range(3):
        team.plan(soon)

    def told() -> int:
        messages = team.member.messages(DIRECT[seed.ADMIN])
        return len([m for m in messages if "I erase what I hold of Barack" in shown(m)]) - warned

    eventually(lambda: team.workspace.records.sightings.all(), "the warning is recorded", within=20)
    assert told() == 1
    team.sweep(soon)
    assert told() == 1


def test_the_sweep_finds_members_whose_leaving_was_missed(team: Team, sasha: Member, photo: Photo) -> None:
    ts = sasha.post(PHOTOS, f"enroll <@{seed.SECOND}>", files=[sasha.upload(*photo("biden.jpg"))["id"]])
    team.thread(ts, 1)
    team.workspace.records.admins.add(seed.SECOND, added_by=seed.ADMIN)
    team.sweep(datetime.now(UTC))
    assert len(team.workspace.people.all()) == 1
    users = team.slack.slack.workspaces[0].users
    here = users[seed.SECOND]
    users[seed.SECOND] = replace(here, deleted=True)
    team.sweep(datetime.now(UTC))
    users[seed.SECOND] = here
    assert team.workspace.people.all() == ()
    assert team.workspace.roles.admins() == ()


def test_a_deactivated_member_is_erased_at_once(team: Team, photo: Photo) -> None:
    jules = team.slack.member(seed.THIRD)
    ts = jules.post(PHOTOS, f"enroll <@{seed.THIRD}>", files=[jules.upload(*photo("biden.jpg"))["id"]])
    team.thread(ts, 1)
    assert len(team.workspace.people.all()) == 1
    team.member.do("deactivate", member=seed.THIRD)
    eventually(lambda: not team.workspace.people.all(), "Jules is erased", within=10)
    eventually(lambda: team.workspace.records.log.newest(1)[0].actor == "slack", "the log says so", within=10)


def test_a_plain_at_is_no_way_round_a_members_yes(team: Team, photo: Photo) -> None:
    ts = team.post("enroll @Sasha", photo("obama.jpg"))
    assert "Mention one member" in shown(team.thread(ts, 1)[0])
    assert team.workspace.people.all() == ()


def test_me_is_whoever_says_it(team: Team, photo: Photo) -> None:
    ts = team.post("enroll me", photo("obama.jpg"))
    assert "1 of 1 photo added" in shown(team.thread(ts, 1)[0])
    (person,) = team.workspace.people.all()
    assert person.member == team.member.id


def test_who_is_asked_is_not_to_be_chosen_in_a_photo_of_several_meanwhile(
    team: Team, sasha: Member, photo: Photo, pair: tuple[str, bytes]
) -> None:
    ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg"), pair)
    assert "There are 2 faces in it" in shown(team.thread(ts, 1)[0])
    _question(team, sasha)

    def is_over() -> bool:
        message = next(m for m in team.member.messages(PHOTOS) if m["ts"] == ts)
        return [each["name"] for each in message.get("reactions", ())] != ["eyes"]

    eventually(is_over, "that the work is over", within=20)
    assert len(team.thread(ts, 1)) == 1


def test_whose_name_has_become_another_s_is_known_by_their_full_name_and_told_so(
    team: Team, sasha: Member, photo: Photo
) -> None:
    _enroll_sasha(team, photo("obama.jpg"))
    question = _question(team, sasha)
    given = [GivenPhoto("b.jpg", lambda: photo("biden.jpg")[1])]
    team.workspace.enrolment.enroll(Request("Sasha", Actor(seed.THIRD), seed.THIRD), given)
    _click(sasha, question, views.ACCEPT)
    assert "Somebody else is called Sasha, so answers say Sasha Quill" in shown(
        _hears(sasha, "I know you as Sasha Quill")
    )
    assert "accepted: 1 of 1 photo added" in shown(_hears(team.member, "so answers say Sasha Quill"))
