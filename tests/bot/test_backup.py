"""Backups taken while people are enrolled, and what is encrypted in them."""

import argparse
import gzip
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import app
from bot.commands import upkeep
from bot.data_dir import occupied
from bot.data_dir.backup import backup, restore
from bot.settings import Settings
from engine.vision import Weights
from services.errors import Conflict, Refusal
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import RELEASE_VERSION
from services.people.photos.portraits import GivenPhoto
from services.people.roles import OPERATOR
from services.pictures import images
from services.search import Mode
from services.workspace import Workspace

RELEASED = frozenset({RELEASE_VERSION})


def _settings(folder: Path, **more: str) -> Settings:
    return Settings(_env_file=None, data_dir=folder, **more)


def _enroll(workspace: Workspace, name: str, path: Path) -> int:
    return workspace.enrolment.enroll(
        Request(name, OPERATOR, stated=RELEASED), [GivenPhoto(path.name, path.read_bytes)]
    ).added


def _knows(settings: Settings, photo: Path) -> list[str | None]:
    with app.open_workspaces(settings) as workspaces:
        workspace = workspaces.open()
        for person in workspace.people.all():
            for face in workspace.records.faces(person.user_id):
                assert images.open(workspace.collection.photos.get(face.photo))
        stored = {face.face_id for face in workspace.collection.faces()}
        people = workspace.people.all()
        assert stored == {f.face_id for p in people for f in workspace.records.faces(p.user_id)}
        found = workspace.search.identify(images.open(photo.read_bytes()), mode=Mode.USERS, threshold=99)
        return [sighting.match.person.name if sighting.match else None for sighting in found.sightings]


@pytest.fixture
def data(tmp_path: Path, weights: Weights, photos: dict[str, Path]) -> Path:
    with app.open_workspaces(_settings(tmp_path / "data")) as workspaces:
        assert _enroll(workspaces.open(), "Barack", photos["obama.jpg"]) == 1
    return tmp_path / "data"


