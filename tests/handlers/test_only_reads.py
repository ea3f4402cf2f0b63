"""Whether somebody only reads is asked of Slack in a step of the job: Slack may be away, and then it is tried again."""

from types import SimpleNamespace
from typing import Any

import pytest

from handlers.desk import Desk
from handlers.slack import Place


def _desk(*, may_use: bool, in_step: list[str]) -> Any:
    def asked(_user: str) -> bool:
        assert in_step, "Slack is asked outside of any step"
        return may_use

    return SimpleNamespace(may_use=asked)


@pytest.mark.parametrize(
    ("channel", "user", "may_use", "reads"),
    [("D1", "U1", False, True), ("D1", "U1", True, False), ("C1", "U1", False, False), ("D1", "", False, False)],
)
def test_slack_is_asked_in_a_step_and_where_it_matters(channel: str, user: str, may_use: bool, reads: bool) -> None:
    names: list[str] = []

    def step(name: str, run: Any) -> Any:
        names.append(name)
        return run()

    desk: Any = _desk(may_use=may_use, in_step=names)
    told: Any = step
    assert Desk.only_reads(desk, told, Place(channel), user, "F1") is reads
    assert names == (["reader/F1"] if channel == "D1" and user else [])
