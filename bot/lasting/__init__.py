"""What a process that lasts does beside its work: it is frugal, and does again and again what is due."""

from bot.lasting.memory import be_frugal, give_back, settle
from bot.lasting.recurrence import recurring

__all__ = [
    "be_frugal",
    "give_back",
    "recurring",
    "settle",
]
