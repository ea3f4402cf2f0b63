"""What is kept, whole after a crash at any moment, and how it is searched."""

from . import rows
from .cipher import parse_keys
from .mirror import Kind, Mirror
from .rows import Collection, StoredFace, StoredUser
from .store import FILE_NAME, Database, Store, Versions, stored_model

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
