"""Fits what the engine takes from measurement: the constants of its centre and its similarity, which are printed, and
its cohort, which is written into engine/vision. `python -m benchmarks.calibrate --data lfw-dev.tar --groups
groups-dev.tar --same groups-same.txt`.

Of LFW all is fitted on the people that `benchmarks.accuracy` sets aside for it, of the groups on everybody once. The
centre is a share of the mean of people's means. The cohort are centroids of clusters: of the groups' faces, of every
origin, sex and age, and a few of LFW's people. A curve is where the rates of false matches lie among strangers of one
group, each of them compared as if he had no part in the cohort: of the adult groups, that which is told apart worst.
What user vectors of several faces add to strangers' scores is measured on LFW, which has several photos of a person.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy import load_showing, unseen
from benchmarks.groups import Same, one_person
from benchmarks.people import Photos, centres_of
from benchmarks.protocols import Floats, People, strangers
from engine.vision import cohort
from engine.vision.cohort import Cohort, neighbourhood, terms
from engine.vision.embed import Vectors, joined, unit

RATES = np.array([1e-2, 2e-3, 1e-3, 1e-4])
"""Beyond, photos under a wrong name outnumber strangers who look alike, so the curve goes on as it came."""

SHARE = 0.75
"""Of the mean. A half or all of it find as many; with all of it, user vectors of many faces come too near to all."""

CLUSTERS, CLUSTERS_OF_LFW = 300, 20
"""With fewer, a group's neighbourhood is everybody's; with more, a centroid is somebody's. LFW's are few because its
photos are what an office's are not; without any, look-alikes among them come first too often."""

LEAST = 8
"""A cluster of fewer people is dissolved: nobody can be read from a centroid."""

ENOUGH = 100
"""People whom a group must have for its worst pairs to say something."""

DOUBTFUL = 1 / 3
"""Of the groups. At the rarest rate the worst of them are left out: in them, pairs that nobody has listed as one person
outnumber strangers."""

TOO_CROWDED = 0.002
"""Of the adults: whose neighbourhood is as crowded as a small child's. Of those of one to three years 99 in 100 are."""

FACES_OF_USERS = (2, 3, 5)


@dataclass(frozen=True, slots=True)
class Faces:
    """The groups' people by one face each: unit vectors (n × d), and the name of each one's group."""

    vectors: Vectors
    groups: NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Clusters:
    """Sums (m × d) and sizes (m) of clusters of unit vectors, and which one each vector is in."""

    sums: Vectors
    sizes: NDArray[np.intp]
    members: NDArray[np.intp]


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


def among_alike(faces: Faces, found: Clusters, others: Vectors) -> dict[str, Floats]:
    """By group, the scores of each two of its people. `found` is of these faces, whose own part is left out for each.

    `others` are centroids that they have no part in.
    """
    cosines = faces.vectors @ np.concatenate([unit(found.sums), others]).T
    rest = unit(found.sums[found.members] - faces.vectors)
    cosines[np.arange(len(cosines)), found.members] = (faces.vectors * rest).sum(axis=1)
    scale, offset = terms(neighbourhood(cosines))
    scores = {}
    for group in np.unique(faces.groups):
        rows = np.flatnonzero(faces.groups == group)
        one, other = (rows[at] for at in np.triu_indices(len(rows), 1))
        cosine = (faces.vectors[one] * faces.vectors[other]).sum(axis=1)
        scores[str(group)] = np.asarray(scale[one] * scale[other] * cosine - offset[one] - offset[other], np.float64)
    return scores


def knots(scores: Floats) -> Floats:
    """The scores that RATES of the strangers reach."""
    return np.asarray(np.quantile(scores, 1 - RATES, method="higher"), np.float64)


