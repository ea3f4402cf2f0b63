"""`/facesearch invite`: each member is asked once, answers as they like, and whoever invited them sees how it goes."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from team import PHOTOS, Json, Member, Photo, Team, element_of, eventually, shown

from handlers.people import invitations as jobs
from handlers.views.enroll import enroll
from handlers.views.people import consent, invitations
from playground.state import seed
from services.jobs import Payload
from services.people import Actor, GivenPhoto, Request
from services.records import Invited

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]

MEMBERS = (seed.ADMIN, seed.SECOND, seed.THIRD)


@pytest.fixture(autouse=True)
def nobody_asked(team: Team) -> Iterator[None]:
    yield
    team.workspace.records.invitations.remove(MEMBERS)
    for member in MEMBERS:
        team.workspace.records.consents.withdraw_objection(member)


def _direct(member: Member) -> list[Json]:
    channel = next(c["id"] for c in member.get("boot")["channels"] if c["is_im"])
    return [{**message, "channel": channel} for message in member.messages(channel)]


def _asked(member: Member) -> Json:
    """The newest question to a member."""

    def found() -> Json | None:
        questions = [m for m in _direct(member) if any(b["type"] == "actions" for b in m.get("blocks") or ())]
        asked = [m for m in questions if "would like me to know you, so" in shown(m)]
        return asked[-1] if asked else None

    return eventually(found, "a question", within=30)


def _has(message: Json, action_id: str) -> bool:
    elements = (each for block in message.get("blocks") or () for each in block.get("elements") or ())
    return any(each.get("action_id") == action_id for each in elements)


def _click(member: Member, message: Json, action_id: str) -> None:
    block_id, element = element_of(message["blocks"], action_id)
    action = {"block_id": block_id, "action_id": action_id, "type": "button", "value": element["value"]}
    container = {"type": "message", "channel": message["channel"], "ts": message["ts"]}
    member.do("action", container=container, action=action, state={"values": {}})


def _progress(team: Team, *texts: str) -> Json:
    def found() -> Json | None:
        rounds = [m for m in _direct(team.member) if shown(m).startswith("You invited")]
        return rounds[-1] if rounds and all(text in shown(rounds[-1]) for text in texts) else None

    return eventually(found, f"{texts} in how it goes", within=30)


def test_each_of_a_channel_is_asked_once_and_answers_as_they_like(team: Team, photo: Photo) -> None:
    sasha, jules = team.slack.member(seed.SECOND), team.slack.member(seed.THIRD)
    assert "I ask 3 members" in shown(team.ask(f"invite <#{PHOTOS}|photos>"))
    begun = _progress(team, "You invited 3 members", "yes: 0", "no: 0", "no answer yet: 3")
    _click(sasha, _asked(sasha), invitations.NO)
    _progress(team, "no: 1", "no answer yet: 2")
    _click(jules, _asked(jules), invitations.PROFILE)
    eventually(lambda: "There is no photo on the Slack profile" in shown(_asked(jules)), "asked again", within=30)
    jules.do("profile_photo", file=jules.upload(*photo("obama2.jpg"))["id"])
    _click(jules, _asked(jules), invitations.PROFILE)
    done = _progress(team, "yes: 1", "no: 1", "no answer yet: 1")
    assert done["ts"] == begun["ts"]
    assert team.workspace.people.get("jules").member == seed.THIRD
    assert "There is nobody to ask" in shown(team.ask(f"invite <@{seed.SECOND}> <@{seed.THIRD}> <@{seed.ADMIN}>"))
    jules.do("profile_photo")


def test_other_photos_are_given_in_the_form_of_enroll(team: Team, photo: Photo) -> None:
    sasha = team.slack.member(seed.SECOND)
    team.ask(f"invite <@{seed.SECOND}>")
    _click(sasha, _asked(sasha), invitations.PHOTOS)
    view = team.opens(sasha)
    _, stated = element_of(view["blocks"], consent.CONSENT)
    values = {
        enroll.NAME: {enroll.NAME: {"type": "plain_text_input", "value": "Sasha"}},
        enroll.PHOTOS: {enroll.PHOTOS: {"type": "file_input", "files": [sasha.upload(*photo("biden.jpg"))]}},
        consent.CONSENT: {consent.CONSENT: {"type": "checkboxes", "selected_options": stated["options"]}},
    }
    assert sasha.do("view_submit", view_id=view["id"], state={"values": values})["ok"]
    _progress(team, "You invited 1 member", "yes: 1")
    eventually(lambda: any("I know you now" in shown(m) for m in _direct(sasha)), "the question is settled", within=20)


@pytest.mark.parametrize("enroller", [seed.SECOND, seed.THIRD], ids=["enrolled", "asked"])
def test_a_no_erases_who_was_enrolled_or_asked_since_the_question(team: Team, photo: Photo, enroller: str) -> None:
    sasha, name, data = team.slack.member(seed.SECOND), *photo("biden.jpg")
    team.ask(f"invite <@{seed.SECOND}>")
    question = _asked(sasha)
    team.workspace.enrolment.enroll(
        Request("sasha", Actor(enroller), seed.SECOND), [GivenPhoto(name, partial(bytes, data))]
    )
    _click(sasha, question, invitations.NO)
    _progress(team, "You invited 1 member", "no: 1")
    consents = team.workspace.records.consents
    assert team.workspace.records.find_member(seed.SECOND) is None
    assert (consents.request_of(seed.SECOND), consents.objects(seed.SECOND)) == (None, True)


def test_who_says_yes_to_another_question_is_invited_no_longer(team: Team, photo: Photo) -> None:
    sasha = team.slack.member(seed.SECOND)
    team.ask(f"invite <@{seed.SECOND}>")
    _asked(sasha)
    team.post(f"enroll <@{seed.SECOND}>", photo("biden.jpg"))

    def asked() -> Json | None:
        return next((m for m in reversed(_direct(sasha)) if _has(m, consent.ACCEPT)), None)

    _click(sasha, eventually(asked, "a question with portraits", within=30), consent.ACCEPT)
    _progress(team, "You invited 1 member", "yes: 1")


def test_everyone_is_asked_only_after_a_question_and_reminded_once(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "_EVERY", timedelta(seconds=1))
    question = team.ask("invite everyone")
    assert "3 members are not known" in shown(question)
    assert team.workspace.records.invitations.everyone() == frozenset()
    team.click(question, invitations.EVERYONE)
    _progress(team, "no answer yet: 3")
    sasha = team.slack.member(seed.SECOND)
    first = _asked(sasha)
    team.workspace.records.consents.add_objection(seed.THIRD)
    team.sweep(datetime.now(UTC) + timedelta(days=8))
    again = eventually(lambda: m if (m := _asked(sasha))["ts"] != first["ts"] else None, "a reminder", within=30)
    assert "A week ago I asked you this" in shown(again)
    _progress(team, "no: 1", "no answer yet: 2")
    team.sweep(datetime.now(UTC) + timedelta(days=20))
    assert _asked(sasha)["ts"] == again["ts"]
    kept = team.workspace.records.invitations
    assert {each: kept.of(each).state for each in MEMBERS if kept.of(each)} == {
        seed.ADMIN: Invited.WAITING,
        seed.SECOND: Invited.WAITING,
        seed.THIRD: Invited.NO,
    }


@pytest.fixture
def refused(team: Team) -> Iterator[Callable[..., int]]:
    """Has Slack refuse changes in a channel, with a code or no longer, and says how often it has by now."""

    def refuse(code: str = "", channel: str = "") -> int:
        codes = {"chat.update": code} if code else {}
        return int(team.member.do("refusals", codes=codes, channel=channel)["called"].get("chat.update", 0))

    yield refuse
    refuse()


def test_how_it_goes_is_said_in_one_message_though_slack_refuses_to_change_it_once(
    team: Team, refused: Callable[..., int]
) -> None:
    sasha, jules = team.slack.member(seed.SECOND), team.slack.member(seed.THIRD)
    team.ask(f"invite <@{seed.SECOND}> <@{seed.THIRD}>")
    begun = _progress(team, "no: 0", "no answer yet: 2")
    before = refused("edit_window_closed", begun["channel"])
    _click(sasha, _asked(sasha), invitations.NO)
    eventually(lambda: refused("edit_window_closed", begun["channel"]) > before, "a refusal", within=30)
    refused()
    _click(jules, _asked(jules), invitations.NO)
    assert _progress(team, "no: 2")["ts"] == begun["ts"]


@pytest.mark.parametrize(("code", "stays"), [("ratelimited", True), ("edit_window_closed", False)])
def test_a_question_is_said_anew_only_where_it_cannot_be_changed_and_is_known_by_that(
    team: Team, refused: Callable[..., int], code: str, stays: bool
) -> None:
    sasha = team.slack.member(seed.SECOND)

    def known() -> str:
        invitation = team.workspace.records.invitations.of(seed.SECOND)
        return invitation.ts if invitation else ""

    team.ask(f"invite <@{seed.SECOND}>")
    eventually(known, "the question is kept", within=30)
    question = _asked(sasha)
    before = refused(code, question["channel"])
    _click(sasha, question, invitations.NO)
    eventually(lambda: refused(code, question["channel"]) > before, "a refusal", within=30)
    refused()

    _progress(team, "You invited 1 member", "no: 1")
    assert (question["ts"] == known()) is stays
    declined = [m["ts"] for m in _direct(sasha) if "You said no." in shown(m)]
    assert declined[-1] == known()


def test_the_jobs_of_a_round_of_reminders_are_named_after_its_first(monkeypatch: pytest.MonkeyPatch) -> None:
    submitted: list[tuple[str, Payload]] = []
    monkeypatch.setattr(jobs, "_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "_remind_one", lambda *_: None)
    desk: Any = SimpleNamespace(submit=lambda _job, key, payload, **_: submitted.append((key, payload)))
    payload: Payload = {"channel": "", "key": "first", "members": ["U1", "U2", "U3"]}
    for _ in range(2):
        step: Any = SimpleNamespace(key="remind_invited:" + (submitted[-1][0] if submitted else "first-3"))
        jobs._remind(desk, payload, step)
        payload = submitted[-1][1]
    assert [key for key, _ in submitted] == ["first-2", "first-1"]


def test_a_round_that_is_gone_with_its_workspace_asks_nobody_more(team: Team) -> None:
    inviting, kept = team.workspace.inviting, team.workspace.records.invitations
    assert not inviting.claim(seed.SECOND, "gone")
    assert kept.everyone() == frozenset()
    inviting.begin("here", seed.ADMIN, 1)
    assert inviting.claim(seed.SECOND, "here")


def test_only_an_admin_invites(team: Team) -> None:
    sasha = team.slack.member(seed.SECOND)
    assert "Only an admin can invite" in shown(team.ask("invite everyone", sasha))
    assert "Say whom" in shown(team.ask("invite"))
