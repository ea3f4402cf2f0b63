"""The floor under every figure of speed: decoding, one YuNet pass and a SFace pass a face, done bare."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from statistics import median

import cv2
import numpy as np

from engine.vision import Weights, weights
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

    def __init__(self, found: Weights) -> None:
        self._detector, self._recogniser = Detector(found, 1), SFace(found.recognizer, 1)

    def run(self, data: bytes, mode: int = cv2.IMREAD_COLOR) -> int:
        """Decode a photo, find its faces and embed each; how many there were."""
        image = np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), mode), np.uint8)
        faces = self._detector.look(image)
        self._recogniser.features([self._recogniser.align(image, face) for face in faces])
        return len(faces)

    def run_reduced(self, data: bytes) -> int:
        """The same of a photo of some 12 megapixels, decoded at half its size, which costs less than half."""
        return self.run(data, cv2.IMREAD_REDUCED_COLOR_2)


def floor_on(cores: Sequence[int], photo: bytes, photos: int, *, reduced: bool = False) -> float:
    """Seconds a photo for which the floor alone has a process on each of these cores: the most there is in them.

    `reduced` decodes at half size, as one does with some 12 megapixels. Each process looks at so many `photos`.
    """
    spawn = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, spawn, initializer=_begin, initargs=(core,))) for core in cores
        ]
        for pool in pools:
            pool.submit(_run, photo, 2, reduced=reduced).result()
        begun = time.monotonic()
        for running in [pool.submit(_run, photo, photos, reduced=reduced) for pool in pools]:
            running.result()
        return (time.monotonic() - begun) / photos / len(cores)


def _begin(core: int) -> None:
    """Be a process that has this core, and nothing else to do than the floor."""
    os.sched_setaffinity(0, {core})


def _run(photo: bytes, photos: int, *, reduced: bool) -> None:
    floor = _floor()
    look = floor.run_reduced if reduced else floor.run
    for _ in range(photos):
        look(photo)


@cache
def _floor() -> Floor:
    return Floor(weights.fetch())


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


def cpu_of(call: Callable[[], object], runs: int) -> float:
    """Seconds of CPU of all threads, the median of some runs."""
    call()
    taken = []
    for _ in range(runs):
        begun = time.process_time()
        call()
        taken.append(time.process_time() - begun)
    return median(taken)


def ratio(one: Timing, other: Timing) -> float:
    """The median of the ratios pair by pair."""
    return median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))
