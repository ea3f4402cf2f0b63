"""A download is cut short before and after each of its steps: every photo is handed over all the same, and once."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pytest
from team import Photo, Team, apart
from test_album_in_slack import DIRECT, _enrolled, _idle, _keep, _posted
from test_downloads_of_albums import _entries, _noise, _zips

from handlers.album import downloading
from handlers.album.answering import Question
from playground.state import seed
from services.album import bundle
from services.jobs import Step
from services.records import Person

pytestmark = [pytest.mark.usefixtures("nobody_known"), pytest.mark.faces("painted"), pytest.mark.thorough]

PHOTOS = 3  # in two parts


class Killed(BaseException):
    """The process is gone."""


class Journal(Step):
    """Keeps what steps came to over runs of a job that is killed: before its step `at`, or after it is done."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.kept: list[bytes] = []
        self.at, self.is_done = -1, False
        self._next, self._taken_up = 0, False

    def run(self, job: Callable[[Step], None], at: int, *, is_done: bool) -> bool:
        """One run; whether it came to the end."""
        self.at, self.is_done, self._next, self._taken_up = at, is_done, 0, bool(self.kept)
        try:
            job(self)
        except Killed:
            return False
        return True

    def __call__(self, name: str, run: Callable[[], Any]) -> Any:
        return self._do(lambda _: run())

    def once(self, name: str, do: Callable[[], Any], *, find: Callable[[], Any]) -> Any:
        def run(perhaps_done: bool) -> Any:
            found = find() if perhaps_done else None
            return do() if found is None else found

        return self._do(run)

    def turn(self) -> AbstractContextManager[None]:
        return nullcontext()

    def _do(self, run: Callable[[bool], Any]) -> Any:
        number, self._next = self._next, self._next + 1
        if number < len(self.kept):
            return pickle.loads(self.kept[number])
        if number == self.at and not self.is_done:
            raise Killed
        perhaps_done, self._taken_up = self._taken_up, False
        result = run(perhaps_done)
        if number == self.at:
            raise Killed
        self.kept.append(pickle.dumps(result))
        return result


@pytest.fixture
def robin(team: Team, photo: Photo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    found = _enrolled(team, photo, "Robin", seed.ADMIN, "obama.jpg", "obama2.jpg")
    _keep(team, found)
    noise = [_noise(number) for number in range(PHOTOS)]
    for each in noise:
        _posted(team, each, found)
    _idle(team)
    monkeypatch.setattr(bundle, "MOST", 2 * len(noise[0][1]) + 16_000)
    yield found


def test_wherever_it_is_cut_short_each_photo_is_handed_over_once(team: Team, robin: Person) -> None:
    question = Question((robin.user_id,)).pack()

    def killed(at: int, *, is_done: bool) -> int:
        """How many steps it took in all, over a run that was killed, one that was killed right after, and the last."""
        journal = Journal(f"download_photos:{at}-{is_done}")
        payload = {"user": seed.ADMIN, "question": question, "place": [DIRECT, None, seed.ADMIN]}
        for moment in (at, at, -1):  # the second time before anything else is done
            ended = journal.run(lambda step: downloading._download(team.desk, payload, step), moment, is_done=is_done)
        assert ended
        return len(journal.kept)

    steps, at = 99, 0
    while at < steps:
        for is_done in (False, True):
            for file in _zips(team):
                team.slack.slack.workspaces[0].files.pop(file.id)
            before = len(_said(team))
            steps = killed_apart(killed, at, is_done=is_done)
            files = [file for file in _zips(team) if file.completed]
            assert len(files) == 2, (at, is_done)
            names = [name for file in files for name in _entries(file)]
            assert len(names) == len(set(names)) == PHOTOS, (at, is_done)
            assert len(_said(team)) == before + 1, (at, is_done)
        at += 1
    assert steps > PHOTOS + 8


def _said(team: Team) -> list[str]:
    return [each["text"] for each in team.member.messages(DIRECT) if "Here are 3 photos" in each["text"]]


def killed_apart(killed: Callable[..., int], at: int, *, is_done: bool) -> int:
    found: list[int] = []
    apart(lambda: found.append(killed(at, is_done=is_done)))
    return found[0]
