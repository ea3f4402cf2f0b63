"""DATA_DIR: who may look into it, who uses it, and backups of it."""

from bot.data_dir.locks import at_work, occupied
from bot.data_dir.private import keep_private

__all__ = [
    "at_work",
    "keep_private",
    "occupied",
]
