"""How the bot is doing, for those who keep it running: logs, numbers, traces, and whether it is alive and ready."""

from bot.watching import logs
from bot.watching.metrics import Metrics

__all__ = [
    "Metrics",
    "logs",
]
