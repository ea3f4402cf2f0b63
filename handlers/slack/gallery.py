"""What Slack has made of posted photos: their thumbnails, and the addresses of their messages. Never the files."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import refusals
from handlers.slack.exchange import Exchange
from handlers.slack.incoming import Kind, SlackFile, object_in, objects_in, text_in
from services.errors import Refusal
from services.records import Source

_SIZES = ("thumb_480", "thumb_360", "thumb_720", "thumb_160")  # by how well they suit a sheet of a dozen
_AT_ONCE = 6
_SHARED_WITHIN = 60.0  # seconds in which Slack says of a new file where it is


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A posted photo as it is shown beside others: a thumbnail, empty if there is none, and its message's address."""

    source: Source
    picture: bytes
    link: str


class Gallery:
    """One workspace's posted photos."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._exchange = Exchange(client)

    def look(self, sources: Iterable[Source]) -> dict[Source, Glimpse | None]:
        """Each photo, several at once; None for one that is deleted, or not for the bot to see any more."""
        wanted = list(sources)
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="gallery") as threads:
            return dict(zip(wanted, threads.map(self._glimpse, wanted), strict=True))

    def posted_in(self, file_id: str) -> frozenset[Source] | None:
        """Where a file is posted; nowhere, once it is gone or private; None where Slack does not say so yet."""
        file = _unless_gone(lambda: self._client.files_info(file=file_id)["file"])
        kind = Kind.GONE if file is None else SlackFile.of(file).kind
        if file is None or kind is Kind.GONE:
            return frozenset()
        if kind is Kind.UNSETTLED or not file.keys() & {"shares", "channels"}:
            return None
        shares = object_in(file, "shares")
        found = frozenset(
            Source(channel, text_in(share, "ts"), file_id)
            for places in map(partial(object_in, shares), shares)
            for channel in places
            for share in objects_in(places, channel)
        )
        is_new = time.time() - float(file.get("created") or 0) < _SHARED_WITHIN
        is_somewhere = any(file.get(each) for each in ("channels", "groups", "ims"))
        return None if not found and (is_new or is_somewhere) else found

    def _glimpse(self, source: Source) -> Glimpse | None:
        file = _unless_gone(lambda: self._client.files_info(file=source.file_id)["file"])
        if file is None or SlackFile.of(file).kind is Kind.GONE:
            return None
        link = _unless_gone(
            lambda: self._client.chat_getPermalink(channel=source.channel, message_ts=source.ts)["permalink"]
        )
        return None if link is None else Glimpse(source, self._picture(file), str(link))

    def _picture(self, file: Mapping[str, Any]) -> bytes:
        url = next((str(file[size]) for size in _SIZES if file.get(size)), "")
        if not url:
            return b""
        try:
            return self._exchange.fetch(url)
        except Refusal:  # it goes without: the link leads to the photo
            return b""


def _unless_gone(ask: Callable[[], Any]) -> Any | None:
    """Slack's answer, or None where it says that what is asked about is not there. Raises `SlackApiError` else."""
    try:
        return ask()
    except SlackApiError as error:
        if refusals.code(error) in {*refusals.GONE, *refusals.FILE_GONE, "channel_not_found"}:
            return None
        raise
