"""Where the embedded engine has its store: in a folder, or in PostgreSQL, beside the records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import engine


@dataclass(frozen=True, slots=True)
class OwnEngine:
    """How the embedded engine is opened: the folder of its store, or the PostgreSQL that has it instead at `url`.

    A store that is still in the folder moves to PostgreSQL. `memory` is in bytes.
    """

    folder: Path
    url: str | None = None
    models_dir: Path | None = None
    encryption_key: str | None = None
    models: engine.Models | None = None
    memory: int = engine.MEMORY_FOR_VECTORS

    def open(self, place: engine.Place, models: engine.Models | None) -> engine.Engine:
        """The engine with its store at `place`. Raises what `engine.Engine.open` raises."""
        return engine.Engine.open(
            place,
            self.models_dir,
            models=models,
            encryption_key=self.encryption_key,
            memory_for_vectors=self.memory,
        )

    def present(self) -> engine.Place:
        """The store. The first is at the place that is named; one that took over from another model's is beside it."""
        if self.url is not None:
            return next(iter(engine.postgresql_stores(self.url)), self.url)
        return _in(self.folder)

    def next(self) -> engine.Place:
        """Where the one goes that takes over."""
        present = self.present()
        if isinstance(present, str):
            return engine.next_store(present)
        return self.folder / f"store-{_number(present) + 1}"

    def move(self) -> None:
        """Have in PostgreSQL what is in the folder. Raises `engine.TwoStoresError` where both have faces."""
        if self.url is not None:
            engine.move(_in(self.folder), str(self.present()))

    def end(self) -> None:
        """With all in PostgreSQL, forget what the folder has."""
        if self.url is not None:
            engine.drop(_in(self.folder))


def _in(folder: Path) -> Path:
    """The first is in the folder itself; one that took over is in `store-2`, and so on."""
    folders = [folder, *sorted(folder.glob("store-*"), key=_number)]
    return next((each for each in folders if (each / engine.STORE).exists()), folder)


def _number(folder: Path) -> int:
    _, _, number = folder.name.rpartition("store-")
    return int(number) if number.isdigit() else 1
