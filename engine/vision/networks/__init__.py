"""Neural networks: their weights and whence they come, how they are run, and the versions of what they made."""

from . import weights
from .networks import Network, Outputs
from .versions import BOTH_VERSION, CALIBRATION_VERSION
from .weights import Models, Weights, WeightsError

__all__ = [
    "BOTH_VERSION",
    "CALIBRATION_VERSION",
    "Models",
    "Network",
    "Outputs",
    "Weights",
    "WeightsError",
    "weights",
]
