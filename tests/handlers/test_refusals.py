"""Each error that Slack documents, raised at each call: nobody is without a word, and nothing seems to be open."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from slack_sdk.errors import SlackApiError
from small_slack import CHANNEL, DIRECT, PERSON, OneStep, Refusal, SmallSlack, live, texts_of

from handlers import errors, modals
from handlers.enroll import enroll
from handlers.names import named
from handlers.people import consent
from handlers.photos import drawn, photos
from handlers.slack import Place, Screens, Slack, uploads
from handlers.slack.exchange import Exchange
from handlers.slack.incoming import downloads
from handlers.slack.outgoing import pictured
from handlers.views import words
from handlers.views.enroll import Whom
from handlers.views.names import Naming
from handlers.views.people import consent as consent_views
from handlers.views.photos import Answered, Face, Shown
from services import texts
from services.people import Actor, Correction, Fate, Ground, Outcome, Policy, Result, Unlearned
from services.pictures import Box, images
from services.records import ConsentRequest, Person, Source
from services.search import Candidate, Identification, Mode, Sighting

CODES: dict[str, list[str]] = json.loads((Path(__file__).parent / "slack_errors.json").read_text())
COMMON = CODES.pop("")
CASES = [(method, code) for method, codes in CODES.items() for code in (*codes, *COMMON)]
GONE = {"message_not_found", "thread_not_found"}
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
ASKED_TS = "0000000000.000001"
Work = Callable[[SmallSlack], None]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    picture = io.BytesIO()
    Image.new("RGB", (96, 96), "gray").save(picture, "JPEG")
    monkeypatch.setattr(downloads, "fetch", lambda *_, **__: picture.getvalue())
    monkeypatch.setattr(Exchange, "send", lambda *_: None)
    monkeypatch.setattr(drawn, "draw", lambda *_: b"a picture")
    monkeypatch.setattr(pictured, "_AGAIN_AFTER", 0.0)
    monkeypatch.setattr(uploads, "_READY_WITHIN", 0.1)
    return iter([None])


def _person() -> Person:
    return Person("u-1", "Alice", None, "U0OTHER", JANUARY, 2)


def _found() -> Identification:
    alice = Candidate(_person(), 99.5)
    sightings = Sighting(1, Box(0, 0, 40, 40), alice), Sighting(2, Box(50, 50, 40, 40), None)
    return Identification(96, 96, Mode.USERS, 99.0, sightings)


def _request(client: SmallSlack) -> ConsentRequest:
    ts = client.put(DIRECT, text="May I?", blocks=[{"type": "actions", "elements": []}])
    shown = DIRECT, ts, "F0PHOTO"
    return ConsentRequest("q-1", PERSON, "Alice", "U0OTHER", JANUARY, shown)


def _desk(client: SmallSlack) -> Any:
    """A desk whose services find Alice, enrol three photos, and take any answer."""
    outcomes = [Outcome(f"{n}.jpg", Fate.ADDED, "Added.") for n in range(4)]
    result = Result("Alice", _person(), tuple(outcomes), Ground.RELEASE)
    ignore = lambda *_, **__: None  # noqa: E731
    workspace = SimpleNamespace(
        roles=SimpleNamespace(
            require_included=ignore, require_user=ignore, manages=lambda *_: True, is_admin=lambda *_: False
        ),
        preferences=SimpleNamespace(tuning=lambda _: SimpleNamespace(mode=Mode.USERS, threshold=99.0)),
        search=SimpleNamespace(
            opened=lambda data, **_: images.open(data),
            identify=lambda *_, **__: _found(),
            as_known=lambda found: found,
            note=ignore,
            compare=lambda *_, **__: None,
        ),
        enrolment=SimpleNamespace(enroll=lambda *_, **__: result, unstated=lambda _: None),
        requests=SimpleNamespace(get=lambda *_, **__: _request(client), portraits=lambda _: ()),
        retention=SimpleNamespace(days=365),
        namesakes=SimpleNamespace(unsettled=lambda *_: ()),
        consent=SimpleNamespace(policy=Policy.MEMBER),
        people=SimpleNamespace(unlearn=lambda *_, **__: Correction(Unlearned.NOTHING), decline=ignore),
        album=SimpleNamespace(take_in=lambda *_, **__: ()),
        records=SimpleNamespace(
            people_by_id=lambda _: {"u-1": _person()},
            find=lambda _: None,
            denials=SimpleNamespace(of=lambda _photo: {}, add=lambda *_said: None),
            answers=SimpleNamespace(
                is_gone=lambda _: False,
                source_of=lambda *_: None,
                source_in=lambda channel, file: Source(channel, ASKED_TS, file),
                about=lambda *_: (),
                standing=lambda *_: None,
                whole=lambda *_: None,
                note=ignore,
                drop=ignore,
            ),
            albums=SimpleNamespace(of=lambda _: ()),
            exports=SimpleNamespace(over=lambda _: ()),
            sheets=SimpleNamespace(over=lambda _: ()),
            thumbnails=SimpleNamespace(orphans=lambda: ()),
            alone=nullcontext,
            threads=SimpleNamespace(remember=ignore),
        ),
    )
    return SimpleNamespace(
        workspace=workspace,
        slack=lambda: Slack(client),
        client=client,
        visitors=SimpleNamespace(called=lambda _: []),
        actor=Actor,
        require_heard=ignore,
        aside=lambda place, *_: place,
        may_use=lambda _: True,
        only_reads=lambda *_: False,
    )


def _do(client: SmallSlack, job: Any, payload: dict[str, Any]) -> None:
    errors.told(_desk(client), job)(payload, OneStep())  # type: ignore[arg-type]


def _photo(client: SmallSlack, only: str | None = None) -> None:
    where = {"channel": CHANNEL, "ts": ASKED_TS, "thread": ASKED_TS, "user": PERSON, "only": only}
    _do(client, photos._identify, {**where, "files": [["F0PHOTO", "a.jpg"]]})


def _enrol(client: SmallSlack) -> None:
    files = [["F0PHOTO", f"{n}.jpg"] for n in range(4)]
    whom = Whom("Alice", None, CHANNEL).pack()
    place = [CHANNEL, ASKED_TS, None]
    _do(client, enroll._enroll, {"whom": whom, "user": PERSON, "ts": ASKED_TS, "place": place, "files": files})


def _decline(client: SmallSlack) -> None:
    said = {"request": "q-1", "member": PERSON, "said": consent_views.DECLINE}
    _do(client, consent._answered, {**said, "channel": DIRECT, "ts": ASKED_TS})


def _correct(client: SmallSlack) -> None:
    before = client.put(CHANNEL, text="Alice", blocks=[{"type": "actions", "elements": []}], thread_ts=ASKED_TS)
    answered = Answered("F0PHOTO", "", Mode.USERS, 99.0, "F0PHOTO").pack()
    face = Shown("F0PHOTO", Face(1, Box(0, 0, 40, 40), "u-1"))
    asks = Naming(Place(CHANNEL, ASKED_TS), before, ((face,),), answered)
    about = {"naming": asks.pack(), "chosen": [""], "erase": False}
    place = [CHANNEL, ASKED_TS, None]
    _do(client, drawn.beside(named.carry_out), {**about, "ts": before, "place": place, "user": PERSON})


WORKS: dict[str, tuple[Work, set[str]]] = {
    "a photo": (_photo, {"chat.postMessage", "files.", "reactions."}),
    "a photo, privately": (lambda client: _photo(client, PERSON), {"chat.postEphemeral", "files.", "conversations."}),
    "an enrolment": (_enrol, {"chat.postMessage", "chat.update", "reactions.", "users.info"}),
    "a no": (_decline, {"chat.postMessage", "chat.update", "chat.delete", "files.delete", "files.info"}),
    "a correction": (_correct, {"chat.postMessage", "chat.delete", "chat.update", "chat.postEphemeral", "files."}),
}


@pytest.mark.thorough
@pytest.mark.parametrize("work", WORKS)
def test_whatever_slack_refuses_nobody_is_without_a_word(work: str, caplog: pytest.LogCaptureFixture) -> None:
    do, calls = WORKS[work]
    refused = 0
    for method, code in CASES:
        if not any(method.startswith(call) for call in calls):
            continue
        for channel in ("", CHANNEL) if method.startswith("chat.") else ("",):
            client = SmallSlack(Refusal(method, code, channel))
            caplog.clear()
            with caplog.at_level(logging.INFO):
                do(client)
            refused += bool(client.refused)
            _check(client, f"{work}: {method} {code} {channel}", caplog.text)
    assert refused > 30, "the calls were made at all"


def _check(client: SmallSlack, case: str, logged: str) -> None:
    said = client.said(CHANNEL) + client.said(DIRECT)
    words = [message for message in said if message.get("text") and message["ts"] != ASKED_TS]
    assert words or "nobody could be told" in logged or "is gone" in logged, case
    method, code = client.refusal.method, client.refusal.code  # type: ignore[union-attr]
    if method != "reactions.remove":
        assert "eyes" not in client.reactions, case
    old = [message for message in said if message["text"] in ("May I?", "Alice") and live(message)]
    settled = any(texts.SETTLED_BELOW in text for text in texts_of(said))
    if method in ("chat.update", "chat.delete", "files.delete") and code not in GONE:
        assert settled or not old, case


def test_a_refusal_in_the_thread_is_said_in_the_direct_messages(caplog: pytest.LogCaptureFixture) -> None:
    client = SmallSlack(Refusal("chat.postMessage", "restricted_action_thread_locked", CHANNEL))
    _photo(client)
    answer = next(texts_of([each for each in client.said(DIRECT) if each["text"]]))
    assert "I could not say this in <#C0PHOTOS>" in answer
    assert "Alice" in answer
    assert client.reactions == {"white_check_mark"}


def test_to_a_message_that_is_gone_nothing_is_said_anywhere(caplog: pytest.LogCaptureFixture) -> None:
    client = SmallSlack(Refusal("chat.postMessage", "thread_not_found", CHANNEL))
    with caplog.at_level(logging.INFO):
        _photo(client)
    assert client.said(DIRECT) == []
    assert "what was to be answered is gone" in caplog.text
    assert client.reactions == set()


@pytest.mark.parametrize("code", ["file_uploads_disabled", "storage_limit_reached", "posting_to_channel_denied"])
def test_without_its_picture_the_list_is_said_with_the_reason(code: str) -> None:
    client = SmallSlack(Refusal("files.completeUploadExternal", code))
    _photo(client)
    (answer,) = texts_of(client.said(CHANNEL))
    assert "Alice" in answer
    assert "Slack has not taken my picture of it." in answer


def test_what_cannot_be_changed_is_taken_back_and_said_anew() -> None:
    client = SmallSlack(Refusal("chat.update", "edit_window_closed"))
    _decline(client)
    (answer,) = client.said(DIRECT)[:1]
    assert "You said no." in answer["text"]
    assert not live(answer)


def test_what_can_neither_be_changed_nor_taken_back_is_said_to_be_settled() -> None:
    client = SmallSlack(Refusal("chat.update", "edit_window_closed"))
    client._chat_delete = _cannot_delete  # type: ignore[method-assign, assignment]
    _decline(client)
    question, answer = client.said(DIRECT)[:2]
    assert live(question)
    assert answer["thread_ts"] == question["ts"]
    assert texts.SETTLED_BELOW in answer["text"]
    assert "You said no." in answer["text"]


def test_pictures_that_slack_does_not_let_be_deleted_are_owned_up_to() -> None:
    client = SmallSlack(Refusal("files.delete", "file_deleting_disabled"))
    _decline(client)
    assert any(texts.PICTURES_STAY.one in text for text in texts_of(client.said(DIRECT)))


def test_every_refusal_has_words_that_name_no_more_than_a_code() -> None:
    for _, code in CASES:
        sentence = errors.in_words(Refusal_(code))
        assert sentence[-1] in ".`", code
        assert "Traceback" not in sentence


@pytest.mark.parametrize("method", ["views.open", "views.update", "views.publish"])
def test_a_modal_or_a_home_that_is_refused_leaves_the_person_with_a_word(
    method: str, caplog: pytest.LogCaptureFixture
) -> None:
    for code in (*CODES[method], *COMMON):
        client = SmallSlack(Refusal(method, code))
        caplog.clear()
        if method == "views.publish":
            Screens(client).publish(PERSON, words.modal("Home", "Here."))
            assert "could not be published" in caplog.text, code
            continue
        try:
            with modals.opened(client, "1.2", "A form") as modal:
                modal.show(words.modal("A form", "Here."))
        except SlackApiError as error:
            assert method == "views.open", code
            assert errors.in_words(error)  # which the boundary says where the person is
        else:
            assert "could not say" in caplog.text or code == "not_found", code


def Refusal_(code: str) -> SlackApiError:  # noqa: N802
    return SlackApiError(code, {"error": code})


def _cannot_delete(**_: Any) -> dict[str, Any]:
    raise Refusal_("cant_delete_message")


def test_a_page_of_html_is_no_code() -> None:
    error = SlackApiError("", "<html>")
    assert "`unreadable`" in errors.in_words(error)


def test_what_only_one_may_see_goes_to_their_direct_messages(caplog: pytest.LogCaptureFixture) -> None:
    client = SmallSlack(Refusal("chat.postEphemeral", "user_not_in_channel"))
    Slack(client).say(Place(CHANNEL, only=PERSON), words.sentence("For you."))
    assert client.said(DIRECT)[0]["text"] == "For you."
    assert client.said(CHANNEL) == []
