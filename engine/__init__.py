"""Amazon Rekognition's face operations on this machine: real detection and recognition, no account, no network.

from engine import Engine, connect

rekognition = connect(Engine.open(Path("data")))
rekognition.create_collection(CollectionId="team")
"""

from engine.api import Engine
from engine.errors import EngineError, OtherModelError, StoreError
from engine.store import FILE_NAME as STORE
from engine.store import stored_model
from engine.vision import CALIBRATION_VERSION, Models, WeightsError, weights
from engine.wire import connect

__all__ = [
    "CALIBRATION_VERSION",
    "STORE",
    "Engine",
    "EngineError",
    "Models",
    "OtherModelError",
    "StoreError",
    "WeightsError",
    "connect",
    "stored_model",
    "weights",
]
