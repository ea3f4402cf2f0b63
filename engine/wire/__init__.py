"""The two doors: an ordinary boto3 client in this process, and a server that speaks Rekognition's protocol."""

from engine.wire.client import connect
from engine.wire.server import create_app

__all__ = [
    "connect",
    "create_app",
]
