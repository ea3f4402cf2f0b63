"""Amazon Rekognition's face operations on this machine: real detection and recognition, no account, no network.

from engine import Engine, connect

rekognition = connect(Engine.open(Path("data")))
rekognition.create_collection(CollectionId="team")
"""

from engine.api import Engine
from engine.client import connect
from engine.errors import EngineError, OtherModelError, StoreError
from engine.store import FILE_NAME as STORE
from engine.weights import WeightsError

__all__ = ["STORE", "Engine", "EngineError", "OtherModelError", "StoreError", "WeightsError", "connect"]
