"""Runs neural networks: pictures in, arrays out. It alone knows by which runtime, which is OpenVINO."""

from __future__ import annotations

import platform
import sys
import threading
from collections.abc import Collection, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ... import cores
from ..faces import Image
from .kept import Kept

Outputs: TypeAlias = tuple[NDArray[np.float32], ...]
"""What a network says of one picture, in the order of its file."""

Size: TypeAlias = tuple[int, int]
"""Height and width."""

_ANY: Size = (-1, -1)

_CONVERTER = "openvino.tools.ovc"


_ONE_AT_A_TIME = threading.Lock()
"""Who loads a network may be the first to ask something of the runtime, and two must not be: see `_openvino`."""


class Network:
    """A network out of a file, loaded when first needed. Threads may share one.

    At most `at_once` pictures are in it, each on its share of the cores; more of them wait. For each that may be in it,
    a network keeps the memory that the largest took. `rgb` is for one that wants red first, `any_size` for one that
    looks at pictures of other sizes than its file says. For `squares`, named by their sides, and for others whose sides
    are at most `small`, it is made anew, and as many of them are in it as there are cores, on one each: that takes two
    fifths to a half of what they take on all cores, whose threads mostly wait for each other.
    """

    def __init__(
        self,
        path: Path,
        at_once: int,
        *,
        rgb: bool = False,
        any_size: bool = False,
        squares: Collection[int] = (),
        small: int = 0,
    ) -> None:
        self._load = partial(_load, path, at_once, rgb=rgb, any_size=any_size)
        self._squares = squares
        self._small = small
        self._loading = threading.Lock()
        self._loaded: dict[Size | None, Any] = {}

    def __call__(self, picture: Image) -> Outputs:
        """What it says of one picture."""
        request = self._compiled(picture).create_infer_request()
        request.infer([picture[np.newaxis]], share_inputs=True)
        return _outputs(request)

    def each(self, pictures: Iterable[Image]) -> list[Outputs]:
        """What it says of each of several, which it looks at side by side, and while the next is still being made."""
        started = []
        for picture in pictures:
            request = self._compiled(picture).create_infer_request()
            request.start_async([picture[np.newaxis]], share_inputs=True)
            started.append((request, picture))  # whose memory the request looks at
        return [_outputs(_waited(request)) for request, _ in started]

    def _compiled(self, picture: Image) -> Any:
        size = self._own_size(picture)
        if size not in self._loaded:
            with self._loading:
                self._loaded[size] = self._loaded.get(size) or self._load(size)
        return self._loaded[size]

    def _own_size(self, picture: Image) -> Size | None:
        """The size of picture that a network on one core takes, where there is one for it; or None."""
        height, width = picture.shape[:2]
        if height == width and width in self._squares:
            return height, width
        return _ANY if max(height, width) <= self._small else None


def _load(path: Path, at_once: int, size: Size | None, *, rgb: bool, any_size: bool) -> Any:
    """The network, as it was compiled before, which takes a third of the time, or compiled now."""
    with _ONE_AT_A_TIME:
        return _loaded(path, at_once, size, rgb=rgb, any_size=any_size)


def _loaded(path: Path, at_once: int, size: Size | None, *, rgb: bool, any_size: bool) -> Any:
    core, settings = _openvino().Core(), _settings(cores.usable() if size else at_once)
    kept = Kept(f"{path.stem}-{size or 'any'}", (path.stat().st_size, rgb, any_size, *_machine(core)))
    if (compiled := kept.read()) is not None:
        return core.import_model(compiled, "CPU", settings)
    loaded = core.compile_model(_model(core, path, size, rgb=rgb, any_size=any_size), "CPU", settings)
    kept.write(loaded.export_model().getvalue())
    return loaded


def _machine(core: Any) -> tuple[str, ...]:
    """What a compiled network depends on beside its file."""
    return _openvino().get_version(), core.get_property("CPU", "FULL_DEVICE_NAME"), platform.machine()


def _model(core: Any, path: Path, size: Size | None, *, rgb: bool, any_size: bool) -> Any:
    """The network, taking pictures as we have them: of bytes, and one pixel's colours side by side."""
    preprocess, kinds, layout = _openvino().preprocess, _openvino().Type, _openvino().Layout
    model = core.read_model(path)
    if any_size:
        model.reshape([1, 3, *(size or _ANY)])
    steps = preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(kinds.u8).set_layout(layout("NHWC"))
    steps.input().model().set_layout(layout("NCHW"))
    if rgb:
        steps.input().preprocess().reverse_channels()
    return steps.build()


def _settings(at_once: int) -> dict[str, Any]:
    return {
        "NUM_STREAMS": str(at_once),
        "INFERENCE_NUM_THREADS": cores.usable(),
        # Several networks would be pinned to the same cores.
        "ENABLE_CPU_PINNING": False,
        # Where a processor can, the default is half as many bits, and vectors would differ from machine to machine.
        "INFERENCE_PRECISION_HINT": "f32",
    }


def _waited(request: Any) -> Any:
    request.wait()
    return request


def _outputs(request: Any) -> Outputs:
    return tuple(np.array(tensor.data[0], np.float32) for tensor in request.output_tensors)


@cache
def _openvino() -> Any:
    """The runtime, after it has named its kinds of numbers once.

    It makes tables as they are first needed. Of two threads that need one at that moment, one makes the table and waits
    for Python's lock, and one has Python's lock and waits for the table: for good, and with them the whole process.
    """
    openvino = _imported()
    for kind in (np.uint8, np.float32):
        tensor = openvino.Tensor(np.zeros(1, kind), shared_memory=True)
        tensor.element_type.to_dtype()
        np.array(tensor.data)
    return openvino


def _imported() -> Any:
    """Without its converter of models: to import that tells Google Analytics, and we do not need it."""
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
