"""What a step of a job fails with is given again after a crash as it was."""

import pickle
from urllib.error import URLError

import pytest

from engine.errors import EngineError
from handlers.slack.client import JobClient, Refused, Wire
from services.people.photos import Fate
from services.people.photos.portraits import Unusable


@pytest.mark.parametrize(
    "error",
    [EngineError("Conflict", "It is there.", 409), Refused("ratelimited", 429, 3.0), Unusable(Fate.NO_FACE, "None.")],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_made_again_from_what_is_kept_of_it(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert {**vars(again), "response": None} == {**vars(error), "response": None}


def test_what_is_kept_of_a_call_that_came_to_nothing_has_no_token() -> None:
    client = JobClient(lambda: "xoxb-secret", "http://127.0.0.1:9/api/", Wire())
    with pytest.raises(URLError, match="refused") as failed:
        client.chat_postMessage(channel="C1", text="words")
    kept = pickle.dumps(failed.value)
    assert b"secret" not in kept
    assert b"words" not in kept
