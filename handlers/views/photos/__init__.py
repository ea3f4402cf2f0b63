"""The answer to a photo or to many: who is in it, what one can do about it, and the question who a stranger is."""

from handlers.views.photos import attached, corrections, gathered, matches, strangers
from handlers.views.photos.attached import no_photos
from handlers.views.photos.corrections import Answered, Removable
from handlers.views.photos.faces import Face, Shown
from handlers.views.photos.gathered import Photographed, Seen

__all__ = [
    "Answered",
    "Face",
    "Photographed",
    "Removable",
    "Seen",
    "Shown",
    "attached",
    "corrections",
    "gathered",
    "matches",
    "no_photos",
    "strangers",
]
