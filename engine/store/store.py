"""A store: what is kept of faces and users, in a folder or in PostgreSQL, whole after a crash at any moment."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ..errors import OtherModelError, StoreError, TwoStoresError, sealed_anew
from ..vision import Cohort
from . import rows
from .databases import FILE_NAME, Database, Postgresql, Sqlite, is_postgresql, looking
from .moving import copy, is_empty
from .noted import found, note, prepare, said, seal
from .written import UNREAD, Writing

Place = Path | str
"""Where a store is: a folder, or the URL of a PostgreSQL, whose `?schema=` names another schema than `rekognition`."""


@dataclass(frozen=True, slots=True)
class Versions:
    """What made the vectors in a store, and what turned their cosines into similarities."""

    model: str
    calibration: str


class Backend(Protocol):
    """A kind of database, see `databases`."""

    name: str

    def opening(self, writing: Writing) -> Any: ...

    def read(self, writing: Writing) -> Any: ...

    def write(self, writing: Writing, name: str) -> Any: ...

    def erase(self) -> None: ...

    def close(self) -> None: ...

    def unusable(self, error: Exception) -> StoreError: ...


class Store:
    """An open store. Threads may share one."""

    def __init__(self, backend: Backend, writing: Writing, secret: bytes, sealed: bytes | None) -> None:
        self._backend = backend
        self._writing = writing
        self.secret = secret
        self._seal = sealed

    @classmethod
    def open(cls, place: Place, versions: Versions, cohort: Cohort, keys: Sequence[bytes] = ()) -> Store:
        """Open the store at `place`, made if there is none.

        With `keys` its vectors are encrypted with the first of them, also those that were not, or with another.

        Raises StoreError when it cannot be opened, OtherModelError when it holds vectors of another model.
        """
        backend = backend_of(place)
        try:
            with backend.opening(Writing(cohort)) as (database, is_new):
                if is_new:
                    _begin(database, versions)
                _compare(database, backend.name, versions)
                cipher, is_rewritten = prepare(database, cohort, keys)
                secret, sealed = said(database, "secret"), seal(database)
            if is_rewritten and not is_new:
                backend.erase()  # What was not encrypted leaves no trace.
        except BaseException:
            backend.close()
            raise
        return cls(backend, Writing(cohort, cipher), secret, sealed)

    def close(self) -> None:
        self._backend.close()

    @contextmanager
    def read(self) -> Iterator[Database]:
        """One moment of the store: what is committed meanwhile is not seen, and nobody who writes is waited for.

        Raises EngineError where another process has encrypted the vectors in another way than this one opened them.
        """
        with self._backend.read(self._writing) as database:
            self._check(database)
            yield database

    @contextmanager
    def write(self, collection: str, *, erasing: bool = False) -> Iterator[Database]:
        """All of a change to the collection of that name or, when the block raises, none of it.

        It has reached the disk before this returns. Of what one that is `erasing` deletes, nothing is left in SQLite's
        write-ahead log either; or, while another program reads on in the store, soon after. Raises as `read` does.
        """
        with self._backend.write(self._writing, collection) as database:
            self._check(database)
            yield database
        if erasing:
            self._backend.erase()

    def _check(self, database: Database) -> None:
        # Else who has the former key, or none, would find nothing, and write what those with the new one cannot read.
        if seal(database) != self._seal:
            raise sealed_anew()


def backend_of(place: Place) -> Sqlite | Postgresql:
    """Raises StoreError where there can be none."""
    if isinstance(place, Path):
        return Sqlite(place)
    if not is_postgresql(place):
        raise StoreError(f"A store is in a folder or in PostgreSQL: {place.partition(':')[0]} is neither.")
    return Postgresql(place)


def move(folder: Path, url: str) -> bool:
    """Move the store in `folder`, if there is one, to the PostgreSQL at `url`, which has none or an empty one.

    Whether there was anything to move. Raises TwoStoresError where both have collections, StoreError
    where either cannot be used.
    """
    if stored_model(folder) is None:
        return False
    source, target = Sqlite(folder), Postgresql(url)
    try:
        with source.opening(UNREAD) as (old, _), target.opening(UNREAD) as (new, _):
            if is_empty(new):
                copy(old, new)
            elif not is_empty(old) and found(old, "secret") != found(new, "secret"):  # else it is moved already
                raise TwoStoresError(_TWO_STORES.format(folder=folder))
    finally:
        target.close()
        source.close()
    drop(folder)
    return True


def migrate(url: str) -> None:
    """Make the tables of a store in PostgreSQL, or bring them up to date. Raises StoreError."""
    backend = Postgresql(url)
    try:
        backend.migrate()
    finally:
        backend.close()


def drop(place: Place) -> None:
    """Delete a whole store."""
    if isinstance(place, Path):
        for file in place.glob(f"{FILE_NAME}*"):
            file.unlink()
        return
    backend = Postgresql(place)
    try:
        backend.drop()
    finally:
        backend.close()


_TWO_STORES = (
    "There are faces in {folder} and in PostgreSQL, and they cannot be one store. In Facesearch, "
    "`./facesearch reindex` builds from the photos what PostgreSQL lacks; then delete {folder}."
)


@contextmanager
def looked_at(place: Place) -> Iterator[Database | None]:
    """The store there as it is, whatever it is; None where there is none yet."""
    if isinstance(place, Path):
        with looking(place) as database:
            yield database
        return
    backend = Postgresql(place)
    try:
        with backend.looking() as database:
            yield database
    finally:
        backend.close()


def stored_model(place: Place) -> str | None:
    """The version of the models that made the vectors of the store there; None where there is no store yet.

    Raises StoreError when it cannot be opened.
    """
    with looked_at(place) as database:
        return _text(said(database, "model")) if database else None


def damaged(place: Place) -> tuple[str, ...]:
    """Whose vectors in the store are not what was written: a FaceId or UserId each, and its CollectionId.

    Raises StoreError when it cannot be opened.
    """
    with looked_at(place) as database:
        # One of an earlier format had none to compare with, or is opened, and so brought up to date, before it is read.
        return rows.damaged(database) if database and found(database, "cohort") else ()


def _begin(database: Database, versions: Versions) -> None:
    """What is known about a new store."""
    note(database, "secret", secrets.token_bytes(32))
    note(database, "model", versions.model.encode())


def _compare(database: Database, name: str, versions: Versions) -> None:
    model = _text(said(database, "model"))
    if model != versions.model:
        raise OtherModelError(
            f"The store {name} holds face vectors of the model {model}, and this engine makes those of "
            f"{versions.model}; the two cannot be compared. Index the photos again (in Facesearch: "
            f"`./facesearch reindex`), or go back to the MODELS or the version that made the store."
        )
    # Similarities are computed when asked for, never stored, so a new calibration needs nothing but to be noted.
    if found(database, "calibration") != versions.calibration.encode():
        note(database, "calibration", versions.calibration.encode())


def _text(value: bytes) -> str:
    return value.decode()
