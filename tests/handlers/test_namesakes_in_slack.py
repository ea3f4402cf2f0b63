"""A member's name typed for somebody outside Slack: whoever types it is asked, and the member is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playground_kit import Json, Member, eventually
from team import PHOTOS, Photo, Team, shown

from handlers.slack import Place, Roster, Slack
from handlers.slack.client import Refused
from handlers.views.enroll import enroll as enroll_views
from handlers.views.names import namesakes as views
from handlers.views.names import naming
from handlers.views.photos import corrections as correction_views
from playground.state import seed
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import RELEASE_VERSION
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.records import Person

RELEASED = frozenset({RELEASE_VERSION})

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known", "nobody_asked")]


DIRECT = {seed.ADMIN: "D0ROBINAPP", seed.SECOND: "D0SASHAAPP", seed.THIRD: "D0JULESAPP"}


@pytest.fixture
def nobody_asked(team: Team) -> Iterator[None]:
    yield
    for asked in team.workspace.records.consents.requests():
        team.workspace.requests.erase(asked)
    for member in DIRECT:
        team.workspace.records.consents.withdraw_objection(member)


@pytest.fixture
def sasha(team: Team) -> Member:
    return team.slack.member(seed.SECOND)


def question(team: Team, since: str, text: str = "who is called so") -> Json:
    """The question, for whoever typed the name alone."""

    def found() -> Json | None:
        return next((m for m in team.member.messages(PHOTOS) if m["ts"] > since and text in shown(m)), None)

    asked = eventually(found, f"{text!r}", within=30)
    assert asked["ephemeral"]
    return asked


def told(member: Member, text: str) -> Json:
    """The newest direct message with this text, once it is there."""

    def found() -> Json | None:
        messages = (m for m in reversed(member.messages(DIRECT[member.id])) if text in shown(m))
        return next(messages, None)

    return eventually(found, f"{text!r} for {member.id}", within=20)


def outsider(team: Team, photo: Photo, name: str) -> Person:
    """Enrolled as somebody outside Slack before anybody asked whose name it is."""
    given = [GivenPhoto("a.jpg", lambda: photo("obama.jpg")[1]), GivenPhoto("b.jpg", lambda: photo("obama2.jpg")[1])]
    result = team.workspace.enrolment.enroll(Request(name, Actor(seed.ADMIN), stated=RELEASED), given)
    assert result.person is not None
    return result.person


@pytest.mark.parametrize("typed", ["sasha", "Sasha Quill", "SАSHA"])  # the last with a Cyrillic А
def test_a_members_name_enrols_nobody_before_it_is_known_whose_it_is(team: Team, photo: Photo, typed: str) -> None:
    ts = team.post(f"enroll {typed}", photo("obama.jpg"))
    assert "Sasha (Sasha Quill)" in shown(question(team, ts))
    assert team.workspace.people.all() == ()
    assert team.member.messages(PHOTOS, thread_ts=ts)[1:] == []
    eventually(
        lambda: not next(m for m in team.member.messages(PHOTOS) if m["ts"] == ts).get("reactions"), "no 👀", within=10
    )


def test_it_is_the_member_who_is_asked_and_found_by_nobody_until_then(team: Team, photo: Photo, sasha: Member) -> None:
    ts = team.post("enroll sasha", photo("obama.jpg"))
    team.click(question(team, ts), views.IS)
    assert "is asked first" in shown(team.thread(ts, 1)[0])
    told(sasha, "would like me to know you as Sasha")
    assert team.workspace.people.all() == ()


def test_somebody_else_of_that_name_is_recorded_and_told_to_the_member_who_can_erase_it(
    team: Team, photo: Photo, sasha: Member
) -> None:
    ts = team.post("enroll sasha", photo("obama.jpg"), photo("obama2.jpg"))
    asked = question(team, ts)
    assert "By “Somebody else of that name: they agreed” you state: They agreed in writing" in shown(asked)
    team.click(asked, views.OTHER)
    assert "2 of 2 photos added" in shown(team.thread(ts, 1)[0]), "without another question"
    (person,) = team.workspace.people.all()
    assert (person.name, person.member) == ("Sasha", None)
    given = [(each.statement, each.given_by) for each in team.workspace.records.consents.of(person.user_id)]
    assert (RELEASE_VERSION, seed.ADMIN) in given
    notice = told(sasha, "who has your name, and not you")
    logged = [e for e in team.workspace.records.log.newest(5) if e.action == "namesake"]
    assert [(e.actor, e.details["member"]) for e in logged] == [(seed.ADMIN, seed.SECOND)]

    # More photos of whom it is settled about are no question.
    more = team.post("enroll sasha", photo("obama3.jpg"))
    assert "1 of 1 photo added" in shown(team.thread(more, 1)[0])

    block_id = notice["blocks"][1]["block_id"]
    action = {"block_id": block_id, "action_id": views.CLAIM, "type": "button", "value": person.user_id}
    container = {"type": "message", "channel": DIRECT[seed.SECOND], "ts": notice["ts"]}
    sasha.do("action", container=container, action=action, state={"values": {}})
    told(sasha, "Sasha is erased: 3 faces and 3 photos")
    told(team.member, "whom you enrolled as somebody outside this Slack, is them")
    assert team.workspace.people.all() == ()


def test_ones_own_name_is_asked_about_as_ones_own(team: Team, photo: Photo) -> None:
    ts = team.post("enroll robin vale", photo("obama.jpg"))
    team.click(question(team, ts, "The name is yours"), views.IS)
    answer = shown(team.thread(ts, 1)[0])
    assert "By enrolling yourself you agree to this" in answer
    (person,) = team.workspace.people.all()
    assert (person.name, person.member) == ("Robin", seed.ADMIN)


def test_the_form_asks_like_a_message(team: Team, photo: Photo) -> None:
    before = max(m["ts"] for m in team.member.messages(PHOTOS))
    team.member.news.clear()
    team.member.do("command", channel=PHOTOS, command="/enroll", text="jules")
    view = team.member.hears("view_open", within=10)["view"]
    name, data = photo("obama.jpg")
    values = {
        enroll_views.NAME: {enroll_views.NAME: {"type": "plain_text_input", "value": "Jules Arbor"}},
        enroll_views.PHOTOS: {
            enroll_views.PHOTOS: {"type": "file_input", "files": [team.member.upload(name, data)["id"]]}
        },
        "consent": {"consent": {"type": "checkboxes", "selected_options": [{"value": "release-2"}]}},
    }
    assert team.member.do("view_submit", view_id=view["id"], state={"values": values})["ok"]
    team.click(question(team, before), views.OTHER)
    told(team.slack.member(seed.THIRD), "and not you")
    assert [person.name for person in team.workspace.people.all()] == ["Jules Arbor"]


def test_a_face_is_named_no_otherwise(team: Team, photo: Photo) -> None:
    ts = team.post("", photo("obama.jpg"))
    answer = team.thread(ts, 2)[1]
    block_id, menu = next(
        (block["block_id"], element)
        for block in answer["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id") == correction_views.WHO
    )
    team.member.news.clear()
    action = {"block_id": block_id, "action_id": correction_views.WHO, "type": "static_select"}
    action["selected_option"] = menu["options"][0]
    team.member.do(
        "action",
        container={"type": "message", "channel": PHOTOS, "ts": answer["ts"]},
        action=action,
        state={"values": {}},
    )
    view = team.member.hears("view_open", within=10)["view"]
    typed = {"block_id": naming.block_id(0), "action_id": naming.NAME, "value": "Sasha"}
    answered = team.member.do("suggest", container={"type": "view", "view_id": view["id"]}, **typed)
    option = answered["option_groups"][-1]["options"][-1]
    assert option["value"] == "n Sasha", "the name that is typed, though a member has it"
    values = {
        naming.block_id(0): {naming.NAME: {"type": "external_select", "selected_option": option}},
        "consent": {"consent": {"type": "checkboxes", "selected_options": [{"value": "release-2"}]}},
    }
    assert team.member.do("view_submit", view_id=view["id"], state={"values": values})["ok"]

    def asked() -> list[Json]:
        return [m for m in team.member.messages(PHOTOS, thread_ts=ts) if "who is called so" in shown(m)]

    (question,) = eventually(asked, "the question in the photo's thread", within=20)
    assert question["ephemeral"]
    assert team.workspace.people.all() == ()
    team.click(question, views.OTHER)

    def named() -> bool:
        return any(
            "1 · Sasha" in shown(m) for m in team.member.messages(PHOTOS, thread_ts=ts) if m["ts"] == answer["ts"]
        )

    eventually(named, "the answer is edited once it is settled whose the name is", within=20)


def test_renaming_to_a_members_name_asks_and_hands_over(team: Team, photo: Photo, sasha: Member) -> None:
    outsider(team, photo, "Barack")
    asked = team.ask("rename barack → Sasha")
    assert "who is called so" in shown(asked)
    assert [person.name for person in team.workspace.people.all()] == ["Barack"]
    team.click(asked, views.IS)
    team.hears("Of Barack nothing is left")
    told(sasha, "With these 2 photos")
    assert team.workspace.people.all() == ()


def test_renaming_to_a_mention_asks_whether_it_is_that_member(team: Team, photo: Photo, sasha: Member) -> None:
    outsider(team, photo, "Barack")
    asked = team.ask(f"rename barack → <@{sasha.id}|sasha>")
    assert "Sasha (Sasha Quill)" in shown(asked)
    assert [person.name for person in team.workspace.people.all()] == ["Barack"]
    team.click(asked, views.IS)
    told(sasha, "With these 2 photos")
    eventually(lambda: team.workspace.people.all() == (), "that nobody is known by them", within=10)


def test_a_member_is_not_renamed_to_a_mention(team: Team, photo: Photo) -> None:
    given = [GivenPhoto("a.jpg", lambda: photo("obama.jpg")[1])]
    team.workspace.enrolment.enroll(Request("Robin", Actor(seed.ADMIN), seed.ADMIN), given)
    assert "A mention is no name" in shown(team.ask(f"rename me → <@{seed.SECOND}|sasha>"))


def test_who_cannot_be_asked_leaves_the_person_as_they_were(
    team: Team, photo: Photo, sasha: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    direct, post, person = Roster.direct, Slack._post, outsider(team, photo, "Barack")

    def unreachable(members: Roster, user: str) -> str:
        if user == sasha.id:
            raise Refused("user_disabled")
        return direct(members, user)

    def unsayable(slack: Slack, place: Place, *args: Any, **more: Any) -> str:
        if place.channel == DIRECT[sasha.id]:
            raise Refused("messages_tab_disabled")
        return post(slack, place, *args, **more)

    for owner, name, refuse in ((Roster, "direct", unreachable), (Slack, "_post", unsayable)):
        with monkeypatch.context() as slack:
            slack.setattr(owner, name, refuse)
            before = len(_refusals(team))
            team.click(team.ask("rename barack → Sasha"), views.IS)
            eventually(lambda n=before: len(_refusals(team)) > n, "that nobody is asked", within=20)
        assert team.workspace.people.all() == (person,)
        assert team.workspace.records.consents.requests() == ()


def _refusals(team: Team) -> list[Json]:
    """What says that somebody stays as they were."""
    return [m for m in team.member.messages(PHOTOS) if "so Barack stays as they were" in shown(m)]


def test_renaming_somebody_else_goes_on_and_tells_the_member(team: Team, photo: Photo, sasha: Member) -> None:
    person = outsider(team, photo, "Barack")
    team.click(team.ask("rename barack → Sasha Quill"), views.OTHER)
    team.hears("Barack is called Sasha Quill now")
    told(sasha, "says that Sasha Quill, whom I know by photos")
    assert team.workspace.namesakes.unsettled(person, [seed.SECOND]) == []


def test_merging_into_a_members_name_asks_first(team: Team, photo: Photo, sasha: Member) -> None:
    outsider(team, photo, "Sasha")
    team.workspace.enrolment.enroll(
        Request("Joe", Actor(seed.ADMIN), stated=RELEASED),
        [GivenPhoto("c.jpg", lambda: photo("biden.jpg")[1])],
    )
    team.click(team.ask("merge sasha joe"), views.OTHER)
    team.hears("Are Sasha and Joe one person?")
    told(sasha, "says that Sasha, whom I know by photos")


def test_forget_me_and_the_home_promise_no_more_than_holds(team: Team, photo: Photo, sasha: Member) -> None:
    person = outsider(team, photo, "Sasha Q. Quill")
    said = shown(team.ask("forget me", sasha))
    assert "I know nothing of your Slack account" in said
    assert person.name not in said  # not her name
    team.workspace.changes.rename(person, "Sasha", actor=Actor(seed.ADMIN))
    said = shown(team.ask("forget me", sasha))
    assert "One person whom I know as somebody outside this Slack bears your name" in said
    assert "Sasha, 2 photos, added on" in said

    sasha.do("open_home")
    home = sasha.hears("home", within=10)["view"]
    block = next(b for b in home["blocks"] if (b.get("accessory") or {}).get("action_id") == views.CLAIM)
    action = {"block_id": block["block_id"], "action_id": views.CLAIM, "type": "button", "value": person.user_id}
    sasha.do("action", container={"type": "view", "view_id": home["id"]}, action=action, state={"values": {}})
    told(sasha, "Sasha is erased: 2 faces and 2 photos")
    told(team.member, "is them")
    assert team.workspace.people.all() == ()


def test_nobody_erases_who_does_not_bear_their_name(team: Team, photo: Photo) -> None:
    person = outsider(team, photo, "Sasha")
    assert "bears your name" not in shown(team.ask("forget me", team.slack.member(seed.THIRD)))
    assert [each.user_id for each in team.workspace.people.all()] == [person.user_id]
