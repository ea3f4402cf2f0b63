"""Slack as the handlers need it: fetch a file, answer where the person is, put a picture into a thread."""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import downloads
from handlers.slack.client import setback
from handlers.slack.files import Kind, SlackFile
from handlers.slack.pace import Pace
from handlers.slack.values import Member, Message, Place, Upload
from services import texts
from services.errors import Refusal, Unavailable
from services.pictures import MAX_BYTES, images
from services.records import Answers, Standing

_TIMEOUT = httpx.Timeout(30, connect=5)
_MEMBERS_AT_ONCE = 200  # as many as Slack recommends
_LONGEST_UPDATE = 4000  # characters of text beside the blocks
_WORKING, _DONE = "eyes", "white_check_mark"
_MARK = "facesearch_reply"  # the type of the metadata by which an answer is found again
_NOT_READY = (0.5, 1.0, 2.0, 4.0)  # seconds that are waited for a file that Slack has not looked at yet
_FILE = "F"  # what the ids of files begin with
_NOT_TO_BE_HAD = {
    "access_denied",
    "file_deleted",
    "file_not_found",
    "not_visible",
    "slack_connect_canvas_sharing_blocked",
    "slack_connect_file_link_sharing_blocked",
}
_READY_WITHIN = 5.0  # seconds that a new file may take to be looked at by Slack, and to appear in its thread

_logger = logging.getLogger(__name__)


