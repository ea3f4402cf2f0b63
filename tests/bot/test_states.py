"""The states of installations: ours alone, each good once and for a while, and nothing is kept of those not used."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.tenancy.states import States


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    return sa.create_engine(f"sqlite:///{tmp_path / 'records.sqlite'}")


def _states(engine: sa.Engine, seconds: int = 600, secret: str = "hush") -> States:
    states = States(seconds, engine, secret=secret)
    states.metadata.create_all(engine)
    return states


def _rows(engine: sa.Engine) -> int:
    with engine.connect() as db:
        return int(db.execute(sa.text("SELECT count(*) FROM slack_oauth_states")).scalar_one())


def test_a_thousand_begun_leave_no_row_and_each_works_once_in_any_process(engine: sa.Engine) -> None:
    ours, other = _states(engine), _states(engine)
    issued = [ours.issue() for _ in range(1000)]
    assert (len(set(issued)), _rows(engine)) == (1000, 0)
    assert other.consume(issued[0])
    assert not ours.consume(issued[0])
    assert ours.consume(issued[1])


def test_what_is_forged_changed_or_over_is_refused(engine: sa.Engine) -> None:
    ours = _states(engine)
    good = ours.issue()
    until, nonce, signature = good.split(".")
    later = f"{int(until) + 1000}.{nonce}.{signature}"
    for state in ("", "made up", later, good[:-1], good[:-1] + ("0" if good[-1] != "0" else "1"), good + "\n"):
        assert not ours.consume(state)
    assert not ours.consume(_states(engine, secret="another").issue())
    assert not ours.consume(_states(engine, seconds=-1).issue())
    assert _rows(engine) == 0
    assert ours.consume(good)


def test_used_states_are_forgotten_once_they_are_over(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    short, ours = _states(engine, seconds=1), _states(engine)
    monkeypatch.setattr("time.time", lambda: 1_000_000_000.0)
    assert short.consume(short.issue())
    assert _rows(engine) == 1
    monkeypatch.undo()
    assert ours.consume(ours.issue())
    assert _rows(engine) == 1
