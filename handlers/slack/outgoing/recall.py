"""Finds again what the bot has said, a few messages at a time: some apps may read fifteen of them a minute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk import WebClient

from handlers.slack.values import Place, Said

MARK = "facesearch_reply"  # the type of the metadata by which an answer is found again
_AT_ONCE = 15  # messages


class Recall:
    """Reads conversations. Where Slack refuses a page for now, the next attempt goes on with that page."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._marked: dict[Place, dict[str, Said]] = {}  # while a thread is being read
        self._cursors: dict[Place, str] = {}

    def find(self, place: Place, mark: str) -> Said | None:
        """The message with the mark: of a thread all are looked at, of a channel the newest. Raises `SlackApiError`."""
        marked = self._marked.setdefault(place, {})
        while mark not in marked:
            page, cursor = self._page(place, self._cursors.get(place))
            for message in page:
                _note(marked, place, message)
            if not cursor:
                break
            self._cursors[place] = cursor
        del self._marked[place]
        self._cursors.pop(place, None)
        return marked.get(mark)

    def _page(self, place: Place, cursor: str | None) -> tuple[list[Mapping[str, Any]], str]:
        """A page of the thread and where the next begins, or the newest messages of the channel."""
        if place.thread_ts is None:
            newest = self._client.conversations_history(
                channel=place.channel, limit=_AT_ONCE, include_all_metadata=True
            )
            return newest["messages"], ""
        page = self._client.conversations_replies(
            channel=place.channel, ts=place.thread_ts, limit=_AT_ONCE, cursor=cursor, include_all_metadata=True
        )
        return page["messages"], (page.get("response_metadata") or {}).get("next_cursor") or ""


def _note(marked: dict[str, Said], place: Place, message: Mapping[str, Any]) -> None:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") == MARK:
        payload = metadata.get("event_payload") or {}
        copies = tuple((payload.get("copies") or {}).items())
        marked[str(payload.get("mark"))] = Said(place, str(message["ts"]), copies)
