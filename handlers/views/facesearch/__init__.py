"""What `/facesearch` answers that no other suite does: its help, settings, and what admins do and read."""

from handlers.views.facesearch import admin, facesearch, tuning

__all__ = ["admin", "facesearch", "tuning"]
