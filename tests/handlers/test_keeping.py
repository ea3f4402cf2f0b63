"""The sweep goes on whatever fails in it, and nobody is erased who could not be warned."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playground_kit import Json, Member
from team import Photo, Team, eventually, shown

from handlers import keeping
from handlers.slack import Message, Place, Roster, Said, Slack
from handlers.slack.client import Refused
from handlers.views import words
from playground.state import seed
from services.people.known.changes import Changes
from services.people.known.retention import WARNING
from services.records import Person, Source, Standing
from services.search import Search

pytestmark = [pytest.mark.faces("painted"), pytest.mark.usefixtures("nobody_known")]

DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@pytest.fixture
def barack(team: Team, photo: Photo) -> Iterator[Person]:
    yield _barack(team, photo)
    team.member.do("faults", rates={}, seed=1)


def _barack(team: Team, photo: Photo) -> Person:
    team.thread(team.enrol("barack", photo("obama.jpg")), 1)
    return team.workspace.people.get("Barack")


def test_the_sweep_forgets_which_answers_stand_when_people_are_forgotten_and_deletions_in_two_days(team: Team) -> None:
    answers, source = team.workspace.records.answers, Source("C1", "1.1", "F1")
    answers.keep(Standing("C1", "2.1", source))
    answers.mark_gone(source)
    team.sweep(datetime.now(UTC) + DAY)
    assert answers.is_gone(source)
    team.sweep(datetime.now(UTC) + 3 * DAY)
    assert not answers.is_gone(source)
    assert answers.about_file("F1")
    team.sweep(datetime.now(UTC) + YEAR + DAY)
    assert not answers.about_file("F1")


def _warned(team: Team, person: Person) -> bool:
    seen = team.workspace.records.sightings.all().get(person.user_id)
    return seen is not None and seen.warned_at is not None


def _warnings(member: Member, person: Person, channel: str = "D0ROBINAPP") -> list[Json]:
    return [m for m in member.messages(channel) if f"I erase what I hold of {person.name}" in shown(m)]


def _struck(team: Team, fault: str) -> int:
    return int(sum(count for name, count in team.slack.slack.faults.struck.items() if name == fault))


@pytest.mark.parametrize("fault", ["busy", "error"])
def test_who_could_not_be_warned_is_not_taken_for_warned(team: Team, barack: Person, fault: str) -> None:
    before, soon = len(_warnings(team.member, barack)), datetime.now(UTC) + YEAR - DAY
    team.member.do("faults", rates={fault: 1}, seed=1)
    struck = _struck(team, fault)
    team.plan(soon + (DAY if fault == "busy" else 2 * DAY))
    eventually(lambda: _struck(team, fault) > struck + 1 or None, "Slack has refused twice", within=10)
    assert not _warned(team, barack)
    team.member.do("faults", rates={}, seed=1)
    eventually(lambda: _warned(team, barack) or None, "the warning is recorded", within=20)
    assert len(_warnings(team.member, barack)) == before + 1


def test_a_refusal_that_may_end_leaves_the_warning_for_the_next_sweep(
    team: Team, barack: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = datetime.now(UTC) + YEAR - DAY

    def refuse(_members: Roster, _user: str) -> str:
        raise Refused("account_inactive")

    with monkeypatch.context() as patch:
        patch.setattr(Roster, "direct", refuse)
        team.sweep(soon)
    assert not _warned(team, barack)
    team.sweep(soon + WARNING + DAY)
    assert team.workspace.people.all() != ()
    assert _warned(team, barack)


def test_who_can_never_be_told_is_erased_all_the_same(team: Team) -> None:
    records = team.workspace.records
    people = [
        records.add_person("Added by nobody here", member=None, added_by="import"),
        records.add_person("Added by a stranger", member=None, added_by="U0NOBODY00"),
    ]
    soon = datetime.now(UTC) + YEAR - DAY
    team.sweep(soon)
    assert all(_warned(team, person) for person in people)


def test_what_fails_holds_up_nothing_else(team: Team, barack: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    records = team.workspace.records
    first = records.add_person("Aaron", member=None, added_by=seed.SECOND)
    request = records.consents.ask(member=seed.THIRD, name="Jules", asked_by=seed.ADMIN)

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    direct = Roster.direct

    def refuse_sasha(members: Roster, user: str) -> str:
        if user == seed.SECOND:
            raise Refused("messages_tab_disabled")
        return direct(members, user)

    monkeypatch.setattr(Changes, "purge", fail)
    monkeypatch.setattr(Search, "sweep", fail)
    monkeypatch.setattr(Roster, "direct", refuse_sasha)
    team.sweep(datetime.now(UTC) + YEAR - DAY)
    assert not _warned(team, first)
    assert _warned(team, barack)
    assert records.consents.request(request.id) is None


def test_who_was_seen_since_the_sweep_looked_is_neither_warned_nor_erased(
    team: Team, barack: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = datetime.now(UTC) + YEAR
    team.sweep(soon)
    assert _warned(team, barack)
    late, found = soon + WARNING + DAY, keeping._due(team.workspace, soon + WARNING + DAY)
    assert found == [barack.user_id]
    team.workspace.records.sightings.see([barack.user_id], late)
    monkeypatch.setattr(keeping, "_due", lambda *_: found)
    team.sweep(late)
    assert team.workspace.people.all() != ()


@pytest.mark.parametrize("few", [0, 100])
def test_members_who_have_left_are_found_in_a_list_or_one_by_one(
    team: Team, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(keeping, "_FEW", few)
    monkeypatch.setattr("handlers.slack.roster._MEMBERS_AT_ONCE", 2)
    admins, users = team.workspace.records.admins, team.slack.slack.workspaces[0].users
    listed = [seed.ADMIN, seed.SECOND, seed.THIRD]
    for member in (*listed, "U0NOBODY00"):  # whom no list has any more
        admins.add(member, added_by=seed.ADMIN)
    asked: list[str] = []
    is_deactivated = Roster.is_deactivated

    def ask(members: Roster, member: str) -> bool:
        asked.append(member)
        return is_deactivated(members, member)

    monkeypatch.setattr(Roster, "is_deactivated", ask)
    here = users[seed.SECOND]
    users[seed.SECOND] = replace(here, deleted=True)
    try:
        team.sweep(datetime.now(UTC))
        assert set(team.workspace.roles.admins()) == {seed.ADMIN, seed.THIRD}
        assert set(asked) == ({"U0NOBODY00"} if few == 0 else {*listed, "U0NOBODY00"})
    finally:
        users[seed.SECOND] = here
        for member in listed:
            admins.remove(member)


def test_members_are_asked_about_one_by_one_where_the_list_is_refused(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_members: Roster, _cursor: str) -> None:
        raise Refused("missing_argument")  # of an organisation's token

    monkeypatch.setattr(keeping, "_FEW", 0)
    monkeypatch.setattr(Roster, "page", refuse)
    team.workspace.records.admins.add("U0NOBODY00", added_by=seed.ADMIN)
    team.sweep(datetime.now(UTC))
    assert team.workspace.roles.admins() == ()


def test_the_sweep_reconciles_the_collection_with_the_records(team: Team) -> None:
    collection = team.workspace.collection
    collection.client.create_user(CollectionId=collection.id, UserId="u-nobody")
    team.sweep(datetime.now(UTC) + 3 * DAY)
    assert "u-nobody" not in set(collection.users())


def test_faces_that_are_gone_are_put_back_before_anybody_is_called_unknown(team: Team, photo: Photo) -> None:
    _barack(team, photo)
    collection = team.workspace.collection
    collection.client.delete_collection(CollectionId=collection.id)
    ts = team.post("", photo("obama2.jpg"))
    _, answer = team.thread(ts, 2)
    assert "Barack" in shown(answer)


def test_the_question_to_who_leaves_is_taken_back_though_slack_is_busy(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    consents, slack = team.workspace.records.consents, Slack(team.slack.client)
    asked = consents.ask(member=seed.SECOND, name="Sasha", asked_by=seed.ADMIN)
    channel = slack.members.direct(seed.SECOND)
    ts = slack.say(Place(channel), words.sentence("May I know you?")).ts
    consents.shown(asked.id, (channel, ts))
    change, refused = Slack.change, []

    def busy_once(slack: Slack, place: Place, ts: str, message: Message, **more: bool) -> Said:
        if not refused:
            refused.append(ts)
            raise Refused("ratelimited", 429)
        return change(slack, place, ts, message)

    monkeypatch.setattr(Slack, "change", busy_once)
    sasha, users = team.slack.member(seed.SECOND), team.slack.slack.workspaces[0].users
    here = users[seed.SECOND]
    team.member.do("deactivate", member=seed.SECOND)
    users[seed.SECOND] = here

    def settled() -> bool | None:
        return any(m["ts"] == ts and "settled" in shown(m) for m in sasha.messages(channel)) or None

    eventually(settled, "the question is taken back", within=10)
    assert refused == [ts]
    assert consents.request(asked.id) is None
