"""What the command line does, a function a command; what only some need is imported there."""

from bot.commands.running import start, worker
from bot.commands.without_slack import audit, forget, identify, import_, migrate, people

__all__ = [
    "audit",
    "forget",
    "identify",
    "import_",
    "migrate",
    "people",
    "start",
    "worker",
]
