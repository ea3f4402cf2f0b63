"""The engine: Rekognition's face operations on this machine, answered from a folder of its own."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from engine import model
from engine.cipher import parse
from engine.context import Context
from engine.errors import unknown_operation
from engine.mirror import Mirror
from engine.model import Params
from engine.objects import Objects
from engine.operations import OPERATIONS
from engine.pagination import Paginator
from engine.similarity import CALIBRATION_VERSION, MODEL_VERSION
from engine.store import Store, Versions
from engine.vision import Vision
from engine.weights import fetch

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class Engine:
    """An open engine. Threads may share one, and any number of processes may open one on the same folder.

        with Engine.open(Path("data")) as engine:
            engine.call("CreateCollection", {"CollectionId": "team"})

    `engine.client.connect` gives it the face of an ordinary boto3 client, `engine.server.create_app` that of a server.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @classmethod
    def open(
        cls,
        data_dir: Path,
        models_dir: Path | None = None,
        *,
        extras: bool = True,
        networks: int | None = None,
        s3: S3Client | None = None,
        encryption_key: str | None = None,
        neutral_attributes: bool = False,
    ) -> Self:
        """Open the store in `data_dir`, made if there is none, with the models in `models_dir` (fetched if need be).

        `extras` take more time for each face and tell people apart better. `networks` is how many photos at once may
        use those that take much memory, 160 MB each, by default one a core. Images named by `S3Object` are read with
        `s3`, by default a client made from boto3's usual settings.
        With `encryption_key`, or several with commas between them, the vectors are encrypted with the first.
        With `neutral_attributes` a face has all that AWS guesses about people, in values that claim nothing.
        Raises StoreError when the store cannot be used, WeightsError when the models cannot be had.
        """
        keys = parse(encryption_key) if encryption_key else ()
        vision = Vision(fetch(models_dir), extras=extras, networks=networks)
        store = Store.open(data_dir, Versions(MODEL_VERSION, CALIBRATION_VERSION), keys)
        mirror = Mirror()
        with store.read() as database:
            mirror.update(database)
        return cls(Context(store, mirror, vision, Objects(s3), Paginator(store.secret), neutral_attributes))

    def call(self, operation: str, params: Params) -> Params:
        """Answer an operation. `params` and the answer are as boto3 has them.

        Raises EngineError with the code, message and status that AWS would answer.
        """
        perform = OPERATIONS.get(operation)
        if perform is None:
            raise unknown_operation(f"This engine has no operation {operation}")
        return perform(self._context, model.check(operation, params))

    def close(self) -> None:
        self._context.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