class Slack:
    """One workspace's Slack, with the token to it. With a `pace`, messages to one channel wait for one another.

    With `answers`, what is said about a photo is recorded, and nothing is said about one that is gone.
    """

    def __init__(self, client: WebClient, pace: Pace | None = None, answers: Answers | None = None) -> None:
        self._client = client
        self._pace = pace
        self._answers = answers

    def fetch(self, file_id: str) -> bytes:
        """A file's bytes, waited for while Slack is not ready. Raises `Refusal` when it does not hand them over."""
        for pause in _NOT_READY:
            try:
                return self._fetch(file_id)
            except downloads.NotReady:
                time.sleep(pause)
        try:
            return self._fetch(file_id)
        except downloads.NotReady as error:
            raise Refusal(error.sentence) from error

    def look_up(self, file_id: str) -> SlackFile:
        """What Slack knows of a file that it has named by hardly more than its id, waited for while it is not ready."""
        for pause in _NOT_READY:
            file = SlackFile.of(self._info(file_id))
            if file.kind is not Kind.UNSETTLED:
                return file
            time.sleep(pause)
        return SlackFile.of(self._info(file_id))

    def _fetch(self, file_id: str) -> bytes:
        info = self._info(file_id)
        size = int(info.get("size") or 0)
        if size > MAX_BYTES:
            raise Refusal(texts.SLACK_FILE_TOO_LARGE.format(most=MAX_BYTES // 2**20))
        kind = SlackFile.of(info).kind
        if kind is Kind.EXTERNAL:  # its address is anybody's
            raise Refusal(texts.FILE_ELSEWHERE)
        if kind is Kind.UNSETTLED:
            raise downloads.NotReady(texts.FILE_NOT_READY)
        url = info.get("url_private_download") or info.get("url_private")
        if not url:
            raise Refusal(texts.FILE_NOT_READABLE)
        data = downloads.fetch(url, token=self._client.token or "", home=self._client.base_url)
        if len(data) != size and images.is_page(data):
            raise downloads.NotReady(texts.FILE_IS_A_PAGE)
        if len(data) < size and data.lstrip()[:1] != b"<":
            raise Unavailable(texts.FILE_IN_PART)
        return data

    def _info(self, file_id: str) -> dict[str, Any]:
        """All that Slack says of a file. Raises `Refusal` when it is gone, or not for the bot to see."""
        try:
            file: dict[str, Any] = self._client.files_info(file=file_id)["file"]
        except SlackApiError as error:
            if error.response["error"] in _NOT_TO_BE_HAD:
                raise Refusal(texts.FILE_NOT_TO_BE_HAD) from error
            raise
        return file

    def say(self, place: Place, message: Message, mark: str | None = None) -> str:
        """Say it, and return the message's `ts`; for one person where the bot is not let in, in a direct message.

        `said` finds a message again by its `mark`, unless it is for one person's eyes only.
        """
        blocks = [block.to_dict() for block in message.blocks] or None
        if place.only is None:
            if self._pace:
                self._pace.wait(place.channel)
            self.require_standing(place)
            with _a_thread_that_is_gone():
                answer = self._client.chat_postMessage(
                    channel=place.channel,
                    thread_ts=place.thread_ts,
                    text=message.text,
                    blocks=blocks,
                    unfurl_links=False,
                    metadata={"event_type": _MARK, "event_payload": {"mark": mark}} if mark else None,
                )
            if place.thread_ts and not answer["message"].get("thread_ts"):
                self.unsay(place.channel, str(answer["ts"]))
                raise Gone
            return str(answer["ts"])
        self.require_standing(place)
        try:
            answer = self._client.chat_postEphemeral(
                channel=place.channel, user=place.only, text=message.text, blocks=blocks, thread_ts=place.thread_ts
            )
            return str(answer["message_ts"])
        except SlackApiError as error:
            if error.response["error"] not in {"channel_not_found", "not_in_channel", "user_not_in_channel"}:
                raise
            return self.say(Place(self.direct(place.only)), message, mark)

    def said(self, place: Place, mark: str) -> str | None:
        """The `ts` of the message with that mark, if it has been said in that thread, or in that channel of late."""
        if place.only is not None:
            return None
        for message in self._conversation(place):
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == _MARK and metadata["event_payload"].get("mark") == mark:
                return str(message["ts"])
        return None

    def require_standing(self, place: Place) -> None:
        """Raises `Gone` where the thread's first message, or the photo that an answer is about, is deleted.

        Slack posts a reply to what is deleted into the channel, for all to see, so it is asked right before.
        """
        about = place.about
        if about is not None and self._answers is not None and self._answers.is_gone(about):
            raise Gone
        if place.thread_ts is not None and place.only is None:
            with _a_thread_that_is_gone():
                self._client.chat_getPermalink(channel=place.channel, message_ts=place.thread_ts)
        if about is not None and about.file_id and self._is_deleted(about.file_id):
            raise Gone

    def stand_by(self, place: Place, posted: str) -> None:
        """Record what was posted about a photo; where that was deleted meanwhile, take it back and raise `Gone`."""
        if place.about is None or place.only is not None or self._answers is None:
            return
        standing = Standing(place.channel, posted, place.about)
        self._answers.keep(standing)
        if self._answers.is_gone(place.about):
            self.withdraw(standing)
            raise Gone

    def withdraw(self, standing: Standing) -> bool:
        """Take back something that was posted about a photo, if it still stands; whether Slack lets it go.

        Where a message may not be deleted, it says at least nothing any more.
        """
        is_picture = standing.posted.startswith(_FILE)
        try:
            (self.hide if is_picture else self.unsay)(standing.channel, standing.posted)
        except SlackApiError as error:
            if setback(error) is not None:
                raise
            _logger.warning("an answer could not be deleted: %s", error.response["error"])
            if is_picture:
                return False
            self.change(standing.channel, standing.posted, Message(texts.ANSWER_REMOVED))
        if self._answers is not None:
            self._answers.drop(standing)
        return True

    def change(self, channel: str, ts: str, message: Message) -> None:
        """Put another message in the place of one of the bot's; that it is gone already is no error."""
        blocks = [block.to_dict() for block in message.blocks]
        with _gone_already("message_not_found"):
            self._client.chat_update(channel=channel, ts=ts, text=message.text[:_LONGEST_UPDATE], blocks=blocks)

    def unsay(self, channel: str, ts: str) -> None:
        """Take back one of the bot's messages; that it is gone already is no error."""
        with _gone_already("message_not_found"):
            self._client.chat_delete(channel=channel, ts=ts)

    def hide(self, channel: str, file_id: str) -> None:
        """Take back a picture that was shown in a channel; that it is gone already is no error."""
        with _gone_already("file_not_found", "file_deleted"):
            for share in self._shares(file_id, channel):
                self.unsay(channel, share["ts"])
            self._client.files_delete(file=file_id)

    def _shares(self, file_id: str, channel: str) -> list[Mapping[str, Any]]:
        """Where in a channel a file is shown, as far as Slack says so yet."""
        shares = self._client.files_info(file=file_id)["file"].get("shares") or {}
        return [share for channels in shares.values() for share in channels.get(channel, ())]

    def hand_over(self, user: str, data: bytes, *, name: str) -> None:
        """Give a member a file, in their direct messages."""
        place = Place(self.direct(user))
        self.put(self.expect(data, name=name, alt=name), data, name=name, place=place)

    def discard(self, file_id: str) -> None:
        """Delete one of the bot's own files; that it is gone already is no error."""
        with _gone_already("file_not_found", "file_deleted"):
            self._client.files_delete(file=file_id)

    def direct(self, user: str) -> str:
        """The channel of the direct messages with a member."""
        return str(self._client.conversations_open(users=user)["channel"]["id"])

    def expect(self, picture: bytes, *, name: str, alt: str) -> Upload:
        """Announce a picture to Slack. Nobody sees it before it is put somewhere."""
        answer = self._client.files_getUploadURLExternal(filename=name, length=len(picture), alt_txt=alt)
        return Upload(str(answer["file_id"]), str(answer["upload_url"]))

    def put(self, upload: Upload, picture: bytes, *, name: str, place: Place | None) -> str:
        """Put an announced picture into a place, or nowhere, for blocks to show; its file id."""
        _send(upload.url, picture)
        if place is not None:
            self.require_standing(place)
        with _a_thread_that_is_gone():
            self._client.files_completeUploadExternal(
                files=[{"id": upload.file_id, "title": name}],
                channel_id=place.channel if place else None,
                thread_ts=place.thread_ts if place else None,
            )
        return upload.file_id

    def put_before(self, upload: Upload) -> str | None:
        """The file id of an announced picture, if it has been put somewhere already."""
        return upload.file_id if self.has(upload.file_id) else None

    def has(self, file_id: str) -> bool:
        """Whether Slack still keeps a file: a workspace may let files go after a while, and its admins delete them."""
        try:
            file: dict[str, Any] = self._client.files_info(file=file_id)["file"]
        except SlackApiError as error:
            if error.response["error"] in {"file_not_found", "file_deleted"}:
                return False
            raise
        return file.get("mode") != "tombstone"

    def _is_deleted(self, file_id: str) -> bool:
        """Whether Slack says that a file is gone; that it does not say, is no answer."""
        try:
            return not self.has(file_id)
        except SlackApiError as error:
            if setback(error) is not None:
                raise
            return False

    def wait_until_shown(self, file_id: str, *, place: Place | None) -> str:
        """Wait until a picture is to be seen at its place, or may be shown by blocks; its file id.

        Slack shares a reply to what was deleted beside the thread: then it is taken back, and `Gone` raised.
        """
        if place:
            self._wait_until_shared(file_id, place.channel)
            if place.thread_ts and any(not share.get("thread_ts") for share in self._shares(file_id, place.channel)):
                self.hide(place.channel, file_id)
                raise Gone
        else:
            self._wait_until(lambda: bool(self._client.files_info(file=file_id)["file"].get("mimetype")))
        return file_id

    def keep(self, picture: bytes, *, name: str, alt: str) -> str:
        """Give Slack a picture that only blocks show, and return its file id once blocks may."""
        file_id = self.put(self.expect(picture, name=name, alt=alt), picture, name=name, place=None)
        return self.wait_until_shown(file_id, place=None)

    def working(self, channel: str, ts: str) -> None:
        """Show on a message that it is being worked on."""
        self._reaction("reactions.add", channel, ts, _WORKING)

    def done(self, channel: str, ts: str) -> None:
        """Show on a message that it has been answered."""
        self._reaction("reactions.remove", channel, ts, _WORKING)
        self._reaction("reactions.add", channel, ts, _DONE)

    def member(self, user: str) -> Member:
        """Who a member is. Raises `SlackApiError`, such as `user_not_found`."""
        return Member.of(self._client.users_info(user=user)["user"])

    def members(self, cursor: str = "") -> tuple[list[Member], str]:
        """A page of everyone in the workspace, those who have left included, and where the next one begins, or ""."""
        page = self._client.users_list(limit=_MEMBERS_AT_ONCE, cursor=cursor or None)
        members = [Member.of(user) for user in page["members"]]
        return members, str((page.get("response_metadata") or {}).get("next_cursor") or "")

    def is_bot(self, user: str) -> bool:
        """Whether another app acts by that name; of whom Slack does not know, that is not known."""
        try:
            return self.member(user).is_bot
        except SlackApiError as error:
            if error.response["error"] in {"user_not_found", "user_not_visible"}:
                return False
            raise

    def is_deactivated(self, user: str) -> bool:
        """Whether a member has left the workspace; who is merely not shown to us has not."""
        try:
            return self.member(user).is_deactivated
        except SlackApiError as error:
            if error.response["error"] in {"user_not_found", "user_not_visible"}:
                return bool(error.response["error"] == "user_not_found")
            raise

    def profile_photo(self, user: str) -> bytes:
        """The photo that a member has put on their profile. Raises `Refusal` when there is none."""
        profile = self._client.users_info(user=user)["user"].get("profile", {})
        url = str(profile.get("image_original") or profile.get("image_512") or "")
        if not profile.get("is_custom_image") or not downloads.is_slacks(url, self._client.base_url):
            raise Refusal(texts.NO_PROFILE_PHOTO)
        return downloads.fetch(url, token=self._client.token or "", home=self._client.base_url)

    def cleared(self, channel: str, ts: str) -> None:
        """Show nothing on a message any more."""
        self._reaction("reactions.remove", channel, ts, _WORKING)

    def parent(self, channel: str, thread_ts: str) -> Mapping[str, Any]:
        """The message that a thread hangs from; without files when it is gone."""
        answer = self._client.conversations_replies(channel=channel, ts=thread_ts, limit=1)
        messages: list[Mapping[str, Any]] = answer["messages"]
        return messages[0] if messages and messages[0]["ts"] == thread_ts else {}

    def _reaction(self, method: str, channel: str, ts: str, emoji: str) -> None:
        """Reactions are a courtesy: that one is there already, or that its message is gone, is no error."""
        try:
            self._client.api_call(method, json={"channel": channel, "timestamp": ts, "name": emoji})
        except SlackApiError as error:
            if error.response["error"] not in {"already_reacted", "no_reaction", "message_not_found", "too_many_emoji"}:
                _logger.warning("%s failed: %s", method, error.response["error"])
        except (OSError, http.client.HTTPException) as error:
            _logger.warning("%s failed: %s", method, error)

    def _conversation(self, place: Place) -> Iterator[Mapping[str, Any]]:
        """The messages of a thread; of a channel the newest two hundred."""
        channel, thread_ts = place.channel, place.thread_ts
        if thread_ts is None:
            newest = self._client.conversations_history(channel=channel, limit=200, include_all_metadata=True)
            yield from newest["messages"]
            return
        cursor: str | None = None
        while cursor != "":
            page = self._client.conversations_replies(
                channel=channel, ts=thread_ts, limit=200, cursor=cursor, include_all_metadata=True
            )
            yield from page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""

    def _wait_until_shared(self, file_id: str, channel: str) -> None:
        # Slack shares an upload a while after it has answered; what is said next must come below it.
        self._wait_until(lambda: bool(self._shares(file_id, channel)))

    @staticmethod
    def _wait_until(ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        pause = 0.05
        while time.monotonic() < deadline and not ready():
            time.sleep(pause)
            pause = min(pause * 2, 1.0)


class Gone(Exception):
    """What an answer is about, or the thread that it goes to, is deleted: there is nothing to be said."""


@contextmanager
def _a_thread_that_is_gone() -> Iterator[None]:
    """Slack's ways to refuse a reply to what is deleted."""
    try:
        yield
    except SlackApiError as error:
        if error.response["error"] in {"message_not_found", "thread_not_found", "cannot_reply_to_message"}:
            raise Gone from error
        raise


@contextmanager
def _gone_already(*errors: str) -> Iterator[None]:
    try:
        yield
    except SlackApiError as error:
        if error.response["error"] not in errors:
            raise


def _send(url: str, picture: bytes) -> None:
    """The bytes of an announced picture. The address is a secret of its own; the token has no business there."""
    try:
        answer = httpx.post(url, content=picture, timeout=_TIMEOUT)
    except httpx.HTTPError as error:
        raise Unavailable(texts.PICTURE_NOT_TAKEN_NOW) from error
    if answer.status_code >= 500 or answer.status_code == 429:
        raise Unavailable(texts.PICTURE_NOT_TAKEN_NOW)
    if answer.status_code != 200:
        raise Refusal(texts.PICTURE_NOT_TAKEN)
