"""Amazon Rekognition's face operations on this machine: real detection and recognition, no account, no network.

from engine import Engine, connect

rekognition = connect(Engine.open(Path("data")))
rekognition.create_collection(CollectionId="team")
"""

from .api import Engine
from .errors import EngineError, OtherModelError, StoreError, TwoStoresError
from .store import FILE_NAME as STORE
from .store import (
    MEMORY_FOR_VECTORS,
    Place,
    damaged,
    drop,
    is_postgresql,
    migrate,
    move,
    next_store,
    postgresql_stores,
    stored_model,
)
from .version import VERSION
from .vision import CALIBRATION_VERSION, MEASURED, Decoded, Models, WeightsError, weights
from .wire import connect

__all__ = [
    "CALIBRATION_VERSION",
    "MEASURED",
    "MEMORY_FOR_VECTORS",
    "STORE",
    "VERSION",
    "Decoded",
    "Engine",
    "EngineError",
    "Models",
    "OtherModelError",
    "Place",
    "StoreError",
    "TwoStoresError",
    "WeightsError",
    "connect",
    "damaged",
    "drop",
    "is_postgresql",
    "migrate",
    "move",
    "next_store",
    "postgresql_stores",
    "stored_model",
    "weights",
]