@pytest.mark.thorough
def test_a_backup_is_whole_while_people_come_and_go(data: Path, photos: dict[str, Path], tmp_path: Path) -> None:
    stopped = threading.Event()
    with app.open_workspaces(_settings(data)) as workspaces:
        workspace = workspaces.open()

        def come_and_go() -> None:
            while not stopped.is_set():
                _enroll(workspace, "Joe", photos["biden.jpg"])
                stopped.wait(0.5)
                workspace.people.forget(workspace.people.get("Joe"), actor="U1")
                stopped.wait(0.5)

        busy = threading.Thread(target=come_and_go)
        busy.start()
        try:
            for number in range(3):
                backup(data, tmp_path / f"{number}.tar")
        finally:
            stopped.set()
            busy.join()
    for number in range(3):
        restore(tmp_path / f"{number}.tar", tmp_path / "again", replace=True)
        assert _knows(_settings(tmp_path / "again"), photos["obama2.jpg"]) == ["Barack"]
    everything = [tmp_path / "0.tar", tmp_path / "again", *(tmp_path / "again").rglob("*")]
    assert [path for path in everything if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_nothing_is_overwritten_unless_told(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar"
    backup(data, file)
    with pytest.raises(Conflict, match="exists already"):
        backup(data, file)
    with pytest.raises(Conflict, match="--replace"):
        restore(file, data)
    with pytest.raises(Refusal, match=r"no .* to back up"):
        backup(tmp_path / "missing", tmp_path / "other.tar")


def test_a_backup_in_the_volume_of_the_data_itself_stays_there(data: Path) -> None:
    kept = data / "kept.tar"
    files = backup(data, kept)
    assert restore(kept, data, replace=True) == files
    assert restore(kept, data, replace=True) == files


def test_a_backup_among_what_is_backed_up_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(data)
    for way in (data, tmp_path / "link"):
        with pytest.raises(Refusal, match="is part of what is backed up"):
            backup(data, way / "photos" / "kept.tar")
    backup(data, data / "kept.tar")
    kept = (data / "kept.tar").rename(data / "photos" / "kept.tar")
    with pytest.raises(Refusal, match="is part of what is backed up"):
        restore(kept, data, replace=True)
    assert kept.exists()


def test_a_volume_is_restored_into_not_replaced(data: Path, tmp_path: Path) -> None:
    file, folder = tmp_path / "backup.tar", data.stat().st_ino
    backup(data, file)
    (data / "records.sqlite").unlink()
    (data / "left").write_text("of what is replaced")
    restore(file, data, replace=True)
    assert data.stat().st_ino == folder, "a mount point can be neither moved nor removed"
    assert sorted(path.name for path in data.iterdir()) == ["engine", "photos", "records.sqlite"]


def _packed(file: Path) -> None:
    file.write_bytes(gzip.compress(file.read_bytes()))


def _linked(file: Path) -> None:
    link = tarfile.TarInfo("photos/again")
    link.type, link.linkname = tarfile.SYMTYPE, "a"
    with tarfile.open(file, "a") as tar:
        tar.addfile(link)


def _listing_nothing(file: Path) -> None:
    about = tarfile.TarInfo("manifest.json")
    about.size = 2
    with tarfile.open(file, "a") as tar:
        tar.addfile(about, io.BytesIO(b"[]"))


@pytest.mark.parametrize("spoil", [_packed, _linked, _listing_nothing])
def test_what_backup_does_not_write_is_refused_and_all_stays(
    data: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    file, before = tmp_path / "backup.tar", set(data.rglob("*"))
    backup(data, file)
    spoil(file)
    with pytest.raises(Refusal, match="not a backup"):
        restore(file, data, replace=True)
    assert set(data.rglob("*")) == before


@pytest.mark.parametrize("damage", ["cut", "changed", "foreign"])
def test_a_damaged_backup_restores_nothing(data: Path, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "backup.tar"
    backup(data, file)
    content = file.read_bytes()
    if damage == "changed":
        with tarfile.open(file) as tar:
            photo = next(entry for entry in tar if entry.name.startswith("photos/"))
        place = photo.offset_data + photo.size // 2
        file.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    elif damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    else:
        file.write_bytes(b"something else")
    with pytest.raises(Refusal, match=r"not a backup|damaged"):
        restore(file, tmp_path / "again")
    assert not any((tmp_path / "again").iterdir())


def test_nothing_is_replaced_while_the_bot_runs(data: Path, tmp_path: Path) -> None:
    file, key = tmp_path / "backup.tar", Fernet.generate_key().decode()
    backup(data, file)
    before = set(data.rglob("*"))
    with app.open_workspaces(_settings(data)), app.open_workspaces(_settings(data)):
        with pytest.raises(Conflict, match="stop the bot first"):
            restore(file, data, replace=True)
        with pytest.raises(Conflict, match="stop the bot first"):
            upkeep.rotate_key(_settings(data, encryption_key=key), argparse.Namespace())
        assert set(data.rglob("*")) >= before
    with (
        occupied(data, alone=True),
        pytest.raises(Conflict, match="wait until that is done"),
        app.open_workspaces(_settings(data)),
    ):
        pass
    assert restore(file, data, replace=True) > 0


def test_what_a_killed_backup_leaves_is_deleted_by_the_next(data: Path, tmp_path: Path) -> None:
    left, going_on = (tmp_path / f".facesearch-backup-{name}" for name in ("left", "going-on"))
    for folder in (left, going_on):
        (folder / "copy").mkdir(parents=True)
    with occupied(going_on):
        backup(data, tmp_path / "backup.tar")
    assert [path.name for path in tmp_path.glob(".facesearch-backup-*")] == [going_on.name]


def test_a_backup_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="There is no file"):
        restore(tmp_path / "missing.tar", tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.fixture
def keys() -> Iterator[list[str]]:
    yield [Fernet.generate_key().decode() for _ in range(2)]


def test_photos_and_vectors_are_encrypted_and_keys_rotated(
    data: Path, photos: dict[str, Path], keys: list[str], tmp_path: Path
) -> None:
    old, new = keys
    plain = [path.read_bytes() for path in (data / "photos").rglob("*.jpg")]
    with app.open_workspaces(_settings(data, encryption_key=old)) as workspaces:
        assert _enroll(workspaces.open(), "Barack", photos["obama3.jpg"]) == 1
        assert workspaces.open().collection.photos.where == "a folder, encrypted"
    for given in (f"{new},{old}", new):
        command = [sys.executable, "-m", "bot", "rotate-key"]
        environment = os.environ | {"DATA_DIR": str(data), "ENCRYPTION_KEY": given}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)
        assert done.returncode == 0, done.stderr
        assert "2 photos" in done.stdout
        assert _knows(_settings(data, encryption_key=given), photos["obama2.jpg"]) == ["Barack"]
    kept = [path.read_bytes() for path in (data / "photos").rglob("*.jpg")]
    assert len(kept) == 2
    assert not any(photo.startswith(b"\xff\xd8") or photo in plain for photo in kept)
    photo_store = app.open_photos(_settings(data, encryption_key=old))
    with pytest.raises(Refusal, match="ENCRYPTION_KEY does not hold"):
        photo_store.get(next(iter(photo_store.keys(""))))
    backup(data, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json") or pytest.fail("no manifest"))
    assert set(manifest["files"]) == set(names) - {"manifest.json"}
