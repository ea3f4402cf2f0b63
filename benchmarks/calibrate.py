"""Fits what the engine takes from measurement: the constants of its centre and its similarity, which are printed, and
its cohort, which is written into engine/vision. `python -m benchmarks.calibrate --data lfw-dev.tar --groups
groups-dev.tar --same groups-same.txt`.

Of LFW all is fitted on the people that `benchmarks.accuracy` sets aside for it, of the groups on everybody once. The
centre is a share of the mean of people's means. The cohort are centroids of clusters: of the groups' faces, of every
origin, sex and age, and a few of LFW's people. A curve is where the rates of false matches lie among strangers of one
group, each of them compared as if he had no part in the cohort: of the groups of 20 to 59, that which is told apart
worst. What thresholds then let pass of all photos of all groups is printed as a table. What user vectors of several
faces add to strangers' scores is measured on LFW, which has several photos of a person.
"""

from __future__ import annotations

import argparse
import textwrap
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.accuracy import load_showing, unseen
from benchmarks.groups import Same, one_person
from benchmarks.people import Photos, centres_of
from benchmarks.plot import dots
from benchmarks.printed import console
from benchmarks.protocols import THRESHOLDS, Floats, People, strangers
from engine.vision.recognition import cohort
from engine.vision.recognition.cohort import Cohort, levels, offsets
from engine.vision.recognition.embed import Vectors, joined, unit
from engine.vision.recognition.recognisers import SFace

RATES = np.array([1e-2, 2e-3, 1e-3, 1e-4])
"""Beyond, photos under a wrong name outnumber strangers who look alike, so the curve goes on as it came."""

SHARE = 0.75
"""Of the mean. A half or all of it find as many; with all of it, user vectors of many faces come too near to all."""

CLUSTERS, CLUSTERS_OF_LFW = 300, 80
"""With fewer, a group's neighbourhood is everybody's; with more, a centroid is somebody's. Without any of LFW, whose
photos are of another kind, look-alikes among them come first too often; with more, their own photos seem too common."""

LEAST = 8
"""A cluster of fewer people is dissolved: nobody can be read from a centroid."""

ENOUGH = 100
"""People whom a group must have for its worst pairs to say something."""

AT_99, AT_99_OF_BOTH = 0.165, 0.208
"""Chosen, not fitted: at the rarest rate the pairs most alike are, looked at, nearly all one person whom nobody has
listed, and a threshold that parted all of those would part a person's photos everywhere. Lower, and a single face finds
the profile in the photo of AWS's notebook; higher, and user vectors miss it, and more of LFW is lost. The table that is
printed says what this lets pass in each group."""

TOO_CROWDED = 0.0005
"""Of the adults have a neighbourhood as crowded as a small child's: 98 in 100 of those of one to three years have one,
nine in ten up to five, half up to eight."""

ADULT = 20

FACES_OF_USERS = (2, 3, 5)


@dataclass(frozen=True, slots=True)
class Faces:
    """The groups' photos: unit vectors (n × d), the name of each one's group, and numbers of people from 0 on."""

    vectors: Vectors
    groups: NDArray[np.str_]
    people: People

    @property
    def once(self) -> NDArray[np.intp]:
        """The row of each person's first photo."""
        return np.unique(self.people, return_index=True)[1]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Sums (m × d) and sizes (m) of clusters of unit vectors, and which one each vector is in."""

    sums: Vectors
    sizes: NDArray[np.intp]
    members: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Alike:
    """The cosines and the scores of each two people of a group, and the level that its faces have on average."""

    cosines: Floats
    scores: Floats
    level: float


def centre(features: Vectors, people: People) -> Vectors:
    """SHARE of what the people have in common, each of them counted once; to four digits, as it is written down."""
    return np.asarray(np.round(SHARE * means(features, people).mean(axis=0), 4), np.float32)


def means(features: Vectors, people: People) -> Vectors:
    """Each person's mean."""
    return np.stack([features[people == person].mean(axis=0) for person in np.unique(people)])


