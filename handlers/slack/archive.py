"""The photos that were posted to a channel before, page by page: first by Slack's list of files, then by its messages.

The list is fast and has what is in threads, but is known not to have everything; the messages have, but apps that Slack
does not list may read fifteen of them a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import refusals
from handlers.slack.incoming import Posted, SlackFile, object_in, objects_in, text_in
from services.records import Source

_FILES_AT_ONCE, _MESSAGES_AT_ONCE = 100, 200
_MOST_LIMITED = 15  # messages of a page, for apps that may ask once a minute
_LISTED, _SAID = "list", "said"  # what a cursor begins with


@dataclass(frozen=True, slots=True)
class Past:
    """A photo that was posted, and by whom; without `ts` it has to be asked in which messages."""

    file_id: str
    user: str
    ts: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page: photos, where the next begins, or "" at the end, and how many the channel has where Slack says so.

    `limited` says that Slack wants a minute before more messages are read, `few` that it gives no more than fifteen at
    once: a page that was refused for that has no photo, and where it begins is what follows.
    """

    photos: tuple[Past, ...]
    following: str
    total: int | None = None
    limited: bool = False
    few: bool = False


class Archive:
    """What was posted to the channels of one workspace. Raises `SlackApiError` as Slack does."""

    def __init__(self, client: WebClient, me: str) -> None:
        self._client = client
        self._me = me

    def leaf(
        self, channel: str, cursor: str, *, since: str, before: str, slowly: bool = False, few: bool = False
    ) -> Leaf:
        """A page of the photos between two moments, as Slack writes them; the first without a cursor.

        `slowly` says that a page was `limited` before, `few` that one was of few.
        """
        way, _, at = cursor.partition(":")
        if way == _SAID:
            return self._said(channel, at, since, before, slowly=slowly, few=few)
        return self._listed(channel, int(at or 1), since, before)

    def messages_of(self, channel: str, file_id: str) -> tuple[Source, ...]:
        """Where in a channel a file was posted; nowhere, where Slack does not say or it is gone."""
        try:
            shares = object_in(self._client.files_info(file=file_id)["file"], "shares")
        except SlackApiError as error:
            if refusals.may_pass(error):
                raise
            return ()
        found = [share for kind in ("public", "private") for share in objects_in(object_in(shares, kind), channel)]
        return tuple(Source(channel, text_in(share, "ts"), file_id) for share in found if text_in(share, "ts"))

    def _listed(self, channel: str, page: int, since: str, before: str) -> Leaf:
        answer = self._client.files_list(
            channel=channel, types="images", page=page, count=_FILES_AT_ONCE, ts_from=since or None, ts_to=before
        )
        paging = object_in(answer.data, "paging")
        files = ((SlackFile.of(each), text_in(each, "user")) for each in answer["files"])
        photos = tuple(Past(file.id, user) for file, user in files if user != self._me and file.may_be_picture)
        last = page >= int(paging.get("pages") or 0)
        return Leaf(photos, f"{_SAID}:" if last else f"{_LISTED}:{page + 1}", int(paging.get("total") or 0))

    def _said(self, channel: str, cursor: str, since: str, before: str, *, slowly: bool, few: bool) -> Leaf:
        limit = _MOST_LIMITED if few else _MESSAGES_AT_ONCE
        try:
            answer = self._client.conversations_history(
                channel=channel, cursor=cursor or None, limit=limit, oldest=since or None, latest=before
            )
        except SlackApiError as error:
            if few or refusals.code(error) != "invalid_limit":
                raise
            return Leaf((), f"{_SAID}:{cursor}", limited=True, few=True)  # a refusal counts as the minute's call
        messages = answer["messages"]
        photos = tuple(past for message in messages for past in self._in(channel, message))
        following = str(object_in(answer.data, "response_metadata").get("next_cursor") or "")
        # Of a short page at the end nobody can tell whether Slack has cut it, unless it has cut others.
        limited = few or (len(messages) <= _MOST_LIMITED and (bool(following) or slowly))
        return Leaf(photos, f"{_SAID}:{following}" if following else "", limited=limited, few=few)

    def _in(self, channel: str, message: Mapping[str, Any]) -> Iterator[Past]:
        """The photos of a message, of those that would be answered if it were posted now."""
        posted = Posted.of_event({**message, "channel": channel}, self._me)
        if posted is not None:
            yield from (
                Past(file.id, posted.user, posted.ts) for file in posted.shown(asked=False) if file.may_be_picture
            )
