"""The lesson of AWS's notebook, on its own photos: user vectors find whom single faces miss."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def _run(data_dir: Path, *arguments: str) -> Any:
    command = [sys.executable, "-m", "bot", *arguments, "--json"]
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        env={"DATA_DIR": str(data_dir), "HOME": str(Path.home()), "PATH": ""},
        cwd=Path(__file__).parents[1],
        timeout=110,
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def enrolled(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR that knows Swami and Werner, from the notebook's folders."""
    data_dir = tmp_path_factory.mktemp("notebook")
    answer = _run(data_dir, "import", str(shared_data / "user-vectors"))
    assert {person["name"]: person["added"] for person in answer["people"]} == {"Swami": 2, "Werner": 3}
    return data_dir


@pytest.mark.parametrize(
    ("mode", "threshold", "names"),
    [
        ("faces", "99", [None, "Swami"]),
        ("faces", "90", ["Werner", "Swami"]),
        ("users", "99", ["Werner", "Swami"]),
    ],
)
def test_the_notebooks_lesson(
    enrolled: Path, shared_data: Path, mode: str, threshold: str, names: list[str | None]
) -> None:
    photo = shared_data / "user-vectors" / "photo.jpeg"
    answer = _run(enrolled, "identify", str(photo), "--mode", mode, "--threshold", threshold)
    assert answer["photo"] == {"width": 1280, "height": 800}
    assert (answer["mode"], answer["threshold"]) == (mode, float(threshold))
    assert [face["name"] for face in answer["faces"]] == names
    assert [face["number"] for face in answer["faces"]] == [1, 2]
    # Where AWS found them: Werner's profile at the left, Swami at the right.
    for face, (x, y) in zip(answer["faces"], [(217, 150), (1103, 255)], strict=True):
        left, top, width, height = face["box"]
        assert left < x < left + width
        assert top < y < top + height
