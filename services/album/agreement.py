"""What somebody agrees to who keeps an album. It is asked for by itself: who agreed to be known has agreed to none."""

from __future__ import annotations

from services import texts

VERSION = "album-1"
RELEASE_VERSION = "album-release-1"

RELEASE = texts.ALBUM_RELEASE


def notice(retention_days: int) -> tuple[str, ...]:
    """Four lines: what is kept, why, who sees it, how long."""
    return (
        texts.ALBUM_WHAT,
        texts.ALBUM_WHY,
        texts.ALBUM_WHO_SEES_IT,
        texts.ALBUM_HOW_LONG.format(days=retention_days),
    )
