"""Runs neural networks: pictures in, arrays out. It alone knows by which runtime, which is OpenVINO."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.vision.align import Image

Outputs: TypeAlias = tuple[NDArray[np.float32], ...]
"""What a network says of one picture, in the order of its file."""

_CONVERTER = "openvino.tools.ovc"


class Network:
    """A network out of a file, loaded when first needed. Threads may share one.

    At most `at_once` pictures are in it, each on its share of the cores; more of them wait. For each that may be in it,
    a network keeps the memory that the largest took. `rgb` is for one that wants red first, `any_size` for one that
    looks at pictures of other sizes than its file says.
    """

    def __init__(self, path: Path, at_once: int, *, rgb: bool = False, any_size: bool = False) -> None:
        self._load = partial(_compile, path, at_once, rgb=rgb, any_size=any_size)
        self._loading = threading.Lock()
        self._loaded: Any = None

    def __call__(self, picture: Image) -> Outputs:
        """What it says of one picture."""
        request = self._compiled().create_infer_request()
        request.infer([picture[np.newaxis]], share_inputs=True)
        return _outputs(request)

    def each(self, pictures: Sequence[Image]) -> list[Outputs]:
        """What it says of each of several, which it looks at side by side."""
        if len(pictures) == 1:
            return [self(pictures[0])]  # without another thread
        requests = [self._compiled().create_infer_request() for _ in pictures]
        for request, picture in zip(requests, pictures, strict=True):
            request.start_async([picture[np.newaxis]], share_inputs=True)
        for request in requests:
            request.wait()
        return [_outputs(request) for request in requests]

    def _compiled(self) -> Any:
        if self._loaded is None:
            with self._loading:
                self._loaded = self._loaded or self._load()
        return self._loaded


def cores() -> int:
    """Those that this process may use, which in a container are often fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _compile(path: Path, at_once: int, *, rgb: bool, any_size: bool) -> Any:
    """The network, taking pictures as we have them: of bytes, and one pixel's colours side by side."""
    openvino = _openvino()
    core = openvino.Core()
    model = core.read_model(path)
    if any_size:
        model.reshape([1, 3, -1, -1])
    steps = openvino.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    if rgb:
        steps.input().preprocess().reverse_channels()
    return core.compile_model(steps.build(), "CPU", _settings(at_once))


def _settings(at_once: int) -> dict[str, Any]:
    return {
        "NUM_STREAMS": str(at_once),
        "INFERENCE_NUM_THREADS": cores(),
        # Several networks would be pinned to the same cores.
        "ENABLE_CPU_PINNING": False,
        # Where a processor can, the default is half as many bits, and vectors would differ from machine to machine.
        "INFERENCE_PRECISION_HINT": "f32",
    }


def _outputs(request: Any) -> Outputs:
    return tuple(np.array(tensor.data[0], np.float32) for tensor in request.output_tensors)


@cache
def _openvino() -> Any:
    """The runtime, without its converter of models: to import that tells Google Analytics, and we do not need it."""
    there = sys.modules.get(_CONVERTER)
    if "openvino" not in sys.modules:
        sys.modules[_CONVERTER] = None  # type: ignore[assignment]  # how Python marks what cannot be imported
    try:
        import openvino
        import openvino.preprocess
    finally:
        if there is None:
            sys.modules.pop(_CONVERTER, None)
    return openvino
