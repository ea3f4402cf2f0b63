"""How fast a photo is answered, against the bare models on the same photo in the same run.

python -m benchmarks.speed [--runs 30] [--json]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks.floor import Floor, ratio, side_by_side
from engine import weights
from services import images, rekognition
from services.enrolment import GivenPhoto, Request
from services.photostore import FolderPhotoStore
from services.preferences import Tuning
from services.records import Database, sqlite_url
from services.rekognition import Rekognition
from services.search import Mode, Strategy
from services.workspace import Workspace, Workspaces

_FACES = 6
_MOST = 1.35  # times the floor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    photos = fetch_photos()
    six = photos["t1.jpg"].read_bytes()
    floor = Floor(weights.fetch())
    if floor.run(six) != _FACES:
        raise SystemExit("the photo of six faces does not show six faces to bare YuNet")
    with tempfile.TemporaryDirectory() as folder, rekognition.embedded(Path(folder) / "engine") as faces:
        workspace = _workspace(Path(folder), faces, photos)

        def identify() -> None:
            found = workspace.search.identify(images.open(six), mode=Mode.USERS, threshold=99)
            if len(found.sightings) != _FACES:
                raise SystemExit(f"identify sees {len(found.sightings)} faces, not {_FACES}")

        timings = side_by_side([lambda: floor.run(six), identify], runs=options.runs)
    rows = {
        "floor": {"milliseconds": timings[0].median * 1000, "ratio": 1.0},
        "identify": {"milliseconds": timings[1].median * 1000, "ratio": ratio(timings[1], timings[0]), "most": _MOST},
    }
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    table = Table("a photo of six faces", "ms (median)", "× the floor", "at most")
    for name, row in rows.items():
        most = f"{row['most']:.2f}" if "most" in row else ""
        table.add_row(name, f"{row['milliseconds']:.1f}", f"{row['ratio']:.2f}", most)
    Console().print(table)


def _workspace(folder: Path, faces: Rekognition, photos: dict[str, Path]) -> Workspace:
    workspace = Workspaces(
        database=Database(sqlite_url(folder / "records.sqlite")),
        rekognition=faces,
        photos=FolderPhotoStore(folder / "photos"),
        collection="facesearch",
        strategy=Strategy.INDEX,
        defaults=Tuning(99, Mode.USERS),
    ).open()
    for name, file in {"Barack": "obama.jpg", "Joe": "biden.jpg", "Eileen": "astronaut.png"}.items():
        workspace.enrolment.enroll(Request(name, "benchmark", "release-1"), [GivenPhoto(file, photos[file].read_bytes)])
    return workspace


if __name__ == "__main__":
    main()
