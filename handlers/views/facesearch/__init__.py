"""What `/facesearch` answers that no other suite does: its help, settings, and what admins do and read."""

from handlers.views.facesearch import admin, tuning, usage

__all__ = ["admin", "tuning", "usage"]
