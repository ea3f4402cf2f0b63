"""`/facesearch`: what may stand behind it, and what may have been meant."""

from handlers.facesearch import meant
from handlers.facesearch.command import SUBCOMMANDS, register
from handlers.facesearch.people import ask_to_merge

__all__ = ["SUBCOMMANDS", "ask_to_merge", "meant", "register"]
