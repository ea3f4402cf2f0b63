"""The engine: Rekognition's face operations on this machine, answered from a folder of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .errors import OtherModelError, closed, unknown_operation
from .objects import Fetched, Objects
from .operations import OPERATIONS, Context
from .pagination import Paginator
from .params import Params
from .store import MEMORY_FOR_VECTORS, Mirror, Place, Questions, Store, Versions, parse_keys, stored_model
from .vision import CALIBRATION_VERSION, Models, Vision, Weights, scale_of, weights

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Engine:
    """An open engine. Threads may share one, and any number of processes may open one on the same store.

        with Engine.open(Path("data")) as engine:
            engine.call("CreateCollection", {"CollectionId": "team"})

    `engine.connect` gives it the face of an ordinary boto3 client, `engine.wire.server.create_app` that of a server.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._calls = _Calls()

    @classmethod
    def open(
        cls,
        place: Place,
        models_dir: Path | None = None,
        *,
        models: Models | None = None,
        extras: bool = True,
        networks: int | None = None,
        s3: S3Client | None = None,
        encryption_key: str | None = None,
        neutral_attributes: bool = False,
        memory_for_vectors: int = MEMORY_FOR_VECTORS,
    ) -> Self:
        """Open the store at `place`, made if there is none, with the models in `models_dir` (fetched if need be).

        `place` is a folder, or the URL of a PostgreSQL, where the store has a schema `rekognition` of its own, or that
        which `?schema=` names.

        `models` says which of them tell faces apart, see `engine.weights.choose`; by default the environment's MODELS.
        `extras` take more time for each face and tell people apart better. `networks` is how many large pictures are
        looked at at once, which takes 70 MB each, by default half as many as there are cores. Images named by
        `S3Object` are read with `s3`, by default a client made from boto3's usual settings.
        With `encryption_key`, or several with commas between them, the vectors are encrypted with the first.
        Collections that are searched are in memory, those asked for last in `memory_for_vectors` bytes; see the manual.
        With `neutral_attributes` a face has all that AWS guesses about people, in values that claim nothing.
        Raises StoreError when the store cannot be used, WeightsError when the models cannot be had.
        """
        keys = parse_keys(encryption_key) if encryption_key else ()
        store, chosen = _open_store(place, keys, models or weights.default_models(), models_dir)
        vision, scale = Vision(chosen, extras=extras, networks=networks), scale_of(chosen.version)
        mirror = Mirror(memory_for_vectors)
        pages, questions = Paginator(store.secret), Questions()
        return cls(Context(store, mirror, vision, scale, Objects(s3), pages, questions, neutral_attributes))

    def call(self, operation: str, params: Params) -> Params:
        """Answer an operation. `params` and the answer are as boto3 has them.

        Raises EngineError with the code, message and status that AWS would answer.
        """
        perform = OPERATIONS.get(operation)
        if perform is None:
            raise unknown_operation(f"This engine has no operation {operation}")
        from . import model  # botocore, of which the first call has need, and to open an engine does not

        with self._calls:
            return perform(self._context, model.check(operation, params))

    def fetched(self, wanted: Iterable[Params]) -> Self:
        """This engine with these `S3Object`s at hand, so that a call need not wait for S3 once it is its turn.

        Why one could not be had is said by the call.
        """
        again = copy(self)
        again._context = replace(self._context, objects=Fetched(self._context.objects, wanted))
        return again

    def close(self) -> None:
        """Close it once the calls that are under way have been answered; further ones are refused."""
        self._calls.end()
        self._context.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Calls:
    """Those under way, each a `with` of its own."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0
        self._is_ended = False

    def __enter__(self) -> None:
        with self._changed:
            if self._is_ended:
                raise closed()
            self._count += 1

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def end(self) -> None:
        """Let nobody begin any more, and wait for those who have."""
        with self._changed:
            self._is_ended = True
            self._changed.wait_for(lambda: self._count == 0)


def _open_store(place: Place, keys: Sequence[bytes], models: Models, models_dir: Path | None) -> tuple[Store, Weights]:
    """The store at `place`, and the models for it."""
    stored = stored_model(place)
    chosen = weights.choose(models, stored, models_dir)
    try:
        versions, cohort = Versions(chosen.version, CALIBRATION_VERSION), scale_of(chosen.version).cohort
        return Store.open(place, versions, cohort, keys), chosen
    except OtherModelError:
        if models != "auto" or stored is not None:
            raise
        return _open_store(place, keys, models, models_dir)  # which another process has just made, with its own
