"""Whether a similarity means the same for everybody: `python -m benchmarks.groups --data groups.tar`, a folder a group.

A group is people alike, `ORIGIN-SEX-AGES`, with one photo each. Through the engine's own API every photo is indexed and
searched for among its group, and the strangers that pass 80, 90 and 99 are counted against what these promise.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.accuracy import DEFINITION
from benchmarks.people import read
from benchmarks.plot import dots
from benchmarks.printed import console
from benchmarks.protocols import THRESHOLDS
from engine import Engine, connect
from engine.vision import Models

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

Same = frozenset[frozenset[str]]
"""Pairs of photos, `GROUP/photo`, that show one person."""

_REFUSED = "LOW_FACE_QUALITY"


@dataclass(frozen=True, slots=True)
class Group:
    """What was counted in a group: `passed` is how many of `comparisons` with strangers passed each of THRESHOLDS.

    `indexed` of `photos` photos took part; in `refused` more the face could not be told from others of its kind.
    """

    name: str
    photos: int
    indexed: int
    refused: int
    comparisons: int
    passed: tuple[int, ...]

    @property
    def multiples(self) -> tuple[float, ...]:
        """Of what each threshold promises."""
        due = [rate * max(self.comparisons, 1) for rate in DEFINITION]
        return tuple(passed / promised for passed, promised in zip(self.passed, due, strict=True))


def measure(client: RekognitionClient, name: str, photos: Mapping[str, bytes], same: Same) -> Group:
    """Index the group's photos into a collection, search for each, and delete the collection."""
    client.create_collection(CollectionId=name)
    try:
        with ThreadPoolExecutor() as threads:
            answers = list(threads.map(lambda photo: _index(client, name, *photo), photos.items()))
        files = {face: file for file, face, _ in answers if face}
        strangers = [found for face in files for found in _strangers(client, name, face, files, same)]
    finally:
        client.delete_collection(CollectionId=name)
    alike = sum(2 for pair in same if pair <= set(files.values()))
    return Group(
        name=name,
        photos=len(photos),
        indexed=len(files),
        refused=sum(refused for _, _, refused in answers),
        comparisons=len(files) * (len(files) - 1) - alike,
        passed=tuple(sum(similarity >= threshold for similarity in strangers) for threshold in THRESHOLDS),
    )


def _index(client: RekognitionClient, collection: str, file: str, content: bytes) -> tuple[str, str | None, bool]:
    """The file, the id of its largest face if that was indexed, and whether the face was one of too many alike."""
    answer = client.index_faces(CollectionId=collection, Image={"Bytes": content}, MaxFaces=1)
    refused = any(_REFUSED in face.get("Reasons", ()) for face in answer["UnindexedFaces"])
    records = answer["FaceRecords"]
    return file, records[0]["Face"]["FaceId"] if records else None, refused and not records


def _strangers(
    client: RekognitionClient, collection: str, face: str, files: Mapping[str, str], same: Same
) -> Iterable[float]:
    """The similarities, of at least the lowest threshold, of other people's photos."""
    found = client.search_faces(CollectionId=collection, FaceId=face, FaceMatchThreshold=THRESHOLDS[0], MaxFaces=4096)[
        "FaceMatches"
    ]
    for match in found:
        if frozenset((files[face], files[match["Face"]["FaceId"]])) not in same:
            yield match["Similarity"]


def one_person(lines: Iterable[str]) -> Same:
    """Of lines `GROUP photo photo`: all pairs, also those that follow from two others."""
    people: dict[str, set[str]] = {}
    for line in lines:
        group, *photos = line.split()
        known = [people.get(name, {name}) for name in (f"{group.replace('_', '+')}/{photo}" for photo in photos)]
        together = set().union(*known)
        people |= dict.fromkeys(together, together)
    return frozenset(
        frozenset((one, other))
        for everyone in people.values()
        for one in everyone
        for other in everyone
        if one != other
    )


def by_group(entries: Iterable[tuple[str, bytes]]) -> dict[str, dict[str, bytes]]:
    """Photos as `benchmarks.people.read` gives them, by group, under the names `GROUP/photo`."""
    groups: dict[str, dict[str, bytes]] = defaultdict(dict)
    for name, content in entries:
        path = PurePosixPath(name)
        groups[path.parent.name][f"{path.parent.name}/{path.name}"] = content
    return dict(sorted(groups.items()))


def show(groups: Sequence[Group], console: Console) -> None:
    """Print the groups as a table."""
    table = Table(
        *("group", "photos", "indexed", "too many alike", "comparisons"),
        *(f"at {threshold}" for threshold in THRESHOLDS),
        title="False matches among people alike, as a multiple of what the threshold promises",
    )
    for group in groups:
        counts = (group.photos, group.indexed, group.refused, group.comparisons)
        cells = [f"{times:.2f} ({passed})" for times, passed in zip(group.multiples, group.passed, strict=True)]
        table.add_row(group.name, *map(str, counts), *cells)
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.groups", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a tar or a folder that holds a folder a group")
    parser.add_argument("--same", type=Path, help="a file whose lines hold a group and two photos of one person")
    parser.add_argument("--group", action="append", help="only groups whose name begins so; may be given again")
    parser.add_argument("--both", action="store_true", help="with the second network beside SFace")
    parser.add_argument("--json", action="store_true", help="print what was counted as JSON, for machines")
    parser.add_argument("--out", type=Path, help="draw the multiples to this PNG")
    arguments = parser.parse_args()
    same = one_person(arguments.same.read_text().splitlines()) if arguments.same else frozenset()
    photos = by_group(read(arguments.data))
    wanted = [name for name in photos if not arguments.group or name.startswith(tuple(arguments.group))]
    models: Models = "both" if arguments.both else "sface"
    with tempfile.TemporaryDirectory() as folder, Engine.open(Path(folder), models=models) as engine:
        client = connect(engine)
        groups = [
            measure(client, name.replace("+", "."), photos[name], same)
            for name in track(wanted, "Searching", console=Console(stderr=True), transient=True)
        ]
    if arguments.json:
        print(json.dumps([dataclasses.asdict(group) | {"multiples": group.multiples} for group in groups], indent=2))
    else:
        show(groups, console())
    if arguments.out:
        points = {group.name: group.multiples for group in groups}
        dots(points, [str(threshold) for threshold in THRESHOLDS], arguments.out, "false matches, times the promise")


if __name__ == "__main__":
    main()
