"""What a new user types, as they type it: it is understood, or answered with what to type."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playground_kit import Json, eventually, jpeg
from playground_kit import Member as Person
from team import PHOTOS, Photo, Team, element_of, shown

from handlers import hints
from handlers.slack import Member, Posted, unescape
from handlers.views.enroll import enroll as views
from handlers.views.enroll import statement
from playground.state import seed
from services.errors import Refusal

pytestmark = pytest.mark.faces("painted")

BOT = f"<@{seed.BOT_USER}>"
LOPEZ = "María del Carmen López García"
CYRILLIC = "Аlice"  # with a Cyrillic А

Aside = Callable[..., Json]


@pytest.fixture
def aside(team: Team, nobody_known: None) -> Aside:
    """Post a message, and hear what only its author is told."""

    def post(text: str, *photos: tuple[str, bytes], channel: str = PHOTOS) -> Json:
        ts = team.post(text, *photos, channel=channel)

        def told() -> Json | None:
            return next((m for m in team.member.messages(channel) if m["ts"] > ts and m.get("ephemeral")), None)

        return eventually(told, f"what is said to {text!r}", within=20)

    return post


@pytest.fixture
def quiet(team: Team) -> Iterator[None]:
    """Photos are answered when asked about only."""
    team.workspace.preferences.set_auto("off", channel=PHOTOS, actor="test")
    yield
    team.workspace.preferences.set_auto("on", channel=PHOTOS, actor="test")


def _offered(message: Json) -> str:
    return str(element_of(message["blocks"], views.ENROLL_AS)[1]["text"]["text"])


def _enrol(team: Team, message: Json, name: str = "") -> None:
    """Click on the button, and submit the form that it opens, under another name where one is given."""
    team.click(message, views.ENROLL_AS)
    view = team.opens()
    named = element_of(view["blocks"], views.NAME)[1].get("initial_value")
    (consent,) = [block for block in view["blocks"] if block["block_id"] == "consent"]
    values = {
        views.NAME: {views.NAME: {"type": "plain_text_input", "value": name or named}},
        "consent": {"consent": {"type": "checkboxes", "selected_options": consent["element"]["options"]}},
    }
    team.member.do("view_submit", view_id=view["id"], state={"values": values})


def _known(team: Team) -> list[str]:
    """Who is known by a photo, once somebody is."""
    people = eventually(lambda: [each for each in team.workspace.people.all() if each.faces], "somebody", within=30)
    return [person.name for person in people]


@pytest.mark.parametrize(
    ("text", "button", "name"),
    [
        (f"enroll {LOPEZ}", f"Enrol as “{LOPEZ}”?", LOPEZ),
        ("enroll: barack", "Enrol as “Barack”?", "Barack"),
        ("enroll barack:", "Enrol as “Barack”?", "Barack"),
        ("enroll Dr. Barack Obama, Ph.D.", "Enrol as “Dr. Barack Obama, Ph.D.”?", "Dr. Barack Obama, Ph.D."),
        ("Enroll", "Enrol from this photo?", ""),
    ],
)
def test_a_photo_that_was_nearly_enrolled_is_answered_with_the_button_that_does_it(
    team: Team, photo: Photo, nobody_known: None, text: str, button: str, name: str
) -> None:
    ts = team.post(text, photo("obama.jpg"))
    answer = team.thread(ts, 2)[1]
    assert "0 of 1 face recognised" in shown(answer)
    assert _offered(answer) == button
    _enrol(team, answer, "" if name else "Barack")
    assert _known(team) == [name or "Barack"]


def test_a_photo_without_a_face_has_the_button_too(team: Team, nobody_known: None) -> None:
    ts = team.post(f"enroll {LOPEZ}", ("wall.jpg", jpeg()))
    assert _offered(team.thread(ts, 1)[0]) == f"Enrol as “{LOPEZ}”?"


@pytest.mark.usefixtures("quiet")
def test_where_only_questions_are_answered_the_button_is_for_whoever_posted(
    team: Team, aside: Aside, photo: Photo
) -> None:
    told = aside(f"enroll {LOPEZ}", photo("obama.jpg"))
    assert "nothing was done" in shown(told)
    _enrol(team, told)
    assert _known(team) == [LOPEZ]


def test_a_reply_that_nearly_enrols_somebody_adds_nothing_to_whom_the_thread_is_about(
    team: Team, photo: Photo, nobody_known: None
) -> None:
    ts = team.enrol("barack", photo("obama.jpg"))
    team.thread(ts, 1)
    team.post(f"enroll {LOPEZ}", photo("biden.jpg"), thread_ts=ts)
    answer = team.thread(ts, 4)[-1]
    assert _offered(answer) == f"Enrol as “{LOPEZ}”?"
    assert [(person.name, person.faces) for person in team.workspace.people.all()] == [("Barack", 1)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("enroll bob", "Post enroll bob as the text of a message with photos"),
        ("enroll <@U0SASHAQUI>", "type /enroll @Sasha"),
        ("facesearch enroll bob", "Post enroll bob as the text"),
        (f"{BOT} enroll", "Post enroll alice as the text"),
        ("facesearch", "type /facesearch help"),
        ("Facesearch people", "type /facesearch people"),
        (f"{BOT} show alice", "type /facesearch show alice"),
    ],
)
def test_what_lacks_a_photo_or_its_slash_is_answered_with_what_to_type(aside: Aside, text: str, said: str) -> None:
    assert said in shown(aside(text))


def test_a_mention_which_comes_twice_gets_one_hint(team: Team, aside: Aside) -> None:
    told = aside(f"{BOT} people")
    assert "type /facesearch people" in shown(told)
    team.ask("status")  # by then what was delivered before is answered
    assert [shown(m) for m in team.member.messages(PHOTOS) if m["ts"] > told["ts"] and "slash" in shown(m)] == []
    assert not [m for m in team.member.messages(PHOTOS) if "Mention me with a photo" in shown(m)]


def test_in_the_direct_messages_too(team: Team) -> None:
    for text, said in (("enroll bob", "Post enroll bob"), ("help", "/facesearch help"), ("good morning", "Send me")):
        team.post(text, channel="D0ROBINAPP")
        team.hears(said, channel="D0ROBINAPP")


def test_what_is_said_among_people_is_left_alone() -> None:
    for text in ("facesearch is great", "people", "enrolled bob", f"{BOT} who is this?", "enroll now: it is free"):
        posted = Posted("C1", "1.1", "U1", text, None, direct=False, by_app=False)
        assert hints.of(posted, seed.BOT_USER) is None


@pytest.mark.parametrize(("command", "text"), [("/enrol", "bob"), ("/facesearch", "enroll bob"), ("/enroll", "bob:")])
def test_the_form_opens_however_it_is_spelt(team: Team, command: str, text: str) -> None:
    team.member.do("command", channel=PHOTOS, command=command, text=text)
    assert element_of(team.opens()["blocks"], views.NAME)[1]["initial_value"] == "Bob"


def test_with_the_name_of_the_app_before_it_a_message_enrols(team: Team, photo: Photo, nobody_known: None) -> None:
    ts = team.post("facesearch enroll barack", photo("obama.jpg"))
    team.click(team.asks_to_state(ts), statement.STATE)
    assert "Barack: 1 of 1 photo added" in shown(team.thread(ts, 1)[0])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x" * 200, "200 characters; at most 80 fit"),
        ("<!here>", "“@here” is no one person's name"),
        ("Everyone", "“Everyone” is no one person's name"),
    ],
)
def test_what_is_no_name_is_refused_with_a_sentence(team: Team, photo: Photo, name: str, said: str) -> None:
    ts = team.post(f"enroll {name}", photo("obama.jpg"))
    assert said in shown(team.thread(ts, 1)[0])
    team.member.do("command", channel=PHOTOS, command="/enroll", text=name)
    assert said in shown(team.opens())
    assert team.workspace.people.all() == ()


def test_a_name_that_passes_for_anothers_is_warned_of_and_one_with_what_nobody_sees_is_found(
    team: Team, photo: Photo, nobody_known: None
) -> None:
    first, second = team.enrol("Al\u200bice", photo("obama.jpg")), team.enrol("Bob", photo("biden.jpg"))
    for ts in (first, second):
        assert "easily taken" not in shown(team.thread(ts, 1)[0])
    ts = team.enrol(CYRILLIC, photo("astronaut.png"))
    assert f"The names {CYRILLIC} and Alice are easily taken for one another" in shown(team.thread(ts, 1)[0])
    assert "Alice — 1 photo" in shown(team.ask("show alic\u200be"))
    assert "easily taken" in shown(team.ask("rename bob → Álice"))


def test_a_first_name_suggests_who_has_it(team: Team, photo: Photo, nobody_known: None) -> None:
    team.thread(team.enrol("Barack Obama", photo("obama.jpg")), 1)
    for text, line in (
        ("show barack", "/facesearch show Barack Obama"),
        ("show obma", "/facesearch show Barack Obama"),
        ("forget barack", "/facesearch forget Barack Obama"),
    ):
        assert f"Did you mean {line}?" in shown(team.ask(text))
    assert "lists everyone I know" in shown(team.ask("show zoe"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("list", "Did you mean /facesearch people?"),
        ("find alice", "Did you mean /facesearch people alice?"),
        ("delete alice", "Did you mean /facesearch forget alice?"),
        ("who", "To know who is in a photo, post it"),
        ("who alice", "Did you mean /facesearch show alice?"),
        ("import", "./facesearch import FOLDER"),
        ("thresold 80", "Did you mean /facesearch threshold 80?"),
        ("add bob", "Did you mean /facesearch enroll bob?"),
        ("help shwo", "Did you mean /facesearch show?"),
        ("help show", "/facesearch show alice"),
    ],
)
def test_what_is_meant_is_suggested(team: Team, text: str, said: str) -> None:
    assert said in shown(team.ask(text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("exclude foo", "Only a channel can be named there"),
        ("include photos", "Only a channel can be named there"),
        ("exclude #foo", "I am in no channel called #foo"),
        ("undo foo", "/facesearch undo takes nothing after it"),
        ("status here", "/facesearch status takes nothing after it"),
        ("audit foo", "/facesearch audit takes nothing after it"),
        ("guests perhaps", "It is either"),
        ("admins robin", "Say it as in"),
        ("threshold 90 #general", "is set in that channel"),
        ("auto perhaps", "/facesearch auto digest"),
        ("mode users too", "There are two modes"),
    ],
)
def test_what_a_subcommand_does_not_take_changes_nothing(team: Team, text: str, said: str) -> None:
    before = team.workspace.records.changes.latest(seed.ADMIN)
    assert said in shown(team.ask(text))
    assert team.workspace.records.changes.latest(seed.ADMIN) == before
    assert not team.workspace.roles.excluded(PHOTOS)


@pytest.mark.parametrize(
    ("named", "channel"),
    [
        ("#general", seed.GENERAL),
        (f"<#{seed.GENERAL}>", seed.GENERAL),
        ("#Back-Office", seed.TEAMROOM),
        (f"<#{seed.TEAMROOM}>", seed.TEAMROOM),
    ],
)
def test_a_channel_is_excluded_by_its_name(team: Team, named: str, channel: str) -> None:
    said = shown(team.ask(f"exclude {named}"))
    assert "left alone" in said
    assert team.workspace.roles.excluded(channel)
    assert not team.workspace.roles.excluded(PHOTOS)
    team.ask(f"include {named}")
    assert not team.workspace.roles.excluded(channel)


def test_only_admins_name_another_channel(team: Team) -> None:
    sasha = team.slack.member(seed.SECOND)
    for name in ("#general", "#no-such-channel"):  # what there is, they do not learn
        assert "Only an admin can name another channel" in shown(team.ask(f"exclude {name}", sasha))


def _told(member: Person, channel: str, text: str) -> Json:
    found = eventually(lambda: [m for m in member.messages(channel) if text in shown(m)], text, within=20)
    return found[0]


def test_whoever_invites_it_is_told_alone_what_it_does_and_how_to_keep_it_quiet(team: Team) -> None:
    sasha = team.slack.member(seed.SECOND)
    sasha.do("command", channel=seed.RANDOM, command="/invite", text=BOT)
    told = _told(sasha, seed.RANDOM, "in the thread of every photo I say who is in it")
    assert told["ephemeral"]
    (block,) = told["blocks"]
    assert len(shown(told).split("\n")) == 3
    for line in ("enroll alice", "/facesearch auto off", "/facesearch exclude"):
        assert line in shown(told)
    assert not [m for m in team.member.messages(seed.RANDOM) if "every photo" in shown(m)]
    assert block["type"] == "rich_text"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("<http://alice.com|alice.com>", "alice.com"),
        ("<https://example.com/a>", "https://example.com/a"),
        ("Brown &amp; Sons &lt;x&gt;", "Brown & Sons <x>"),
        ("<@U1> <#C1|x> <!here>", "<@U1> <#C1|x> <!here>"),
    ],
)
def test_what_slack_makes_a_link_is_read_as_it_was_typed(text: str, typed: str) -> None:
    assert unescape(text) == typed


def test_a_button_has_room_for_the_longest_name_and_ten_photos() -> None:
    offer = views.offer("x" * 80, [(f"F{'A' * 10}", "photo " * 30)] * 12).to_dict()
    (button,) = offer["elements"]
    assert len(button["text"]["text"]) <= 75
    assert len(button["value"]) <= 2000
    name, files = views.offer_of(button["value"])
    assert (name, len(files)) == ("x" * 80, 10)


def test_a_member_is_enrolled_by_a_name_that_can_be_one() -> None:
    profile = {"display_name": ".", "real_name": "Robin Vale"}
    assert Member.of({"id": "U1", "name": "robin", "profile": profile}).usable_name == "Robin Vale"
    with pytest.raises(Refusal):
        _ = Member.of({"id": "U1", "profile": {"display_name": "Everyone"}}).usable_name
