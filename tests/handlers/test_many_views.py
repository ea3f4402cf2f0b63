"""Answers about many: photos on sheets, members invited, people in a zip: however many, Slack takes them."""

import json
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.slack import Message, Place
from handlers.slack.outgoing import parts
from handlers.views.enroll import enroll, teams
from handlers.views.enroll.teams import Done, Planned, Question, Stated
from handlers.views.people import invitations
from handlers.views.photos import Photographed, Seen, gathered
from services.people import MIN_FACE, Fate, Ground, Outcome, Policy, Result
from services.people.grounds.consent import ATTESTATION_VERSION, RELEASE_VERSION
from services.pictures import Box
from services.records import Invitation, Invited, Person
from services.search import Candidate, Identification, Mode, Sighting, Unclear

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def _person(name: str) -> Person:
    number = zlib.crc32(name.encode())
    return Person(f"u-{number:032x}", name, f"U{number:010}", "U1", JANUARY, 2)


def _seen(number: int, *names: str | None, unclear: int = 0) -> Seen:
    box = Box(100, 100, 200, 200)
    known = [Sighting(n, box, Candidate(_person(name), 99.9) if name else None) for n, name in enumerate(names, 1)]
    poor = [Sighting(len(known) + n, box, None, unclear=Unclear.POOR) for n in range(1, unclear + 1)]
    found = Identification(1000, 800, Mode.USERS, 99.0, (*known, *poor))
    return Seen(Photographed(number, f"{number}.1", f"F{number:010}", f"U{number:010}"), found)


def _blocks(message: Message) -> list[dict[str, Any]]:
    return [block.to_dict() for block in message.blocks]


def _button(message: Message, action_id: str) -> dict[str, Any]:
    elements = (element for block in _blocks(message) for element in block.get("elements", ()))
    return next(element for element in elements if element.get("action_id") == action_id)


def test_everyone_has_a_line_those_in_most_photos_first_then_what_is_not_known() -> None:
    problem = Seen(Photographed(6, "6.1", "F6"), None, "This file is damaged.")
    rows = [_seen(1, "Bruno", "Alice"), _seen(2, "Alice", None), _seen(3, "Alice", None, unclear=1), _seen(4)]
    said = gathered.answer([*rows, _seen(5, "Alice"), problem]).text.split("\n")
    assert said == [
        "2 people recognised in 6 photos",
        "Alice: 1–3, 5",
        "Bruno: 1",
        "2 faces that I do not know: 2, 3",
        "a face that I cannot tell from others: 3",
        "no face: 4",
        "6: This file is damaged.",
    ]


def test_whoever_is_recognised_is_ringed_in_ratios_of_the_photo() -> None:
    assert _seen(1, "Alice", None).rings == (Box(0.1, 0.125, 0.2, 0.25),)


def test_a_name_is_only_ever_a_name() -> None:
    message = gathered.answer([_seen(1, "<!channel> *bold*")])
    assert "&lt;!channel&gt; *bold*: 1" in message.text
    assert not any(block["type"] == "section" for block in _blocks(message))


def test_a_dozen_crowds_are_one_message_whose_buttons_fit() -> None:
    seen = [_seen(n, *(f"Somebody {n} {k} With A Long Name" for k in range(40)), *[None] * 30) for n in range(1, 13)]
    message = gathered.answer(seen, pictures=["F0SHEET"])
    assert len(parts.parts(_blocks(message))) == 1
    assert "and 430 more people" in message.text
    values = [_button(message, each).get("value", "") for each in (gathered.EACH, "remove_answer")]
    assert all(0 < len(value) <= 2000 for value in values)
    assert len(_button(message, gathered.WHO)["options"]) == 20
    assert list(gathered.photos_of(values[0])) == [each.photo for each in seen]


def _party(known: int, unknown: int, photos: int, name: str = "Somebody {} With A Name") -> list[Seen]:
    """Photos of as many people, each posted by somebody else, as in a digest."""
    faces = [*(name.format(k) for k in range(known)), *[None] * unknown]
    return [_seen(n, *faces[n - 1 :: photos]) for n in range(1, photos + 1)]


@pytest.mark.parametrize("photos", [4, 10, 12])
@pytest.mark.parametrize("unknown", [0, 10, 20, 60])
def test_however_many_are_known_and_unknown_the_answer_is_one_message_when_it_is_made_anew(
    photos: int, unknown: int
) -> None:
    for known in range(61):
        seen = _party(known, unknown, photos)
        for pictures in ((), ("F0SHEET0000",)):
            blocks = _blocks(gathered.answer(seen, pictures=pictures, keeps=True))
            assert len(parts.parts(blocks)) == 1, (known, pictures)
            assert blocks[-1]["type"] == "actions"


