"""How fast faces are found and told apart: against the bare models, one core, and dlib, all in one run.

python -m benchmarks.speed [--runs 30] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from rich.table import Table

from artifacts.photos import fetch_photos
from benchmarks.figures import Floor, console, floor_on, ratio, side_by_side
from benchmarks.recognition import dlib_peer
from engine import Engine
from engine.vision import weights
from services.collection import FolderPhotoStore, OwnEngine, rekognition
from services.people import OPERATOR, GivenPhoto, Request, consent
from services.pictures import images
from services.preferences import Tuning
from services.records import Database, sqlite_url
from services.search import Mode, Strategy
from services.workspace import Workspace, Workspaces

_FACES = 6


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: milliseconds a photo, and how it compares. `wanted` is what the ratio is to come to."""

    what: str
    milliseconds: float
    ratio: float
    against: str
    wanted: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--no-dlib", action="store_true", help="leave out dlib, which must be installed first")
    parser.add_argument("--seconds-of", choices=sorted(_SECONDS_OF), help=argparse.SUPPRESS)
    options = parser.parse_args()
    six = fetch_photos()["t1.jpg"].read_bytes()
    if options.seconds_of:
        print(_SECONDS_OF[options.seconds_of](options.runs))
        return
    rows = [*_against_the_floor(six, options.runs), _machine(six, options.runs), _both_cores(options.runs)]
    if not options.no_dlib:
        rows.append(_against_dlib(options.runs))
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return
    table = Table("a photo of six faces, 1280 px", "ms", "ratio", "against", "wanted")
    for row in rows:
        table.add_row(row.what, f"{row.milliseconds:.1f}", f"{row.ratio:.2f}", row.against, row.wanted)
    console().print(table)


def _against_the_floor(six: bytes, runs: int) -> Iterator[Row]:
    """The floor is one decode, one YuNet pass and six SFace passes, done bare."""
    floor = Floor(weights.fetch())
    if floor.run(six) != _FACES:
        raise SystemExit("the photo of six faces does not show six faces to bare YuNet")
    with ExitStack() as stack:
        plain, full = (stack.enter_context(_indexing(extras=extras)) for extras in (False, True))
        identify = stack.enter_context(_identifying(six))
        timings = side_by_side([lambda: floor.run(six), lambda: plain(six), lambda: full(six), identify], runs=runs)
    yield Row("floor", timings[0].median * 1000, 1.0, "")
    names = ("IndexFaces, extras off", "IndexFaces", "identify, as the bot does it")
    for name, timing, wanted in zip(names, timings[1:], ("≤ 1.15", "≤ 1.5", "≤ 1.2"), strict=True):
        yield Row(name, timing.median * 1000, ratio(timing, timings[0]), "the floor", wanted)


def _machine(photo: bytes, runs: int) -> Row:
    """The floor in a process of its own on each core, which share nothing but memory and caches: the most there is."""
    cores = sorted(os.sched_getaffinity(0))
    alone, together = (floor_on(some, photo, runs) for some in (cores[:1], cores))
    return Row(f"the floor, {len(cores)} processes", together * 1000, alone / together, "one core's")


def _both_cores(runs: int) -> Row:
    """Many photos at once on all cores, against the same in a process that is held to one."""
    command = [sys.executable, "-m", "benchmarks.speed", "--seconds-of", "many", "--runs", str(runs)]
    one_core = float(subprocess.check_output(["taskset", "-c", "0", *command], text=True))
    all_cores = float(subprocess.check_output(command, text=True))
    cores = len(os.sched_getaffinity(0))
    wanted = "≥ 1.8" if cores == 2 else ""
    return Row(f"many photos at once, {cores} cores", all_cores * 1000, one_core / all_cores, "one core's", wanted)


def _seconds_of_many(runs: int) -> float:
    """Seconds a photo, with as many at once as there are cores."""
    cores = len(os.sched_getaffinity(0))
    six = fetch_photos()["t1.jpg"].read_bytes()
    with _indexing(extras=True) as index, ThreadPoolExecutor(cores) as pool:
        list(pool.map(index, [six] * cores))
        started = time.perf_counter()
        list(pool.map(index, [six] * runs))
        return (time.perf_counter() - started) / runs


