"""How well the engine tells people apart: `python -m benchmarks.accuracy --data people.tar`, a folder a person."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import protocols
from benchmarks.dlib_peer import Descriptors, descriptors, to_ask, to_enrol
from benchmarks.people import Photos, bare, compared, load, only, united
from benchmarks.plot import draw
from benchmarks.printed import console
from benchmarks.protocols import THRESHOLDS, Compare, Gallery, Identification, People, identification
from engine.vision.networks.versions import CALIBRATION_VERSION
from engine.vision.recognition.embed import Vectors

DEFINITION = tuple((1 - threshold / 100) / 100 for threshold in THRESHOLDS)
"""The rate of false matches that each threshold stands for."""

STEPS = {
    "bare models": ("bare", "bare"),
    "+ without their centre (extras off)": ("centred", "centred"),
    "+ better landmarks": ("query", "query"),
    "+ mirror image, enrolled (the default)": ("enrolled", "query"),
    "+ mirror image, queries too": ("enrolled", "enrolled"),
}
"""Each step: what is enrolled, and what searches."""

GALLERIES = {
    "one face": protocols.first_face,
    "best face": protocols.every_face,
    "user vector": protocols.user_vector,
}

PEER_GALLERIES = {"one face": protocols.first_face, "best face": protocols.every_face}


@dataclass(frozen=True, slots=True)
class Impostor:
    """Two photos of different people that the engine takes for one."""

    similarity: float
    score: float
    files: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """All that is measured; rates are shares."""

    model: str
    calibration: str
    photos: int
    people: int
    without_face: int
    verification: dict[str, tuple[float, float]]
    identification: dict[str, dict[str, Identification]]
    peer: dict[str, dict[str, Identification]]
    steps: dict[str, dict[str, tuple[float, ...]]]
    milliseconds: dict[str, float]
    false_matches: dict[str, tuple[float, ...]]
    impostors: tuple[Impostor, ...]


def seen(photos: Photos) -> dict[str, Vectors]:
    """Every way of seeing them that STEPS compares: all as the engine compares them but the bare models' own."""
    return {name: compared(vectors) for name, vectors in photos.features.items()} | {
        "bare": bare(photos.features["bare"]),
        "centred": compared(photos.features["bare"]),
    }


def unseen(photos: Photos) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The rows of the people that neither the centre nor the calibration was fitted on."""
    return np.flatnonzero([not fits(photos.names[person]) for person in photos.people])


def fits(name: str) -> bool:
    """Whether something may be fitted on a person: every other one, by the hash of the name."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def measure(photos: Photos, peer: Descriptors | None = None, draws: int = protocols.DRAWS) -> Report:
    """Run every protocol, those that draw people `draws` times. `peer` are dlib's descriptors of the same photos."""
    views, people = seen(photos), photos.people
    kept, asked = views["enrolled"], views["query"]
    rows, curves = unseen(photos), protocols.scale(kept)
    apart = (kept[rows], asked[rows], people[rows])
    return Report(
        model=protocols.version(kept),
        calibration=CALIBRATION_VERSION,
        photos=len(people),
        people=len(photos.names),
        without_face=photos.without_face,
        verification={view: protocols.verification(views[view], people) for view in ("bare", "query", "enrolled")},
        identification=_identification(kept, asked, people, GALLERIES, draws, protocols.scores),
        peer={}
        if peer is None
        else _identification(to_enrol(peer), to_ask(peer), people, PEER_GALLERIES, draws, protocols.cosines),
        steps={
            name: {
                f"K = {k}": identification(
                    *(views[kept], views[asked], people, k),
                    draws=draws,
                    compare=protocols.cosines if kept == "bare" else protocols.scores,
                ).at_fpir
                for k in (1, 3, 5)
            }
            for name, (kept, asked) in STEPS.items()
        },
        milliseconds={way: round(1000 * seconds, 2) for way, seconds in photos.seconds.items()},
        false_matches={
            "definition": DEFINITION,
            "single faces": protocols.false_match_rates(protocols.strangers(*apart), curves.of_user(1)),
            **{
                f"user vectors of {k}": protocols.false_match_rates(protocols.strangers(*apart, k), curves.of_user(k))
                for k in (1, 2, 3, 5)
            },
        },
        impostors=tuple(
            Impostor(
                round(float(curves.of_user(1).similarity(score)), 6),
                round(score, 3),
                (photos.files[one], photos.files[other]),
            )
            for score, one, other in protocols.most_alike(kept, people, 20)
        ),
    )


