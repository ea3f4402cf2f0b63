"""Fits what the engine takes from measurement: `python -m benchmarks.calibrate --data lfw-dev.tar` prints the constants
of engine/vision/centre.py and engine/vision/similarity.py.

All is fitted on the people that `benchmarks.accuracy` sets aside for it. The centre is a share of the mean of their
means. A curve is where the rates of false matches lie among the cosines of strangers; for user vectors it is the mean
of the curves of users with two, three and five faces.
"""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

import numpy as np

from benchmarks.accuracy import load_showing, unseen
from benchmarks.protocols import Floats, People, stranger_cosines
from engine.vision.embed import Vectors, centred

RATES = np.array([1e-2, 2e-3, 1e-3, 1e-4])
"""Beyond, photos under a wrong name outnumber strangers who look alike, so the curve goes on as it came."""

SHARE = 0.75
"""Of the mean. A half or all of it find as many; with all of it, user vectors of many faces come too near to all."""


def centre(features: Vectors, people: People) -> Vectors:
    """SHARE of what the people have in common, each of them counted once; to four digits, as it is written down."""
    means = [features[people == person].mean(axis=0) for person in np.unique(people)]
    return np.asarray(np.round(SHARE * np.mean(means, axis=0), 4), np.float32)


def knots(cosines: Floats) -> Floats:
    """The cosines that RATES of the strangers reach."""
    return np.asarray(np.quantile(cosines, 1 - RATES, method="higher"), np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a tar or a folder that holds a folder a person")
    photos = load_showing(parser.parse_args().data)
    rows = np.setdiff1d(np.arange(len(photos.people)), unseen(photos))
    people = photos.people[rows]
    common = centre(photos.features["enrolled"][rows], people)
    kept, asked = (centred(photos.features[way][rows], common) for way in ("enrolled", "query"))
    numbers = textwrap.fill(", ".join(str(round(10_000 * number)) for number in common.tolist()), 112)
    print(f"CENTRE = np.array([\n{numbers}\n], np.float32) / 10_000")
    users = np.mean([knots(stranger_cosines(kept, asked, people, k)) for k in (2, 3, 5)], axis=0)
    for name, cosines in (("FACES", knots(stranger_cosines(kept, asked, people))), ("USERS", users)):
        print(f"{name} = Calibration({tuple(cosines.round(4).tolist())}, {tuple(np.log10(RATES).round(4).tolist())})")


if __name__ == "__main__":
    main()
