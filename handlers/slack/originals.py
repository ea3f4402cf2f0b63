"""The files that people have posted: what Slack knows of one, and its bytes, once it hands them over."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import IO, Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import refusals
from handlers.slack.exchange import Exchange
from handlers.slack.incoming import Kind, SlackFile, downloads
from services import texts
from services.errors import Refusal, Unavailable
from services.pictures import MAX_BYTES, images

T = TypeVar("T")

_HEAD = 512  # bytes of a file that tell what it is
_NOT_READY = (0.5, 1.0, 2.0, 4.0)  # seconds that are waited for a file that Slack has not looked at yet


class Files:
    """One workspace's files, by their ids."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._exchange = Exchange(client)

    def fetch(self, file_id: str) -> bytes:
        """A file's bytes, waited for while Slack is not ready. Raises `Refusal` when it does not hand them over."""
        return _once_ready(lambda: self._fetch(file_id))

    def look_up(self, file_id: str) -> SlackFile:
        """What Slack knows of a file that it has named by hardly more than its id, waited for while it is not ready."""
        for pause in _NOT_READY:
            file = SlackFile.of(self._info(file_id))
            if file.kind is not Kind.UNSETTLED:
                return file
            time.sleep(pause)
        return SlackFile.of(self._info(file_id))

    def fetch_large(self, file_id: str, *, most: int) -> IO[bytes]:
        """A file that need not fit into memory, on disk for as long as it is open. Raises as `fetch` does."""
        return _once_ready(lambda: self._fetch_large(file_id, most))

    def original(self, file_id: str) -> tuple[SlackFile, IO[bytes]]:
        """A photo as it was posted, on disk for as long as it is open, and what it is. Raises as `fetch` does."""
        return _once_ready(lambda: self._original(file_id))

    def _original(self, file_id: str) -> tuple[SlackFile, IO[bytes]]:
        info = self._info(file_id)
        photo = self._saved(_address(info, MAX_BYTES), MAX_BYTES)
        length = photo.seek(0, os.SEEK_END)
        photo.seek(0)
        _require_whole(photo.read(_HEAD), length, _size(info))
        return SlackFile.of(info), photo

    def _fetch_large(self, file_id: str, most: int) -> IO[bytes]:
        return self._saved(_address(self._info(file_id), most), most)

    def _saved(self, url: str, most: int) -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever is given it closes it, or lets it go
        self._exchange.save(url, file, most=most)
        return file

    def has(self, file_id: str) -> bool:
        """Whether Slack still keeps a file: a workspace may let files go after a while, and its admins delete them."""
        try:
            file: dict[str, Any] = self._client.files_info(file=file_id)["file"]
        except SlackApiError as error:
            if refusals.code(error) in refusals.FILE_GONE:
                return False
            raise
        return file.get("mode") != "tombstone"

    def is_deleted(self, file_id: str) -> bool:
        """Whether Slack says that a file is gone; that it does not say, is no answer."""
        try:
            return not self.has(file_id)
        except SlackApiError as error:
            if refusals.may_pass(error):
                raise
            return False

    def _fetch(self, file_id: str) -> bytes:
        info = self._info(file_id)
        url, size = _address(info, MAX_BYTES), _size(info)
        data = self._exchange.fetch(url)
        _require_whole(data[:_HEAD], len(data), size)
        return data

    def _info(self, file_id: str) -> dict[str, Any]:
        """All that Slack says of a file. Raises `Refusal` when it is gone, or not for the bot to see."""
        try:
            file: dict[str, Any] = self._client.files_info(file=file_id)["file"]
        except SlackApiError as error:
            if refusals.may_pass(error):
                raise
            raise Refusal(texts.FILE_NOT_TO_BE_HAD) from error
        return file


def _once_ready(fetch: Callable[[], T]) -> T:
    """What is fetched, waited for while Slack is not ready. Raises `Refusal` where it never is."""
    for pause in _NOT_READY:
        try:
            return fetch()
        except downloads.NotReady:
            time.sleep(pause)
    try:
        return fetch()
    except downloads.NotReady as error:
        raise Refusal(error.sentence) from error


def _address(info: Mapping[str, Any], most: int) -> str:
    """Where a file is. Raises `Refusal` for one that is too large, or not to be had."""
    if _size(info) > most:
        raise Refusal(texts.SLACK_FILE_TOO_LARGE.format(most=most // 2**20))
    kind = SlackFile.of(info).kind
    if kind is Kind.EXTERNAL:  # its address is anybody's
        raise Refusal(texts.FILE_ELSEWHERE)
    if kind is Kind.UNSETTLED:
        raise downloads.NotReady(texts.FILE_NOT_READY)
    url = info.get("url_private_download") or info.get("url_private")
    if not url:
        raise Refusal(texts.FILE_NOT_READABLE)
    return str(url)


def _require_whole(head: bytes, length: int, size: int) -> None:
    """Raises `NotReady` for a page in the place of a file of that size, and `Unavailable` for a part of it."""
    if length != size and images.is_page(head):
        raise downloads.NotReady(texts.FILE_IS_A_PAGE)
    if length < size and head.lstrip()[:1] != b"<":
        raise Unavailable(texts.FILE_IN_PART)


def _size(info: Mapping[str, Any]) -> int:
    return int(info.get("size") or 0)
