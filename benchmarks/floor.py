"""The floor under every figure of speed: decoding, one YuNet pass and a SFace pass a face, done bare."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from engine.vision import Weights
from engine.vision.detection.detect import Detector
from engine.vision.recognition.recognisers import SFace


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of several runs of one thing."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)


class Floor:
    """The bare models, as OpenCV's own samples call them, in the fastest runtime that runs them all, on all cores."""

    def __init__(self, weights: Weights) -> None:
        self._detector, self._recogniser = Detector(weights, 1), SFace(weights.recognizer, 1)

    def run(self, data: bytes, mode: int = cv2.IMREAD_COLOR) -> int:
        """Decode a photo, find its faces and embed each; how many there were."""
        image = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), mode), np.uint8)
        faces = self._detector.look(image)
        self._recogniser.features([self._recogniser.align(image, face) for face in faces])
        return len(faces)

    def run_reduced(self, data: bytes) -> int:
        """The same of a photo of some 12 megapixels, decoded at half its size, which costs less than half."""
        return self.run(data, cv2.IMREAD_REDUCED_COLOR_2)


def side_by_side(calls: Sequence[Callable[[], object]], *, runs: int, warmup: int = 3) -> list[Timing]:
    """Time the calls in turn, A B A B …, so that a machine that slows down slows them alike."""
    taken: list[list[float]] = [[] for _ in calls]
    for run in range(warmup + runs):
        for times, call in zip(taken, calls, strict=True):
            started = time.perf_counter()
            call()
            if run >= warmup:
                times.append(time.perf_counter() - started)
    return [Timing(tuple(times)) for times in taken]


def ratio(one: Timing, other: Timing) -> float:
    """The median of the ratios pair by pair."""
    return median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))
