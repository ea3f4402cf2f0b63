"""How the results of a job's steps are kept, and read again by a release whose classes stand elsewhere and have more.

DBOS pickles them, so each says of which module its classes are. A job that an older release has begun is ours to
finish: what it has kept is found by the classes' own names, and fields that there were not have their defaults.
"""

from __future__ import annotations

import base64
import io
import pickle
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dbos import Serializer

_ROOT = Path(__file__).parents[2]
_OURS = ("services", "handlers")


class Results(Serializer):
    """Writes as DBOS itself does, and reads what an older release has written."""

    def name(self) -> str:
        return "py_pickle"  # as the journal has it beside each of them

    def serialize(self, data: Any) -> str:
        return base64.b64encode(pickle.dumps(data)).decode("ascii")

    def deserialize(self, serialized_data: str) -> Any:
        """Raises what `pickle` raises for what is of no class any more."""
        return _completed(_Reader(io.BytesIO(base64.b64decode(serialized_data))).load())


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        try:
            return super().find_class(module, name)
        except (ModuleNotFoundError, AttributeError):
            package, _, _ = module.partition(".")
            moved = _moved(package, name) if package in _OURS else None
            if moved is None:
                raise
            return super().find_class(moved, name)


@cache
def _moved(package: str, name: str) -> str | None:
    """The module of the package that has a class of this name now; None where none has, or several have."""
    line = re.compile(rf"^class {re.escape(name)}\b", re.MULTILINE)
    found = [path for path in sorted((_ROOT / package).rglob("*.py")) if line.search(path.read_text(encoding="utf-8"))]
    return ".".join(found[0].relative_to(_ROOT).with_suffix("").parts) if len(found) == 1 else None


def _completed(value: Any) -> Any:
    """The same, in which dataclasses have the fields that have come since they were kept."""
    if is_dataclass(value):
        for field in fields(value):
            if not hasattr(value, field.name) and (default := _default(field)) is not MISSING:
                object.__setattr__(value, field.name, default)
    for part in _parts(value):
        _completed(part)
    return value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _parts(value: Any) -> Iterator[Any]:
    if is_dataclass(value):
        yield from (getattr(value, field.name, None) for field in fields(value))
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        yield from value
