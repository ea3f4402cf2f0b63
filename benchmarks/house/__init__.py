"""What the benchmarks of the whole bot run in: a playground in this process, and the bot in processes of its own."""

from benchmarks.house.bots import LEAVE_TIME, ROOT, Bot, crew
from benchmarks.house.life import living
from benchmarks.house.members import Json, Member, ask, from_a_phone
from benchmarks.house.slack import playground

__all__ = [
    "LEAVE_TIME",
    "ROOT",
    "Bot",
    "Json",
    "Member",
    "ask",
    "crew",
    "from_a_phone",
    "living",
    "playground",
]
