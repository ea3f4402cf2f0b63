"""The two doors: an ordinary boto3 client in this process, and a server that speaks Rekognition's protocol."""

from .client import connect
from .server import create_app

__all__ = [
    "connect",
    "create_app",
]
