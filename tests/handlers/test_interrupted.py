"""A job that goes on with what else there is to do is interrupted all the same where the database is away."""

from collections.abc import Callable
from contextlib import nullcontext
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import pytest
import sqlalchemy as sa
from dbos import DBOS

from handlers import keeping
from handlers.desk import Desk
from handlers.enroll import teams
from handlers.names import namesakes
from handlers.photos import photo as one_photo
from handlers.slack import Slack
from handlers.views.enroll.teams import Planned
from services import texts
from services.errors import Refusal
from services.jobs import Line, Part, Step
from services.jobs.jobs import Interrupted, _Patience
from services.jobs.ownership import Ownership
from services.jobs.turns import Turns
from services.people import OPERATOR
from services.people.roles import Actor

Fails = Callable[..., Any]


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> Step:
    """The steps of a job that nobody keeps."""
    monkeypatch.setattr(DBOS, "run_step", lambda _options, run: run())
    ownership = cast(Ownership, SimpleNamespace(held=nullcontext, confirm=lambda: None))
    nothing = Event()
    return Step(
        "job:k", Line("home", "C1"), Turns(1), lambda _: None, ownership, nothing, nothing, _Patience(), anew=False
    )


def _away(*_: Any, **__: Any) -> Any:
    raise sa.exc.OperationalError("SELECT", {}, OSError("connection refused"))


def _refused(*_: Any, **__: Any) -> Any:
    raise Refusal("It cannot be done.")


def _enroll_one(step: Step, fails: Fails) -> teams.Done:
    desk = SimpleNamespace(workspace=SimpleNamespace(enrolment=SimpleNamespace(enroll=fails)))
    actor = cast(Actor, OPERATOR)
    return teams._enroll_one(cast(Desk, desk), Part(step, "1"), Planned("Ann", ()), [], actor, frozenset())


def test_an_outage_is_nobodys_reason_in_the_list_of_a_zip(step: Step) -> None:
    assert _enroll_one(step, _refused).problem == "It cannot be done."
    with pytest.raises(Interrupted):
        _enroll_one(step, _away)


def test_an_outage_is_none_of_what_the_sweep_leaves_for_the_next_day(step: Step) -> None:
    assert keeping._try(step, "duty", _refused) is None
    with pytest.raises(Interrupted):
        keeping._try(step, "duty", _away)


def test_what_a_duty_was_tried_at_for_long_is_left_for_the_next_day(step: Step) -> None:
    assert keeping._try(step, "duty", lambda: step("duty", _away)) is None


def test_an_outage_is_no_answer_to_whoever_has_said_whose_name_it_is(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(namesakes.replies, "say", lambda *given, **_: said.append(given[4].text))
    payload = {"place": ["C1", None, "U1"], "user": "U1", "somebody_else": True}
    for fails in (_refused, _away):
        monkeypatch.setattr(namesakes, "_as_asked", fails)
        with pytest.raises(Interrupted) if fails is _away else nullcontext():
            namesakes._answered(cast(Desk, SimpleNamespace(slack=lambda: None)), payload, step)
    assert said == ["It cannot be done."]


def test_an_outage_is_not_told_in_the_thread_of_a_photo(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(one_photo.replies, "say", lambda *given, **_: said.append(given[4].text))
    photo = one_photo.OnePhoto.__new__(one_photo.OnePhoto)
    answers = SimpleNamespace(is_gone=lambda _: False)
    photo._step, photo._slack, photo._user, photo._asked, photo._title = step, cast(Slack, None), "U1", True, ""
    photo._workspace = cast(Any, SimpleNamespace(records=SimpleNamespace(answers=answers)))
    photo._file_id, photo._below = "F1", ()
    photo._about = one_photo.Source("C1", "1.1", "F1")
    photo._place = one_photo.Place("C1", "1.1", about=photo._about)
    for fails in (_refused, _away):
        monkeypatch.setattr(photo, "_message", fails, raising=False)
        with pytest.raises(Interrupted) if fails is _away else nullcontext():
            photo._say()
    assert said == ["It cannot be done."]
    assert texts.DATABASE_UNREACHABLE not in said
