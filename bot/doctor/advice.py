"""What an error from outside says is wrong, and what to do about it."""

from __future__ import annotations

import errno
import sqlite3
from http.client import HTTPException
from urllib.error import URLError

import sqlalchemy as sa
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, InvalidRegionError, NoRegionError
from botocore.exceptions import ConnectionError as NotConnected
from slack_sdk.errors import SlackApiError

from services.collection import rekognition

OUTSIDE = (
    SlackApiError,
    ClientError,
    BotoCoreError,
    sa.exc.SQLAlchemyError,
    sqlite3.Error,
    OSError,
    HTTPException,
    ImportError,
)
"""What is raised when something that the bot depends on is not as it should be."""


def explained(error: Exception) -> tuple[str, str]:
    """What one of `OUTSIDE` says is wrong, in a line, and what to do about it."""
    detail = str(error).partition("\n")[0] or repr(error)
    match error:
        case SlackApiError():
            code = str(error.response.get("error"))
            if " " in code:  # Slack's are single words; these are slack_sdk's about what it could not read
                return "What answers is not Slack.", "Mend SLACK_API_URL, or the proxy in between."
            return f"Slack says {code}.", _SLACK_FIXES.get(code, "See docs.slack.dev for that error.")
        case ClientError():
            said = error.response.get("Error", {})
            message = str(said.get("Message", "")).strip().rstrip(".")
            return f"AWS refuses {error.operation_name}: {message} ({said.get('Code')}).", _aws_fix(error)
        case BotoCoreError():
            return detail, _boto_fix(error)
        case sa.exc.SQLAlchemyError() | sqlite3.Error():
            return detail, _database_fix(detail)
        case URLError():
            return detail, "Mend SLACK_API_URL, or the way to Slack."
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return detail, MAKE_ROOM
        case OSError(errno=errno.EROFS | errno.EACCES | errno.EPERM):
            return detail, "Let the user that runs the bot write there."
        case _:
            return detail, "Mend the setting or the address that it names."


def _boto_fix(error: BotoCoreError) -> str:
    match error:
        case NoRegionError() | InvalidRegionError():
            return "Set AWS_REGION to a region that has Rekognition, such as us-east-1."
        case NotConnected() | HTTPClientError():
            return "Mend AWS_REGION, or the way to AWS."
        case _:
            return "Give boto3 credentials: an instance's role, AWS_PROFILE, or a key in the environment."


MAKE_ROOM = "Make room on the disk: 1 GB is the least."


def _database_fix(detail: str) -> str:
    if "disk is full" in detail:
        return MAKE_ROOM
    if "unable to open database file" in detail or "readonly database" in detail:
        return "Let the user that runs the bot write into DATA_DIR, or mend DATABASE_URL."
    if "not a database" in detail or "malformed" in detail:
        return "Restore a backup: `./facesearch restore FILE --replace`."
    return "Look after the database, or mend DATABASE_URL."


_COPY = "Copy it anew from the app's page on api.slack.com/apps into .env."
_SLACK_FIXES = {
    "invalid_auth": _COPY,
    "not_authed": _COPY,
    "account_inactive": "Install the app to the workspace again.",
    "token_revoked": "Install the app to the workspace again.",
    "not_allowed_token_type": "SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-; they may be swapped.",
    "missing_scope": "Give the app-level token the scope connections:write.",
}


def _aws_fix(error: ClientError) -> str:
    match error.response.get("Error", {}).get("Code", ""):
        case "AccessDeniedException" | "AccessDenied" | "403":
            return "Attach the policy that `./facesearch iam-policy` prints."
        case "NoSuchBucket" | "404":
            return "Create the bucket, or mend PHOTOS_BUCKET."
        case code if code in rekognition.CREDENTIALS_REFUSED:
            return "Renew the credentials that boto3 uses."
        case "PermanentRedirect" | "AuthorizationHeaderMalformed" | "301":
            return "Mend AWS_REGION: the bucket is in another."
        case "RequestTimeTooSkewed" | "RequestExpired":
            return "Set the clock by NTP: `timedatectl set-ntp true`."
        case _:
            return "See AWS's documentation for that error."
