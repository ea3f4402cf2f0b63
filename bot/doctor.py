"""Examines what the bot depends on, each part by itself, and says what to do about what is wrong."""

from __future__ import annotations

import errno
import itertools
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property, partial
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError

import sqlalchemy as sa
import yaml
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, InvalidRegionError, NoRegionError
from botocore.exceptions import ConnectionError as NotConnected
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.web import SlackResponse

from bot import app, iam
from bot.settings import Settings
from engine import EngineError, StoreError, WeightsError, damaged, stored_model, weights
from services.collection import Collection, PhotoStore, Rekognition, rekognition
from services.errors import Damaged, NotFound, Refusal
from services.people import lookalikes
from services.pictures import images
from services.preferences import Preferences
from services.records import Database, Records
from services.workspace import HOME, collection_of

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

_LEAST_DISK = 1024**3  # bytes
_MOST_SKEW = 60  # seconds; Slack and AWS refuse five minutes
_MOST_ALIKE = 5  # pairs of people who are named
_MOST_NAMED = 5  # photos or faces
_TIMEOUT = 10  # seconds that Slack has to answer
_NOTHING = str(uuid.UUID(int=0))  # the identifier of no face


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found, and where it is not well what to do."""

    check: str
    well: bool
    detail: str
    fix: str = ""


class Unwell(Exception):
    """A check fails: what was found, and what to do."""

    def __init__(self, detail: str, fix: str) -> None:
        super().__init__(detail)
        self.fix = fix


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Every check that these settings call for. What it writes to try things out, it takes away again."""
    patient = Patient(settings)
    return tuple(_find(name, partial(check, patient)) for name, check in _table(settings))