@pytest.mark.parametrize("name", ["Somebody {} " + "x" * 180, "Ж{} " + "ж" * 190])
def test_where_names_are_long_they_are_cut_to_the_room_that_the_buttons_leave(name: str) -> None:
    blocks = _blocks(gathered.answer(_party(60, 60, 12, name), pictures=["F0SHEET0000"], keeps=True))
    assert len(parts.parts(blocks)) == 1
    assert parts.text_of(blocks).count("…: ") == 50, "everybody who is listed"


def test_a_list_that_has_room_beside_its_buttons_is_rich_text() -> None:
    blocks = _blocks(gathered.answer(_party(20, 20, 10), pictures=["F0SHEET0000"]))
    assert [block["type"] for block in blocks] == ["image", "rich_text", "context", "actions"]


def test_what_stands_below_an_answer_takes_room_from_its_list() -> None:
    offer = enroll.offer("x" * 70, [(f"F{n:010}", "a-rather-long-name-of-a-photo.jpg" * 3) for n in range(10)])
    for known in range(61):
        message = gathered.answer(_party(known, 20, 10), below=[offer])
        assert len(parts.parts(_blocks(message))) == 1, known
        assert message.blocks[-1] is offer


def test_of_many_named_faces_those_are_offered_that_are_least_sure() -> None:
    seen = [_seen(n, *(f"Somebody {n} {k}" for k in range(5))) for n in range(1, 13)]
    doubtful = seen[6].found
    assert doubtful is not None and doubtful.sightings[3].match is not None
    sighting = replace(doubtful.sightings[3], match=replace(doubtful.sightings[3].match, similarity=81.0))
    seen[6] = replace(seen[6], found=replace(doubtful, sightings=(*doubtful.sightings[:3], sighting)))
    options = _button(gathered.answer(seen), gathered.NOT)["options"]
    assert len(options) == 12
    assert options[-1]["text"]["text"] == "Face 4 in photo 7 is not Somebody 7 3"
    assert gathered.shown_in(options[-1]["value"]).face.user_id == _person("Somebody 7 3").user_id
    assert gathered.NOT not in str(_blocks(gathered.answer(seen, private=True))), (
        "what one sees alone nobody can change"
    )


def test_the_face_of_an_option_is_that_of_its_photo() -> None:
    message = gathered.answer([_seen(1, "Alice"), _seen(2, "Alice", None)])
    menu = _button(message, gathered.WHO)
    shown = gathered.shown_in(menu["options"][0]["value"])
    assert (shown.file_id, shown.photo, shown.face.number) == ("F0000000002", 2, 2)
    assert gathered.unknown_in({"blocks": _blocks(message)}) == [shown]


def test_how_a_round_of_invitations_goes_is_counted() -> None:
    states = [Invited.YES, Invited.NO, Invited.WAITING, Invited.WAITING, Invited.UNREACHABLE, Invited.ASKING]
    rows = [Invitation(f"U{n}", "c", state) for n, state in enumerate(states)]
    assert invitations.progress(rows, 4).text.split("\n") == [
        "You invited 10 members to be known",
        "yes: 1",
        "no: 1",
        "no answer yet: 2",
        "not asked yet: 5",
        "cannot be reached: <@U4>",
    ]


def test_a_thousand_who_cannot_be_reached_are_still_one_message() -> None:
    rows = [Invitation(f"U{n:010}", "c", Invited.UNREACHABLE) for n in range(1000)]
    assert len(parts.parts(_blocks(invitations.progress(rows, 0)))) == 1


def test_a_team_of_forty_is_one_message_before_and_after() -> None:
    planned = [Planned(f"Somebody {n} With A Long Name", ("a.jpg",), f"U{n:010}" if n % 2 else None) for n in range(40)]
    assert len(parts.parts(_blocks(teams.review(planned, "F1", Policy.MEMBER)))) == 1
    outcome = Outcome("team/a.jpg", Fate.SEVERAL_FACES, "There are 3 faces in it.", (Box(0, 0, 9, 9),) * 3)
    done = [Done(each, Result(each.who, None, (outcome,), Ground.RELEASE)) for each in planned]
    questions = [Question(each.who, each.member, "team/a-rather-long-path/photo.jpg", 3) for each in planned]
    stated = Stated("U9", (RELEASE_VERSION,))
    fit = teams.fitting("F1", questions, stated)
    assert 10 <= len(fit) <= teams.MOST_QUESTIONS
    message = teams.result(done, "F1", fit, stated)
    assert len(parts.parts(_blocks(message))) == 1
    assert teams.questions_of(_button(message, teams.FACES)["value"]) == ("F1", fit, stated)


