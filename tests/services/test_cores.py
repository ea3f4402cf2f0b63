"""A container that gets the time of one core is not taken for the whole machine."""

import os
from pathlib import Path

import pytest

from services import cores

MACHINE = len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("quota", "cores_usable"),
    [
        ("100000 100000\n", 1),
        ("50000 100000\n", 1),
        ("150000 100000\n", min(2, MACHINE)),
        ("6400000 100000\n", min(64, MACHINE)),
        ("max 100000\n", MACHINE),
        ("", MACHINE),
    ],
)
def test_the_quota_counts_where_it_is_less(tmp_path: Path, quota: str, cores_usable: int) -> None:
    (tmp_path / "cpu.max").write_text(quota)
    assert cores.usable(tmp_path / "cpu.max") == cores_usable


def test_without_a_quota_it_is_the_machine(tmp_path: Path) -> None:
    assert cores.usable(tmp_path / "cpu.max") == MACHINE
