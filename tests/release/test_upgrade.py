"""What each release has left behind this one takes over: the fixtures were made by those releases."""

import tarfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from benchmarks import postgres
from bot import app, upkeep
from bot.settings import Settings
from engine import OtherModelError
from engine.vision import Weights
from release import fixture
from services.pictures import images
from services.preferences import Auto
from services.search import Mode
from services.workspace import Workspace

ARCHIVES = sorted(path.name for path in fixture.FIXTURES.glob("*.tar.gz"))


@contextmanager
def _left(archive: str, folder: Path) -> Iterator[Settings]:
    """The settings that a release would be started with again, on what it has left."""
    with tarfile.open(fixture.FIXTURES / archive) as packed:
        packed.extractall(folder, filter="data")
    dump = folder / fixture.DUMP
    if not dump.exists():
        yield Settings(_env_file=None, data_dir=folder, models="sface")
        return
    try:
        with postgres.running() as url:
            # What begins with a backslash is for psql.
            statements = "\n".join(line for line in dump.read_text().splitlines() if not line.startswith("\\"))
            with psycopg.connect(url, autocommit=True) as database:
                database.execute(statements.encode())
            yield Settings(_env_file=None, data_dir=folder, database_url=url, models="sface")
    except postgres.Missing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize("archive", ARCHIVES)
def test_what_a_release_has_left_is_taken_over(archive: str, tmp_path: Path, weights: Weights) -> None:
    with _left(archive, tmp_path) as settings, fixture.with_painted_eyes():
        app.migrate(settings)
        _rebuild_where_it_is_refused(settings)
        with app.open_workspaces(settings) as workspaces:
            workspace = workspaces.open()
            _is_all_there(workspace)
            assert _names(workspace, fixture.ADA_IS, fixture.CLEO_IS, fixture.BO_IS) == ["Ada", None, "Bo"]
            (asked,) = workspace.records.consents.requests()
            workspace.enrolment.accept(asked)
            assert _names(workspace, fixture.ADA_IS, fixture.CLEO_IS, fixture.BO_IS) == ["Ada", "Cleo", "Bo"]


def _rebuild_where_it_is_refused(settings: Settings) -> None:
    """Vectors of other models cannot be compared with: the start says so, and how to make new ones."""
    try:
        with app.open_workspaces(settings):
            return
    except OtherModelError as refused:
        assert "./facesearch reindex" in str(refused)
    assert upkeep.reindex(settings, Namespace(wait=0, accept_loss=0, json=True)) == 0


def _is_all_there(workspace: Workspace) -> None:
    records = workspace.records
    ada, bo = workspace.people.all()
    assert [(ada.name, ada.member, ada.added_by), (bo.name, bo.member)] == [
        ("Ada", None, fixture.ROBIN),
        ("Bo", fixture.BO),
    ]
    photos = [face.photo for person in (ada, bo) for face in records.faces(person.user_id)]
    assert len(photos) == 4
    assert all(images.open(workspace.collection.photos.get(photo)) for photo in photos)
    assert workspace.preferences.tuning("C0RANDOM").threshold == 97
    assert workspace.preferences.auto("C0RANDOM") is Auto.OFF
    assert workspace.preferences.auto("C0GENERAL") is Auto.ON
    (asked,) = records.consents.requests()
    assert (asked.name, asked.member, asked.asked_by) == ("Cleo", fixture.CLEO, fixture.ROBIN)
    done = {(entry.actor, entry.action) for entry in records.log.all()}
    assert {(fixture.ROBIN, "enroll"), (fixture.BO, "enroll"), (fixture.ROBIN, "ask"), (fixture.ROBIN, "auto")} <= done


def _names(workspace: Workspace, *people: int) -> list[str | None]:
    found = workspace.search.identify(images.open(fixture.picture(*people)), mode=Mode.USERS, threshold=97)
    return [sighting.match.person.name if sighting.match else None for sighting in found.sightings]
