"""Who is known: found, forgotten, corrected, too much like others, kept for so long, and told what is held of them."""

from services.people.known import lookalikes
from services.people.known.changes import WINDOW, Changes, Undone
from services.people.known.directory import Correction, People, Receipt, Unlearned
from services.people.known.export import Export
from services.people.known.namesakes import Namesakes, twins
from services.people.known.retention import MOST_DAYS, Retention

__all__ = [
    "MOST_DAYS",
    "WINDOW",
    "Changes",
    "Correction",
    "Export",
    "Namesakes",
    "People",
    "Receipt",
    "Retention",
    "Undone",
    "Unlearned",
    "lookalikes",
    "twins",
]
