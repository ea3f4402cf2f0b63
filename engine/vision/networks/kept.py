"""Keeps on disk what can be made again, and gives back nothing but what was kept whole."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from contextlib import suppress

from ...artifacts import cache_dir

_DIGEST = hashlib.sha256().digest_size


class Kept:
    """Bytes under a name, in the cache of Facesearch, as long as all that they were made for is the same.

    Threads and processes may share one. Where nothing can be kept, nothing is.
    """

    def __init__(self, name: str, made_for: Sequence[object]) -> None:
        version = hashlib.sha256(repr(made_for).encode()).hexdigest()[:16]
        self._name = name
        self._path = cache_dir() / "compiled" / f"{name}.{version}"

    def read(self) -> bytes | None:
        """What was written, or nothing."""
        try:
            content = self._path.read_bytes()
        except OSError:
            return None
        digest, kept = content[:_DIGEST], content[_DIGEST:]
        return kept if hashlib.sha256(kept).digest() == digest else None

    def write(self, content: bytes) -> None:
        """Keep it, and no longer what was kept under the name for something else."""
        partial = self._path.with_name(f"{self._path.name}.{os.getpid()}-{threading.get_ident()}.partial")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(hashlib.sha256(content).digest() + content)
            partial.replace(self._path)
            for other in self._path.parent.glob(f"{self._name}.*"):
                if other != self._path and other.suffix != ".partial":
                    other.unlink()
