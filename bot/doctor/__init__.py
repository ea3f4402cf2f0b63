"""Examines what the bot depends on, each part by itself, and says what to do about what is wrong."""

from bot.doctor.advice import OUTSIDE, explained
from bot.doctor.examination import examine
from bot.doctor.patient import Finding

__all__ = [
    "OUTSIDE",
    "Finding",
    "examine",
    "explained",
]
