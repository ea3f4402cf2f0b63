"""`/facesearch auto off`: only what is asked about is answered, and screenshots without a face get silence."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from team import PHOTOS, Photo, Team, jpeg, shown

from playground.state import seed

pytestmark = pytest.mark.faces("painted")

BOT = f"<@{seed.BOT_USER}>"


def _png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(buffer, "PNG")
    return buffer.getvalue()


def _auto(team: Team, word: str) -> None:
    team.member.do("command", channel=PHOTOS, command="/facesearch", text=f"auto {word}")
    team.hears("answer every photo" if word == "on" else "answer a photo only when asked")


@pytest.fixture
def auto_off(team: Team) -> Iterator[None]:
    _auto(team, "off")
    yield
    team.workspace.preferences.set_auto("on", channel=PHOTOS, actor="test")


@pytest.mark.usefixtures("auto_off")
def test_with_auto_off_a_photo_is_answered_when_its_message_mentions_the_bot(team: Team, photo: Photo) -> None:
    unasked = team.post("our offsite", photo("biden.jpg"))
    asked = team.post(f"{BOT} who is this?", photo("biden.jpg"))
    assert "0 of 1 face recognised" in shown(team.thread(asked, 2)[1])
    (message,) = team.member.messages(PHOTOS, thread_ts=unasked)
    assert not message.get("reactions")
    assert len(team.thread(asked, 2)) == 2


@pytest.mark.usefixtures("auto_off")
def test_a_mention_in_the_thread_of_a_photo_asks_about_it(team: Team, photo: Photo) -> None:
    ts = team.post("our offsite", photo("biden.jpg"))
    team.post(f"{BOT} who is this?", thread_ts=ts)
    assert "0 of 1 face recognised" in shown(team.thread(ts, 3)[-1])


@pytest.mark.usefixtures("auto_off")
def test_direct_messages_are_answered_all_the_same(team: Team, photo: Photo) -> None:
    direct = next(c["id"] for c in team.member.get("boot")["channels"] if c["is_im"])
    ts = team.post("", photo("biden.jpg"), channel=direct)
    assert "0 of 1 face recognised" in shown(team.thread(ts, 2, channel=direct)[1])


def test_a_direct_message_without_a_photo_is_told_how_to_use_the_bot_and_nobody_else_is(team: Team) -> None:
    direct = next(c["id"] for c in team.member.get("boot")["channels"] if c["is_im"])
    before = len(team.member.messages(direct))
    team.post("hello?", channel=direct)
    answer = team.hears("Send me a photo and I say who is in it", channel=direct)
    team.post("thanks", channel=direct, thread_ts=answer["ts"])
    team.post("hello?")
    team.thread(team.post("", ("page.png", _png()), channel=direct), 1, channel=direct)
    assert len(team.member.messages(direct)) == before + 3
    assert len(team.member.messages(direct, thread_ts=answer["ts"])) == 2


def test_a_mention_without_a_photo_says_how_to_ask(team: Team) -> None:
    ts = team.post(f"{BOT} who is this?")
    assert "I see no photo here" in shown(team.thread(ts, 1)[0])


def test_a_screenshot_without_a_face_gets_silence_and_a_photo_a_sentence(team: Team) -> None:
    team.member.news.clear()
    quiet = team.post("the new page", ("page.png", _png()))
    told = team.post("the wall", ("wall.jpg", jpeg(Image.new("RGB", (400, 300), "gray"))))
    team.member.hears("reaction_removed", within=20, ts=quiet, reaction="eyes")
    assert "I see no face" in shown(team.thread(told, 1)[0])
    (message,) = team.member.messages(PHOTOS, thread_ts=quiet)
    assert not message.get("reactions")
    asked = team.post(f"{BOT} anybody?", ("page.png", _png()))
    assert "I see no face" in shown(team.thread(asked, 1)[0])


def test_what_is_no_photo_gets_silence_unless_somebody_asks(team: Team) -> None:
    gif = io.BytesIO()
    Image.new("P", (400, 300)).save(gif, "GIF")
    files = {
        "logo.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "logo.psd": b"8BPS\0\1" + bytes(60),
        "logo.ico": b"\0\0\1\0\1\0\x10\x10" + bytes(60),
        "clip.png": b"\0\0\0\x18ftypmp42" + bytes(60),
        "reaction.gif": gif.getvalue(),
    }
    team.member.news.clear()
    quiet = team.post("look", *files.items())
    team.member.hears("reaction_removed", within=30, ts=quiet, reaction="eyes")
    (message,) = team.member.messages(PHOTOS, thread_ts=quiet)
    assert not message.get("reactions")
    asked = team.post(f"{BOT} anybody?", *files.items())
    told = " ".join(shown(reply) for reply in team.thread(asked, 2))
    for kind in ("1: This is a drawing (SVG)", "a Photoshop file", "an icon", "a video", "no face: 5"):
        assert told.count(kind) == 1, told


def test_auto_is_one_of_three(team: Team) -> None:
    team.member.do("command", channel=PHOTOS, command="/facesearch", text="auto maybe")
    team.hears("/facesearch auto digest")