def worst(groups: Mapping[str, Floats]) -> Floats:
    """The highest knots of adult groups with ENOUGH people; at the rarest rate, but for those that are DOUBTFUL."""
    pairs = ENOUGH * (ENOUGH - 1) // 2
    every = np.stack([knots(scores) for name, scores in groups.items() if is_adult(name) and len(scores) >= pairs])
    return np.append(every[:, :-1].max(axis=0), np.quantile(every[:, -1], 1 - DOUBTFUL))


def is_adult(group: str) -> bool:
    """Whether the people of a group `ORIGIN-SEX-AGES` are twenty or older."""
    return int(group.removesuffix("+").split("-")[-2 if not group.endswith("+") else -1]) >= 20


def of_groups(photos: Photos, same: Same, centres: Sequence[Vectors]) -> Faces:
    """The first photo of each person."""
    people: dict[str, str] = {}
    for pair in sorted(map(sorted, same)):
        people.setdefault(pair[1], people.get(pair[0], pair[0]))
    names = ["/".join(PurePosixPath(file).parts[-2:]) for file in photos.files]
    _, once = np.unique([people.get(name, name) for name in names], return_index=True)
    return Faces(
        joined(photos.features["enrolled"][once], centres), np.array([names[row].split("/")[0] for row in once])
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a tar or a folder that holds a folder a person")
    parser.add_argument("--groups", type=Path, required=True, help="a tar or a folder that holds a folder a group")
    parser.add_argument("--same", type=Path, required=True, help="a file whose lines hold a group and two photos")
    parser.add_argument("--both", action="store_true", help="with the second network beside SFace")
    arguments = parser.parse_args()
    photos = load_showing(arguments.data, both=arguments.both)
    rows = np.setdiff1d(np.arange(len(photos.people)), unseen(photos))
    people = photos.people[rows]
    features = photos.features["enrolled"][rows]
    ends = np.cumsum([len(centre) for centre in centres_of(features)])[:-1]
    centres = [centre(own, people) for own in np.split(features, ends, axis=1)]
    for common in centres:
        numbers = textwrap.fill(", ".join(str(round(10_000 * number)) for number in common.tolist()), 112)
        print(f"CENTRE = np.array([\n{numbers}\n], np.float32) / 10_000")
    kept, asked = (joined(photos.features[way][rows], centres) for way in ("enrolled", "query"))
    same = one_person(arguments.same.read_text().splitlines())
    faces = of_groups(load_showing(arguments.groups, both=arguments.both), same, centres)
    of_faces = clusters(faces.vectors, CLUSTERS)
    of_lfw = unit(clusters(unit(means(kept, people)), CLUSTERS_OF_LFW).sums)
    table = written(np.concatenate([unit(of_faces.sums), of_lfw]))
    np.save(Path(cohort.__file__).with_name(f"cohort-{'both' if arguments.both else 'sface'}.npy"), table)
    mixed = Cohort(unit(table.astype(np.float32)))
    for faces_of_user, curve in curves(faces, of_faces, of_lfw, mixed, (kept, asked, people)).items():
        print(f"    {faces_of_user}: Calibration({tuple(curve.round(4).tolist())}, _RATES),")
    levels = mixed.neighbourhood(faces.vectors[[is_adult(group) for group in faces.groups]]).level
    print(f"_CROWDED = {np.quantile(levels, 1 - TOO_CROWDED):.3f}")


def curves(
    faces: Faces, found: Clusters, others: Vectors, mixed: Cohort, lfw: tuple[Vectors, Vectors, People]
) -> dict[int, Floats]:
    """The knots of a face, and of user vectors, by the faces they unite: more faces never ask for less."""
    single, one_face = worst(among_alike(faces, found, others)), knots(strangers(*lfw, compare=mixed.scores))
    more = [knots(strangers(*lfw, k, compare=mixed.scores)) - one_face for k in FACES_OF_USERS]
    users = np.maximum.accumulate([single, *(single + added for added in more)])
    return dict(zip((1, *FACES_OF_USERS), users, strict=True))


if __name__ == "__main__":
    main()
