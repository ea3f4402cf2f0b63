"""Bytes from outside become an upright picture, within AWS's limits and what a machine can bear."""

from .images import Decoded, decode, decode_half

__all__ = [
    "Decoded",
    "decode",
    "decode_half",
]
