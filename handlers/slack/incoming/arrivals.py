"""What arrives in a conversation, something posted or something gone, read from payloads whatever they lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from handlers.slack.incoming.files import Kind, SlackFile
from handlers.slack.incoming.reading import object_in, objects_in, text_in
from handlers.slack.values import is_direct

SLACKBOT = "USLACKBOT"
_DELETED, _CHANGED, _TOMBSTONE = "message_deleted", "message_changed", "tombstone"
_ASK = "check_file_info"  # the `file_access` by which Slack says: ask `files.info`
_WITH_WORDS = {"", "file_share", "thread_broadcast", "me_message"}  # subtypes of what members say themselves


@dataclass(frozen=True, slots=True)
class Posted:
    """A message, as events, shortcuts and `conversations.replies` give it.

    `files` are its own; `forwarded` those of the messages that its author has shared with it; `unfurled` those that
    Slack shows under a link. `by_app` says that no member has posted it, as far as it tells.
    """

    channel: str
    ts: str
    user: str
    text: str
    thread_ts: str | None
    direct: bool
    by_app: bool
    files: tuple[SlackFile, ...] = ()
    forwarded: tuple[SlackFile, ...] = ()
    unfurled: tuple[SlackFile, ...] = ()

    @classmethod
    def of(cls, message: Mapping[str, Any], channel: str = "") -> Posted:
        """The message; `channel` is where it stands, if it does not say so itself."""
        attachments = list(objects_in(message, "attachments"))
        files = _once(_files(message))
        forwarded = _once(f for each in attachments if each.get("is_share") is True for f in _within(each))
        unfurled = _once(f for each in attachments if each.get("is_share") is not True for f in _within(each))
        own = {file.id for file in files}
        return cls(
            channel=text_in(message, "channel") or channel,
            ts=text_in(message, "ts"),
            user=text_in(message, "user"),
            text=text_in(message, "text"),
            thread_ts=text_in(message, "thread_ts") or None,
            direct=text_in(message, "channel_type") == "im" or is_direct(text_in(message, "channel") or channel),
            by_app=_is_by_app(message),
            files=files,
            forwarded=tuple(file for file in forwarded if file.id not in own),
            unfurled=tuple(file for file in unfurled if file.id not in own | {each.id for each in forwarded}),
        )

    @classmethod
    def of_event(cls, event: Mapping[str, Any], bot: str | None) -> Posted | None:
        """What a member has posted, with where and who; None for all else, such as another app's photo."""
        posted = cls.of(event)
        whole = posted.channel and posted.ts and posted.user
        by_member = not posted.by_app and posted.user != bot and text_in(event, "subtype") in _WITH_WORDS
        return posted if whole and by_member else None

    @property
    def thread(self) -> str:
        """The thread that a reply to it goes to."""
        return self.thread_ts or self.ts

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in {None, self.ts}

    def shown(self, *, asked: bool) -> tuple[SlackFile, ...]:
        """The files that one sees in it; those of mere links only for who has `asked`."""
        return (*self.files, *self.forwarded, *(self.unfurled if asked else ()))


@dataclass(frozen=True, slots=True)
class Removed:
    """A message, or a file, that is no more. Without a message it is the file everywhere.

    With `kept` the message stands, and has those files still; `lost` are files that it is known to have had.
    """

    channel: str = ""
    ts: str = ""
    file_id: str = ""
    kept: frozenset[str] | None = None
    lost: frozenset[str] = frozenset()

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> Removed | None:
        """What an event says is gone. A message that has replies is not deleted but changed: into a tombstone."""
        if event.get("type") == "file_deleted":
            file_id = text_in(event, "file_id") or text_in(object_in(event, "file"), "id")
            return cls(file_id=file_id) if file_id else None
        message, channel = object_in(event, "message"), text_in(event, "channel")
        subtype = text_in(event, "subtype")
        ts = text_in(event, "deleted_ts") if subtype == _DELETED else text_in(message, "ts")
        if not (channel and ts and subtype in {_DELETED, _CHANGED}):
            return None
        if subtype == _DELETED or message.get("subtype") == _TOMBSTONE:
            return cls(channel, ts)
        return cls._of_edit(channel, ts, message, object_in(event, "previous_message"))

    @classmethod
    def _of_edit(cls, channel: str, ts: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> Removed | None:
        """The files that an edit took away; None for a change that is no edit of files, such as a link's preview."""
        kept = frozenset(file.id for file in Posted.of(now).shown(asked=True) if file.kind is not Kind.GONE)
        lost = frozenset(file.id for file in Posted.of(before).shown(asked=True)) - kept
        return cls(channel, ts, kept=kept, lost=lost) if lost or "edited" in now else None


def _is_by_app(message: Mapping[str, Any]) -> bool:
    """Whether another app, or Slack, has posted it. Not every app's message has a `bot_id`."""
    marks = any(message.get(key) for key in ("bot_id", "app_id", "bot_profile"))
    return marks or text_in(message, "subtype") == "bot_message" or text_in(message, "user") in {"", SLACKBOT}


def _files(message: Mapping[str, Any]) -> Iterator[SlackFile]:
    return (SlackFile.of(file) for file in objects_in(message, "files") if text_in(file, "id"))


def _within(attachment: Mapping[str, Any]) -> Iterator[SlackFile]:
    """The files of a message that an attachment shows. Whether they may be seen here, only Slack can say."""
    return (replace(file, access=_ASK) for file in _quoted(attachment))


def _quoted(attachment: Mapping[str, Any]) -> Iterator[SlackFile]:
    """Those that it names itself, and those that the blocks of its message show as pictures."""
    yield from _files(attachment)
    for quoted in objects_in(attachment, "message_blocks"):
        message = object_in(quoted, "message")
        yield from _files(message)
        shown = (object_in(block, "slack_file") for block in objects_in(message, "blocks"))
        yield from (SlackFile.of(file) for file in shown if text_in(file, "id"))


def _once(files: Iterator[SlackFile]) -> tuple[SlackFile, ...]:
    """Each file once, where it is named first."""
    found: dict[str, SlackFile] = {}
    for file in files:
        found.setdefault(file.id, file)
    return tuple(found.values())
