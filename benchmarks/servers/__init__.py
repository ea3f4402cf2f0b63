"""What others serve, for as long as it is needed, and what the kernel says of processes."""

from benchmarks.servers import postgres, processes
from benchmarks.servers.ports import free_port

__all__ = [
    "free_port",
    "postgres",
    "processes",
]
