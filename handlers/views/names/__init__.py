"""Names: the form that asks who a face is, and the question whose a typed name is."""

from handlers.views.names import namesakes, naming
from handlers.views.names.namesakes import Answer
from handlers.views.names.naming import Choice, Kind, Naming

__all__ = ["Answer", "Choice", "Kind", "Naming", "namesakes", "naming"]