def _against_dlib(runs: int) -> Row:
    """face_recognition, end to end on the same photos: find the faces and embed each, to search for them."""
    python = dlib_peer.python()
    command = ["-m", "benchmarks.speed", "--runs", str(max(3, runs // 6)), "--seconds-of"]
    dlib = float(subprocess.check_output([str(python), *command, "dlib"], text=True))
    ours = float(subprocess.check_output([sys.executable, *command, "engine"], text=True))
    what = f"face_recognition (dlib), {len(fetch_photos())} photos"
    return Row(what, dlib * 1000, dlib / ours, "the engine, to search", "≥ 12")


def _seconds_of_dlib(runs: int) -> float:
    import face_recognition  # type: ignore[import-not-found]

    def look(path: Path) -> None:
        image = face_recognition.load_image_file(str(path))
        face_recognition.face_encodings(image, face_recognition.face_locations(image))

    return _seconds_of_catalogue(look, runs)


def _seconds_of_engine(runs: int) -> float:
    with _indexing(extras=True, prefix="query:", faces=None) as index:
        return _seconds_of_catalogue(lambda path: index(path.read_bytes()), runs)


def _seconds_of_catalogue(look: Callable[[Path], object], runs: int) -> float:
    """Seconds for all photos, one after the other, each the median of its runs after one to warm up."""
    timings = [side_by_side([partial(look, path)], runs=runs, warmup=1)[0] for path in fetch_photos().values()]
    return sum(timing.median for timing in timings)


_SECONDS_OF = {
    "many": _seconds_of_many,
    "engine": _seconds_of_engine,
    "dlib": _seconds_of_dlib,
}


@contextmanager
def _indexing(
    *, extras: bool, prefix: str = "photo-", faces: int | None = _FACES
) -> Iterator[Callable[[bytes], object]]:
    """IndexFaces of a photo in an engine of its own; each call stores the faces anew, of which there must be `faces`.

    Faces whose ExternalImageId begins with `query:` are only to be searched for.
    """
    with tempfile.TemporaryDirectory() as folder, Engine.open(Path(folder), extras=extras) as engine:
        engine.call("CreateCollection", {"CollectionId": "speed"})
        count = iter(range(10**9))

        def index(photo: bytes) -> object:
            request = {"CollectionId": "speed", "Image": {"Bytes": photo}, "ExternalImageId": f"{prefix}{next(count)}"}
            answer = engine.call("IndexFaces", request)
            if faces is not None and len(answer["FaceRecords"]) != faces:
                raise SystemExit(f"IndexFaces stores {len(answer['FaceRecords'])} faces, not {faces}")
            return answer

        yield index


@contextmanager
def _identifying(six: bytes) -> Iterator[Callable[[], object]]:
    """The bot's own search for who is in a photo, in a workspace that knows three people."""
    photos = fetch_photos()
    with tempfile.TemporaryDirectory() as folder, rekognition.embedded(OwnEngine(Path(folder) / "engine")) as faces:
        workspace = _workspace(Path(folder), faces)
        for name, file in {"Barack": "obama.jpg", "Joe": "biden.jpg", "Eileen": "astronaut.png"}.items():
            given = GivenPhoto(file, photos[file].read_bytes)
            workspace.enrolment.enroll(Request(name, OPERATOR, stated=frozenset({consent.RELEASE_VERSION})), [given])

        def identify() -> object:
            found = workspace.search.identify(images.open(six), mode=Mode.USERS, threshold=99)
            if len(found.sightings) != _FACES:
                raise SystemExit(f"identify sees {len(found.sightings)} faces, not {_FACES}")
            return found

        yield identify


def _workspace(folder: Path, faces: rekognition.Rekognition) -> Workspace:
    return Workspaces(
        database=Database(sqlite_url(folder / "records.sqlite")),
        rekognition=faces,
        photos=FolderPhotoStore(folder / "photos"),
        collection="facesearch",
        strategy=Strategy.INDEX,
        defaults=Tuning(99, Mode.USERS),
    ).open()


if __name__ == "__main__":
    main()