def clusters(vectors: Vectors, count: int) -> Clusters:
    """At most `count` clusters of unit vectors, none of them of fewer than LEAST."""
    cv2.setRNGSeed(0)
    until = (cv2.TERM_CRITERIA_MAX_ITER + cv2.TERM_CRITERIA_EPS, 50, 1e-4)
    _, labels, _ = cv2.kmeans(vectors, count, None, until, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    members = np.asarray(labels, np.intp).ravel()
    while True:
        sizes = np.bincount(members)
        sums = np.zeros((len(sizes), vectors.shape[1]), np.float32)
        np.add.at(sums, members, vectors)
        if sizes.min() >= LEAST:
            return Clusters(sums, sizes, members)
        centroids = unit(np.delete(sums, sizes.argmin(), axis=0))
        members = np.unique(np.argmax(vectors @ centroids.T, axis=1), return_inverse=True)[1]


def written(centroids: Vectors) -> NDArray[np.int8]:
    """Unit rows as whole numbers of eight bits, all rows by one factor."""
    return np.asarray(np.round(127 * centroids / np.abs(centroids).max()), np.int8)


def among_alike(faces: Faces, found: Clusters, others: Vectors, rows: NDArray[np.intp]) -> dict[str, Alike]:
    """By group, each two photos of `rows` that show two people. `found` is of each person once, whose own part is left
    out for each; in `others`, more centroids, they have none."""
    vectors, people = faces.vectors[rows], faces.people[rows]
    cosines = vectors @ np.concatenate([unit(found.sums), others]).T
    own = found.members[people]
    rest = unit(found.sums[own] - faces.vectors[faces.once][people])
    cosines[np.arange(len(cosines)), own] = (vectors * rest).sum(axis=1)
    level = levels(cosines)
    alike = {}
    for group in np.unique(faces.groups):
        members = np.flatnonzero(faces.groups[rows] == group)
        pairs = members[np.stack(np.triu_indices(len(members), 1))]
        one, other = pairs[:, people[pairs[0]] != people[pairs[1]]]
        cosine = (vectors[one] * vectors[other]).sum(axis=1)
        scores = cosine - offsets(level[one]) - offsets(level[other])
        alike[str(group)] = Alike(np.asarray(cosine, float), np.asarray(scores, float), float(level[members].mean()))
    return alike


def knots(scores: Floats) -> Floats:
    """The scores that RATES of the strangers reach."""
    return np.asarray(np.quantile(scores, 1 - RATES, method="higher"), np.float64)


def worst(groups: Mapping[str, Alike], at_99: float) -> Floats:
    """The highest knots of the groups of 20 to 59 with ENOUGH people; at the rarest rate, what is chosen."""
    every = [knots(alike.scores) for name, alike in groups.items() if age(name) in {20, 40} and is_large(alike)]
    return np.append(np.stack(every)[:, :-1].max(axis=0), at_99)


def slope(groups: Mapping[str, Alike]) -> float:
    """By how much the cosine that one pair of strangers in a thousand reaches is higher in an adult group whose level
    is higher by one."""
    large = [alike for name, alike in groups.items() if age(name) >= ADULT and is_large(alike)]
    reached = [np.quantile(alike.cosines, 0.999) for alike in large]
    return float(np.polyfit([alike.level for alike in large], reached, 1)[0])


def is_large(alike: Alike) -> bool:
    """Whether the group has ENOUGH people."""
    return len(alike.scores) >= ENOUGH * (ENOUGH - 1) // 2


def age(group: str) -> int:
    """That of the youngest of a group `ORIGIN-SEX-AGES`."""
    return int(group.split("-")[2 if "east-asian" not in group else 3].removesuffix("+"))


def of_groups(photos: Photos, same: Same, centres: Sequence[Vectors]) -> Faces:
    """Every photo as it is enrolled."""
    people: dict[str, str] = {}
    for pair in sorted(map(sorted, same)):
        people.setdefault(pair[1], people.get(pair[0], pair[0]))
    names = ["/".join(PurePosixPath(file).parts[-2:]) for file in photos.files]
    return Faces(
        joined(photos.features["enrolled"], centres),
        np.array([name.split("/")[0] for name in names]),
        np.unique([people.get(name, name) for name in names], return_inverse=True)[1],
    )


def show(groups: Mapping[str, Alike], curve: Floats, console: Console) -> None:
    """Print what thresholds at the knots of the curve let pass, as a multiple of what they promise."""
    at = [f"at {threshold}" for threshold in THRESHOLDS]
    table = Table("group", "comparisons", "level", *at, title="Strangers alike that pass, times the promise, as listed")
    ages: dict[str, list[Floats]] = defaultdict(list)
    for name, alike in groups.items():
        table.add_row(name, str(len(alike.scores)), f"{alike.level:.3f}", *_cells(alike.scores, curve))
        ages[f"from {age(name)} on"].append(alike.scores)
    for name, scores in ages.items():
        everyone = np.concatenate(scores)
        table.add_row(f"all {name}", str(len(everyone)), "", *_cells(everyone, curve))
    console.print(table)


def multiples(scores: Floats, curve: Floats) -> tuple[float, ...]:
    """What each of THRESHOLDS lets pass, times its promise."""
    return tuple(float((scores >= knot).mean() / rate) for knot, rate in zip(curve[1:], RATES[1:], strict=True))


def _cells(scores: Floats, curve: Floats) -> list[str]:
    return [f"{times:.2f}" for times in multiples(scores, curve)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a tar or a folder that holds a folder a person")
    parser.add_argument("--groups", type=Path, required=True, help="a tar or a folder that holds a folder a group")
    parser.add_argument("--same", type=Path, required=True, help="a file whose lines hold a group and two photos")
    parser.add_argument("--both", action="store_true", help="with the second network beside SFace")
    parser.add_argument("--out", type=Path, help="draw what passes in the large groups to this PNG")
    arguments = parser.parse_args()
    photos = load_showing(arguments.data, both=arguments.both)
    rows = np.setdiff1d(np.arange(len(photos.people)), unseen(photos))
    people = photos.people[rows]
    features = photos.features["enrolled"][rows]
    ends = np.cumsum([len(centre) for centre in centres_of(features)])[:-1]
    centres = [centre(own, people) for own in np.split(features, ends, axis=1)]
    if arguments.both:
        centres[0] = SFace.centre  # that of SFace alone, which sees each face in the mirror as well
    for common in centres:
        numbers = textwrap.fill(", ".join(str(round(10_000 * number)) for number in common.tolist()), 112)
        print(f"CENTRE = np.array([\n{numbers}\n], np.float32) / 10_000")
    kept, asked = (joined(photos.features[way][rows], centres) for way in ("enrolled", "query"))
    same = one_person(arguments.same.read_text().splitlines())
    faces = of_groups(load_showing(arguments.groups, both=arguments.both), same, centres)
    of_faces = clusters(faces.vectors[faces.once], CLUSTERS)
    of_lfw = unit(clusters(unit(means(kept, people)), CLUSTERS_OF_LFW).sums)
    table = written(np.concatenate([unit(of_faces.sums), of_lfw]))
    np.save(Path(cohort.__file__).with_name(f"cohort-{'both' if arguments.both else 'sface'}.npy"), table)
    mixed, once = Cohort(unit(table.astype(np.float32))), among_alike(faces, of_faces, of_lfw, faces.once)
    single = worst(once, AT_99_OF_BOTH if arguments.both else AT_99)
    found = curves(single, mixed, (kept, asked, people))
    for faces_of_user, curve in found.items():
        print(f"    {faces_of_user}: Calibration({tuple(curve.round(4).tolist())}, _RATES),")
    adults = faces.once[[age(group) >= ADULT for group in faces.groups[faces.once]]]
    print(f"_CROWDED = {np.quantile(mixed.levels(faces.vectors[adults]), 1 - TOO_CROWDED):.3f}")
    print(f"Where the level is higher by 1, strangers reach {slope(once):.2f} more.")
    listed = among_alike(faces, of_faces, of_lfw, np.arange(len(faces.vectors)))
    show(listed, found[1], console())
    if arguments.out:
        points = {name: multiples(alike.scores, found[1]) for name, alike in listed.items() if is_large(alike)}
        dots(points, [str(threshold) for threshold in THRESHOLDS], arguments.out, "false matches, times the promise")


def curves(single: Floats, mixed: Cohort, lfw: tuple[Vectors, Vectors, People]) -> dict[int, Floats]:
    """The knots of a face, and of user vectors, by the faces they unite: more faces never ask for less."""
    one_face = knots(strangers(*lfw, compare=mixed.scores))
    more = [knots(strangers(*lfw, k, compare=mixed.scores)) - one_face for k in FACES_OF_USERS]
    users = np.maximum.accumulate([single, *(single + added for added in more)])
    return dict(zip((1, *FACES_OF_USERS), users, strict=True))


if __name__ == "__main__":
    main()
