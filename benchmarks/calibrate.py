"""Fits the curves of engine/similarity.py: `python -m benchmarks.calibrate --data lfw-dev.tar` prints its constants.

A curve is where the rates of false matches lie among the cosines of strangers, on the people `benchmarks.accuracy` sets
aside for it. For user vectors it is the mean of the curves of users with two, three and five faces.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from benchmarks.accuracy import load_showing, unseen
from benchmarks.protocols import Floats, stranger_cosines

RATES = np.array([1e-2, 2e-3, 1e-3, 1e-4])
"""Beyond, photos under a wrong name outnumber strangers who look alike, so the curve goes on as it came."""


def knots(cosines: Floats) -> Floats:
    """The cosines that RATES of the strangers reach."""
    return np.asarray(np.quantile(cosines, 1 - RATES, method="higher"), np.float64)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibrate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a tar or a folder that holds a folder a person")
    photos = load_showing(parser.parse_args().data)
    rows = np.setdiff1d(np.arange(len(photos.people)), unseen(photos))
    strangers = (photos.views["enrolled"][rows], photos.views["query"][rows], photos.people[rows])
    users = np.mean([knots(stranger_cosines(*strangers, k)) for k in (2, 3, 5)], axis=0)
    for name, cosines in (("FACES", knots(stranger_cosines(*strangers))), ("USERS", users)):
        print(f"{name} = Calibration({tuple(cosines.round(4).tolist())}, {tuple(np.log10(RATES).round(4).tolist())})")


if __name__ == "__main__":
    main()
