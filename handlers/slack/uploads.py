"""What the bot uploads: announced, put somewhere or nowhere, waited for until Slack shows it, and taken back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import refusals
from handlers.slack.exchange import Exchange
from handlers.slack.originals import Files
from handlers.slack.outgoing import Picture, Shown
from handlers.slack.roster import Roster
from handlers.slack.values import Place, Upload, is_direct
from services import texts
from services.errors import Refusal

_COPY = "photo.jpg"
_FIRST_LOOK, _LOOK_EVERY = 0.1, 0.4  # seconds between looks at whether it has: Slack lets through some hundred a minute
_READY_WITHIN = 5.0  # seconds that a new file may take to be looked at by Slack, and to appear in its thread

_logger = logging.getLogger(__name__)


class Uploads:
    """The bot's own files in one workspace."""

    def __init__(
        self,
        client: WebClient,
        files: Files,
        members: Roster,
        shown: Shown,
        *,
        require_standing: Callable[[Place], None],
        unsay: Callable[[str, str], bool],
    ) -> None:
        """`require_standing` raises `Gone` where nothing is to be said any more; `unsay` takes back a message."""
        self._client = client
        self._files = files
        self._members = members
        self._shown = shown
        self._require_standing = require_standing
        self._unsay = unsay
        self._exchange = Exchange(client)

    def expect(self, picture: bytes, *, name: str, alt: str) -> Upload:
        """Announce a picture to Slack. Nobody sees it before it is put somewhere."""
        return self.announce(len(picture), name=name, alt=alt)

    def announce(self, size: int, *, name: str, alt: str) -> Upload:
        """The same for a file of so many bytes."""
        answer = self._client.files_getUploadURLExternal(filename=name, length=size, alt_txt=alt)
        return Upload(str(answer["file_id"]), str(answer["upload_url"]))

    def put(self, upload: Upload, picture: bytes | IO[bytes], *, name: str, place: Place | None) -> str:
        """Put an announced picture into a place, or nowhere, for blocks to show; its file id."""
        self._exchange.send(upload.url, picture)
        if place is not None:
            self._require_standing(place)
        with refusals.a_thread_that_is_gone():
            self._client.files_completeUploadExternal(
                files=[{"id": upload.file_id, "title": name}],
                channel_id=place.channel if place else None,
                thread_ts=place.thread_ts if place else None,
            )
        return upload.file_id

    def put_before(self, upload: Upload) -> str | None:
        """The file id of an announced picture, if it has been put somewhere already."""
        return upload.file_id if self._files.has(upload.file_id) else None

    def wait_until_shown(self, file_id: str, *, place: Place | None) -> str:
        """Wait until a picture is to be seen at its place, or may be shown by blocks; its file id.

        Slack shares a reply to what was deleted beside the thread: then it is taken back, and `Gone` raised.
        """
        if place:
            self._wait_until_shared(file_id, place.channel)
            if place.thread_ts and any(not share.get("thread_ts") for share in self._shares(file_id, place.channel)):
                self.hide(place.channel, file_id)
                raise refusals.Gone
        else:
            self._wait_until(file_id, lambda: bool(self._client.files_info(file=file_id)["file"].get("mimetype")))
        return file_id

    def keep(self, picture: bytes, *, name: str, alt: str) -> str:
        """Give Slack a picture that only blocks show; its file id. They may once `wait_until_shown` has returned."""
        return self.put(self.expect(picture, name=name, alt=alt), picture, name=name, place=None)

    def hand_over(self, user: str, data: bytes, *, name: str) -> str:
        """Give a member a file, in their direct messages; its id."""
        place = Place(self._members.direct(user))
        return self.put(self.expect(data, name=name, alt=name), data, name=name, place=place)

    def share_aside(
        self, place: Place, pictures: Sequence[Picture], *, user: str | None = None
    ) -> tuple[str, dict[str, str]]:
        """Share copies of pictures that Slack does not show in a place: in the direct messages, or there if it is some.

        The sentence that says so, and the copies by what they are of. That Slack takes no copies is no error.
        """
        person, n = place.only or user, len(pictures)
        try:
            if place.only is None and is_direct(place.channel):
                return texts.PICTURES_ARE_ABOVE.say(n), self._share(place, pictures)
            if person is not None:
                copies = self._share(Place(self._members.direct(person)), pictures)
                return texts.PICTURES_ARE_IN_DIRECT.say(n), copies
        except (SlackApiError, Refusal) as error:
            _logger.warning("pictures could be shown nowhere: %s", error)
        return texts.PICTURES_NOT_SHOWN.say(n), {}

    def share_there(self, place: Place, pictures: Sequence[Picture]) -> tuple[str, dict[str, str]]:
        """Share copies of pictures that Slack does not show in a message below it, for all to see; the same."""
        n = len(pictures)
        try:
            return texts.PICTURES_ARE_BELOW.say(n), self._share(place, pictures)
        except (SlackApiError, Refusal) as error:
            _logger.warning("pictures could be shown nowhere: %s", error)
        return texts.PICTURES_NOT_SHOWN.say(n), {}

    def hide(self, channel: str, file_id: str) -> bool:
        """Take back a picture that was shown in a channel, if Slack lets it; that it is gone already is no error."""
        for share in self._shares_told(file_id, channel):
            self._unsay(channel, str(share["ts"]))
        return self.discard(file_id)

    def discard(self, file_id: str) -> bool:
        """Delete one of the bot's own files, if Slack lets it; that it is gone already is no error."""
        return refusals.unless_refused(lambda: self._client.files_delete(file=file_id), *refusals.FILE_GONE)

    def discard_shown(self, view: Mapping[str, Any]) -> None:
        """Delete the files that a view shows: nothing is kept of an unknown face, its picture goes with the form."""
        for block in view["blocks"]:
            if block["type"] == "image":
                self.discard(block["slack_file"]["id"])

    def _share(self, place: Place, pictures: Sequence[Picture]) -> dict[str, str]:
        """Share copies of files in a place; the copies' ids by what they are of."""
        uploads: dict[str, Upload] = {}
        for picture in pictures:
            data = self._files.fetch(picture.file_id)
            uploads[picture.file_id] = self.expect(data, name=_COPY, alt=picture.alt or _COPY)
            self._exchange.send(uploads[picture.file_id].url, data)
        self._client.files_completeUploadExternal(
            files=[{"id": upload.file_id, "title": _COPY} for upload in uploads.values()],
            channel_id=place.channel,
            thread_ts=place.thread_ts,
        )
        copies = {file_id: upload.file_id for file_id, upload in uploads.items()}
        self._wait_until_shared(next(reversed(copies.values())), place.channel)
        return copies

    def _shares(self, file_id: str, channel: str) -> list[Mapping[str, Any]]:
        """Where in a channel a file is shown, as far as Slack says so yet."""
        shares = self._client.files_info(file=file_id)["file"].get("shares") or {}
        return [share for channels in shares.values() for share in channels.get(channel, ())]

    def _shares_told(self, file_id: str, channel: str) -> list[Mapping[str, Any]]:
        """The same; none where Slack does not say."""
        try:
            return self._shares(file_id, channel)
        except SlackApiError as error:
            if refusals.may_pass(error):
                raise
            return []

    def _wait_until_shared(self, file_id: str, channel: str) -> None:
        # Slack shares an upload a while after it has answered; what is said next must come below it.
        self._wait_until(file_id, lambda: bool(self._shares(file_id, channel)))

    def _wait_until(self, file_id: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        pause = _FIRST_LOOK
        while time.monotonic() < deadline and not ready():
            self._shown.wait(file_id, pause)
            pause = min(pause * 2, _LOOK_EVERY)