class Patient:
    """The settings, and Slack's answer about the bot's token, asked for once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def slack(self, token: str | None = None) -> WebClient:
        return WebClient(token=token, base_url=self.settings.slack_api_url, timeout=_TIMEOUT)

    @cached_property
    def identity(self) -> SlackResponse:
        token = self.settings.slack_bot_token
        if token is None:
            return self.slack().api_test()
        return self.slack(token.get_secret_value()).auth_test()

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        parsed: Mapping[str, Any] = yaml.safe_load(app.MANIFEST.read_text())
        return parsed


Check = Callable[[Patient], str]


def _table(settings: Settings) -> Iterator[tuple[str, Check]]:
    yield "disk", _disk
    yield "database", _database
    if settings.engine == "embedded":
        yield "models", _models
    yield "collection", _collection
    if settings.engine == "embedded":
        yield "vectors", _vectors
        yield "look-alikes", _lookalikes
    if settings.engine == "aws":
        yield "permissions", _permissions
    yield "photos", _photos
    yield "pictures", _pictures
    if not settings.has_slack:
        yield "Slack", _playground
        return
    if settings.slack_mode == "http":
        yield "app credentials", _credentials
        yield "installations", _installations
    else:
        yield "bot token", _bot_token
        yield "app token", _app_token
        yield "scopes", _scopes
        yield "events", _events
    yield "clock", _clock


def _find(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except Unwell as unwell:
        return Finding(name, False, str(unwell), unwell.fix)
    except OUTSIDE as error:
        return Finding(name, False, *explained(error))
    except (StoreError, EngineError, WeightsError, Refusal) as error:
        if isinstance(error.__cause__, (ClientError, BotoCoreError)):  # it says more
            return Finding(name, False, *explained(error.__cause__))
        return Finding(name, False, str(error), "The sentence says what to do.")


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
            return detail, _MAKE_ROOM
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


_MAKE_ROOM = "Make room on the disk: 1 GB is the least."


def _database_fix(detail: str) -> str:
    if "disk is full" in detail:
        return _MAKE_ROOM
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


# Each check says what is well, or raises.


def _disk(patient: Patient) -> str:
    folder = patient.settings.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"\0")
    free = shutil.disk_usage(folder).free
    if free < _LEAST_DISK:
        raise Unwell(f"{folder} has {free / 1e6:.0f} MB free.", _MAKE_ROOM)
    return f"{folder} is writable and has {free / 1e9:.0f} GB free."


def _pictures(_: Patient) -> str:
    shut = images.walls()
    lacking = [what for there, what in ((shut.files, _LANDLOCK), (shut.network, _NAMESPACES)) if not there]
    return " ".join(["Pictures are read by processes of their own.", *(lacking or [_SHUT_OFF])])


_SHUT_OFF = "They reach neither files nor the network."
_LANDLOCK = "They could read files: a Linux from 5.13 on, with Landlock, shuts them off."
_NAMESPACES = (
    "They could reach the network: a Linux that lets everybody make namespaces (`sysctl user.max_user_namespaces`, a"
    " container's seccomp profile) shuts them off."
)


def _database(patient: Patient) -> str:
    with app.open_database(patient.settings) as database, database.begin() as db:
        db.execute(sa.text("SELECT 1"))
    return f"{database.kind} answers."


def _models(patient: Patient) -> str:
    settings = patient.settings
    stored = stored_model(app.embedding(settings).present())
    chosen = weights.choose(settings.models, stored, settings.face_models_dir)
    names = "YuNet, SFace and Intel's" if chosen.second else "YuNet and SFace"
    here = f"{names} are in {chosen.detector.parent}, and are what they should be."
    if chosen.second or settings.models == "sface":
        return here
    get = f".venv/bin/python -m engine fetch --all --models-dir {chosen.detector.parent}"
    return f"{here} {_SECOND} `{get}` gets it, and `./facesearch reindex` moves the store to it."


_SECOND = (
    "With Intel's face-reidentification-retail-0095 beside SFace, 96.9 instead of 95.9 % of people are found by one "
    "photo, where one stranger's photo in 1,000 gets a name."
)
"""Measured on people of LFW that nothing was fitted on: docs/accuracy.md."""


def _collection(patient: Patient) -> str:
    settings = patient.settings
    with app.open_database(settings) as database, app.open_rekognition(settings) as faces:
        counts = [_counted(faces.client, database, each, settings) for each in database.workspaces() or [HOME]]
    short = [
        f"{name} has {there} faces; {enrolled} are enrolled." for name, there, enrolled in counts if there < enrolled
    ]
    if short:
        raise Unwell(" ".join(short), "Rebuild it: `./facesearch reindex`.")
    if len(counts) > 1:
        return f"{len(counts)} collections have {sum(there for _, there, _ in counts)} faces; none lacks any."
    ((name, there, enrolled),) = counts
    return f"{name} has {there} faces; {enrolled} are enrolled."


def _vectors(patient: Patient) -> str:
    wrong = damaged(app.embedding(patient.settings).present())
    if wrong:
        raise Unwell(f"Damaged, and so not searched: {_some(wrong)}.", "Rebuild them: `./facesearch reindex`.")
    return "All are as they were written."


def _lookalikes(patient: Patient) -> str:
    """Who may be taken for whom. That is nothing that is broken, so all is well all the same."""
    settings = patient.settings
    with app.open_database(settings) as database, app.open_rekognition(settings) as faces:
        alike = [pair for each in database.workspaces() or [HOME] for pair in _alike(faces, database, each, settings)]
    if not alike:
        return "Nobody resembles anybody too much to be told apart."
    named = [f"{pair.one.name} and {pair.other.name} resemble each other." for pair in alike[:_MOST_ALIKE]]
    more = [f"And {len(alike) - _MOST_ALIKE:,} more pairs."] if len(alike) > _MOST_ALIKE else []
    return " ".join([*named, *more, "More photos of both help to tell them apart."])


def _alike(faces: Rekognition, database: Database, workspace: str, settings: Settings) -> tuple[lookalikes.Pair, ...]:
    records = Records(database, workspace)
    preferences = Preferences(records, app.defaults(settings), calibrated=faces.is_calibrated)
    name = collection_of(workspace, settings.collection)
    collection = Collection(name, faces, records, app.open_photos(settings))
    return lookalikes.pairs(collection, records.people(), preferences.tuning().threshold)


def _counted(client: RekognitionClient, database: Database, workspace: str, settings: Settings) -> tuple[str, int, int]:
    """The name of a workspace's collection, the faces that it has, and those that are enrolled."""
    records = Records(database, workspace)
    name = records.generations.current() or collection_of(workspace, settings.collection)
    enrolled = sum(person.faces for person in records.people())
    try:
        return name, client.describe_collection(CollectionId=name)["FaceCount"], enrolled
    except client.exceptions.ResourceNotFoundException:
        return name, 0, enrolled


