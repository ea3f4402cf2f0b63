"""What made vectors, and what their similarities: only those of one version can be compared."""

from __future__ import annotations

MODEL_VERSION = "sface-2021dec/3"
BOTH_VERSION = f"{MODEL_VERSION}+reidentification-retail-0095/2"
"""Of vectors: of SFace alone, and with Intel's network beside it."""

CALIBRATION_VERSION = "groups-dev/4"
"""Of similarities."""
