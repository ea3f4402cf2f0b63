"""What the command line does, a function a command; a start does without `without_slack` and `upkeep`."""

from bot.commands.running import start, worker

__all__ = [
    "start",
    "worker",
]