def _identification(
    enrolled: Vectors | Descriptors,
    queries: Vectors | Descriptors,
    people: People,
    galleries: Mapping[str, Gallery],
    draws: int,
    compare: Compare,
) -> dict[str, dict[str, Identification]]:
    """For every K, from all galleries; from the last alone for one photo, of which all galleries make the same."""
    return {
        f"K = {k}": {
            name: identification(enrolled, queries, people, k, gallery, draws, compare)
            for name, gallery in (galleries.items() if k > 1 else list(galleries.items())[-1:])
        }
        for k in (1, 3, 5)
    }


def show(report: Report, console: Console) -> None:
    """Print the report as tables."""
    console.print(
        f"{report.photos} photos of {report.people} people; no face in {report.without_face}. "
        f"Model {report.model}, calibration {report.calibration}."
    )
    console.print(
        "Verification, 10 folds: "
        + ", ".join(f"{view} {100 * mean:.2f} ± {100 * sd:.2f} %" for view, (mean, sd) in report.verification.items())
    )
    columns = ["FPIR 1 %", "FPIR 0.1 %", *(f"at {threshold}" for threshold in THRESHOLDS)]
    table = Table(
        "enrolled",
        "gallery",
        *columns,
        title="Open-set identification: TPIR, % ± deviation of a draw (FPIR at thresholds)",
    )
    for k, galleries in report.identification.items():
        for name, found in galleries.items():
            at = [f"{100 * tpir:.2f} ({100 * fpir:.2f})" for tpir, fpir in found.at_threshold]
            table.add_row(k, name, *_spread(found), *at)
    for k, galleries in report.peer.items():
        for name, found in galleries.items():
            table.add_row(k, f"dlib, {name}", *_spread(found))
    console.print(table)
    table = Table("step", "ms a face", "K = 1", "K = 3", "K = 5", title="Each step: TPIR at FPIR 1 % and 0.1 %")
    for name, (kept, asked) in STEPS.items():
        cost = " / ".join(f"{report.milliseconds.get(view, report.milliseconds['bare']):.1f}" for view in (kept, asked))
        table.add_row(name, cost, *(" / ".join(_percent(rates)) for rates in report.steps[name].values()))
    console.print(table, "Milliseconds to enrol and to search, detection included.")
    table = Table(
        "false matches", *(f"at {at}" for at in THRESHOLDS), title="Of people the calibration has not seen, ‰"
    )
    for name, rates in report.false_matches.items():
        cells = [f"{1000 * rate:.3f} (× {rate / due:.2f})" for rate, due in zip(rates, DEFINITION, strict=True)]
        table.add_row(name, *cells)
    console.print(table)
    table = Table("similarity", "score", "files", title="The impostors most alike")
    for impostor in report.impostors:
        table.add_row(f"{impostor.similarity:.4f}", f"{impostor.score:.3f}", " and ".join(impostor.files))
    console.print(table)


def _spread(found: Identification) -> list[str]:
    drawn = zip(found.at_fpir, found.deviation, strict=True)
    return [f"{100 * mean:.2f} ± {100 * sd:.2f}" for mean, sd in drawn]


def _percent(rates: Iterable[float]) -> list[str]:
    return [f"{100 * rate:.2f}" for rate in rates]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a tar or a folder that holds a folder a person")
    parser.add_argument("--both", action="store_true", help="with the second network beside SFace")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, for machines")
    parser.add_argument("--out", type=Path, help="draw the curves to this PNG")
    parser.add_argument("--dlib", action="store_true", help="compare with face_recognition, which is installed apart")
    parser.add_argument("--same", type=Path, help="a file whose lines hold two names of one person")
    parser.add_argument("--unseen", action="store_true", help="only people on whom nothing in the engine was fitted")
    parser.add_argument("--draws", type=int, default=protocols.DRAWS, help="how often people are drawn (%(default)s)")
    arguments = parser.parse_args()
    photos = load_showing(arguments.data, both=arguments.both)
    if arguments.same:
        lines = arguments.same.read_text().splitlines()
        photos = united(photos, {other: name for name, other in (line.split() for line in lines)})
    if arguments.unseen:
        photos = only(photos, unseen(photos))
    report = measure(photos, descriptors(arguments.data, photos.files) if arguments.dlib else None, arguments.draws)
    if arguments.json:
        print(json.dumps(dataclasses.asdict(report), indent=2))
    else:
        show(report, console())
    if arguments.out:
        lines = {
            f"{name}, {k}": found.curve
            for k, galleries in report.identification.items()
            for name, found in galleries.items()
        }
        draw(lines, arguments.out, across="FPIR", up="TPIR")


def load_showing(data: Path, *, both: bool = False) -> Photos:
    """`load`, with a progress bar on stderr."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Looking at the photos")
        return load(data, lambda done, total: progress.update(task, completed=done, total=total), both=both)


if __name__ == "__main__":
    main()
