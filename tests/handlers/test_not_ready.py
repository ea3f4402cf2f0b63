"""Files that Slack is not ready with, or does not hand over, and answers that it does not let go."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.slack import Kind, Slack
from handlers.slack.client import Refused
from handlers.slack.incoming import downloads
from services import texts
from services.errors import Refusal
from services.records import Answers, Database, Records, Source, Standing, sqlite_url

PAGE = b"<!DOCTYPE html><html><title>Sign in</title></html>"
JPEG = b"\xff\xd8 a photo"
READY = {
    "id": "F1",
    "mimetype": "image/jpeg",
    "mode": "hosted",
    "size": len(JPEG),
    "url_private": "https://slack.com/f",
}
STUB = {"id": "F1", "mode": "file_access", "file_access": "check_file_info"}


class Scripted:
    """A Web API that gives one answer after the other, the last for ever; a refusal is raised."""

    token, base_url = "t", "https://slack.com/api/"

    def __init__(self, **answers: list[Any]) -> None:
        self._answers = answers
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, method: str) -> Any:
        def call(**arguments: Any) -> Any:
            self.calls.append((method, arguments))
            answers = self._answers.get(method, [{}])
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, in none of the time."""
    pauses: list[float] = []
    monkeypatch.setattr("handlers.slack.uploads.time.sleep", pauses.append)
    return pauses


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[bytes | Exception]:
    """What downloads give, one after the other, the last for ever."""
    script: list[bytes | Exception] = []

    def fetch(_url: str, _http: object, **_: Any) -> bytes:
        found = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(downloads, "fetch", fetch)
    return script


def _slack(*files: Any) -> tuple[Slack, Scripted]:
    client = Scripted(files_info=[each if isinstance(each, Exception) else {"file": each} for each in files])
    return Slack(client), client  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "first",
    [PAGE, downloads.NotReady(texts.FILE_GONE)],
    ids=["a page in its place", "404"],
)
def test_a_download_is_tried_again_while_slack_is_not_ready(served: list[Any], waited: list[float], first: Any) -> None:
    served += [first, first, JPEG]
    slack, _ = _slack(READY)
    assert slack.files.fetch("F1") == JPEG
    assert waited == [0.5, 1.0]


def test_a_file_without_a_type_is_not_downloaded_before_it_has_one(served: list[Any], waited: list[float]) -> None:
    served += [JPEG]
    slack, _ = _slack(READY | {"mimetype": ""}, READY)
    assert slack.files.fetch("F1") == JPEG
    assert waited == [0.5]


@pytest.mark.parametrize(
    ("file", "download", "sentence"),
    [
        (READY, PAGE, texts.FILE_IS_A_PAGE),
        (READY, downloads.NotReady(texts.FILE_GONE), texts.FILE_GONE),
        (READY | {"mimetype": ""}, JPEG, texts.FILE_NOT_READY),
    ],
)
def test_waiting_ends_with_a_sentence(
    served: list[Any], waited: list[float], file: Any, download: Any, sentence: str
) -> None:
    served += [download]
    with pytest.raises(Refusal) as refused:
        _slack(file)[0].files.fetch("F1")
    assert refused.value.sentence == sentence
    assert sum(waited) == 7.5


def test_a_web_page_that_somebody_posts_as_a_picture_is_no_reason_to_wait(
    served: list[Any], waited: list[float]
) -> None:
    served += [PAGE]
    assert _slack(READY | {"size": len(PAGE)})[0].files.fetch("F1") == PAGE
    assert waited == []


def test_what_is_kept_elsewhere_is_never_fetched(served: list[Any], waited: list[float]) -> None:
    served += [AssertionError("its address is anybody's")]
    external = READY | {"mode": "external", "is_external": True, "url_private": "https://drive.example/x"}
    with pytest.raises(Refusal, match="kept outside Slack"):
        _slack(external)[0].files.fetch("F1")
    assert waited == []


@pytest.mark.parametrize("code", ["file_not_found", "file_deleted", "access_denied", "not_visible"])
def test_what_is_not_for_the_bot_to_see_is_said_to_be_so(code: str) -> None:
    with pytest.raises(Refusal, match="does not hand me this file"):
        _slack(Refused(code))[0].files.fetch("F1")


def test_a_stub_is_looked_up_until_slack_says_what_it_is(waited: list[float]) -> None:
    slack, _ = _slack(STUB, STUB, READY)
    assert slack.files.look_up("F1").kind is Kind.PICTURE
    assert waited == [0.5, 1.0]
    waiting, _ = _slack(STUB)
    assert waiting.files.look_up("F1").kind is Kind.UNSETTLED


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    database = Database(sqlite_url(tmp_path / "records.sqlite"))
    yield Records(database, "home").answers
    database.close()


def _withdrawing(answers: Answers, posted: str, error: Exception | dict[str, Any]) -> tuple[bool, Scripted]:
    standing = Standing("C1", posted, Source("C1", "1.1", "F1"))
    answers.keep(standing)
    client = Scripted(chat_delete=[error], files_info=[{"file": {}}], files_delete=[error])
    return Slack(client, answers=answers).withdraw(standing), client  # type: ignore[arg-type]


@pytest.mark.parametrize("gone", [{}, Refused("message_not_found")], ids=["there", "gone already"])
def test_what_is_withdrawn_stands_no_more(answers: Answers, gone: Any) -> None:
    withdrawn, _ = _withdrawing(answers, "2.1", gone)
    assert withdrawn
    assert answers.about_file("F1") == ()


def test_a_message_that_may_not_be_deleted_says_nothing_any_more(answers: Answers) -> None:
    withdrawn, client = _withdrawing(answers, "2.1", Refused("compliance_exports_prevent_deletion"))
    assert withdrawn
    (said,) = [arguments for method, arguments in client.calls if method == "chat_update"]
    assert (said["ts"], said["text"], said["blocks"]) == ("2.1", texts.ANSWER_REMOVED, [])


def test_a_picture_that_may_not_be_deleted_is_known_to_stand(answers: Answers) -> None:
    withdrawn, _ = _withdrawing(answers, "FPICTURE", Refused("file_deleting_disabled"))
    assert not withdrawn
    assert answers.about_file("F1") != ()


def test_a_slack_that_is_busy_is_asked_again(answers: Answers) -> None:
    with pytest.raises(Refused, match="ratelimited"):
        _withdrawing(answers, "2.1", Refused("ratelimited", 429, 1.0))
    assert answers.about_file("F1") != ()
