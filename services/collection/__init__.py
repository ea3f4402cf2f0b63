"""One workspace's collection in Rekognition with the photos behind it, and keeping the two true."""

from services.collection import rekognition
from services.collection.collection import Collection
from services.collection.comparison import reconcile
from services.collection.completeness import Completeness, begin, restore
from services.collection.erasure import erase
from services.collection.own_engine import OwnEngine
from services.collection.photostore import (
    UNFINISHED,
    CheckedPhotoStore,
    EncryptedPhotoStore,
    FolderPhotoStore,
    PhotoStore,
    S3PhotoStore,
    parse_keys,
)
from services.collection.reindex import Rebuilt, Reindex
from services.collection.rekognition import (
    CROWDED,
    MOST_FACES,
    QUERY_PREFIX,
    Kind,
    Rekognition,
    in_words,
)

__all__ = [
    "CROWDED",
    "MOST_FACES",
    "QUERY_PREFIX",
    "UNFINISHED",
    "CheckedPhotoStore",
    "Collection",
    "Completeness",
    "EncryptedPhotoStore",
    "FolderPhotoStore",
    "Kind",
    "OwnEngine",
    "PhotoStore",
    "Rebuilt",
    "Reindex",
    "Rekognition",
    "S3PhotoStore",
    "begin",
    "erase",
    "in_words",
    "parse_keys",
    "reconcile",
    "rekognition",
    "restore",
]
