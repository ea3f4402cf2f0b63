"""What figures are held against, and where they are printed."""

from benchmarks.figures.floor import Floor, cpu_of, floor_on, ratio, side_by_side
from benchmarks.figures.peers import is_running_in, python_with, run_in
from benchmarks.figures.printed import console

__all__ = [
    "Floor",
    "console",
    "cpu_of",
    "floor_on",
    "is_running_in",
    "python_with",
    "ratio",
    "run_in",
    "side_by_side",
]
