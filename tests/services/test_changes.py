"""Changes to people, and taking them back: everything is as before, and after ten minutes nothing is kept for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError
from house import RELEASED, House, Open, jpeg
from PIL import Image

from services import status, texts
from services.errors import Conflict, Forbidden, NotFound, Unavailable
from services.people import consent
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import ATTESTATION_VERSION, RELEASE_VERSION, Ground, Policy
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.pictures import images
from services.records import EnrolledFace, Person
from services.search import Mode, Strategy

pytestmark = pytest.mark.faces("painted")

Given = Callable[[str], GivenPhoto]

ME, OTHER, ADMIN = Actor("U1"), Actor("U2"), Actor("U3", admin=True)
LATER = timedelta(minutes=11)


def _recognised(house: House, photo: GivenPhoto, mode: Mode = Mode.USERS) -> list[str | None]:
    found = house.workspace.search.identify(images.open(photo.read()), mode=mode, threshold=99)
    return [sighting.match.person.name if sighting.match else None for sighting in found.sightings]


def _photos(house: House) -> set[str]:
    return set(house.photos.keys(""))


def test_a_rename_is_taken_back(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    change = changes.rename(people.get("barack"), "President  Obama", actor=ME)
    assert people.get("president obama").name == "President Obama"
    undone = changes.undo(change.id, actor=ME)
    assert undone.person == people.get("Barack")
    with pytest.raises(NotFound, match="too late"):
        changes.undo(change.id, actor=ME)


def test_a_name_that_is_taken_or_the_same_is_refused(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    with pytest.raises(Conflict, match="“JOE” is enrolled already"):
        changes.rename(people.get("Barack"), "JOE", actor=ME)
    with pytest.raises(Conflict, match="the name already"):
        changes.rename(people.get("Barack"), "Barack", actor=ME)
    assert changes.rename(people.get("Barack"), "BARACK", actor=ME).before == {"name": "Barack"}


def test_a_removed_photo_is_not_searched_with_and_can_come_back(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    barack = people.get("Barack")
    before = {(f.photo, f.digest, f.added_at) for f in house.workspace.records.faces(barack.user_id)}
    for face in house.workspace.records.faces(barack.user_id)[:1]:
        change = changes.remove(barack, face.face_id, actor=ME)
        assert face.face_id not in house.face_ids()
    assert people.get("Barack").faces == len(house.face_ids()) == 1
    assert changes.undo(change.id, actor=ME).person == barack
    assert {(f.photo, f.digest, f.added_at) for f in house.workspace.records.faces(barack.user_id)} == before
    assert house.face_ids() == {f.face_id for f in house.workspace.records.faces(barack.user_id)}
    assert _recognised(house, given_photo("obama3.jpg")) == ["Barack"]


def test_a_removed_photo_is_erased_after_ten_minutes_also_by_a_restart(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    face = house.workspace.records.faces(people.get("Barack").user_id)[0]
    change = changes.remove(people.get("Barack"), face.face_id, actor=ME)
    changes.purge()
    assert face.photo in _photos(house)
    house.workspaces.purge(datetime.now(UTC) + LATER)
    assert face.photo not in _photos(house)
    with pytest.raises(NotFound, match="too late"):
        changes.undo(change.id, actor=ME)


def test_the_only_photo_is_not_removed(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    (face,) = house.workspace.records.faces(people.get("Barack").user_id)
    with pytest.raises(Conflict, match="the only photo"):
        changes.remove(people.get("Barack"), face.face_id, actor=ME)


def test_two_people_become_one_and_two_again(house: House, given_photo: Given) -> None:
    people, changes, records = house.workspace.people, house.workspace.changes, house.workspace.records
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    barack, joe = people.get("Barack"), people.get("Joe")
    faces, photos = house.face_ids(), _photos(house)
    change = changes.merge(barack, joe, actor=ME)
    assert [(p.name, p.faces) for p in people.all()] == [("Barack", 2)]
    assert house.face_ids() == faces
    assert _photos(house) == {face.photo for face in records.faces(barack.user_id)}
    assert _recognised(house, given_photo("biden.jpg"), Mode.FACES) == ["Barack"]
    changes.undo(change.id, actor=ME)
    assert people.all() == (barack, joe)
    assert house.face_ids() == faces
    assert _photos(house) == photos
    assert _recognised(house, given_photo("biden.jpg"), Mode.USERS) == ["Joe"]
    people.forget(joe, actor="U1")
    assert _recognised(house, given_photo("obama2.jpg")) == ["Barack"]


def test_a_merge_is_not_split_where_one_of_them_would_have_no_photo_left(house: House, given_photo: Given) -> None:
    people, changes, records = house.workspace.people, house.workspace.changes, house.workspace.records
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    barack = people.get("Barack")
    (own,) = records.faces(barack.user_id)
    merged = changes.merge(barack, people.get("Joe"), actor=ME)
    removed = changes.remove(barack, own.face_id, actor=ME)
    with pytest.raises(Conflict, match="photos of “Barack” that are left are those of “Joe”"):
        changes.undo(merged.id, actor=ME)
    changes.undo(removed.id, actor=ME)
    changes.undo(merged.id, actor=ME)
    assert [(person.name, person.faces) for person in people.all()] == [("Barack", 1), ("Joe", 1)]


@pytest.mark.parametrize("split_first", [True, False])
def test_what_was_removed_of_the_other_meanwhile_comes_back_to_the_other(
    house: House, given_photo: Given, split_first: bool
) -> None:
    people, changes, records = house.workspace.people, house.workspace.changes, house.workspace.records
    house.enroll("Barack", given_photo("biden.jpg"))
    house.enroll("Joe", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    barack, joe = people.get("Barack"), people.get("Joe")
    merged = changes.merge(barack, joe, actor=ME)
    removed = changes.remove(barack, merged.before["faces"][0], actor=ME)
    for change in (merged, removed) if split_first else (removed, merged):
        changes.undo(change.id, actor=ME)
    assert people.all() == (barack, joe)
    assert _photos(house) == {face.photo for each in (barack, joe) for face in records.faces(each.user_id)}
    people.forget(barack, actor="U1")
    assert _recognised(house, given_photo("obama3.jpg")) == ["Joe"]
    people.forget(joe, actor="U1")
    assert (house.face_ids(), _photos(house)) == (set(), set())


def test_a_merge_is_not_split_onto_a_name_that_is_taken(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    change = changes.merge(people.get("Barack"), people.get("Joe"), actor=ME)
    house.enroll("Joe", given_photo("astronaut.png"))
    with pytest.raises(Conflict, match="called “Joe” now"):
        changes.undo(change.id, actor=ME)
    assert people.get("Barack").faces == 2


def test_two_members_are_never_merged(house: House) -> None:
    records, changes = house.workspace.records, house.workspace.changes
    one, two = (records.add_person(name, member=name, added_by="U1") for name in ("U7", "U8"))
    with pytest.raises(Conflict, match="two members"):
        changes.merge(one, two, actor=ME)
    with pytest.raises(Conflict, match="one person already"):
        changes.merge(one, one, actor=ME)


def test_only_those_who_may_manage_a_person_change_them(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    barack = people.get("Barack")
    face = house.workspace.records.faces(barack.user_id)[0]
    with pytest.raises(Forbidden):
        changes.rename(barack, "Barry", actor=OTHER)
    with pytest.raises(Forbidden):
        changes.remove(barack, face.face_id, actor=OTHER)
    change = changes.rename(barack, "Barry", actor=ADMIN)
    with pytest.raises(Forbidden, match="Only whoever made this change"):
        changes.undo(change.id, actor=OTHER)


def test_the_latest_change_is_ones_own(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    mine = changes.rename(people.get("Barack"), "Barry", actor=ME)
    changes.rename(people.get("Barry"), "Bob", actor=ADMIN)
    assert changes.latest(ME) == mine
    with pytest.raises(NotFound, match="nothing to undo"):
        changes.latest(OTHER)


def test_who_is_erased_leaves_nothing_to_undo(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    face = house.workspace.records.faces(people.get("Barack").user_id)[0]
    changes.remove(people.get("Barack"), face.face_id, actor=ME)
    changes.rename(people.get("Barack"), "Barry", actor=ME)
    people.forget(people.get("Barry"), actor="U1")
    assert _photos(house) == house.face_ids() == set()
    assert house.workspace.records.changes.latest("U1") is None


def test_an_enrolment_is_taken_back(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    before = house.face_ids(), _photos(house)
    house.enroll("Barack", given_photo("obama2.jpg"), given_photo("obama3.jpg"))
    assert changes.undo(changes.latest(ME).id, actor=ME).person == people.get("Barack")
    assert (house.face_ids(), _photos(house)) == before
    assert changes.undo(changes.latest(ME).id, actor=ME).person is None
    assert people.all() == ()
    assert _photos(house) == house.face_ids() == set()


def test_an_unlearned_face_can_come_back(house: House, group: bytes, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    found = house.workspace.search.identify(images.open(group), mode=Mode.USERS, threshold=99)
    box = found.sightings[0].box
    house.enroll("Barack", given_photo("obama.jpg"), GivenPhoto("group.jpg", lambda: group, at=box))
    assert people.unlearn(people.get("Barack"), group, box, actor="U1")
    changes.undo(changes.latest(ME).id, actor=ME)
    assert people.get("Barack").faces == len(house.face_ids()) == 2


def test_a_setting_is_taken_back_unless_it_was_set_again(house: House) -> None:
    preferences, changes = house.workspace.preferences, house.workspace.changes
    first = preferences.set_threshold("90", channel="C1", actor="U1")
    second = preferences.set_threshold("80", channel="C1", actor="U1")
    with pytest.raises(Conflict, match="set again since"):
        changes.undo(first.id, actor=ME)
    assert changes.undo(second.id, actor=ME).person is None
    assert preferences.tuning("C1").threshold == 90
    changes.undo(first.id, actor=ME)
    assert preferences.tuning("C1").threshold == 99
    assert house.workspace.records.own_setting("threshold", "C1") is None


def test_who_is_no_admin_any_more_makes_nobody_one_by_an_old_change(house: House) -> None:
    robin, sasha = Actor("U1", admin=True), Actor("U2")
    house.workspace.roles.add_admin(sasha.id, actor=robin)
    removed = house.workspace.roles.remove_admin(sasha.id, actor=sasha)
    with pytest.raises(Forbidden):
        house.workspace.changes.undo(removed.id, actor=sasha)
    house.workspace.changes.undo(removed.id, actor=robin)
    with pytest.raises(NotFound):
        house.workspace.changes.undo(removed.id, actor=robin)
    assert house.workspace.roles.admins() == (sasha.id,)


def test_who_was_made_an_admin_is_none_again(house: House) -> None:
    roles, changes = house.workspace.roles, house.workspace.changes
    added = roles.add_admin("U5", actor=ADMIN)
    with pytest.raises(Forbidden, match="Only an admin can make"):
        changes.undo(house.workspace.records.changes.add(ME.id, "admin removed", None, member=ME.id).id, actor=ME)
    assert changes.undo(added.id, actor=ADMIN).person is None
    assert roles.admins() == ()
    again = roles.add_admin("U5", actor=ADMIN)
    roles.remove_admin("U5", actor=ADMIN)
    with pytest.raises(Conflict, match="set again since"):
        changes.undo(again.id, actor=ADMIN)


def test_a_channel_that_was_left_out_is_taken_in_again_and_the_other_way_round(house: House) -> None:
    roles, changes = house.workspace.roles, house.workspace.changes
    for excluded in (True, False):
        change = roles.set_excluded("C1", excluded=excluded, actor=ADMIN)
        changes.undo(change.id, actor=ADMIN)
        assert roles.excluded("C1") is not excluded
        roles.set_excluded("C1", excluded=excluded, actor=ADMIN)
    roles.set_excluded("C1", excluded=True, actor=ADMIN)
    assert roles.excluded("C1")


@pytest.mark.parametrize("name", ["guests", "shared", "excluded", "threshold", "mode", "auto"])
def test_what_admins_set_is_not_taken_back_by_who_is_none_any_more(house: House, name: str) -> None:
    roles, changes, preferences = house.workspace.roles, house.workspace.changes, house.workspace.preferences
    sasha = Actor("U5")
    roles.add_admin(sasha.id, actor=ADMIN)
    change = {
        "guests": lambda: roles.set_guests("off", actor=sasha),
        "shared": lambda: roles.set_shared("off", channel="C1", actor=sasha),
        "excluded": lambda: roles.set_excluded("C1", excluded=False, actor=sasha),
        "threshold": lambda: preferences.set_threshold("90", channel="", actor=sasha.id),
        "mode": lambda: preferences.set_mode("faces", channel="", actor=sasha.id),
        "auto": lambda: preferences.set_auto("off", channel="", actor=sasha.id),
    }[name]()
    roles.remove_admin(sasha.id, actor=ADMIN)
    with pytest.raises(Forbidden, match="Only an admin can set this"):
        changes.undo(change.id, actor=sasha)
    assert changes.undo(change.id, actor=ADMIN).change == change


def test_what_is_changed_is_in_the_log_without_names(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    barack, joe = people.get("Barack"), people.get("Joe")
    (face, _) = house.workspace.records.faces(barack.user_id)
    changes.rename(barack, "Barry", actor=ADMIN)
    removed = changes.remove(barack, face.face_id, actor=ME)
    changes.undo(removed.id, actor=ADMIN)
    changes.merge(people.get("Barry"), joe, actor=ME)
    people.forget(people.get("Barry"), actor="U3")
    assert [(entry.actor, entry.action, entry.details) for entry in house.workspace.records.log.all()][2:] == [
        ("U3", "rename", {"user_id": barack.user_id}),
        ("U1", "remove", {"user_id": barack.user_id, "face": face.face_id}),
        ("U3", "undo", {"user_id": barack.user_id, "undone": "remove"}),
        ("U1", "merge", {"user_id": barack.user_id, "other": joe.user_id, "faces": 1}),
        ("U3", "forget", {"user_id": barack.user_id, "faces": 3, "photos": 3}),
    ]


def test_nobody_merges_whom_they_do_not_manage(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    house.workspace.enrolment.enroll(Request("Joe", OTHER, stated=RELEASED), [given_photo("biden.jpg")])
    mine, theirs = people.get("Barack"), people.get("Joe")
    for into, other in ((mine, theirs), (theirs, mine)):
        with pytest.raises(Forbidden, match="whoever added “Joe”"):
            changes.merge(into, other, actor=ME)
    assert len(people.all()) == 2
    changes.merge(mine, theirs, actor=ADMIN)


def test_the_status_counts_what_is_there(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    found = status.status(house.workspace.collection, 99)
    assert (found.people, found.users, found.faces, found.photos) == (1, 1, 2, 2)
    assert (found.engine, found.records, found.photos_in) == ("embedded", "SQLite", "a folder")


def test_the_second_of_two_clicks_is_told_that_it_is_done(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    barack, joe = people.get("Barack"), people.get("Joe")
    changes.merge(barack, joe, actor=ME)
    with pytest.raises(NotFound, match="merged or forgotten already"):
        changes.merge(barack, joe, actor=ME)
    people.forget(people.get("Barack"), actor="U1")
    with pytest.raises(NotFound, match="forgotten already"):
        people.forget(barack, actor="U1")


def _statements(house: House, name: str) -> list[tuple[str, str]]:
    given = house.workspace.records.consents.of(house.workspace.people.get(name).user_id)
    return [(each.statement, each.given_by) for each in given]


def test_what_is_undone_is_not_stated_any_more(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    monkeypatch.setitem(consent._VERSIONS, Ground.RELEASE, "release-99")
    enrolment, changes = house.workspace.enrolment, house.workspace.changes
    anew = Request("Barack", ADMIN, stated=frozenset({"release-99"}))
    change = enrolment.enroll(anew, [given_photo("obama2.jpg")]).change
    assert enrolment.unstated(Request("Barack", ME)) is None
    changes.undo(str(change), actor=ADMIN)
    assert _statements(house, "Barack") == [(RELEASE_VERSION, ME.id)]
    assert enrolment.unstated(Request("Barack", ME)) == "release-99"


def test_what_others_have_relied_on_since_stays_stated(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    monkeypatch.setitem(consent._VERSIONS, Ground.RELEASE, "release-99")
    anew = Request("Barack", ADMIN, stated=frozenset({"release-99"}))
    change = house.workspace.enrolment.enroll(anew, [given_photo("obama2.jpg")]).change
    house.workspace.enrolment.enroll(Request("Barack", ME), [given_photo("obama3.jpg")])
    house.workspace.changes.undo(str(change), actor=ADMIN)
    assert _statements(house, "Barack") == [(RELEASE_VERSION, ME.id), ("release-99", ADMIN.id)]


@pytest.mark.parametrize("more", [True, False])
def test_of_whom_photos_were_added_while_two_were_one_it_stays_stated(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch, *, more: bool
) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    monkeypatch.setitem(consent._VERSIONS, Ground.RELEASE, "release-2b")
    monkeypatch.setitem(consent.STATEMENTS, "release-2b", "They agreed anew.")
    enrolment, people, changes = house.workspace.enrolment, house.workspace.people, house.workspace.changes
    enrolment.enroll(Request("Joe", ME, stated=frozenset({"release-2b"})), [given_photo("biden.jpg")])
    merged = changes.merge(people.get("Barack"), people.get("Joe"), actor=ME)
    if more:
        enrolment.enroll(Request("Barack", ADMIN), [given_photo("obama2.jpg")])
    changes.undo(merged.id, actor=ME)
    assert _statements(house, "Joe") == [("release-2b", ME.id)]
    relied_on = [("release-2b", ME.id)] if more else []
    assert _statements(house, "Barack") == [(RELEASE_VERSION, ME.id), *relied_on]


def test_what_an_undo_erases_is_named_and_no_objection(house: House, given_photo: Given) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    undone = house.workspace.changes.undo(house.workspace.changes.latest(ME).id, actor=ME)
    assert (undone.person, undone.name) == (None, "Barack")
    assert not house.workspace.records.consents.objects(ME.id)


def test_only_a_member_makes_the_photos_of_somebody_outside_slack_theirs(house: House, given_photo: Given) -> None:
    people, changes, enrolment = house.workspace.people, house.workspace.changes, house.workspace.enrolment
    enrolment.enroll(Request("Barack", OTHER, member=OTHER.id), [given_photo("obama.jpg")])
    enrolment.enroll(Request("Barry", OTHER, stated=RELEASED), [given_photo("biden.jpg")])
    member, outsider = people.get("Barack"), people.get("Barry")
    for into, other in ((member, outsider), (outsider, member)):
        with pytest.raises(Forbidden, match="“Barack” is a member of this Slack: only they themselves"):
            changes.merge(into, other, actor=ADMIN)
    assert len(house.workspace.records.faces(member.user_id)) == 1
    changes.merge(member, outsider, actor=OTHER)
    assert people.get("Barack").faces == 2


def test_where_the_word_of_the_enroller_is_enough_managers_merge_a_member(
    tmp_path: Path, open_house: Open, given_photo: Given
) -> None:
    with open_house(tmp_path, Strategy.INDEX, Policy.ATTEST) as house:
        request = Request("Barack", ME, OTHER.id, stated=frozenset({ATTESTATION_VERSION}))
        house.workspace.enrolment.enroll(request, [given_photo("obama.jpg")])
        house.enroll("Barry", given_photo("biden.jpg"))
        people = house.workspace.people
        house.workspace.changes.merge(people.get("Barack"), people.get("Barry"), actor=ME)
        assert (people.get("Barack").member, people.get("Barack").faces) == (OTHER.id, 2)


def test_after_erasing_somebody_an_older_change_is_not_undone_instead(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    renamed = changes.rename(people.get("Joe"), "Joseph", actor=ME)
    people.forget(people.get("Barack"), actor=ME.id)
    with pytest.raises(NotFound, match="what is erased is erased"):
        changes.latest(ME)
    changes.undo(renamed.id, actor=ME)
    assert changes.latest(ME).kind == "enroll", "the enrolment of Joe, since the last thing done was an undo"
    again = changes.rename(people.get("Joe"), "Joseph", actor=ME)
    assert changes.latest(ME) == again


def test_of_a_merge_whose_photos_are_gone_it_is_said_whose(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    (face,) = house.workspace.records.faces(people.get("Joe").user_id)
    merged = changes.merge(people.get("Barack"), people.get("Joe"), actor=ME)
    changes.remove(people.get("Barack"), face.face_id, actor=ME)
    with pytest.raises(Conflict, match="photos of “Joe” are gone"):
        changes.undo(merged.id, actor=ME)
    with pytest.raises(NotFound, match="photo of “Barack” is removed already"):
        changes.remove(people.get("Barack"), face.face_id, actor=ME)


def test_a_merge_is_undone_though_its_rest_was_not_erased(house: House, given_photo: Given) -> None:
    people, changes, client = house.workspace.people, house.workspace.changes, house.rekognition.client
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    joe = people.get("Joe")
    merged = changes.merge(people.get("Barack"), joe, actor=ME)
    client.create_user(CollectionId="facesearch", UserId=joe.user_id)
    begun = datetime.now(UTC)
    changes.undo(merged.id, actor=ME)
    assert people.get("Joe") == joe
    seen = house.workspace.records.sightings.all()[joe.user_id].seen_at
    assert seen is not None
    assert begun - timedelta(seconds=1) <= seen <= datetime.now(UTC), "as if seen now: it is not known any more"


def test_a_member_who_takes_back_their_own_enrolment_has_not_objected(house: House, given_photo: Given) -> None:
    request = Request("Barack", OTHER, member=OTHER.id)
    change = house.workspace.enrolment.enroll(request, [given_photo("obama.jpg")]).change
    assert house.workspace.changes.undo(str(change), actor=OTHER).person is None
    assert house.workspace.people.all() == ()
    assert not house.workspace.records.consents.objects(OTHER.id)


def test_of_the_only_photo_one_is_told_whose_it_is(house: House, given_photo: Given) -> None:
    people, changes = house.workspace.people, house.workspace.changes
    house.workspace.enrolment.enroll(Request("Barack", OTHER, member=OTHER.id), [given_photo("obama.jpg")])
    barack = people.get("Barack")
    (face,) = house.workspace.records.faces(barack.user_id)
    with pytest.raises(Conflict) as own:
        changes.remove(barack, face.face_id, actor=OTHER)
    with pytest.raises(Conflict) as anothers:
        changes.remove(barack, face.face_id, actor=ADMIN)
    assert own.value.sentence == texts.ONLY_PHOTO_OF_YOU
    assert anothers.value.sentence == texts.ONLY_PHOTO.format(name="Barack")


def _removed(house: House, given_photo: Given) -> tuple[Person, EnrolledFace, str]:
    """Somebody, a face of theirs that was removed, and the change that it was."""
    house.enroll("Barack", given_photo("obama.jpg"), given_photo("obama2.jpg"))
    barack = house.workspace.people.get("Barack")
    face = house.workspace.records.faces(barack.user_id)[0]
    return barack, face, house.workspace.changes.remove(barack, face.face_id, actor=ME).id


def test_what_comes_back_is_one_face_however_good_and_under_its_persons_name(house: House, given_photo: Given) -> None:
    barack, _, change = _removed(house, given_photo)
    asked: list[dict[str, object]] = []
    house.rekognition.client.meta.events.register(
        "provide-client-params.rekognition.IndexFaces", lambda params, **_: asked.append(params)
    )
    house.workspace.changes.undo(change, actor=ME)
    (request,) = asked
    assert (request["MaxFaces"], request["QualityFilter"]) == (1, "NONE")
    assert {face.made_for for face in house.workspace.collection.faces()} == {barack.user_id}


def test_of_a_photo_that_shows_nobody_any_more_it_is_said_whose_it_was(house: House, given_photo: Given) -> None:
    _, face, change = _removed(house, given_photo)
    house.photos.put(face.photo, jpeg(Image.new("RGB", (300, 300), "gray")))
    with pytest.raises(Conflict, match="photos of “Barack” are gone"):
        house.workspace.changes.undo(change, actor=ME)


def test_a_face_that_cannot_be_theirs_again_does_not_stay_in_the_collection(house: House, given_photo: Given) -> None:
    _, _, change = _removed(house, given_photo)
    before = house.face_ids()

    def cut(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://rekognition.eu-west-1.amazonaws.com")

    events = house.workspace.collection.client.meta.events
    events.register("before-call.rekognition.AssociateFaces", cut)
    try:
        with pytest.raises(Unavailable):
            house.workspace.changes.undo(change, actor=ME)
    finally:
        events.unregister("before-call.rekognition.AssociateFaces", cut)
    assert house.face_ids() == before


def test_refusals_name_whom_they_are_about(house: House, given_photo: Given) -> None:
    records, changes = house.workspace.records, house.workspace.changes
    one, two = (records.add_person(name, member=name, added_by="U1") for name in ("U7", "U8"))
    with pytest.raises(Conflict) as named_so:
        changes.rename(one, "U7", actor=ME)
    with pytest.raises(Conflict) as two_members:
        changes.merge(one, two, actor=ME)
    with pytest.raises(Conflict) as same:
        changes.merge(one, one, actor=ME)
    records.remove_person(two.user_id)
    with pytest.raises(NotFound) as gone:
        changes.merge(one, two, actor=ME)
    outsider = records.add_person("Joe", member=None, added_by="U1")
    with pytest.raises(Forbidden) as only_they:
        changes.merge(one, outsider, actor=ME)
    assert [refusal.value.sentence for refusal in (named_so, two_members, same, gone, only_they)] == [
        texts.NAMED_SO_ALREADY.format(name="U7"),
        texts.TWO_MEMBERS.format(name="U7", other="U8"),
        texts.ONE_PERSON_ALREADY.format(name="U7"),
        texts.MERGED_OR_FORGOTTEN.format(name="U8"),
        texts.ONLY_THE_MEMBER_MERGES.format(name="U7", other="Joe"),
    ]


def test_who_was_seen_last_as_another_was_seen(house: House, given_photo: Given) -> None:
    people, sightings = house.workspace.people, house.workspace.records.sightings
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    house.enroll("Eileen", given_photo("astronaut.png"))
    barack, joe, eileen = (people.get(name) for name in ("Barack", "Joe", "Eileen"))
    seen = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    sightings.see([joe.user_id], seen)
    house.workspace.changes.merge(barack, joe, actor=ME)
    assert sightings.all()[barack.user_id].seen_at == seen
    assert eileen.user_id not in sightings.all()


def test_what_a_merge_cannot_erase_is_left_and_logged(
    house: House, given_photo: Given, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    people = house.workspace.people
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))

    def full(*_: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(type(house.photos), "delete", full)
    house.workspace.changes.merge(people.get("Barack"), people.get("Joe"), actor=ME)
    assert [(person.name, person.faces) for person in people.all()] == [("Barack", 2)]
    (logged,) = caplog.records
    assert logged.getMessage() == "what a merge has left is left to be reconciled"
    assert "the disk is gone" in caplog.text


def test_faces_that_cannot_become_anothers_stay_whose_they_were(house: House, given_photo: Given) -> None:
    people, events = house.workspace.people, house.workspace.collection.client.meta.events
    house.enroll("Barack", given_photo("obama.jpg"))
    house.enroll("Joe", given_photo("biden.jpg"))
    calls: list[object] = []

    def cut_once(**asked: object) -> None:
        calls.append(asked)
        if len(calls) == 1:
            raise EndpointConnectionError(endpoint_url="https://rekognition.eu-west-1.amazonaws.com")

    events.register("before-call.rekognition.AssociateFaces", cut_once)
    try:
        with pytest.raises(Unavailable):
            house.workspace.changes.merge(people.get("Barack"), people.get("Joe"), actor=ME)
    finally:
        events.unregister("before-call.rekognition.AssociateFaces", cut_once)
    assert len(calls) == 2
    assert [(person.name, person.faces) for person in people.all()] == [("Barack", 1), ("Joe", 1)]
    assert _recognised(house, given_photo("biden.jpg")) == ["Joe"]
    assert _recognised(house, given_photo("obama2.jpg")) == ["Barack"]