@pytest.mark.parametrize(("first", "second", "picked"), [("2", None, [2]), ("0", "1", [1]), (None, None, [])])
def test_of_the_page_of_questions_comes_what_was_picked(
    first: str | None, second: str | None, picked: list[int]
) -> None:
    questions = [Question("Alice", "U1", "a.jpg", 2), Question("Joe", None, "b.jpg", 3)]
    value = json.dumps(["F1", [question.pack() for question in questions]])
    view = teams.faces(Place("C1", "1.1"), value, questions, ["F0PICTURE", ""])
    view.validate_json()
    options = {f"{teams.FACES}{n}": option for n, option in enumerate((first, second)) if option}
    values = {block: {teams.FACES: {"selected_option": {"value": option}}} for block, option in options.items()}
    chosen = teams.chosen(str(view.private_metadata), values)
    assert (chosen.place, chosen.file_id) == (Place("C1", "1.1"), "F1")
    assert [face for _, face in chosen.picked] == picked
    assert chosen.stated == Stated(), "an older release's button says nothing of it"


def test_what_one_has_stated_of_a_team_another_who_chooses_its_faces_has_not() -> None:
    question, stated = Question("Alice", "U1", "a.jpg", 2), Stated("U9", (RELEASE_VERSION, ATTESTATION_VERSION))
    message = teams.result([], "F1", [question], stated)
    view = teams.faces(Place("C1"), _button(message, teams.FACES)["value"], [question], [""])
    chosen = teams.chosen(str(view.private_metadata), {})
    assert chosen.stated.by("U9") == [RELEASE_VERSION, ATTESTATION_VERSION]
    assert chosen.stated.by("U8") == []


def test_the_page_of_questions_takes_as_many_as_its_button_whatever_their_letters() -> None:
    questions = [Question("Ωμέγα Ψαράκης", "U1", f"ομάδα/φωτογραφία {n}.jpg", 3) for n in range(20)]
    stated = Stated("U9", (RELEASE_VERSION,))
    fit = teams.fitting("F1", questions, stated)
    value = _button(teams.result([], "F1", fit, stated), teams.FACES)["value"]
    view = teams.faces(Place("C0CHANNEL00", "1700000000.000100"), value, fit, [])
    assert len(str(view.private_metadata)) < len(value) * 1.5 < 3_000
    view.validate_json()


def test_a_crowd_leaves_room_for_the_questions_of_others() -> None:
    large, small = Box(0, 0, MIN_FACE, MIN_FACE), Box(0, 0, MIN_FACE - 1, MIN_FACE)
    crowds = ((small,) * 300, (small,) * 150 + (large,) + (small,) * 149, (large,) * 300, (small, large))
    outcomes = [Outcome(f"{n}.jpg", Fate.SEVERAL_FACES, "Many.", boxes) for n, boxes in enumerate(crowds)]
    questions = [Question.of(Planned("Joe", ()), outcome) for outcome in outcomes]
    assert [Question.unpack(json.loads(json.dumps(each.pack()))) for each in questions] == questions
    assert len(teams.fitting("F1", questions, Stated())) == len(questions)


@pytest.mark.parametrize(
    ("policy", "versions"),
    [(Policy.MEMBER, [RELEASE_VERSION]), (Policy.ATTEST, [RELEASE_VERSION, ATTESTATION_VERSION])],
)
def test_of_a_team_it_is_stated_of_members_and_of_others_apart(policy: Policy, versions: list[str]) -> None:
    view = teams.form(Place("C1"), "1.1", "F1", policy)
    view.validate_json()
    boxes = [block.to_dict() for block in view.blocks or () if block.type == "input"]
    values = {
        box["block_id"]: {box["element"]["action_id"]: {"selected_options": box["element"]["options"]}} for box in boxes
    }
    assert teams.stated(values) == versions
    assert teams.stated({}) == []
    asked = "Each member gets a direct message with their photos" in str(view.to_dict())
    assert asked is (policy is Policy.MEMBER)
    review = teams.review([Planned("Alice", ("a.jpg",), "U1")], "F1", policy)
    assert ("who is asked" in review.text) is (policy is Policy.MEMBER)


def test_a_face_that_is_too_small_to_be_enrolled_is_no_choice_of_the_page() -> None:
    large, small = Box(0, 0, MIN_FACE, MIN_FACE), Box(0, 0, MIN_FACE - 1, MIN_FACE)
    outcome = Outcome("a.jpg", Fate.SEVERAL_FACES, "There are 3 faces in it.", (large, small, large))
    question = Question.of(Planned("Joe", ("a.jpg",)), outcome)
    assert Question.unpack(json.loads(json.dumps(question.pack()))) == question
    value = json.dumps(["F1", [question.pack()]])
    view = teams.faces(Place("C1"), value, [question], [""])
    view.validate_json()
    (menu,) = (block.to_dict()["element"] for block in view.blocks or () if block.type == "input")
    assert [option["value"] for option in menu["options"]] == ["1", "3", "0"]
    assert teams.questions_of(value) == ("F1", [question], Stated())
