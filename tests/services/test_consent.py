"""Nobody can be found before they have said yes; a no erases at once, and stays."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from house import RELEASED, House, Open

from services import names
from services.errors import Conflict, Forbidden, NotFound, Unavailable, Unstated
from services.people import consent
from services.people.enrolling.admission import Admission
from services.people.enrolling.enrolment import Enrolment, Request, Result
from services.people.grounds.consent import (
    ATTESTATION_VERSION,
    NOTICE_VERSION,
    RELEASE_VERSION,
    Consent,
    Footing,
    Ground,
    Policy,
)
from services.people.grounds.requests import EXPIRES
from services.people.photos.portraits import Fate, GivenPhoto, Portrait
from services.people.roles import Actor
from services.pictures import images
from services.records import Person, Records
from services.search import Mode, Strategy

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]

STATED = RELEASED | {ATTESTATION_VERSION}
ENROLLER, MEMBER, OTHER, ADMIN = Actor("U1"), Actor("U2"), Actor("U3"), Actor("U9", admin=True)


@pytest.fixture
def attest(tmp_path: Path, open_house: Open) -> Iterator[House]:
    with open_house(tmp_path, Strategy.INDEX, Policy.ATTEST) as opened:
        yield opened


def _enroll(house: House, actor: Actor, *photos: GivenPhoto, member: str | None = "U2", name: str = "Barack") -> Result:
    return house.workspace.enrolment.enroll(Request(name, actor, member, stated=STATED), photos)


def _agreed_to_no_present_notice(house: House) -> None:
    """What the member has agreed to by enrolling themselves a moment ago does not count any more."""
    records = house.workspace.records
    change = records.changes.latest("U2")
    assert change is not None
    records.consents.take_back(change.before["consent"])


def _found(house: House, photo: GivenPhoto) -> set[str]:
    """The names found in a photo, in either mode and compared, at the lowest threshold there is."""
    opened = images.open(photo.read())
    search = house.workspace.search
    searched = [search.identify(opened, mode=mode, threshold=50) for mode in Mode]
    compared = search.compare(opened, threshold=50)
    return {s.match.person.name for f in (*searched, compared.faces, compared.users) for s in f.sightings if s.match}


@pytest.mark.parametrize("strategy", Strategy)
def test_nobody_is_found_before_they_have_said_yes(
    strategy: Strategy, tmp_path: Path, open_house: Open, given_photo: Given
) -> None:
    with open_house(tmp_path, strategy) as house:
        result = _enroll(house, ENROLLER, given_photo("obama.jpg"), given_photo("obama2.jpg"))
        assert [outcome.fate for outcome in result.outcomes] == [Fate.WAITING, Fate.WAITING]
        assert (result.ground, result.person) == (Ground.NONE, None)
        assert result.asked is not None
        assert house.face_ids() == set()
        assert house.rekognition.client.list_users(CollectionId="facesearch")["Users"] == []
        assert house.workspace.people.all() == ()
        assert _found(house, given_photo("obama3.jpg")) == set()
        accepted = house.workspace.enrolment.accept(result.asked)
        assert [outcome.fate for outcome in accepted.outcomes] == [Fate.ADDED, Fate.ADDED]
        assert _found(house, given_photo("obama3.jpg")) == {"Barack"}


def test_a_yes_enrols_on_the_members_own_ground_and_settles_the_request(house: House, given_photo: Given) -> None:
    asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
    assert asked is not None
    result = house.workspace.enrolment.accept(asked, [given_photo("obama3.jpg")])
    assert (result.ground, result.added) == (Ground.ACCEPTED, 2)
    log = [(entry.actor, entry.action) for entry in house.workspace.records.log.all()]
    assert log == [("U1", "ask"), ("U1", "enroll"), ("U2", "accept")]
    person = house.workspace.people.get("Barack")
    assert (person.member, person.added_by) == ("U2", "U1")
    with pytest.raises(NotFound):
        house.workspace.requests.get(asked.id, member="U2")
    assert len(list(house.photos.keys(""))) == 2, "the portraits that waited are gone"
    again = _enroll(house, ENROLLER, given_photo("obama2.jpg"))
    assert (again.ground, again.added) == (Ground.ACCEPTED, 1), "their yes stands"
    assert [given.given_by for given in house.workspace.records.consents.of(again.person.user_id)] == ["U2"]


def test_what_is_stated_is_stated_of_each_person_once_by_whoever_enrols_them(house: House, given_photo: Given) -> None:
    enrolment, outside = house.workspace.enrolment, partial(Request, member=None)
    assert enrolment.unstated(outside("Barack", ENROLLER)) == RELEASE_VERSION
    assert house.workspace.people.all() == ()
    _enroll(house, ENROLLER, given_photo("obama.jpg"), member=None)
    assert enrolment.unstated(outside(" barack", ENROLLER)) is None
    assert enrolment.unstated(outside("Joe", ENROLLER)) == RELEASE_VERSION
    assert enrolment.unstated(outside("Barack", ADMIN)) is None
    enrolment.enroll(outside("Barack", ADMIN), [given_photo("obama2.jpg")])
    given = house.workspace.records.consents.of(house.workspace.people.get("Barack").user_id)
    assert [(each.statement, each.given_by) for each in given] == [(RELEASE_VERSION, "U1")], "whoever was asked"
    with pytest.raises(Forbidden):
        enrolment.unstated(outside("Barack", OTHER))


def test_of_a_member_it_is_stated_where_their_own_word_is_not_asked_for(
    house: House, attest: House, given_photo: Given
) -> None:
    of_them, of_oneself = Request("Barack", ENROLLER, "U2"), Request("Barack", MEMBER, "U2")
    for each in (house, attest):
        assert each.workspace.enrolment.unstated(of_oneself) is None
    assert house.workspace.enrolment.unstated(of_them) is None
    assert attest.workspace.enrolment.unstated(of_them) == ATTESTATION_VERSION
    _enroll(attest, ENROLLER, given_photo("obama.jpg"))
    assert attest.workspace.enrolment.unstated(of_them) is None
    assert attest.workspace.enrolment.footing(of_oneself).unstated is None, "there is nothing to be stated of oneself"


def test_what_was_to_be_stated_when_they_were_asked_is_asked_for_again_once_it_counts(
    house: House, attest: House, given_photo: Given
) -> None:
    request = Request("Barack", ADMIN)
    _enroll(house, ENROLLER, given_photo("obama.jpg"), member=None)
    assert house.workspace.enrolment.unstated(request) is None
    house.workspace.changes.undo(house.workspace.changes.latest(ENROLLER).id, actor=ENROLLER)
    with pytest.raises(Unstated):
        house.workspace.enrolment.enroll(request, [given_photo("obama.jpg")])
    assert house.workspace.people.all() == ()
    of_them = Request("Barack", ENROLLER, "U2")
    assert house.workspace.enrolment.unstated(of_them) is None
    for stated in (frozenset[str](), RELEASED):
        with pytest.raises(Unstated):
            attest.workspace.enrolment.enroll(replace(of_them, stated=stated), [given_photo("obama.jpg")])
    assert attest.workspace.people.all() == ()


_OF_THEM = (
    Request("Barack", ENROLLER, "U2"),
    Request("Barack", ENROLLER),
)  # once they are known by their name alone, too


def test_who_is_asked_is_not_asked_again_once_they_have_said_yes(house: House, given_photo: Given) -> None:
    footing = house.workspace.enrolment.footing
    assert footing(_OF_THEM[0]) == Footing(Ground.NONE, None, "U2")
    asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
    assert asked is not None
    house.workspace.enrolment.accept(asked)
    assert {footing(each) for each in _OF_THEM} == {Footing(Ground.ACCEPTED, None, "U2")}


def test_of_a_member_nothing_is_left_to_state_once_it_is_stated(attest: House, given_photo: Given) -> None:
    footing = attest.workspace.enrolment.footing
    assert footing(_OF_THEM[0]) == Footing(Ground.ATTESTED, ATTESTATION_VERSION, "U2")
    _enroll(attest, ENROLLER, given_photo("obama.jpg"))
    assert {footing(each) for each in _OF_THEM} == {Footing(Ground.ATTESTED, None, "U2")}


def test_whoever_states_it_again_is_kept_with_it_once(house: House, given_photo: Given) -> None:
    _enroll(house, ENROLLER, given_photo("obama.jpg"), member=None)
    for photo in ("obama2.jpg", "obama3.jpg"):
        _enroll(house, ADMIN, given_photo(photo), member=None)
    given = house.workspace.records.consents.of(house.workspace.people.get("Barack").user_id)
    assert [(each.statement, each.given_by) for each in given] == [(RELEASE_VERSION, "U1"), (RELEASE_VERSION, "U9")]


def test_the_notice_says_for_how_many_days() -> None:
    *_, how_long = consent.notice(123)
    assert "123 days" in how_long


def test_a_new_text_is_stated_anew(house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    _enroll(house, ENROLLER, given_photo("obama.jpg"), member=None)
    monkeypatch.setitem(consent._VERSIONS, Ground.RELEASE, "release-99")
    assert house.workspace.enrolment.unstated(Request("Barack", ENROLLER)) == "release-99"


def test_an_acceptance_cut_short_adds_nothing_twice(house: House, given_photo: Given) -> None:
    asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
    assert asked is not None
    portraits = house.workspace.requests.portraits(asked)
    house.workspace.enrolment.accept(asked)
    again = house.workspace.requests.begin(member="U2", name="Barack", asked_by="U1")
    house.workspace.requests.keep(again, portraits[0])
    house.workspace.enrolment.accept(again)
    assert house.workspace.people.get("Barack").faces == len(house.face_ids()) == 1


def test_an_acceptance_that_fails_once_all_is_enrolled_is_recorded_by_the_next(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
    assert asked is not None
    with monkeypatch.context() as busy, pytest.raises(Unavailable):
        busy.setattr(Admission, "leave_nothing_behind", _fail)
        house.workspace.enrolment.accept(asked)
    result = house.workspace.enrolment.accept(asked)
    assert [outcome.fate for outcome in result.outcomes] == [Fate.ADDED]
    (person,) = house.workspace.people.all()
    consents = house.workspace.records.consents.of(person.user_id)
    assert [(each.statement, each.given_by) for each in consents] == [(NOTICE_VERSION, "U2")]
    assert house.workspace.changes.undo(result.change or "", actor=ENROLLER).person is None


def test_a_yes_counts_though_its_photo_is_enrolled_already(attest: House, given_photo: Given) -> None:
    _enroll(attest, ENROLLER, given_photo("obama.jpg"))
    asked = attest.workspace.requests.begin(member="U2", name="Barack", asked_by="U1")
    attest.workspace.requests.keep(asked, Portrait("obama.jpg", _digest(given_photo("obama.jpg")), b"a portrait"))
    result = attest.workspace.enrolment.accept(asked)
    assert [outcome.fate for outcome in result.outcomes] == [Fate.ALREADY_ENROLLED]
    person = attest.workspace.people.get("Barack")
    assert attest.workspace.records.consents.has(person.user_id, NOTICE_VERSION, given_by="U2")


def _fail(*_: object) -> None:
    raise Unavailable("Rekognition does not answer.")


def _digest(photo: GivenPhoto) -> str:
    return hashlib.sha256(photo.read()).hexdigest()


def test_the_second_of_one_name_is_enrolled_by_another_of_theirs(house: House, given_photo: Given) -> None:
    members = {"U2": ("obama.jpg", ()), "U3": ("biden.jpg", ("Alex", "here", "Alex Kay")), "U4": ("astronaut.png", ())}
    asked = {m: _enroll(house, ENROLLER, given_photo(p), member=m, name="Alex").asked for m, (p, _) in members.items()}
    results = {m: house.workspace.enrolment.accept(each, (), members[m][1]) for m, each in asked.items() if each}
    assert {m: result.name for m, result in results.items()} == {"U2": "Alex", "U3": "Alex Kay", "U4": "Alex (2)"}
    assert {person.name: person.member for person in house.workspace.people.all()} == {
        "Alex": "U2",
        "Alex Kay": "U3",
        "Alex (2)": "U4",
    }


def test_a_name_as_long_as_can_be_is_numbered_too(house: House, given_photo: Given) -> None:
    name = "A" * names.MAX_LENGTH
    first = _enroll(house, ENROLLER, given_photo("obama.jpg"), name=name).asked
    second = _enroll(house, ENROLLER, given_photo("biden.jpg"), name=name, member="U3").asked
    assert first is not None
    assert second is not None
    house.workspace.enrolment.accept(first)
    assert house.workspace.enrolment.accept(second).name.endswith("A (2)")


def test_a_member_who_enrols_twice_at_once_is_one_person(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, add = threading.Barrier(2, timeout=10), Records.add_person

    def at_once(records: Records, *args: Any, **more: Any) -> Person:
        both.wait()
        return add(records, *args, **more)

    monkeypatch.setattr(Records, "add_person", at_once)
    with ThreadPoolExecutor(2) as pool:
        given = {"Barack": given_photo("obama.jpg"), "Barry": given_photo("obama2.jpg")}
        results = [pool.submit(_enroll, house, MEMBER, photo, name=name) for name, photo in given.items()]
        assert [each.result().added for each in results] == [1, 1]
    (person,) = house.workspace.people.all()
    assert (person.member, person.faces) == ("U2", 2)
    house.workspace.people.forget_member("U2")
    assert house.face_ids() == set()


def test_only_the_member_who_is_asked_can_answer(house: House, given_photo: Given) -> None:
    asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
    assert asked is not None
    with pytest.raises(NotFound, match="settled already"):
        house.workspace.requests.get(asked.id, member="U3")
    assert house.workspace.requests.get(asked.id, member="U2") == asked


def test_one_question_at_a_time(house: House, given_photo: Given) -> None:
    enroll, request = house.workspace.enrolment.enroll, Request("Barack", ENROLLER, "U2", job="enroll:1")
    first = enroll(request, [given_photo("obama.jpg")]).asked
    assert first is not None
    assert enroll(request, [given_photo("obama.jpg")]).asked == first, "not shown yet: a crash came between"
    house.workspace.requests.shown(first, ("D1", "1.0"))
    since = f"{first.asked_at.day} {first.asked_at:%B}"
    for again in (request, replace(request, actor=OTHER)):
        with pytest.raises(Conflict, match=f"{since}.*have not answered yet"):
            enroll(again, [given_photo("obama2.jpg")])


@pytest.mark.parametrize("job", ["", "enroll:2"])
def test_what_another_job_asks_is_left_to_it_though_its_enroller_is_the_same(
    job: str, house: House, given_photo: Given
) -> None:
    enroll, request = house.workspace.enrolment.enroll, Request("Barack", ENROLLER, "U2", job="enroll:1" if job else "")
    asked = enroll(request, [given_photo("obama.jpg")]).asked
    assert asked is not None
    for photo in (given_photo("obama2.jpg"), GivenPhoto("notes.jpg", lambda: b"no picture")):
        with pytest.raises(Conflict, match="have not answered yet"):
            enroll(replace(request, job=job), [photo])
    assert len(house.workspace.requests.portraits(asked)) == 1


def test_photos_that_nobody_can_be_asked_with_keep_nobody_from_asking_meanwhile(
    house: House, given_photo: Given
) -> None:
    asked = []

    def read() -> bytes:
        asked.append(_enroll(house, ENROLLER, given_photo("obama.jpg")).asked)
        return b"no picture"

    assert _enroll(house, ENROLLER, GivenPhoto("notes.jpg", read)).asked is None
    assert house.workspace.records.consents.requests() == tuple(asked)


def test_who_is_erased_while_their_photos_are_looked_at_leaves_none(house: House, given_photo: Given) -> None:
    def read() -> bytes:
        house.workspace.people.forget_member("U2")
        return given_photo("obama2.jpg").read()

    with pytest.raises(NotFound, match="erased while these photos were looked at"):
        _enroll(house, ENROLLER, given_photo("obama.jpg"), GivenPhoto("late.jpg", read))
    assert house.workspace.records.consents.requests() == ()
    assert list(house.photos.keys("")) == []


def test_what_fails_before_anybody_is_asked_leaves_nobody_to_be_asked(house: House, given_photo: Given) -> None:
    def fail() -> bytes:
        raise Unavailable("Slack does not answer.")

    with pytest.raises(Unavailable):
        _enroll(house, ENROLLER, given_photo("obama.jpg"), GivenPhoto("late.jpg", fail))
    assert house.workspace.records.consents.requests() == ()
    assert list(house.photos.keys("")) == []


def test_without_a_good_photo_nobody_is_asked(house: House) -> None:
    result = _enroll(house, ENROLLER, GivenPhoto("notes.jpg", lambda: b"no picture"))
    assert result.asked is None
    assert house.workspace.records.consents.requests() == ()


@pytest.mark.parametrize("policy", Policy)
def test_a_no_erases_at_once_and_stays(policy: Policy, tmp_path: Path, open_house: Open, given_photo: Given) -> None:
    with open_house(tmp_path, Strategy.INDEX) as house:
        asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
        assert asked is not None
        house.workspace.people.decline(asked)
        assert list(house.photos.keys("")) == []
    with open_house(tmp_path, Strategy.INDEX, policy) as house:
        for actor in (ENROLLER, ADMIN):
            with pytest.raises(Forbidden, match="do not want to be recognised"):
                _enroll(house, actor, given_photo("obama.jpg"))
        assert _enroll(house, MEMBER, given_photo("obama.jpg")).ground is Ground.OWN
        assert _enroll(house, ADMIN, given_photo("obama2.jpg")).ground is Ground.ACCEPTED


def test_a_no_erases_who_is_known_already_by_an_older_notice(house: House, given_photo: Given) -> None:
    _enroll(house, MEMBER, given_photo("obama.jpg"))
    _agreed_to_no_present_notice(house)
    asked = _enroll(house, ADMIN, given_photo("obama2.jpg")).asked
    assert asked is not None
    receipt = house.workspace.people.decline(asked)
    assert receipt is not None
    assert (receipt.faces, receipt.photos) == (1, 1)
    assert house.workspace.people.all() == ()
    assert (house.face_ids(), list(house.photos.keys(""))) == (set(), [])
    assert house.workspace.records.consents.objects("U2")
    assert _found(house, given_photo("obama3.jpg")) == set()


def test_attested_members_are_found_until_they_remove_themselves_for_good(attest: House, given_photo: Given) -> None:
    result = _enroll(attest, ENROLLER, given_photo("obama.jpg"))
    assert (result.ground, result.added) == (Ground.ATTESTED, 1)
    people = attest.workspace.people
    receipt = people.forget_member("U2")
    assert receipt is not None
    assert (receipt.faces, receipt.photos) == (1, 1)
    assert (attest.face_ids(), list(attest.photos.keys(""))) == (set(), [])
    with pytest.raises(Forbidden, match="do not want to be recognised"):
        _enroll(attest, ENROLLER, given_photo("obama.jpg"))


def test_forgotten_by_others_a_member_may_be_asked_again(house: House, given_photo: Given) -> None:
    _enroll(house, MEMBER, given_photo("obama.jpg"))
    people = house.workspace.people
    people.forget(people.get("Barack"), actor="U9")
    assert _enroll(house, ENROLLER, given_photo("obama.jpg")).asked is not None
    receipt = people.forget_member("U2")
    assert receipt is not None
    assert (receipt.faces, receipt.photos) == (0, 1), "no person yet, but a question: it is erased with its portraits"
    assert list(house.photos.keys("")) == []
    assert house.workspace.records.consents.requests() == ()


@pytest.mark.parametrize(
    ("policy", "actor", "may"),
    [
        (Policy.MEMBER, "U2", True),
        (Policy.MEMBER, "U1", False),
        (Policy.ATTEST, "U2", True),
        (Policy.ATTEST, "U1", True),
    ],
)
def test_photos_become_a_members_by_their_own_word_unless_anothers_is_enough(
    house: House, policy: Policy, actor: str, may: bool
) -> None:
    assert Consent(house.workspace.records, policy).may_merge("U2", actor) is may


def test_who_forgets_themselves_is_not_asked_again_and_who_is_forgotten_by_others_is(
    house: House, given_photo: Given
) -> None:
    people, records = house.workspace.people, house.workspace.records
    for actor, objects in ((ADMIN, False), (MEMBER, True)):
        _enroll(house, MEMBER, given_photo("obama.jpg"))
        people.forget(people.get("Barack"), actor=actor.id)
        assert records.consents.objects("U2") is objects
    with pytest.raises(Forbidden, match="do not want to be recognised"):
        _enroll(house, ENROLLER, given_photo("obama.jpg"))
    _enroll(house, MEMBER, given_photo("obama.jpg"))
    people.forget(people.get("Barack"), actor="U2", wished=False)
    assert not records.consents.objects("U2"), "they had enrolled themselves anew, and this was no wish of theirs"


def test_who_is_not_known_can_say_no_beforehand(house: House, given_photo: Given) -> None:
    people, records = house.workspace.people, house.workspace.records
    assert people.forget_member("U2") is None
    assert people.forget_member("U2") is None
    with pytest.raises(Forbidden, match="do not want to be recognised"):
        _enroll(house, ENROLLER, given_photo("obama.jpg"))
    assert [(e.actor, e.action, e.details) for e in records.log.all()] == [("U2", "object", {"member": "U2"})]


def test_with_a_member_the_question_to_them_is_erased(attest: House, given_photo: Given) -> None:
    requests, people = attest.workspace.requests, attest.workspace.people
    _enroll(attest, ENROLLER, given_photo("obama.jpg"))
    asked = requests.begin(member="U2", name="Barack", asked_by="U3")
    requests.keep(asked, Portrait("more.jpg", "d1", b"a portrait"))
    other = requests.begin(member="U5", name="Joe", asked_by="U3")
    people.forget(people.get("Barack"), actor="U9")
    assert attest.workspace.records.consents.requests() == (other,)
    assert list(attest.photos.keys("")) == []


def test_a_member_is_erased_by_others_without_their_no(house: House, given_photo: Given) -> None:
    people, records = house.workspace.people, house.workspace.records
    _enroll(house, ENROLLER, given_photo("obama.jpg"))
    receipt = people.erase_member("U2", actor="U9")
    assert receipt is not None
    assert (receipt.name, receipt.faces, receipt.photos) == ("Barack", 0, 1)
    _enroll(house, MEMBER, given_photo("obama.jpg"))
    receipt = people.erase_member("U2", actor="U9")
    assert receipt is not None
    assert (receipt.name, receipt.faces, receipt.photos) == ("Barack", 1, 1)
    assert people.erase_member("U2", actor="U9") is None
    assert not records.consents.objects("U2")
    assert records.log.newest(1)[0].actor == "U9"


def test_a_no_is_in_the_log(house: House, given_photo: Given) -> None:
    asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
    assert asked is not None
    house.workspace.people.decline(asked)
    assert [(entry.actor, entry.action, entry.details) for entry in house.workspace.records.log.all()] == [
        ("U1", "ask", {"member": "U2", "waiting": 1}),
        ("U2", "decline", {"member": "U2", "asked_by": "U1"}),
    ]


def test_where_a_question_stands_is_remembered_as_long_as_it_is_open(house: House, given_photo: Given) -> None:
    asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
    assert asked is not None
    requests = house.workspace.requests
    assert requests.shown(asked, ("D1", "1.1"))
    requests.erase(asked)
    assert not requests.shown(asked, ("D1", "1.1"))


def test_requests_expire(house: House, given_photo: Given) -> None:
    asked = _enroll(house, ENROLLER, given_photo("obama.jpg")).asked
    assert asked is not None
    requests = house.workspace.requests
    assert requests.expired(datetime.now(UTC) + EXPIRES - timedelta(hours=1)) == ()
    (expired,) = requests.expired(asked.asked_at + EXPIRES)
    requests.erase(expired)
    assert list(house.photos.keys("")) == []


def test_adding_to_somebody_elses_person_takes_the_right_to(house: House, given_photo: Given) -> None:
    _enroll(house, ENROLLER, given_photo("obama.jpg"), member=None)
    with pytest.raises(Forbidden, match="whoever added “Barack”"):
        _enroll(house, OTHER, given_photo("obama2.jpg"), member=None)
    assert _enroll(house, ADMIN, given_photo("obama2.jpg"), member=None).added == 1


def test_a_members_person_needs_the_members_yes_by_whatever_name(house: House, given_photo: Given) -> None:
    _enroll(house, MEMBER, given_photo("obama.jpg"))
    house.workspace.people.forget_member("U2")
    _enroll(house, ADMIN, given_photo("biden.jpg"), member=None, name="Joe")
    with pytest.raises(Conflict, match="Someone else is enrolled as “Joe”"):
        _enroll(house, ADMIN, given_photo("obama.jpg"), member="U5", name="Joe")


def test_a_typed_name_asks_the_member_whose_it_is(tmp_path: Path, open_house: Open, given_photo: Given) -> None:
    with open_house(tmp_path, Strategy.INDEX, Policy.ATTEST) as house:
        assert _enroll(house, ENROLLER, given_photo("obama.jpg")).added == 1
    with open_house(tmp_path, Strategy.INDEX) as house:
        result = _enroll(house, ENROLLER, given_photo("obama2.jpg"), member=None)
        assert result.asked is not None
        assert result.asked.member == "U2"
        assert len(house.face_ids()) == 1, "the new photo waits"


def test_attested_photos_stay_when_the_member_accepts_more(
    tmp_path: Path, open_house: Open, given_photo: Given
) -> None:
    with open_house(tmp_path, Strategy.INDEX, Policy.ATTEST) as house:
        _enroll(house, ENROLLER, given_photo("obama.jpg"))
    with open_house(tmp_path, Strategy.INDEX) as house:
        asked = _enroll(house, ENROLLER, given_photo("obama2.jpg")).asked
        assert asked is not None
        assert house.workspace.enrolment.accept(asked).added == 1
        assert house.workspace.people.get("Barack").faces == 2


def test_nobody_adds_to_a_member_by_their_name_alone(house: House, given_photo: Given) -> None:
    _enroll(house, MEMBER, given_photo("obama.jpg"))
    with pytest.raises(Forbidden):
        _enroll(house, ENROLLER, given_photo("obama2.jpg"), member=None, name="BARACK")
    by_admin = _enroll(house, ADMIN, given_photo("obama2.jpg"), member=None, name="ＢＡＲＡＣＫ")
    assert by_admin.ground is Ground.ACCEPTED, "on the member's own yes, not on a release that somebody holds"
    stated = house.workspace.records.consents.of(house.workspace.people.get("Barack").user_id)
    assert {given.statement for given in stated} == {NOTICE_VERSION}


def test_a_member_who_enrols_between_gets_no_photos_of_somebody_outside_slack(house: House, given_photo: Given) -> None:
    class Slow(Consent):
        def ground(self, *, member: str | None, person: Person | None, actor: str) -> Ground:
            _enroll(house, MEMBER, given_photo("obama2.jpg"))
            return super().ground(member=member, person=person, actor=actor)

    workspace = house.workspace
    enrolment = Enrolment(workspace.collection, Slow(workspace.records, Policy.MEMBER), workspace.roles)
    with pytest.raises(Conflict, match="“Barack” is enrolled already"):
        enrolment.enroll(Request("Barack", ENROLLER, stated=RELEASED), [given_photo("obama.jpg")])
    (barack,) = workspace.people.all()
    assert (barack.member, barack.faces) == ("U2", 1)
    assert len(house.face_ids()) == 1


def test_an_enrolment_that_added_nothing_is_not_in_the_log(house: House) -> None:
    result = _enroll(house, MEMBER, GivenPhoto("bad.jpg", lambda: b"no photo"))
    assert (result.added, result.person) == (0, None)
    assert house.workspace.records.log.newest() == ()
