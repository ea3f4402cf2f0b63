"""What is kept, whole after a crash at any moment, and how it is searched."""

from engine.store import rows
from engine.store.cipher import parse_keys
from engine.store.mirror import Kind, Mirror
from engine.store.rows import Collection, StoredFace, StoredUser
from engine.store.store import FILE_NAME, Database, Store, Versions, stored_model

__all__ = [
    "FILE_NAME",
    "Collection",
    "Database",
    "Kind",
    "Mirror",
    "Store",
    "StoredFace",
    "StoredUser",
    "Versions",
    "parse_keys",
    "rows",
    "stored_model",
]
