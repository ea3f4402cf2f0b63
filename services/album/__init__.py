"""Albums: in which photos somebody is seen, for those who have asked for it; who may look, and what is asked for."""

from services.album.agreement import RELEASE, RELEASE_VERSION, VERSION, notice
from services.album.album import Album, Page, Pictured
from services.album.bundle import Bundle, Bundled, Entry, digest_of, without
from services.album.dates import read_span
from services.album.wish import Wish, read_wish

__all__ = [
    "RELEASE",
    "RELEASE_VERSION",
    "VERSION",
    "Album",
    "Bundle",
    "Bundled",
    "Entry",
    "Page",
    "Pictured",
    "Wish",
    "digest_of",
    "notice",
    "read_span",
    "read_wish",
    "without",
]
