"""Albums: who keeps one, in which photos they are seen, how far channels were looked through, what was handed out."""

from services.records.albums.albums import EVERYONE, Albums, KeptAlbum
from services.records.albums.appearances import Appearance, Appearances, Sought, by_source
from services.records.albums.lookbacks import LookBack, LookBacks, Progress, Stage
from services.records.albums.sheets import Sheets

__all__ = [
    "EVERYONE",
    "Albums",
    "Appearance",
    "Appearances",
    "KeptAlbum",
    "LookBack",
    "LookBacks",
    "Progress",
    "Sheets",
    "Sought",
    "Stage",
    "by_source",
]
