"""Who is erased leaves nothing in any file under DATA_DIR: not in a database, nor in what it writes ahead of itself."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from house import RELEASED, House, Open

from services.people.enrolling.enrolment import Request
from services.people.grounds.requests import EXPIRES
from services.people.photos.portraits import GivenPhoto
from services.people.roles import OPERATOR, Actor
from services.pictures import images
from services.search import Mode, Strategy

Given = Callable[[str], GivenPhoto]

NAME, MEMBER, ENROLLER = "Barack Wiederfinder", "U0MEMBER0", Actor("U0OTHER00")
LATER = timedelta(minutes=11)


def _vectors(folder: Path) -> set[bytes]:
    with sqlite3.connect(folder / "engine" / "rekognition.sqlite") as store:
        return {vector for (vector,) in store.execute("SELECT vector FROM vectors")}


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _left(folder: Path, *traces: bytes) -> list[tuple[str, bytes]]:
    """Where one of these bytes still is, and which."""
    kept = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in _files(folder)]
    return [(name, trace[:24]) for name, data in kept for trace in traces if trace in data]


def _traces(folder: Path, *photos: GivenPhoto) -> list[bytes]:
    """What tells of the people who are enrolled, and of these photos."""
    pictures = [path.read_bytes()[-2000:-1000] for path in _files(folder / "photos")]
    return [NAME.encode(), NAME.casefold().encode(), *_vectors(folder), *_digests(*photos), *pictures]


def _digests(*photos: GivenPhoto) -> list[bytes]:
    digests = [hashlib.sha256(photo.read()) for photo in photos]
    return [form for digest in digests for form in (digest.digest(), digest.hexdigest().encode())]


def _enroll(house: House, *photos: GivenPhoto, member: str | None = MEMBER) -> None:
    """Enrol them, by their own word where they are a member."""
    result = house.workspace.enrolment.enroll(Request(NAME, ENROLLER, member, stated=RELEASED), photos)
    if result.asked is not None:
        result = house.workspace.enrolment.accept(result.asked)
    assert result.person is not None


def test_who_is_forgotten(house: House, tmp_path: Path, given_photo: Given) -> None:
    _enroll(house, given_photo("obama.jpg"), given_photo("obama2.jpg"))
    traces = _traces(tmp_path, given_photo("obama.jpg"), given_photo("obama2.jpg"))
    assert len({trace for _, trace in _left(tmp_path, *traces)}) > 5
    house.workspace.people.forget(house.workspace.people.get(NAME), actor=OPERATOR.id)
    assert _left(tmp_path, *traces) == []


def test_who_declines_and_who_never_answers(house: House, tmp_path: Path, given_photo: Given) -> None:
    requests = house.workspace.requests
    for member in (MEMBER, "U0SILENT0"):
        result = house.workspace.enrolment.enroll(Request(NAME, ENROLLER, member), [given_photo("obama.jpg")])
        traces = _traces(tmp_path, given_photo("obama.jpg"))
        assert result.asked is not None
        assert _left(tmp_path, *traces)
        if member == MEMBER:
            house.workspace.people.decline(result.asked)
        else:
            [expired] = requests.expired(datetime.now(UTC) + EXPIRES)
            requests.erase(expired)
        assert _left(tmp_path, *traces) == []


def test_a_photo_that_is_removed_once_that_cannot_be_undone(house: House, tmp_path: Path, given_photo: Given) -> None:
    _enroll(house, given_photo("obama.jpg"))
    kept = _traces(tmp_path, given_photo("obama.jpg"))
    _enroll(house, given_photo("obama2.jpg"))
    traces = [trace for trace in _traces(tmp_path, given_photo("obama2.jpg")) if trace not in kept]
    person = house.workspace.people.get(NAME)
    face = house.workspace.records.faces(person.user_id)[-1]
    house.workspace.changes.remove(person, face.face_id, actor=OPERATOR)
    assert not [name for name, _ in _left(tmp_path, *traces) if name.startswith("engine")]
    house.workspace.changes.purge(datetime.now(UTC) + LATER)
    assert _left(tmp_path, *traces) == []


def test_an_enrolment_that_is_taken_back(house: House, tmp_path: Path, given_photo: Given) -> None:
    _enroll(house, given_photo("obama.jpg"), member=None)
    traces = _traces(tmp_path, given_photo("obama.jpg"))
    house.workspace.changes.undo(house.workspace.changes.latest(ENROLLER).id, actor=ENROLLER)
    assert _left(tmp_path, *traces) == []


def test_who_is_merged_into_another_and_forgotten_as_them(house: House, tmp_path: Path, given_photo: Given) -> None:
    _enroll(house, given_photo("obama.jpg"), member=None)
    house.enroll("Barry Nochjemand", given_photo("biden.jpg"))
    traces = _traces(tmp_path, given_photo("obama.jpg"), given_photo("biden.jpg"))
    people, changes = house.workspace.people, house.workspace.changes
    changes.merge(people.get("Barry Nochjemand"), people.get(NAME), actor=OPERATOR)
    changes.purge(datetime.now(UTC) + LATER)
    traces += _traces(tmp_path)
    people.forget(people.get("Barry Nochjemand"), actor=OPERATOR.id)
    assert _left(tmp_path, *traces, b"Barry Nochjemand") == []


def test_whoever_is_in_a_photo_that_is_searched(house: House, tmp_path: Path, given_photo: Given) -> None:
    _enroll(house, given_photo("biden.jpg"))
    engine = [path.read_bytes() for path in _files(tmp_path / "engine") if not path.name.endswith("-shm")]
    photo = images.open(given_photo("obama.jpg").read())
    house.workspace.search.identify(photo, mode=Mode.USERS, threshold=99)
    assert [path.read_bytes() for path in _files(tmp_path / "engine") if not path.name.endswith("-shm")] == engine
    assert _left(tmp_path, *_digests(given_photo("obama.jpg"))) == []


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from house import open_house
from services.people.roles import OPERATOR
from services.search import Strategy
with open_house(Path(sys.argv[1]), Strategy.INDEX) as house:
    remove = house.workspace.records.remove_person
    type(house.workspace.records).remove_person = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    house.workspace.people.forget(house.workspace.people.get("{name}"), actor=OPERATOR.id)
"""


def test_who_is_forgotten_by_a_process_that_is_killed_and_another(
    open_house: Open, tmp_path: Path, given_photo: Given
) -> None:
    with open_house(tmp_path, Strategy.INDEX) as house:
        _enroll(house, given_photo("obama.jpg"))
        traces = _traces(tmp_path, given_photo("obama.jpg"))
    script = [sys.executable, "-c", _KILLED.format(name=NAME), str(tmp_path), str(Path(__file__).parent)]
    root = Path(__file__).parents[2]
    killed = subprocess.run(script, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    with open_house(tmp_path, Strategy.INDEX) as house:
        house.workspace.people.forget(house.workspace.people.get(NAME), actor=OPERATOR.id)
        assert _left(tmp_path, *traces) == []
