"""What the operator reads when something outside is not as it should be: a sentence, and no traceback."""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.data_dir import at_work, keep_private
from services.errors import Refusal


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of somebody's
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def _said(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    assert main(command) == 1
    said = capsys.readouterr().err.strip()
    assert len(said.splitlines()) == 1
    return said


def test_a_database_that_is_down(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ann:hush@127.0.0.1:{_closed_port()}/bot")
    said = _said(capsys, "migrate")
    assert "refused" in said
    assert said.endswith("Look after the database, or mend DATABASE_URL.")
    assert "hush" not in said


def test_rekognition_that_is_down(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    address = f"http://127.0.0.1:{_closed_port()}"
    given = {"ENGINE": "aws", "AWS_ENDPOINT_URL": address, "AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1"}
    for name, value in (given | {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}).items():
        monkeypatch.setenv(name, value)
    said = _said(capsys, "people")
    assert address in said
    assert "the way to AWS" in said


def test_a_data_dir_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("")
    assert "data" in _said(capsys, "audit")


def test_a_second_bot_on_one_data_dir(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with at_work(tmp_path / "data"):
        assert "at work on" in _said(capsys, "start")
        assert main(["people"]) == 0  # whoever does no jobs is welcome


def test_a_data_dir_that_others_could_read_is_private_from_then_on(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "photos").mkdir(parents=True)
    data.chmod(0o755)
    photo = data / "photos" / "old.jpg"
    photo.touch(0o644)
    assert main(["people"]) == 0
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.rglob("*"))}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}


@contextmanager
def _as_nobody() -> Iterator[None]:
    mask = os.umask(0o022)
    os.setegid(10001)
    os.seteuid(10001)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.umask(mask)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a folder of somebody else's")
def test_in_a_volume_of_somebody_else_the_bot_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume = tmp_path / "volume"
    volume.mkdir()
    os.chown(volume, 0, 10001)
    volume.chmod(0o2777)  # as Kubernetes makes one for a group
    monkeypatch.chdir(volume)  # nobody else may come this way
    with _as_nobody():
        with pytest.raises(Refusal, match="such as one within it"):
            keep_private(Path())
        for _ in range(2):
            keep_private(Path("facesearch"))
    there = (volume / "facesearch").stat()
    assert (there.st_uid, stat.S_IMODE(there.st_mode)) == (10001, 0o700)
