"""The databases that a store may be in, SQLite and PostgreSQL, and the SQL that both understand."""

from .database import Among, Database, values_of
from .postgresql import Postgresql, is_postgresql, next_store, postgresql_stores
from .sqlite import FILE_NAME, Sqlite, looking

__all__ = [
    "FILE_NAME",
    "Among",
    "Database",
    "Postgresql",
    "Sqlite",
    "is_postgresql",
    "looking",
    "next_store",
    "postgresql_stores",
    "values_of",
]
