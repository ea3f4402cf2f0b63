"""What Slack's refusals mean: whether they may pass, what they are about, and how to put them to a person."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from slack_sdk.errors import SlackApiError

from services import texts

_logger = logging.getLogger(__name__)

PASSING = {
    "fatal_error",
    "internal_error",
    "message_limit_exceeded",
    "rate_limited",
    "ratelimited",
    "request_timeout",
    "service_unavailable",
}
BUSY = {"message_limit_exceeded", "rate_limited", "ratelimited"}
NOT_INSTALLED = "not_installed"  # our own word, where the workspace has no token
NO_TOKEN = {NOT_INSTALLED, "invalid_refresh_token"}  # nobody there is reached until the bot is installed anew
GONE = {"message_not_found", "thread_not_found"}  # whoever deleted the message waits for no answer to it
FILE_GONE = {"file_deleted", "file_is_deleted", "file_not_found"}
TOO_LONG = {"msg_blocks_too_long", "msg_too_long"}

_PICTURE = {"invalid_arguments", "invalid_blocks", "unable_to_share_files", "access_denied", *FILE_GONE}
_CONTENT = {"invalid_blocks", "invalid_blocks_format", "block_mismatch", *TOO_LONG}
_ARCHIVED = {"channel_is_archived", "is_archived", "is_inactive"}
_UNSEEN = {"channel_not_found", "channel_is_limited_access", "channel_canvas_deleted"}
_LATE = {"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id", "trigger_exchanged", "trigger_expired"}
_NO_FILES = {
    "blocked_file_type",
    "file_share_limit_reached",
    "file_type_not_allowed",
    "file_upload_size_restricted",
    "file_uploads_disabled",
    "file_uploads_except_images_disabled",
    "max_file_sharing_exceeded",
    "slack_connect_blocked_file_type",
    "slack_connect_file_upload_sharing_blocked",
    "storage_limit_reached",
    "unable_to_share_files",
}
_FORBIDDEN = {
    "accesslimited",
    "access_denied",
    "action_prohibited",
    "app_access_restricted",
    "cannot_reply_to_message",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "forbidden",
    "no_access",
    "no_permission",
    "posting_to_channel_denied",
    "posting_to_general_channel_denied",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "team_access_not_granted",
    "thread_locked",
}
_CODE = re.compile(r"[a-z0-9_]{2,60}")

_WORDS = {
    **dict.fromkeys(_UNSEEN, texts.NO_SUCH_CHANNEL),
    **dict.fromkeys(_ARCHIVED, texts.CHANNEL_IS_ARCHIVED),
    **dict.fromkeys(_LATE, texts.TOO_SLOW),
    **dict.fromkeys(_NO_FILES, texts.SLACK_TAKES_NO_FILE),
    **dict.fromkeys(_FORBIDDEN, texts.SLACK_FORBIDS),
    **dict.fromkeys(PASSING - BUSY, texts.SLACK_FAILS),
    **dict.fromkeys(BUSY, texts.SLOW_DOWN),
    "not_in_channel": texts.NOT_IN_CHANNEL,
    "user_not_found": texts.NO_SUCH_MEMBER,
    "missing_scope": texts.MISSING_SCOPE,
}


def code(error: SlackApiError) -> str:
    """Slack's word for what is wrong; where the answer is none of Slack's own, such as a page of HTML, "unreadable"."""
    try:
        said = error.response["error"]
    except (KeyError, TypeError, ValueError):
        return "unreadable"
    return said if isinstance(said, str) and _CODE.fullmatch(said) else "unreadable"


def may_pass(error: SlackApiError) -> bool:
    """Whether a later attempt may be taken."""
    status: int = getattr(error, "status", 0) or getattr(error.response, "status_code", 0) or 200
    return code(error) in PASSING or status == 429 or status >= 500


def is_of_picture(error: SlackApiError) -> bool:
    """Whether a message that holds pictures may have been refused for them. Slack does not always say so."""
    return code(error) in _PICTURE or "slack file" in str(error)


def is_of_content(error: SlackApiError) -> bool:
    """Whether the text alone might be taken, where its blocks are not."""
    return code(error) in _CONTENT or code(error) == "invalid_arguments" or "metadata" in code(error)


def in_words(error: SlackApiError) -> str | None:
    """A sentence for a person, where there is one for this refusal."""
    return _WORDS.get(code(error))


def reason(error: SlackApiError) -> str:
    """A sentence for a person, if need be with Slack's own word in it."""
    return in_words(error) or texts.SLACK_REFUSES.format(code=code(error))


class Gone(Exception):
    """What an answer is about, or the thread that it goes to, is deleted: there is nothing to be said."""


@contextmanager
def a_thread_that_is_gone() -> Iterator[None]:
    """Slack's ways to refuse a reply to what is deleted."""
    try:
        yield
    except SlackApiError as error:
        if code(error) in GONE:
            raise Gone from error
        raise


@contextmanager
def gone_already(*errors: str) -> Iterator[None]:
    """A refusal with one of these words is no error: what is to go is gone."""
    try:
        yield
    except SlackApiError as error:
        if code(error) not in errors:
            raise


def unless_refused(do: Callable[[], object], *gone: str, at_last: bool = False) -> bool:
    """Whether Slack let it be done, or it was done already. Raises what may pass, unless this is `at_last`."""
    try:
        with gone_already(*gone):
            do()
    except SlackApiError as error:
        if may_pass(error) and not at_last:
            raise
        _logger.warning("%s", error)
        return False
    return True
