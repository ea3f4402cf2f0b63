"""However many faces a photo has, the answer is one that Slack takes, and its menus offer all of them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.models.blocks import ActionsBlock, ButtonElement
from small_slack import CHANNEL, DIRECT, PERSON, OneStep, Refusal, SmallSlack, live
from team import PHOTOS, Team, element_of

from handlers.photos import gathering
from handlers.photos.kept import Gathered
from handlers.slack import Message, Place, Slack, replies
from handlers.slack.client import Refused
from handlers.slack.outgoing import parts
from handlers.views import rich
from handlers.views.enroll import Whom, enroll
from handlers.views.names import naming
from handlers.views.people import people
from handlers.views.photos import Answered, Photographed, corrections, matches
from services.pictures import Box
from services.records import CrowdFace, Database, Person, Records, Source, Standing, sqlite_url
from services.search import MAX_FACES, Candidate, Comparison, Identification, Mode, Sighting

JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
ANSWERED = Answered("F0PHOTO", "", Mode.USERS, 99.0, "F0PICTURE")


def _person(number: int, name: str) -> Person:
    return Person(f"u-{number:032x}", name, None, "U1", JANUARY, 2)


def _crowd(faces: int, name: str = "Somebody With A Rather Long Name {}", known: int = MAX_FACES) -> Identification:
    sightings = []
    for n in range(1, faces + 1):
        match = Candidate(_person(n, name.format(n)), 99.97) if n <= known else None
        other = Candidate(_person(n + 500, name.format(n + 500)), 99.1) if n <= known else None
        sightings.append(Sighting(n, Box(10.4 * n, 20, 40, 50), match, other))
    return Identification(4000, 3000, Mode.USERS, 99.0, tuple(sightings))


def _answer(found: Identification) -> Message:
    return matches.answer(found, buttons=corrections.buttons(found, ANSWERED, private=False))


def _blocks(message: Message) -> list[dict[str, Any]]:
    return [block.to_dict() for block in message.blocks]


@pytest.mark.parametrize("name", ["A{}", "Somebody With A Rather Long Name {}", "Ж{}" + "x" * 190, "שלום {}"])
def test_a_hundred_known_faces_are_one_message(name: str) -> None:
    found = _crowd(MAX_FACES, name)
    for message in (_answer(found), corrections.comparison(Comparison(found, found))):
        blocks = _blocks(message)
        assert parts.load(blocks) <= 1
        assert len(parts.parts(blocks)) == 1
        read = parts.text_of(blocks)
        assert all(f"{number} · " in read for number in range(1, MAX_FACES + 1))


@pytest.mark.parametrize("name", ["A{}", "Somebody With A Rather Long Name {}", "Ж{}" + "x" * 190])
def test_however_many_faces_are_known_the_answer_is_one_message_with_its_picture_in_it(name: str) -> None:
    for known in range(1, 41):
        found = _crowd(known, name)
        buttons = corrections.buttons(found, ANSWERED, private=False, keeps=True)
        for picture in (None, "F0PICTURE"):
            blocks = _blocks(matches.answer(found, picture=picture, buttons=buttons))
            assert len(parts.parts(blocks)) == 1, (known, picture)


def test_a_single_row_that_is_too_long_for_a_section_is_cut() -> None:
    blocks = [block.to_dict() for block in rich.listing(["head"], [["x" * 9000]])]
    assert len(parts.parts(blocks)) == 1
    assert 2800 < len(parts.text_of(blocks)) < 3000


def test_a_few_faces_are_rich_text_and_nothing_is_cut() -> None:
    blocks = _blocks(_answer(_crowd(5)))
    assert [block["type"] for block in blocks] == ["rich_text", "context", "actions"]
    assert "Somebody With A Rather Long Name 505" in parts.text_of(blocks)


def test_the_playground_takes_the_answer_and_refuses_one_that_slack_would(team: Team) -> None:
    ts = team.post("everybody")
    Slack(team.slack.client).say(Place(PHOTOS, ts), _answer(_crowd(MAX_FACES, "N{}" + "n" * 150)))
    (answer,) = team.thread(ts, 1)
    assert len(answer["blocks"]) == 6
    long = [{"type": "section", "text": {"type": "plain_text", "text": "n" * 2900}}] * 4
    refused = team.slack.api("chat.postMessage", channel=PHOTOS, text="", blocks=long)
    assert refused["error"] == "msg_blocks_too_long"


LINES = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=400), min_size=1, max_size=120)


@given(LINES, st.booleans())
def test_parts_hold_all_there_is_in_order(lines: list[str], bulleted: bool) -> None:
    block = rich.bullets(*([line] for line in lines)) if bulleted else rich.lines(*([line] for line in lines))
    found = parts.parts([block.to_dict(), {"type": "divider"}])
    assert "".join(parts.text_of(part) for part in found) == parts.text_of([block.to_dict()])
    assert all(parts.load(part) <= 1 for part in found)


@given(st.text(st.characters(codec="utf-8"), max_size=9000))
def test_the_text_beside_blocks_is_short(text: str) -> None:
    cut = parts.cut(text)
    assert len(cut.encode()) <= 4000
    assert cut == text or cut.endswith("\n…")


class _Narrow(SmallSlack):
    """A Slack that takes less in one message than is known of Slack."""

    def _chat_postMessage(self, channel: str, **message: Any) -> dict[str, Any]:  # noqa: N802
        if len(parts.text_of(message.get("blocks") or [])) > 1500:
            raise Refused("msg_blocks_too_long")
        return super()._chat_postMessage(channel, **message)


def test_where_slack_takes_less_than_is_known_it_is_said_in_smaller_parts() -> None:
    client, lines = _Narrow(), [[f"{number} " + "x" * 90] for number in range(60)]
    message = Message("all", [rich.lines(*lines)])
    said = Slack(client).say(Place(CHANNEL), message)
    messages = client.said(CHANNEL)
    assert len(messages) > 3
    assert messages[-1]["ts"] == said.ts
    assert all(f"{number} x" in "".join(map(json.dumps, messages)) for number in range(60))


class _Midway(SmallSlack):
    """Refuses the second message, once or always."""

    def __init__(self, code: str, *, once: bool) -> None:
        super().__init__()
        self.code, self.once, self.posts = code, once, 0

    def _chat_postMessage(self, channel: str, **message: Any) -> dict[str, Any]:  # noqa: N802
        self.posts += channel == CHANNEL
        if channel == CHANNEL and (self.posts == 2 or (self.posts > 2 and not self.once)):
            raise Refused(self.code)
        return super()._chat_postMessage(channel, **message)


@pytest.mark.parametrize("code", ["msg_blocks_too_long", "invalid_blocks"])
def test_where_a_part_is_refused_what_was_said_is_not_said_again(code: str) -> None:
    client, lines = _Midway(code, once=True), [[f"{number} " + "x" * 90] for number in range(200)]
    Slack(client).say(Place(CHANNEL), Message("all", [rich.lines(*lines)]), "job:1")
    first, *others = client.said(CHANNEL)
    assert others
    assert first["text"] == "all"
    assert not others[0]["text"].startswith("0 x"), "it goes on where it was refused"
    read = [parts.text_of(each["blocks"]) if each.get("blocks") else each["text"] for each in (first, *others)]
    if code == "msg_blocks_too_long":
        assert "".join(read).count("x" * 90) == 200


def test_what_cannot_be_finished_is_taken_back_and_said_whole_elsewhere() -> None:
    client, lines = _Midway("restricted_action", once=False), [[f"{number} " + "x" * 90] for number in range(200)]
    said = Slack(client).say(Place(CHANNEL), Message("all", [rich.lines(*lines)]), "job:1", user=PERSON)
    assert client.said(CHANNEL) == []
    assert said.place.channel == DIRECT
    read = "".join(parts.text_of(each["blocks"]) for each in client.said(DIRECT))
    assert read.count("x" * 90) == 200


PHOTO = Source(CHANNEL, "0000000000.000001")
PLACE = Place(CHANNEL, PHOTO.ts, about=PHOTO)


def _people_in(n: int) -> Message:
    """A list with a button, for which one message has no room from about 100 people on."""
    button = ActionsBlock(elements=[ButtonElement(text="Remove", action_id="remove", value="x")])
    return Message(f"{n} people", [rich.lines(*([f"{number} " + "x" * 90] for number in range(n))), button])


class _Standing:
    """An answer that stands about a photo, with what it takes to make it once more."""

    def __init__(self, records: Records, people: int) -> None:
        self.client, self.answers = SmallSlack(), records.answers
        self.slack = Slack(self.client, answers=self.answers)
        step: Any = OneStep()
        self.ts = replies.say(step, "say", self.slack, PLACE, _people_in(people)).ts
        photos = Photographed(1, PHOTO.ts, "F1"), Photographed(2, PHOTO.ts, "F2")
        self.answers.note(CHANNEL, self.ts, Gathered(PLACE, self.ts, photos, ()).how)

    def becomes(self, people: int) -> str:
        step: Any = OneStep()
        said, _ = replies.put(step, self.slack, PLACE, self.ts, _people_in(people), user=PERSON)
        return said.ts

    @property
    def stands(self) -> list[str]:
        return [each["ts"] for each in self.client.said(CHANNEL)]

    @property
    def recorded(self) -> list[str]:
        return sorted(each.posted for each in self.answers.about(PHOTO.channel, PHOTO.ts))

    @property
    def read(self) -> int:
        """How many people are named in all there is to read."""
        return sum(parts.text_of(each["blocks"]).count("x" * 90) for each in self.client.said(CHANNEL))


def test_what_a_changed_answer_has_no_room_for_is_recorded_with_it(records: Records) -> None:
    answer = _Standing(records, 3)
    now = answer.becomes(200)
    assert len(answer.stands) > 2
    assert answer.recorded == answer.stands
    assert live(answer.client.said(CHANNEL)[-1])
    assert now == answer.stands[-1], "where the buttons are it counts"
    desk: Any = SimpleNamespace(workspace=SimpleNamespace(records=records))
    for ts in answer.stands:  # a form may have been opened before
        assert gathering.source_in(desk, CHANNEL, ts, "F2") == Source(CHANNEL, PHOTO.ts, "F2")
    assert [each.posted for each in answer.answers.naming("F2")] == [now], "it is one list"


def test_an_answer_of_several_messages_is_changed_as_one(records: Records) -> None:
    answer = _Standing(records, 3)
    answer.ts = answer.becomes(200)
    assert answer.becomes(190) == answer.ts
    assert answer.read == 190
    assert answer.becomes(4) == answer.ts
    assert (answer.stands, answer.read) == ([answer.ts], 4)
    assert answer.recorded == [answer.ts]


def test_an_answer_that_was_said_in_several_messages_is_changed_as_one(records: Records) -> None:
    answer = _Standing(records, 200)
    assert len(answer.stands) > 2
    assert answer.becomes(5) == answer.ts
    assert (answer.stands, answer.read) == ([answer.ts], 5)


def test_an_answer_of_several_messages_that_cannot_be_changed_is_said_anew(records: Records) -> None:
    answer = _Standing(records, 200)
    answer.client.refusal = Refusal("chat.update", "edit_window_closed")
    assert answer.becomes(5) != answer.ts
    assert (len(answer.stands), answer.read) == (1, 5)


def test_an_answer_of_several_messages_is_taken_back_as_one(records: Records) -> None:
    answer = _Standing(records, 3)
    now = answer.becomes(200)
    assert answer.slack.withdraw(Standing(CHANNEL, now, Source("", "")))
    assert (answer.stands, answer.recorded) == ([], [])


def test_where_the_rest_of_a_changed_answer_is_refused_all_of_it_is_said_elsewhere(records: Records) -> None:
    answer = _Standing(records, 3)
    answer.client.refusal = Refusal("chat.postMessage", "restricted_action", channel=CHANNEL)
    answer.becomes(200)
    assert answer.stands == []
    assert sum(parts.text_of(each["blocks"]).count("x" * 90) for each in answer.client.said(DIRECT)) == 200


def test_of_an_answer_that_is_gone_nothing_is_said_anew(records: Records) -> None:
    answer = _Standing(records, 3)
    answer.client._chat_delete(CHANNEL, answer.ts)
    answer.becomes(200)
    assert answer.stands == []


def test_the_menus_of_many_faces_ask_for_what_they_offer() -> None:
    few = corrections.buttons(_crowd(20, known=10), ANSWERED, private=False).to_dict()
    many = corrections.buttons(_crowd(MAX_FACES, known=60), ANSWERED, private=False).to_dict()
    assert [each["type"] for each in few["elements"]] == ["button", "static_select", "static_select", "button"]
    assert [each["type"] for each in many["elements"]] == ["button", "external_select", "external_select", "button"]
    assert all(each.get("min_query_length", 0) == 0 for each in many["elements"])


def test_what_is_typed_filters_what_is_offered() -> None:
    faces = corrections.crowd(_crowd(MAX_FACES, "Émile {}", known=60))
    assert len(corrections.offered(faces, corrections.NOT, "")) == 60
    assert len(corrections.offered(faces, corrections.WHO, "")) == 40
    (option,) = corrections.offered(faces, corrections.NOT, "émile 42")
    assert option.to_dict()["text"]["text"] == "42 is not Émile 42"
    assert corrections.Face.unpack(str(option.value)).user_id == f"u-{42:032x}"
    assert len(corrections.offered(faces, corrections.WHO, "face 7")) == 10


@pytest.fixture
def records(tmp_path: Any) -> Iterator[Records]:
    database = Database(sqlite_url(tmp_path / "records.sqlite"))
    yield Records(database, "home")
    database.close()


def test_what_menus_offer_goes_with_the_person_and_with_time(records: Records) -> None:
    alice = records.add_person("Alice", member=None, added_by="U1")
    faces = [CrowdFace(1, (1, 2, 3, 4), alice.user_id), CrowdFace(2, (5, 6, 7, 8))]
    records.crowds.remember("F1", faces)
    records.crowds.remember("F1", faces)
    assert records.crowds.of("F1") == (CrowdFace(1, (1, 2, 3, 4), alice.user_id, "Alice"), faces[1])
    assert records.crowds.of("F2") == ()
    records.remove_person(alice.user_id)
    assert records.crowds.of("F1") == (faces[1],)
    records.crowds.remember("F2", faces)  # looked at before
    assert records.crowds.of("F2") == (CrowdFace(1, (1, 2, 3, 4)), faces[1])
    records.crowds.purge(datetime.now(UTC) - timedelta(days=1))
    assert records.crowds.of("F1") == (faces[1],)
    records.crowds.purge(datetime.now(UTC) + timedelta(days=1))
    assert records.crowds.of("F1") == ()


def test_a_menu_is_filled_as_one_types_and_chosen_from(team: Team) -> None:
    found = _crowd(MAX_FACES, known=0)
    team.workspace.records.crowds.remember(ANSWERED.key, corrections.crowd(found))
    ts = team.post("a crowd")
    Slack(team.slack.client).say(Place(PHOTOS, ts), _answer(found))
    (answer,) = team.thread(ts, 1)
    block_id, _ = element_of(answer["blocks"], corrections.WHO)
    container = {"type": "message", "channel": PHOTOS, "ts": answer["ts"]}
    asked = {"container": container, "block_id": block_id, "action_id": corrections.WHO}
    assert len(team.member.do("suggest", **asked, value="")["options"]) == 100
    options = team.member.do("suggest", **asked, value="face 57")["options"]
    assert [option["text"]["text"] for option in options] == ["Face 57"]
    team.member.news.clear()
    team.click(answer, corrections.WHO, selected_option=options[0])
    modal = team.member.hears("view_open", within=10)["view"]
    first, *others = naming.Naming.unpack(modal["private_metadata"]).fields
    assert [(shown.file_id, shown.face.number) for shown in first] == [("F0PHOTO", 57)]
    assert [shown.face.number for (shown,) in others] == [1, 2, 3, 4, 5, 6, 7]
    made_up = {"text": {"type": "plain_text", "text": "Face 7"}, "value": "7 0 0 1 1 made-up"}
    action = {"block_id": block_id, "action_id": corrections.WHO, "type": "external_select"}
    refused = team.member.do("action", container=container, action=action | {"selected_option": made_up})
    assert refused["error"] == "That choice is no longer offered."


def test_other_choices_stand_under_another_id() -> None:
    everyone = [_person(number, f"Person {number:02}") for number in range(45)]
    ids = [_blocks(people.people(everyone, people.Page("", number)))[-1]["block_id"] for number in (0, 1, 1)]
    assert ids[0] != ids[1]
    assert ids[1] == ids[2]


def test_the_form_says_how_large_a_file_may_be() -> None:
    assert "10 MB" in json.dumps(enroll.modal(Whom("", None, "C1"), stated=[]).to_dict())


def test_a_private_answer_is_cut_likewise() -> None:
    client = SmallSlack()
    Slack(client).say(Place(CHANNEL, only=PERSON), Message("é" * 5000, [rich.lines(["Hello."])]))
    assert len(client.said(CHANNEL)[0]["text"].encode()) <= 4000
