"""Block builders are pure: what they say, and that a name is only ever a name."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.slack import Member, Message, Place, SlackFile
from handlers.views import album, changes, channels, rich, words
from handlers.views.enroll import Statement, Whom, enroll, statement
from handlers.views.facesearch import tuning
from handlers.views.names import Choice, Kind, Naming, namesakes, naming
from handlers.views.people import consent, people
from handlers.views.people import consent as consent_views
from handlers.views.photos import Answered, Face, Shown, corrections, matches
from services.people import Undone
from services.people.enrolling.enrolment import Result
from services.people.grounds.consent import ATTESTATION_VERSION, RELEASE_VERSION, Footing, Ground
from services.people.known.directory import Correction, Receipt, Unlearned
from services.people.known.lookalikes import Pair
from services.people.photos.portraits import Fate, Outcome
from services.pictures.crops import Box
from services.pictures.drawing.percentages import likelihood, percent
from services.preferences import Auto, Tuning
from services.records import Change, ConsentRequest, Person
from services.search import Candidate, Comparison, Identification, Mode, Sighting, Unclear
from services.status import Status

TRICKS = [
    "<!channel>",
    "<!here|everyone>",
    "<@U0EVERYONE>",
    "<https://example.com|click>",
    "*bold* _it_ ~st~ `code`",
    "```pre```",
    "> quote\n• bullet",
    "&lt;!channel&gt;",
    ":tada: <b>html</b>",
    "a`b`c",
    "\u202egnp.exe",
]


ANSWERED = Answered("F1", "Photo 1 of 2", Mode.USERS, 99.5, "F2", ((2, "u-1"),))


def _person(name: str, faces: int = 2) -> Person:
    return Person("u-1", name, None, "U1", datetime(2026, 1, 1, tzinfo=UTC), faces)


def _status(alike: tuple[Pair, ...] | None) -> Status:
    return Status("1.0", "team", "embedded", "m", "c", 400, 400, 900, 900, "SQLite", "a folder", alike)


def _found(*names: str | None, similarity: float = 99.97) -> Identification:
    sightings = tuple(
        Sighting(n, Box(0, 0, 50, 50), Candidate(_person(name), similarity) if name else None)
        for n, name in enumerate(names, start=1)
    )
    return Identification(640, 480, Mode.USERS, 99.0, sightings)


def _markup(message: Message) -> list[str]:
    """Every text of a message that Slack reads as mrkdwn."""

    def walk(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [str(node["text"])] if node.get("type") == "mrkdwn" else []
            return own + [text for value in node.values() for text in walk(value)]
        return [text for value in node for text in walk(value)] if isinstance(node, list) else []

    return [message.text, *walk([block.to_dict() for block in message.blocks])]


def _shown(message: Message) -> str:
    return json.dumps([block.to_dict() for block in message.blocks], ensure_ascii=False)


def _consent(name: str, result: Result) -> list[Message]:
    request = ConsentRequest("q-1", "U2", name, "U1", datetime.now(UTC))
    return [
        consent.question(request, 1, ["F1"], 365, "Try again."),
        consent.accepted(result),
        consent.enrolled(result, "U1", 365),
        consent.will_be_erased(name, datetime.now(UTC), oneself=False),
    ]


def _saying(name: str) -> list[Message]:
    person = _person(name)
    whom = Whom(name, None, "C1")
    outcome = Outcome(name, Fate.ADDED, f"Added to {name}.")
    asked = Outcome("a.jpg", Fate.SEVERAL_FACES, "Choose.", (Box(0, 0, 50, 50), Box(60, 0, 50, 50)))
    return [
        matches.answer(_found(name, None), buttons=corrections.buttons(_found(name, None), ANSWERED, private=False)),
        corrections.comparison(Comparison(_found(None, name), _found(name, None))),
        corrections.corrected(_found(name).sightings[0], person, Correction(Unlearned.ONLY)),
        people.people([person]),
        people.confirm_forget(person),
        people.forgotten(Receipt(name, 2, 2)),
        people.kept(person),
        enroll.result(
            Result(name, person, (outcome,), Ground.RELEASE, resembles=(person,)), by_message=True, retention_days=365
        ),
        tuning.status(_status((Pair(person, person, 99.5),)), Tuning(99, Mode.USERS), Tuning(99, Mode.USERS)),
        *_consent(name, Result(name, person, (outcome,), Ground.ATTESTED)),
        enroll.choice(whom, "F1", asked),
        statement.question(Statement(RELEASE_VERSION, name, {})),
        statement.noted(Statement(RELEASE_VERSION, name, {})),
        words.sentence(f"I know nobody called “{name}”."),
    ]


@pytest.mark.parametrize("name", TRICKS)
def test_a_name_never_becomes_markup(name: str) -> None:
    for message in _saying(name):
        for text in _markup(message):
            assert "<" not in text.replace("<@U1>", ""), text
            assert ">" not in text.replace("<@U1>", ""), text


@given(st.text(min_size=1, max_size=80))
def test_any_name_makes_valid_blocks(name: str) -> None:
    for message in _saying(name):
        for block in message.blocks:
            block.validate_json()
            assert len(json.dumps(block.to_dict())) < 6000


def test_the_list_counts_names_and_tells_how_it_was_compared() -> None:
    message = matches.answer(_found("Alice", None), title="Photo 1 of 2")
    assert message.text == "Photo 1 of 2: 1 of 2 faces recognised\n1 · Alice — 99.9 %, almost certainly\n2 · unknown"
    assert "Threshold 99 % · compared with user vectors" in _shown(message)


@pytest.mark.parametrize(
    ("similarity", "shown"),
    [(99.96, "99.9 %"), (99.999, "99.9 %"), (100.0, "99.9 %"), (90, "90.0 %"), (80.05, "80.0 %")],
)
def test_similarity_is_cut_and_never_rounded_up(similarity: float, shown: str) -> None:
    assert percent(similarity) == shown


@pytest.mark.parametrize(
    ("similarity", "words"),
    [(99.9, "almost certainly"), (99.89, "very likely"), (99, "very likely"), (90, "probably"), (80, "perhaps")],
)
def test_how_sure_is_said_in_words(similarity: float, words: str) -> None:
    assert likelihood(similarity) == words


def test_a_runner_up_is_named() -> None:
    sighting = Sighting(1, Box(0, 0, 9, 9), Candidate(_person("Ann"), 99.8), Candidate(_person("Eve"), 99.2))
    message = matches.answer(Identification(640, 480, Mode.USERS, 99.0, (sighting,)))
    assert message.text.splitlines()[1] == "1 · Ann — 99.8 %, very likely; or Eve — 99.2 %"


def test_an_answer_says_how_often_a_stranger_would_get_a_name() -> None:
    message = matches.answer(replace(_found("Alice"), among=30))
    assert "compared with user vectors · of strangers alike, about 1 in 330 would get a name" in _shown(message)


def test_a_second_face_of_somebody_is_asked_about() -> None:
    al = Candidate(_person("Al"), 99.5)
    sightings = (
        Sighting(1, Box(0, 0, 9, 9), al),
        Sighting(2, Box(20, 0, 9, 9), None, also=replace(al, similarity=99.2)),
    )
    message = matches.answer(Identification(640, 480, Mode.USERS, 99.0, sightings))
    assert message.text.splitlines()[0] == "1 of 2 faces recognised"
    assert message.text.splitlines()[2] == "2 · also Al? — 99.2 %"


@pytest.mark.parametrize("least", [20, 40])
def test_where_no_face_is_seen_the_size_that_holds_for_this_photo_is_named(least: int) -> None:
    found = Identification(640, 480, Mode.USERS, 99.0, (), least_face=least)
    assert f"a face needs some {least} pixels across" in matches.no_face(found).text


def test_faces_that_cannot_be_told_from_others_or_learned_are_not_asked_about() -> None:
    sightings = tuple(
        Sighting(n, Box(0, 0, 50, 50), None, unclear=unclear) for n, unclear in enumerate((*Unclear, None), start=1)
    )
    small = Sighting(4, Box(0, 0, 39, 50), None)
    found = Identification(640, 480, Mode.USERS, 99.0, (*sightings, small))
    child, blurred, unknown, _ = matches.answer(found).text.splitlines()[1:]
    assert "1 · a small child" in child
    assert "2 · too blurred" in blurred
    assert unknown == "3 · unknown"
    who = corrections.buttons(found, ANSWERED, private=False).to_dict()["elements"][1]
    assert [Face.unpack(option["value"]).number for option in who["options"]] == [3]
    assert "1 · a small child" in corrections.comparison(Comparison(found, found)).text


def test_the_status_names_some_who_resemble_each_other() -> None:
    def said(alike: tuple[Pair, ...] | None) -> str:
        return tuning.status(_status(alike), Tuning(99, Mode.USERS, among=400), Tuning(99, Mode.USERS)).text

    pairs = [Pair(_person("Alice"), _person(f"Alicia {number}"), 99.0) for number in range(8)]
    assert "Alice and Alicia 4 resemble each other: more photos" in said(tuple(pairs))
    assert "Alicia 5" not in said(tuple(pairs))
    assert "3 more pairs" in said(tuple(pairs))
    assert "doctor" in said(None)
    assert "Look-alikes" not in said(())
    assert "threshold 99 %, user vectors; of strangers alike, about 1 in 26 would get a name" in said(())


def test_a_result_says_of_every_photo_what_became_of_it() -> None:
    outcomes = (
        Outcome("a.jpg", Fate.ADDED, "Added to Alice."),
        Outcome("b.jpg", Fate.NO_FACE, "I see no face in it."),
    )
    message = enroll.result(
        Result("Alice", _person("Alice", 1), outcomes, Ground.RELEASE), by_message=False, retention_days=365
    )
    assert message.text.splitlines()[0] == "Alice: 1 of 2 photos added"
    assert "✓ " in _shown(message)
    assert "✗ " in _shown(message)
    assert "five from different sides" in _shown(message)
    nothing = enroll.result(Result("Alice", None, outcomes[1:], Ground.RELEASE), by_message=False, retention_days=365)
    assert "Nothing was kept" in _shown(nothing)
    asked = Outcome(
        "c.jpg", Fate.SEVERAL_FACES, "Choose.", (Box(0, 0, 90, 90), Box(99, 0, 39, 60), Box(200, 0, 40, 50))
    )
    open_ = Result("Alice", None, (*outcomes[1:], asked), Ground.RELEASE)
    waiting = enroll.result(open_, by_message=False, retention_days=365)
    assert "Nothing was kept" not in _shown(waiting)
    assert "I ask which face is " in _shown(waiting)
    menu = enroll.choice(Whom("Alice", None, "C1"), "F1", asked).blocks[-1].to_dict()["elements"][0]
    assert [option["value"] for option in menu["options"]] == ["1", "3"], "a face too small to enrol is no choice"


def test_undone_switches_are_said_as_they_are_now() -> None:
    def said(name: str, value: str | None, channel: str = "C1") -> str:
        before = {"name": name, "channel": channel, "value": value, "after": "on"}
        change = Change("c-1", datetime.now(UTC), "U1", "setting", None, before)
        return changes.undone(Undone(change, None)).text

    assert said("auto", "off") == "Undone: I answer photos in that channel only when I am asked, as before."
    assert said("auto", None) == "Undone: I answer photos in that channel again as everywhere in this workspace."
    assert said("auto", None, "") == "Undone: I answer every photo in this workspace again."
    assert said("excluded", "yes") == "Undone: I leave photos in that channel alone again."
    assert said("excluded", "no") == said("excluded", None)
    assert said("guests", None) == said("guests", "off")


def test_a_guest_who_invites_it_is_told_what_guests_may_do() -> None:
    said = channels.greeting("C1", auto=Auto.ON, excluded=False, guest=True).text
    assert "in the thread of every photo" in said
    assert "As a guest of this workspace" in said
    for command in ("enroll alice", "/facesearch auto", "/facesearch exclude"):
        assert command not in said


def test_a_modal_and_a_choice_carry_whom_they_are_about() -> None:
    whom = Whom('"Zoë" <&> \\', "U7", "C1")
    photos = [SlackFile("F1", "a.jpg", ""), SlackFile("F2", "b.jpg", "")]
    assert enroll.asked(enroll.modal(whom, stated=[]).to_dict()["private_metadata"]) == (whom, [])
    assert enroll.asked(enroll.modal(whom, photos, stated=[]).to_dict()["private_metadata"]) == (whom, photos)
    outcome = Outcome("a.jpg", Fate.SEVERAL_FACES, "Choose.", (Box(0, 0, 50, 50),) * 3)
    actions = enroll.choice(whom, "F123", outcome).blocks[-1].to_dict()
    assert enroll.chosen(actions["block_id"]) == ("F123", whom)
    assert [option["value"] for option in actions["elements"][0]["options"]] == ["1", "2", "3"]


def test_the_longest_name_still_fits_where_slack_limits_it() -> None:
    whom = Whom("\U0001f98a" * 80, "U" + "0" * 12, "C" + "0" * 12)
    outcome = Outcome("a.jpg", Fate.SEVERAL_FACES, "Choose.", (Box(0, 0, 1, 1),) * 2)
    assert len(enroll.choice(whom, "F" + "0" * 12, outcome).blocks[-1].to_dict()["block_id"]) <= 255
    photos = [SlackFile("F" + "0" * 12, "\U0001f98a" * 255, "")] * enroll.MAX_FILES
    for modal in (enroll.modal(whom, stated=[]), enroll.modal(whom, photos, stated=[])):
        modal.validate_json()
        assert len(modal.to_dict()["private_metadata"]) <= 3000


def test_commands_in_sentences_are_code_and_nothing_else_is() -> None:
    assert list(rich.sentence("Type `/enroll Alice` now.")) == ["Type ", rich.Code("/enroll Alice"), " now."]


def test_a_name_from_right_to_left_turns_nothing_else_round() -> None:
    arabic = "نجيب محفوظ"
    line = matches.answer(_found(arabic, "Alice")).text.splitlines()[1:]
    assert line[0].startswith(f"1 · \u2068{arabic}\u2069")
    assert line[1].startswith("2 · Alice ")


def test_a_threshold_is_explained() -> None:
    said = tuning.threshold(Tuning(90, Mode.FACES, among=50), changed=True).text
    assert "is now 90 %" in said
    assert "once in 1,000 comparisons" in said
    assert "Of strangers alike, about 1 in 20 would get a name among 50 faces." in said
    assert "at 99.9 % about 1 in 2,000" in said
    assert "single faces" in said


def test_an_automatic_threshold_says_for_whom_and_how_far_it_goes() -> None:
    said = tuning.threshold(Tuning(99.5, Mode.USERS, automatic=True, among=150), changed=False).text
    assert "is auto (99.5 % for 150 people)" in said
    assert "goes no higher" not in said
    assert "goes no higher" in tuning.threshold(Tuning(99.99, Mode.USERS, True, 20_000), changed=False).text


def test_of_what_nobody_has_measured_nothing_is_promised() -> None:
    said = tuning.threshold(Tuning(99.9999, Mode.USERS, among=40), changed=True).text
    assert "is now 99.9999 %" in said
    assert "More than 99.99 % promises nothing more" in said
    assert "fewer than 1 in 25,000" in said


def test_of_amazons_similarities_nothing_is_claimed() -> None:
    said = tuning.threshold(Tuning(99, Mode.USERS, automatic=True), changed=False).text
    assert "is auto (99 %)" in said
    assert "Amazon does not say" in said
    assert "once in" not in said
    assert "strangers alike" not in _shown(matches.answer(_found("Alice")))


def test_only_a_threshold_of_a_hundred_is_shown_as_one() -> None:
    assert "is 99.99999 %" in tuning.threshold(Tuning(99.99999, Mode.USERS), changed=False).text
    assert "is 100 %" in tuning.threshold(Tuning(100, Mode.USERS), changed=False).text
    assert percent(99.99999) == "99.9 %"


def test_a_mode_is_answered_with_the_mode() -> None:
    said = tuning.mode(Tuning(90, Mode.FACES), changed=True).text
    assert said.startswith("Photos in this channel are now compared with single faces.")
    assert "threshold is 90 %" in said


def test_buttons_carry_what_they_are_about() -> None:
    block = corrections.buttons(_found("Alice", None), ANSWERED, private=False).to_dict()
    assert corrections.answered_by({"blocks": [{"type": "rich_text", "elements": [{}]}, block]}) == ANSWERED
    _, unknown, named, remove = block["elements"]
    assert remove["action_id"] == corrections.REMOVE
    assert [Face.unpack(option["value"]) for option in unknown["options"]] == [Face(2, Box(0, 0, 50, 50))]
    assert [Face.unpack(option["value"]) for option in named["options"]] == [Face(1, Box(0, 0, 50, 50), "u-1")]
    assert corrections.unknown_in({"blocks": [block]}) == [Face(2, Box(0, 0, 50, 50))]


def test_denials_add_up_and_still_fit_into_a_button() -> None:
    answered = ANSWERED.denying(2, "u-2").denying(1, "u-1")
    assert answered.denials == {1: {"u-1"}, 2: {"u-1", "u-2"}}
    for number in range(200):
        answered = answered.denying(number, f"u-{number:032}")
    assert len(answered.pack()) <= 2000


def test_a_private_answer_which_cannot_be_changed_has_no_correction() -> None:
    actions = [e["action_id"] for e in corrections.buttons(_found("A"), ANSWERED, private=True).to_dict()["elements"]]
    assert actions == [corrections.COMPARE]


def test_a_comparison_has_both_ways_side_by_side() -> None:
    text = corrections.comparison(Comparison(_found(None, "Bo"), _found("Al", "Bo"))).text.splitlines()
    assert text[0] == "At 99 % single faces find 1 of 2, user vectors 2"
    assert text[1] == "1 · single faces: unknown; user vectors: Al — 99.9 %, almost certainly"
    assert text[2] == "2 · Bo — single faces 99.9 %, user vectors 99.9 %"
    nobody = corrections.comparison(Comparison(_found(None), _found(None)))
    assert nobody.text.splitlines()[1] == "1 · unknown either way"


def test_of_many_faces_the_known_come_first_and_the_unknown_in_one_line() -> None:
    names = [None, "Al", None, "Bo", None, None, None, None, None]
    found = _found(*names)
    assert len(matches.answer(_found(*names[:6])).text.splitlines()) == 7, "few have a line each"
    head, *lines = matches.answer(found).text.splitlines()
    assert head == "2 of 9 faces recognised"
    assert [line.split(" — ")[0] for line in lines] == ["2 · Al", "4 · Bo", "unknown: 1, 3, 5–9"]
    pair = replace(found.sightings[6], unclear=Unclear.POOR), replace(found.sightings[7], unclear=Unclear.POOR)
    mixed = replace(found, sightings=(*found.sightings[:6], *pair, found.sightings[8]))
    *_, unknown, poor = matches.answer(mixed).text.splitlines()
    assert unknown == "unknown: 1, 3, 5, 6, 9"
    assert poor.startswith("too blurred") and poor.endswith(": 7, 8")


def test_a_form_carries_what_it_is_about_however_much_that_is() -> None:
    faces = [Shown("F0123456789", Face(n, Box(-3, 1000, 2000, 3000))) for n in range(1, 101)]
    asks = Naming(Place("C1", "1.2", "U1"), "3.4", tuple((face,) for face in faces[: naming.MOST]))
    assert Naming.unpack(asks.pack()) == asks
    assert asks.wrong is None
    one_person = replace(asks, fields=(tuple(faces[: naming.MOST]),))
    wrong = Shown("F1", Face(2, Box(0, 0, 9, 9), "u-1"))
    for each in (asks, one_person, replace(asks, fields=((wrong,),), answered="x" * 2000)):
        form = naming.form(each, {faces[0]: "F9"}, wrong="Al", only=each.wrong is not None).to_dict()
        assert len(form["private_metadata"]) <= 3000
        assert Naming.unpack(form["private_metadata"]) == each
    assert [block["type"] for block in naming.form(one_person).to_dict()["blocks"]] == ["input", "input"]


def test_suggestions_are_the_known_then_members_then_the_typed_name() -> None:
    al, bo = _person("Álvaro Ruiz"), replace(_person("Bo"), user_id="u-2", member="U2")
    robin = Member("U1", "robin", False, False, False, names=("robin", "Robin Alder"))
    bob = Member("U2", "bo", False, False, False, names=("bo",))

    def said(typed: str, *members: Member) -> list[str]:
        groups = naming.suggestions(typed, [al, bo], members)
        return [str(option.value) for group in groups for option in group.options]

    assert said("", robin, bob) == ["p u-1", "p u-2", "m U1"]
    assert said("alv") == ["p u-1", "n Alv"]
    assert said("BO") == ["p u-2"]
    assert said("al", robin) == ["p u-1", "m U1", "n Al"]
    assert said("me", robin) == ["m U1"]
    assert Choice.unpack(said("zoë d'arc")[-1]) == Choice(Kind.NAME, "Zoë D'arc")
    longest = said("x" * 80)[0]
    assert len(longest) <= 150


def test_an_error_of_a_form_shows_no_backticks() -> None:
    assert words.bare("A name is missing. Say who, as in `/enroll Alice`.").endswith("as in “/enroll Alice”.")


def test_what_the_answer_whose_name_it_is_states_travels_with_its_button_alone() -> None:
    sasha, robin = (Member.of({"id": each, "name": each}) for each in ("U2", "U1"))
    task = namesakes.enrolling({"whom": "w", "files": []})
    footings = {
        "": Footing(Ground.RELEASE, RELEASE_VERSION),
        sasha.id: Footing(Ground.ATTESTED, ATTESTATION_VERSION),
        robin.id: Footing(Ground.OWN),
    }
    asked = namesakes.question("Sasha", [sasha, robin], task, user=robin.id, footings=footings)
    blocks = [block.to_dict() for block in asked.blocks]
    elements = [each for block in blocks for each in (block.get("accessory"), *block.get("elements", ())) if each]
    buttons = {each["text"]["text"]: each["value"] for each in elements if "value" in each}
    stated = {label: namesakes.Answer.unpack(value).task["payload"].get("stated") for label, value in buttons.items()}
    assert stated == {
        "It is: they agreed": ATTESTATION_VERSION,
        "It is me": None,
        "Somebody else of that name: they agreed": RELEASE_VERSION,
    }
    assert "By “It is: they agreed” you state: They agreed to be recognised" in _shown(asked)
    attested = namesakes.Answer.unpack(buttons["It is: they agreed"])
    assert "You have stated that" in _shown(namesakes.noted(attested, user=robin.id, somebody_else=False))
    plain = _shown(namesakes.question("Sasha", [sasha], task, user=robin.id))
    assert "Members are asked before" in plain
    assert "you state" not in plain


@pytest.mark.parametrize(
    ("footing", "label", "noted"),
    [
        (Footing(Ground.NONE), "It is: ask them", "<@U2> is asked."),
        (Footing(Ground.ACCEPTED), "It is", "Then it is <@U2>."),
        (Footing(Ground.ATTESTED), "It is", "Then it is <@U2>."),
        (None, "It is", "Then it is <@U2>."),
    ],
)
def test_only_a_member_who_is_asked_is_said_to_be(footing: Footing | None, label: str, noted: str) -> None:
    sasha = Member.of({"id": "U2", "name": "sasha"})
    footings = {"": Footing(Ground.RELEASE), **({sasha.id: footing} if footing else {})}
    task = namesakes.enrolling({"whom": "w", "files": []})
    asked = namesakes.question("Sasha", [sasha], task, user="U1", footings=footings)
    (button,) = (each["accessory"] for each in (block.to_dict() for block in asked.blocks) if "accessory" in each)
    assert button["text"]["text"] == label
    assert ("Members are asked before" in _shown(asked)) is (label == "It is: ask them")
    answer = namesakes.Answer.unpack(button["value"])
    assert namesakes.noted(answer, user="U1", somebody_else=False).text == noted


@pytest.mark.parametrize(
    ("footing", "said"),
    [
        (Footing(Ground.RELEASE, RELEASE_VERSION), "They agreed in writing"),
        (Footing(Ground.RELEASE), ""),
        (Footing(Ground.ATTESTED, ATTESTATION_VERSION, "U2"), "They agreed to be recognised"),
        (Footing(Ground.ATTESTED, None, "U2"), ""),
        (Footing(Ground.ACCEPTED, None, "U2"), ""),
        (Footing(Ground.NONE, None, "U2"), "U2"),
        (Footing(Ground.OWN, None, "U2"), "I agree to this."),
    ],
)
def test_a_form_asks_what_has_to_be_stated_on_its_ground(footing: Footing, said: str) -> None:
    blocks = [block.to_dict() for block in consent_views.statement(footing, 365)]
    assert bool(blocks) is bool(said)
    assert said in str(blocks)


def test_who_may_only_read_is_offered_no_photos_with_the_news_of_them() -> None:
    actions = [_actions(album.news({"C1": 2}, may_use=may_use)) for may_use in (True, False)]
    assert actions == [[album.SHOW, album.STOP_TELLING], [album.STOP_TELLING]]


def _actions(message: Message) -> list[str]:
    blocks = (block.to_dict() for block in message.blocks if block.type == "actions")
    return [each["action_id"] for block in blocks for each in block["elements"]]
