"""What is kept, whole after a crash at any moment, and how it is searched."""

from . import rows
from .cipher import parse_keys
from .mirror import Kind, Mirror
from .questions import Questions, is_question
from .rows import Collection, StoredFace, StoredUser
from .store import FILE_NAME, Database, Store, Versions, damaged, stored_model

__all__ = [
    "FILE_NAME",
    "Collection",
    "Database",
    "Kind",
    "Mirror",
    "Questions",
    "Store",
    "StoredFace",
    "StoredUser",
    "Versions",
    "damaged",
    "is_question",
    "parse_keys",
    "rows",
    "stored_model",
]
