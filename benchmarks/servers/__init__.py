"""What others serve, for as long as it is needed, and what the kernel says of processes."""

from benchmarks.servers import postgres, processes

__all__ = [
    "postgres",
    "processes",
]
