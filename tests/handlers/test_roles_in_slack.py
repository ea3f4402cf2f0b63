"""Who may do what, channels that are left out, and what was done, as members see it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playground_kit import Json, Member
from team import PHOTOS, Photo, Team, eventually, open_team, shown

from engine.vision import Weights
from handlers.slack import Roster
from handlers.slack.client import Refused
from handlers.views.changes import UNDO
from handlers.views.enroll import statement
from handlers.views.people import consent as consent_views
from playground.state import seed
from services.people.grounds.consent import Policy

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]

BOT = f"<@{seed.BOT_USER}>"


@pytest.fixture
def sasha(team: Team) -> Member:
    return team.slack.member(seed.SECOND)


@pytest.fixture
def included(team: Team) -> Iterator[None]:
    yield
    team.workspace.records.set_setting("excluded", "no", PHOTOS)


def test_what_is_somebody_elses_is_theirs_and_the_admins_to_change(team: Team, sasha: Member, photo: Photo) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    assert "whoever added “Barack” or an admin can do that" in shown(team.ask("forget barack", sasha))
    ts = sasha.post(PHOTOS, "enroll barack", files=[sasha.upload(*photo("obama2.jpg"))["id"]])
    assert "whoever added “Barack”" in shown(team.thread(ts, 1)[0])
    assert "Only an admin can make somebody an admin" in shown(team.ask(f"admins add <@{seed.SECOND}>", sasha))
    assert seed.SECOND in str(team.ask(f"admins add <@{seed.SECOND}>"))
    assert "Erase Barack" in shown(team.ask("forget barack", sasha))
    assert "made <@" not in shown(team.ask("audit"))
    assert seed.SECOND not in str(team.ask(f"admins remove <@{seed.SECOND}>")["blocks"])
    assert "whoever added" in shown(team.ask("forget barack", sasha))
    assert "Say it as in" in shown(team.ask("admins sasha"))


def test_only_members_are_made_admins(team: Team) -> None:
    assert "A bot cannot be an admin" in shown(team.ask(f"admins add {BOT}"))
    assert "Slack knows no such member" in shown(team.ask("admins add <@U0NOBODY99>"))
    assert team.workspace.roles.admins() == ()


@pytest.mark.usefixtures("included")
def test_an_excluded_channel_is_left_alone(team: Team, sasha: Member, photo: Photo) -> None:
    assert "Only an admin can" in shown(team.ask("exclude", sasha))
    assert "left alone" in shown(team.ask("exclude"))
    quiet = team.post("our offsite", photo("biden.jpg"))
    refused = team.post("enroll joe", photo("biden.jpg"))
    assert "An admin has excluded this channel" in shown(team.thread(refused, 1)[0])
    asked = team.post(f"{BOT} who is this?", photo("biden.jpg"))
    assert "An admin has excluded this channel" in shown(team.thread(asked, 1)[0])
    assert team.member.messages(PHOTOS, thread_ts=quiet)[1:] == []
    assert team.workspace.people.all() == ()
    eventually(lambda: "eyes" not in str(_reactions(team, refused)), "that nobody is looking any more", within=10)
    team.member.do("command", channel=PHOTOS, command="/enroll", text="")
    assert "An admin has excluded this channel" in shown(team.opens())
    assert "mine again" in shown(team.ask("include"))
    assert "0 of 1 face recognised" in shown(team.thread(team.post("now", photo("biden.jpg")), 2)[1])


@pytest.mark.usefixtures("included")
def test_what_admins_change_is_taken_back(team: Team) -> None:
    team.ask("threshold 90")
    team.ask("exclude")
    assert "I answer photos in that channel again, and enrol people from them" in shown(team.ask("undo"))
    assert not team.workspace.roles.excluded(PHOTOS)
    team.ask(f"admins add <@{seed.SECOND}>")
    assert "is no admin any more" in shown(team.ask("undo"))
    assert team.workspace.roles.admins() == ()
    added = team.ask(f"admins add <@{seed.SECOND}>")
    removed = team.ask(f"admins remove <@{seed.SECOND}>")
    team.click(removed, UNDO)
    team.hears("is an admin again")
    assert team.workspace.roles.admins() == (seed.SECOND,)
    team.click(added, UNDO)
    eventually(lambda: team.workspace.roles.admins() == (), "that they are no admin any more")
    assert "that channel has the threshold again that it had before" in shown(team.ask("undo"))


def test_the_audit_log_tells_admins_all_and_others_what_concerns_them(team: Team, sasha: Member, photo: Photo) -> None:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    ts = sasha.post(PHOTOS, "who?", files=[sasha.upload(*photo("obama2.jpg"))["id"]])
    team.thread(ts, 2)
    everything = shown(team.ask("audit"))
    assert "What was done here" in everything
    assert "enrolled Barack" in everything
    assert "had a photo searched: 1 of 1 face recognised at 99 %" in everything
    concerning = shown(team.ask("audit", sasha))
    assert "had a photo searched" in concerning
    assert "enrolled Barack" not in concerning
    team.workspace.people.forget(team.workspace.people.get("barack"), actor="test")
    assert "Barack" not in shown(team.ask("audit"))
    assert "Barack" not in str([entry.details for entry in team.workspace.records.log.all()])


def test_with_attest_nobody_is_enrolled_who_cannot_be_told_nor_told_where_nothing_was_added(
    tmp_path: Path, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    direct = Roster.direct

    def refuse(members: Roster, user: str) -> str:
        if user == seed.SECOND:
            raise Refused("user_disabled")
        return direct(members, user)

    with open_team(tmp_path, consent=Policy.ATTEST, is_painted=True) as team:
        sasha = team.slack.member(seed.SECOND)
        with monkeypatch.context() as slack:
            slack.setattr(Roster, "direct", refuse)
            ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg"))
            team.click(team.asks_to_state(ts), statement.STATE)
            assert "could not tell “Sasha” that they are enrolled" in shown(team.thread(ts, 2)[1])
        assert team.workspace.people.all() == ()
        assert not team.workspace.records.consents.objects(seed.SECOND)

        def notices() -> list[dict[str, object]]:
            return [m for m in sasha.messages("D0SASHAAPP") if "has enrolled you as Sasha" in shown(m)]

        ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg"))
        team.click(team.asks_to_state(ts), statement.STATE)
        eventually(notices, "the notice")
        ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg"))
        assert "0 of 1 photo added" in shown(team.thread(ts, 1)[0])
        ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama2.jpg"))
        eventually(lambda: len(notices()) == 2, "a notice of what was added")


def test_with_attest_a_member_is_told_and_removes_themselves_with_one_click(
    tmp_path_factory: pytest.TempPathFactory, weights: Weights, photo: Photo
) -> None:
    with open_team(tmp_path_factory.mktemp("attest"), consent=Policy.ATTEST, is_painted=True) as team:
        ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg"))
        asked = team.asks_to_state(ts)
        assert "Has Sasha agreed? By enrolling you state: They agreed to be recognised" in shown(asked)
        assert "outside this Slack" not in shown(asked)
        team.click(asked, statement.STATE)
        assert "1 of 1 photo added" in shown(team.thread(ts, 1)[0])
        sasha = team.slack.member(seed.SECOND)

        def told() -> list[dict[str, object]]:
            return [m for m in sasha.messages("D0SASHAAPP") if "has enrolled you as Sasha" in shown(m)]

        (notice,) = eventually(told, "the notice", within=20)
        assert "How long" in shown(notice)
        replace(team, member=sasha).click(notice, consent_views.REMOVE_ME, channel="D0SASHAAPP")
        eventually(lambda: not team.workspace.people.all(), "Sasha is erased", within=10)
        ts = team.post(f"enroll <@{seed.SECOND}>", photo("obama.jpg"))
        assert "do not want to be recognised" in shown(team.thread(ts, 1)[0])


def _reactions(team: Team, ts: str) -> list[Json]:
    return next(list(m.get("reactions", ())) for m in team.member.messages(PHOTOS) if m["ts"] == ts)
