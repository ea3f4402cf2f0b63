"""A walk as guest, as somebody of another company, and in a channel that it reads: nobody is named to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playground_kit import FAST, Json, Member, eventually
from slack_bolt import BoltRequest
from team import PHOTOS, Photo, Team, open_team, shown

from engine.vision import Weights
from handlers import enroll, photos
from handlers.slack import Posted, SlackFile
from handlers.views.changes import UNDO
from handlers.views.photos import corrections
from playground.state import seed
from services.people.roles import OPERATOR, Actor

pytestmark = pytest.mark.faces("painted")

BOT = f"<@{seed.BOT_USER}>"
SHARED = seed.SHARED
NO_GUEST, NO_OUTSIDER, SILENT = (
    "As a guest of this workspace",
    "You are of another organisation",
    "so I answer nothing here",
)


# What guests may type. Of the last they are told what it does, and that it is an admin's.
OWN = {"/facesearch forget me", "/facesearch export me", "/facesearch guests on"}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[Team]:
    with open_team(tmp_path_factory.mktemp("data"), options=replace(FAST, strangers=True), is_painted=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def guest(team: Team) -> Member:
    return team.slack.member(seed.GUEST)


@pytest.fixture(scope="module")
def outsider(team: Team) -> Member:
    return team.slack.member(seed.OUTSIDER)


@pytest.fixture(scope="module")
def known(team: Team, photo: Photo) -> str:
    """Somebody whom nobody outside may hear of."""
    ts = team.enrol("barack", photo("obama.jpg"), photo("obama2.jpg"))
    team.thread(ts, 1)
    return "Barack"


@pytest.fixture(scope="module")
def invited(team: Team) -> Json:
    """What the bot says when it is invited into the shared channel; without it, it is not there to say anything."""
    team.member.do("command", channel=SHARED, command="/invite", text=BOT)
    return heard(team.member, SHARED, "so I answer no photo there")


def heard(member: Member, channel: str, text: str, since: str = "") -> Json:
    """A message that this member sees, newer than `since`."""

    def found() -> Json | None:
        messages = (m for m in member.messages(channel) if m["ts"] > since)
        return next((m for m in messages if text in shown(m)), None)

    return eventually(found, f"{text!r} for {member.id}", within=20)


def post(member: Member, channel: str, text: str, *photos: tuple[str, bytes]) -> str:
    files = [member.upload(name, data)["id"] for name, data in photos]
    return member.post(channel, text, files=files)


def settled(team: Team) -> None:
    """Wait until all that was delivered until now has been acknowledged, and the jobs of it are done."""
    team.ask("status")


def test_the_invitation_into_a_shared_channel_is_answered_to_the_inviter_alone(outsider: Member, invited: Json) -> None:
    assert invited["ephemeral"]
    assert "shared on" in shown(invited)
    assert not [m for m in outsider.messages(SHARED) if "answer" in shown(m)]


@pytest.mark.usefixtures("invited")
def test_in_a_shared_channel_nobody_is_named_and_whoever_asked_is_told(
    team: Team, outsider: Member, known: str, photo: Photo
) -> None:
    quiet = [post(member, SHARED, "", photo("obama3.jpg")) for member in (team.member, outsider)]
    asked = post(team.member, SHARED, f"{BOT} who is it?", photo("obama3.jpg"))
    assert heard(team.member, SHARED, SILENT, asked)["ephemeral"]
    theirs = post(outsider, SHARED, f"{BOT} who is it?", photo("obama3.jpg"))
    assert heard(outsider, SHARED, NO_OUTSIDER, theirs)["ephemeral"]
    enrolled = post(team.member, SHARED, "enroll joe", photo("biden.jpg"))
    assert heard(team.member, SHARED, SILENT, enrolled)["ephemeral"]
    settled(team)
    for ts in (*quiet, asked, theirs, enrolled):
        assert team.member.messages(SHARED, thread_ts=ts)[1:] == []
    assert known not in "".join(shown(m) for m in outsider.messages(SHARED))
    assert [person.name for person in team.workspace.people.all()] == [known]


@pytest.mark.usefixtures("invited")
def test_a_job_that_comes_too_late_answers_nothing_either(team: Team, known: str, photo: Photo) -> None:
    """Others may have come while it waited: here the boundary is passed by, as if it had been asked before."""
    file = team.member.upload(*photo("obama3.jpg"))["id"]
    ts = team.member.post(SHARED, "", files=[file])
    pictures = [SlackFile.of({"id": file, "name": "obama3.jpg", "mimetype": "image/jpeg"})]
    posted = Posted.of({"ts": ts, "user": seed.ADMIN}, SHARED)
    photos.submit(team.desk, f"late-{ts}", posted, pictures, user=seed.ADMIN)
    assert heard(team.member, SHARED, SILENT, ts)["ephemeral"]
    enroll.submit_message(team.desk, posted, pictures, "joe")
    eventually(lambda: [m for m in team.member.messages(SHARED) if m["ts"] > ts and SILENT in shown(m)][1:], "both", 20)
    assert team.member.messages(SHARED, thread_ts=ts)[1:] == []


@pytest.mark.usefixtures("invited")
def test_what_others_post_is_not_searched_for_one_person_either(
    team: Team, outsider: Member, known: str, photo: Photo
) -> None:
    theirs, ours = (post(member, SHARED, "", photo("obama3.jpg")) for member in (outsider, team.member))
    for ts, answer in ((theirs, "Somebody of another organisation posted this photo"), (ours, known)):
        team.member.do("shortcut", channel=SHARED, ts=ts, callback_id="who_is_in_this")
        assert heard(team.member, SHARED, answer, ts)["ephemeral"]
    assert known not in "".join(shown(m) for m in outsider.messages(SHARED))


@pytest.mark.usefixtures("invited")
def test_an_admin_turns_a_shared_channel_on_and_back(team: Team, outsider: Member, known: str, photo: Photo) -> None:
    sasha = team.slack.member(seed.SECOND)
    for member, text, answer in (
        (sasha, "shared on", "Only an admin can have me answer"),
        (team.member, "shared", "I answer nothing in this channel while"),
        (team.member, "shared perhaps", "either"),
        (team.member, "shared on", "They see the names and faces"),
    ):
        since = max(m["ts"] for m in member.messages(SHARED))
        member.do("command", channel=SHARED, command="/facesearch", text=text)
        said = heard(member, SHARED, answer, since)
    ts = post(outsider, SHARED, "", photo("obama3.jpg"))

    def answered() -> list[Json]:
        return team.member.messages(SHARED, thread_ts=ts)[2:]

    (answer,) = eventually(answered, "an answer in the shared channel", within=30)
    assert known in shown(answer)

    # And nothing else is theirs: not the buttons of the answer, not enrolling.
    replace(team, member=outsider).click(answer, corrections.COMPARE, channel=SHARED)
    heard_in_thread = eventually(
        lambda: [m for m in outsider.messages(SHARED, thread_ts=ts) if NO_OUTSIDER in shown(m)], "refused", within=10
    )
    assert heard_in_thread[0]["ephemeral"]
    enrolled = post(outsider, SHARED, "enroll joe", photo("biden.jpg"))
    heard(outsider, SHARED, NO_OUTSIDER, enrolled)

    team.click(said, UNDO, channel=SHARED)
    heard(team.member, SHARED, "I answer nothing in that shared channel, as before")
    team.click(answer, corrections.COMPARE, channel=SHARED)
    refused = eventually(
        lambda: [m for m in team.member.messages(SHARED, thread_ts=ts) if SILENT in shown(m)], "refused", within=10
    )
    assert refused[0]["ephemeral"]
    assert [person.name for person in team.workspace.people.all()] == [known]


def test_a_channel_that_is_shared_later_falls_silent_and_its_inviter_is_told(
    team: Team, outsider: Member, known: str, photo: Photo
) -> None:
    channel = seed.RANDOM
    assert "Nobody of another organisation reads this channel" in shown(team.ask("shared on"))
    assert "It is either" in shown(team.ask("shared foo"))
    sasha = team.slack.member(seed.SECOND)
    sasha.do("command", channel=channel, command="/invite", text=BOT)
    eventually(lambda: team.workspace.records.own_setting("invited_by", channel), "who invited it", within=10)
    before = post(sasha, channel, "", photo("obama3.jpg"))
    eventually(lambda: sasha.messages(channel, thread_ts=before)[2:], "an answer", within=30)
    team.member.do("share", channel=channel)
    assert heard(sasha, channel, "What I have answered there before, they can read now")["ephemeral"]
    after = post(sasha, channel, "", photo("obama3.jpg"))
    settled(team)
    assert sasha.messages(channel, thread_ts=after)[1:] == []
    team.workspace.roles.set_shared("on", channel=channel, actor=OPERATOR)
    team.member.do("share", channel=channel, on=False)
    eventually(lambda: not team.workspace.roles.shared(channel), "it is off again", within=10)
    again = post(sasha, channel, "", photo("obama3.jpg"))
    eventually(lambda: sasha.messages(channel, thread_ts=again)[2:], "an answer", within=30)


def test_another_companys_admin_and_guests_become_no_admin(team: Team) -> None:
    for member in (seed.OUTSIDER, seed.GUEST):
        assert "Only a member of this workspace can be an admin" in shown(team.ask(f"admins add <@{member}>"))
    assert team.workspace.roles.admins() == ()


def test_nobody_of_another_company_is_enrolled_as_a_member(team: Team, photo: Photo) -> None:
    ts = team.post(f"enroll <@{seed.OUTSIDER}>", photo("biden.jpg"))
    (said,) = team.thread(ts, 1)
    assert "Enrol them by name" in shown(said)


def test_a_guest_posts_and_reads_and_does_nothing_else(team: Team, guest: Member, known: str, photo: Photo) -> None:
    ts = post(guest, PHOTOS, "", photo("obama3.jpg"))
    answer = team.thread(ts, 2)[1]
    assert known in shown(answer)
    for text in ("people", f"show {known}", "forget barack", "", "guests on"):
        since = max(m["ts"] for m in guest.messages(PHOTOS))
        guest.do("command", channel=PHOTOS, command="/facesearch", text=text)
        assert heard(guest, PHOTOS, NO_GUEST, since)["ephemeral"]
    enrolled = post(guest, PHOTOS, "enroll joe", photo("biden.jpg"))
    heard(guest, PHOTOS, NO_GUEST, enrolled)
    replace(team, member=guest).click(answer, corrections.COMPARE)
    eventually(lambda: [m for m in guest.messages(PHOTOS, thread_ts=ts) if NO_GUEST in shown(m)], "refused", within=10)
    assert [person.name for person in team.workspace.people.all()] == [known]
    assert "I know nothing of your Slack account" in shown(team.ask("forget me", guest))
    assert "I have sent it to you" in shown(team.ask("export me", guest))


def test_a_guest_is_told_of_nothing_that_is_refused_then(team: Team, guest: Member, photo: Photo) -> None:
    direct = next(c["id"] for c in guest.get("boot")["channels"] if c["is_im"])
    for channel, text in ((PHOTOS, "facesearch people"), (PHOTOS, f"{BOT} people"), (direct, "help"), (direct, "hi")):
        since = max(m["ts"] for m in guest.messages(channel)) if guest.messages(channel) else ""
        guest.post(channel, text)
        said = shown(heard(guest, channel, NO_GUEST, since))
        assert "With a slash" not in said
    own = guest.post(PHOTOS, "facesearch forget me")
    heard(guest, PHOTOS, "With a slash I do that: type /facesearch forget me", own)
    ts = post(guest, PHOTOS, "enroll: joe", photo("biden.jpg"))
    assert "Enrol as" not in shown(team.thread(ts, 2)[1])
    for text in ("photos off", "tell me off", "forget me", "export me"):
        assert _commands(team.ask(text, guest)) <= OWN


def test_a_guest_is_offered_nothing_in_direct_messages_that_is_refused_then(
    team: Team, guest: Member, photo: Photo
) -> None:
    direct = next(c["id"] for c in guest.get("boot")["channels"] if c["is_im"])
    for pictures in (["biden.jpg"], ["biden.jpg", "obama.jpg", "obama2.jpg", "biden.jpg"]):
        ts = post(guest, direct, "", *(photo(name) for name in pictures))
        answer = eventually(lambda ts=ts: _answer(guest, direct, ts), "an answer", within=30)
        assert _actions(answer) == {corrections.REMOVE}


def _answer(member: Member, channel: str, ts: str) -> Json | None:
    return next((m for m in member.messages(channel, thread_ts=ts)[1:] if m.get("blocks")), None)


def _actions(message: Json) -> set[str]:
    return {
        element["action_id"]
        for block in message["blocks"]
        for element in block.get("elements", ())
        if "action_id" in element
    }


def _commands(node: object) -> set[str]:
    """The commands that a message names, which it sets as code."""
    if isinstance(node, list):
        return set[str]().union(*map(_commands, node))
    if not isinstance(node, dict):
        return set()
    style, text = node.get("style"), node.get("text")
    own = {text} if isinstance(style, dict) and style.get("code") and isinstance(text, str) else set[str]()
    return own.union(*map(_commands, node.values()))


def test_an_admin_lets_guests_do_what_members_do(team: Team, guest: Member, known: str) -> None:
    assert "nothing else" in shown(team.ask("guests"))
    said = team.ask("guests on")
    assert "Guests may do what members may" in shown(said)
    assert known in shown(team.ask("people", guest))
    assert "Only an admin can say what guests may do" in shown(team.ask("guests off", guest))
    team.click(said, UNDO)
    team.hears("guests may only post photos and read what I answer, as before")
    assert NO_GUEST in shown(team.ask("people", guest))


def _home(member: Member) -> str:
    member.do("open_home")
    return shown(member.hears("home", within=10)["view"])


def test_the_home_of_guests_and_outsiders_names_nobody(team: Team, guest: Member, outsider: Member, known: str) -> None:
    said = _home(guest)
    assert NO_GUEST in said
    assert known not in said
    assert _home(outsider).startswith("I belong to another organisation")
    assert known in _home(team.slack.member(seed.THIRD))


@pytest.mark.parametrize("type_", ["view_submission", "shortcut", "message_action", "block_suggestion", "command"])
def test_what_slack_should_not_deliver_from_others_is_refused_all_the_same(
    team: Team, outsider: Member, type_: str
) -> None:
    """Slack says that commands and shortcuts are not theirs; should one come, it is held to the same."""
    user = {"id": seed.OUTSIDER, "team_id": seed.ELSEWHERE.id}
    body: Json = {
        "type": type_,
        "team": {"id": seed.TEAM.id},
        "user": user,
        "callback_id": "enroll_from_photo",
        "trigger_id": "1.2.3",
        "view": {"type": "modal", "callback_id": "enroll", "app_installed_team_id": seed.TEAM.id},
        "channel": {"id": SHARED},
        "message": {"user": seed.ADMIN, "ts": "1.1", "files": []},
        "action_id": "x",
        "block_id": "x",
    }
    if type_ == "command":
        body = {"command": "/facesearch", "text": "people", "user_id": seed.OUTSIDER, "channel_id": SHARED}
    answer = team.app.dispatch(BoltRequest(body=body, mode="socket_mode"))
    assert answer.status == 200
    if type_ == "view_submission":
        assert NO_OUTSIDER in answer.body
    elif type_ == "block_suggestion":
        assert answer.body == '{"options": []}'
    else:
        assert answer.body == ""


def test_that_a_channel_is_turned_on_ends_with_its_id_whatever_else_fails(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_old: str, _new: str) -> None:
        raise RuntimeError("not foreseen")

    roles, records = team.workspace.roles, team.workspace.records
    roles.set_shared("on", channel="C0BEFORE", actor=Actor(seed.ADMIN, admin=True))
    monkeypatch.setattr(records.appearances, "move", fail)
    team.deliver({"type": "channel_id_changed", "old_channel_id": "C0BEFORE", "new_channel_id": "C0AFTER"})
    both = ("C0BEFORE", "C0AFTER")
    eventually(lambda: None if any(map(roles.shared, both)) else True, "it is turned on in neither", within=10)
