"""The bytes of files: from Slack's addresses, and to the one that it has named for a new file."""

from __future__ import annotations

from functools import cached_property
from typing import IO, TYPE_CHECKING

from slack_sdk import WebClient

from handlers.slack.client import connection
from handlers.slack.incoming import downloads
from services import texts
from services.errors import Refusal, Unavailable

if TYPE_CHECKING:
    import httpx


class Exchange:
    """Fetches and sends bytes for whoever has this client."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    @cached_property
    def _http(self) -> httpx.Client:
        return connection(self._client)

    def is_slacks(self, url: str) -> bool:
        """Whether an address is one of Slack's."""
        return downloads.is_slacks(url, self._client.base_url)

    def fetch(self, url: str) -> bytes:
        """What is at an address of Slack's. Raises as `downloads.fetch` does."""
        return downloads.fetch(url, self._http, token=self._client.token or "", home=self._client.base_url)

    def save(self, url: str, into: IO[bytes], *, most: int) -> None:
        """The same where it need not fit into memory. Raises as `downloads.save` does."""
        downloads.save(url, self._http, into, token=self._client.token or "", home=self._client.base_url, most=most)

    def send(self, url: str, picture: bytes | IO[bytes]) -> None:
        """The bytes of an announced picture. The address is a secret of its own; the token has no business there.

        Raises `Unavailable` where Slack does not take it now, `Refusal` where it does not take it at all.
        """
        import httpx  # a start does without

        if not isinstance(picture, bytes):
            picture.seek(0)
        try:
            answer = self._http.post(url, content=picture)
        except httpx.HTTPError as error:
            raise Unavailable(texts.PICTURE_NOT_TAKEN_NOW) from error
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Unavailable(texts.PICTURE_NOT_TAKEN_NOW)
        if answer.status_code != 200:
            raise Refusal(texts.PICTURE_NOT_TAKEN)
