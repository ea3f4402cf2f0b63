"""The log: lines for a person at a terminal, JSON for a machine elsewhere, and in neither a secret."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped, warning_token_skipped

from services.jobs import reference

_CHATTY = (
    "slack_bolt",
    "slack_bolt.App",
    "slack_sdk",
    "httpx",
    "httpcore",
    "botocore",
    "boto3",
    "urllib3",
    "dbos",
    "alembic",
)
_SECRETS = re.compile(
    r"(xox[a-z]|xapp|xoxe\.xox[a-z])-[\w-]+"  # Slack's tokens
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"  # user and password in a URL
    r"|(?<=/services/)T\w+/\w+/\w+|(?<=/commands/)T\w+/\w+/\w+"  # response_url and webhooks
    r"|(?<=ticket=)[\w-]+"  # of a socket
)
# Bolt warns of it wherever the environment, or the client, has a token.
_INTENDED = {warning_client_prioritized_and_token_skipped(), warning_token_skipped()}
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def set_up(level: str, *listeners: logging.Handler, stream: TextIO | None = None) -> None:
    """Log to `stream`, by default standard error, from a level on. `listeners` are told everything of ours."""
    stream = stream or sys.stderr
    shown = logging.StreamHandler(stream)
    shown.setLevel(level)
    shown.setFormatter(Readable() if stream.isatty() else Structured())
    root = logging.getLogger()
    root.handlers[:] = [shown, *listeners]
    root.setLevel(level)
    for ours in ("services", "handlers", "bot"):
        logging.getLogger(ours).setLevel(logging.DEBUG)
    for chatty in _CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("slack_bolt.App").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    return record.msg not in _INTENDED


def redacted(text: str) -> str:
    """The text without tokens, passwords and addresses that work like passwords."""
    return _SECRETS.sub("[secret]", text)


class Readable(logging.Formatter):
    """One line a record: when, how grave, where, for which job, what."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        job = reference.job()
        return redacted(f"{text}  [{job}]" if job else text)


class Structured(logging.Formatter):
    """One JSON object a record, with what was given as `extra` beside the message."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if job := reference.job():
            entry["job"] = job
        entry |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return redacted(json.dumps(entry, ensure_ascii=False, default=str))
