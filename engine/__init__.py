"""Amazon Rekognition's face operations on this machine: real detection and recognition, no account, no network.

from engine import Engine, connect

rekognition = connect(Engine.open(Path("data")))
rekognition.create_collection(CollectionId="team")
"""

from .api import Engine
from .errors import EngineError, OtherModelError, StoreError
from .store import FILE_NAME as STORE
from .store import damaged, stored_model
from .version import VERSION
from .vision import CALIBRATION_VERSION, MEASURED, Models, WeightsError, weights
from .wire import connect

__all__ = [
    "CALIBRATION_VERSION",
    "MEASURED",
    "STORE",
    "VERSION",
    "Engine",
    "EngineError",
    "Models",
    "OtherModelError",
    "StoreError",
    "WeightsError",
    "connect",
    "damaged",
    "stored_model",
    "weights",
]