def _permissions(patient: Patient) -> str:
    denied: list[str] = []
    with app.open_rekognition(patient.settings) as faces:
        for operation, arguments in _harmless(patient.settings.collection):
            with _permitted(denied, operation):
                _call(faces.client, operation, arguments)
    if denied:
        raise Unwell(f"Not allowed: {', '.join(denied)}.", "Attach the policy that `./facesearch iam-policy` prints.")
    return f"All {len(iam.ON_COLLECTIONS) + len(iam.ON_IMAGES)} operations are allowed."


def _harmless(collection: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation in a form that changes nothing: about a collection that is not there, or no picture."""
    nowhere, picture = {"CollectionId": f"{collection}-{_NOTHING}"}, {"Image": {"Bytes": b"no picture"}}
    face, faces, user = {"FaceId": _NOTHING}, {"FaceIds": [_NOTHING]}, {"UserId": _NOTHING}
    arguments: dict[str, dict[str, Any]] = {
        "AssociateFaces": user | faces,
        "CreateUser": user,
        "DeleteFaces": faces,
        "DeleteUser": user,
        "DisassociateFaces": user | faces,
        "IndexFaces": picture,
        "SearchFaces": face,
        "SearchFacesByImage": picture,
        "SearchUsers": face,
        "SearchUsersByImage": picture,
    }
    yield "DetectFaces", picture
    # First the collection is created, then everything is refused or done there, and last it is deleted.
    last = "CreateCollection", "DeleteCollection"
    yield last[0], nowhere
    for operation in iam.ON_COLLECTIONS:
        if operation not in last:
            yield operation, nowhere | arguments.get(operation, {})
    yield last[1], nowhere


@contextmanager
def _permitted(denied: list[str], operation: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "AccessDeniedException":
            denied.append(operation)
        elif code in rekognition.CREDENTIALS_REFUSED:
            raise


def _call(client: RekognitionClient, operation: str, arguments: dict[str, Any]) -> None:
    client._make_api_call(operation, arguments)  # type: ignore[attr-defined]  # what every method of it does


def _photos(patient: Patient) -> str:
    photos, key = app.open_photos(patient.settings), f"doctor/{uuid.uuid4().hex}"
    photos.put(key, b"probe")
    try:
        if photos.get(key) != b"probe" or key not in photos.keys("doctor/"):
            raise Unwell("What was written is not what is read.", "Look after the disk or the bucket.")
    finally:
        photos.delete(key)
    where = patient.settings.photos_bucket
    _compare_photos(patient.settings, photos, all_of_them=where is None)
    return f"The bucket {where} takes and gives them." if where else "The folder takes and gives them, all undamaged."


def _compare_photos(settings: Settings, photos: PhotoStore, *, all_of_them: bool) -> None:
    """Hold the photos against the records, and read one, or all, which takes their key and finds damage."""
    kept = set(photos.keys(""))
    with app.open_database(settings) as database:
        everyone = [Records(database, each) for each in database.workspaces() or [HOME]]
        missing = [photo for records in everyone for photo in records.photos() if photo not in kept]
    broken = []
    for key in sorted(kept) if all_of_them else itertools.islice(kept, 1):
        try:
            photos.get(key)
        except NotFound:
            pass  # it is erased just now
        except Damaged:
            broken.append(key)
    wrong = [f"damaged: {_some(broken)}"] * bool(broken) + [f"missing: {_some(missing)}"] * bool(missing)
    if wrong:
        raise Unwell(f"Photos are {'; '.join(wrong)}.", "Restore them from a backup, or enrol their people again.")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _playground(patient: Patient) -> str:
    given = [patient.settings.slack_bot_token, patient.settings.slack_app_token]
    if any(given):
        raise Unwell("Only one of the two tokens is set.", "Set both SLACK_BOT_TOKEN and SLACK_APP_TOKEN.")
    return "No tokens are set: `start` opens the playground."


def _credentials(patient: Patient) -> str:
    settings = patient.settings
    needed = {
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise Unwell(f"{', '.join(missing)} not set.", "Copy them from the app's Basic Information.")
    return "All are set."


def _installations(patient: Patient) -> str:
    settings = patient.settings
    silent: list[str] = []
    with app.open_database(settings) as database:
        installations = app.open_installations(settings, database)
        everywhere = installations.all()
        for tenant in everywhere:
            try:
                patient.slack(installations.bot(tenant).bot_token).auth_test()
            except (SlackApiError, SlackTokenRotationError) as error:
                silent.append(f"{tenant.id} ({error})")
    if silent:
        raise Unwell(f"The token does not work of {', '.join(silent)}.", "An admin there installs the bot again.")
    return f"{len(everywhere)} installed it, and all tokens work." if everywhere else "Nobody has installed it yet."


def _bot_token(patient: Patient) -> str:
    answer = patient.identity
    return f"{answer['user']} in {answer['team']}."


def _app_token(patient: Patient) -> str:
    token = patient.settings.slack_app_token
    patient.slack().apps_connections_open(app_token=token.get_secret_value() if token else "")
    return "Socket Mode is open to it."


def _scopes(patient: Patient) -> str:
    granted = _granted(patient)
    wanted: list[str] = patient.manifest["oauth_config"]["scopes"]["bot"]
    missing = sorted(set(wanted) - granted)
    if missing:
        raise Unwell(
            f"Not granted: {', '.join(missing)}.", "Paste manifest.yml as the app's manifest, and install it again."
        )
    return f"All {len(wanted)} are granted."


def _events(patient: Patient) -> str:
    granted = _granted(patient)
    events: list[str] = patient.manifest["settings"]["event_subscriptions"]["bot_events"]
    needs = {event: _EVENT_SCOPES[event] for event in events if event in _EVENT_SCOPES}
    deaf = sorted(event for event, scope in needs.items() if scope not in granted)
    if deaf:
        raise Unwell(f"Slack will not deliver {', '.join(deaf)}.", "Paste manifest.yml, and install the app again.")
    return f"May listen to all {len(events)}. Whether the app subscribes to them, only a posted photo shows."


def _granted(patient: Patient) -> set[str]:
    return set(_header(patient.identity, "x-oauth-scopes").replace(" ", "").split(","))


_EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "user_change": "users:read",
}


def _clock(patient: Patient) -> str:
    try:
        theirs = parsedate_to_datetime(_header(patient.identity, "date"))
    except ValueError as error:
        raise Unwell("Slack's answer has no date.", "Mend SLACK_API_URL, or the proxy in between.") from error
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    if skew > _MOST_SKEW:
        raise Unwell(f"It is {skew:.0f} s away from Slack's.", "Set the clock by NTP: `timedatectl set-ntp true`.")
    return "It agrees with Slack's."


def _header(answer: SlackResponse, name: str) -> str:
    headers = {key.lower(): value for key, value in answer.headers.items()}
    value = headers.get(name, "")
    return value if isinstance(value, str) else ",".join(value)
