"""What a photo that was searched adds to the albums of those who are in it, and takes from whom it does not show."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from slack_sdk.errors import SlackApiError

from handlers.album import telling
from handlers.desk import Desk
from handlers.slack import MEMBERSHIP_KEPT, is_direct, refusals
from services.jobs import Step
from services.records import Source
from services.search import Identification

_REMEMBERED = timedelta(seconds=MEMBERSHIP_KEPT)

_logger = logging.getLogger(__name__)


def take_in(desk: Desk, step: Step, source: Source, found: Identification, *, poster: str = "") -> None:
    """The steps that keep who is in a photo, of those who keep an album, and have them told who wish it.

    `poster` knows of it already.
    """
    if not (source.ts and source.file_id) or is_direct(source.channel):
        return
    new = step(f"keep {source.file_id}", lambda: sorted(keep(desk, source, found)))
    if new:
        telling.submit(desk, step, new, source, poster=poster)


def may_keep(desk: Desk, found: Iterable[Identification]) -> bool:
    """Whether a member is named who keeps no album, and may be offered one."""
    people = [sighting.match.person for each in found for sighting in each.sightings if sighting.match]
    members = {person.user_id for person in people if person.member}
    return len(desk.workspace.records.albums.of(members)) < len(members)


def keep(desk: Desk, source: Source, found: Identification) -> frozenset[str]:
    """Keep who is in a photo; for whom it is new. Nothing is kept of a channel that is left or forgotten meanwhile."""
    seen = {each.match.person.user_id for each in found.sightings if each.match}
    now = datetime.now(UTC)
    if desk.workspace.records.albums.of(seen) and not _is_in(desk, source.channel, now):
        return frozenset()
    return desk.workspace.album.take_in(source, found, since=now)


def _is_in(desk: Desk, channel: str, now: datetime) -> bool:
    """Whether it is a channel that the bot is in, of which Slack says who else is: of no other photos can be shown.

    What is remembered may be from before the bot came in, or left: of several processes one alone hears of that.
    """
    visitors, album = desk.visitors, desk.workspace.album
    try:
        if channel in visitors.channels_of() and not album.forgotten_since(channel, now - _REMEMBERED):
            return True
        visitors.forget_own()
        return channel in visitors.channels_of()
    except SlackApiError as error:
        if refusals.may_pass(error):
            raise
        _logger.warning("no photo is kept: %s", error)
        return False
