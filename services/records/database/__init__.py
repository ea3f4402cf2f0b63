"""The database that all workspaces' records share: opened, brought to the present schema, and had alone by turns."""

from services.records.database.database import Database, is_full, is_unreachable, put, sqlite_url
from services.records.database.turn import Turn

__all__ = [
    "Database",
    "Turn",
    "is_full",
    "is_unreachable",
    "put",
    "sqlite_url",
]
