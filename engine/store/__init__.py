"""What is kept, whole after a crash at any moment, and how it is searched."""

from . import rows
from .cipher import parse_keys
from .databases import FILE_NAME, Database, is_postgresql, next_store, postgresql_stores
from .mirror import MEMORY_FOR_VECTORS, Mirror
from .questions import Questions, is_question
from .search import Index
from .store import Place, Store, Versions, damaged, drop, migrate, move, stored_model
from .values import Collection, Kind, NewFace, SourceImage, StoredFace, StoredUser

__all__ = [
    "FILE_NAME",
    "MEMORY_FOR_VECTORS",
    "Collection",
    "Database",
    "Index",
    "Kind",
    "Mirror",
    "NewFace",
    "Place",
    "Questions",
    "SourceImage",
    "Store",
    "StoredFace",
    "StoredUser",
    "Versions",
    "damaged",
    "drop",
    "is_postgresql",
    "is_question",
    "migrate",
    "move",
    "next_store",
    "parse_keys",
    "postgresql_stores",
    "rows",
    "stored_model",
]
