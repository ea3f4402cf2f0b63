"""The commands of whoever runs the bot: is it well, what may it do, and the care of its data."""

from __future__ import annotations

import argparse
import dataclasses
import re
import time

import yaml
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot import app, iam
from bot import doctor as examination
from bot.commands import printing
from bot.data_dir import backup as backups
from bot.data_dir import occupied
from bot.settings import Settings
from bot.transports import manifest
from engine import VERSION
from services.collection import EncryptedPhotoStore, Rebuilt, Reindex
from services.errors import Refusal
from services.records import workspaces_with_people

_HTTPS = re.compile(r"https://[\w.\-]+(:\d+)?(/[^\s?#]*)?")


def doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Examine everything; 1 when something is to be mended."""
    findings = examination.examine(settings)
    if options.json:
        printing.as_json({"version": VERSION, "checks": [dataclasses.asdict(finding) for finding in findings]})
    else:
        printing.findings(findings)
    return 0 if all(finding.well for finding in findings) else 1


def iam_policy(settings: Settings, options: argparse.Namespace) -> int:
    """Print the least policy, for the collection and the bucket of these settings."""
    printing.as_json(
        iam.policy(
            settings.collection,
            bucket=settings.photos_bucket,
            imports=options.imports,
            region=settings.aws_region or "*",
            account=options.account,
        )
    )
    return 0


def print_manifest(settings: Settings, options: argparse.Namespace) -> int:
    """Print the app's manifest, for `url` with all addresses that Slack has to know."""
    if options.url and not _HTTPS.fullmatch(options.url):
        raise Refusal(f"Slack calls an address like https://bot.example.com, which {options.url} is not.")
    known = yaml.safe_load(app.MANIFEST.read_text())
    printing.as_json(manifest.over_http(known, options.url) if options.url else known)
    return 0


def reindex(settings: Settings, options: argparse.Namespace) -> int:
    """Build the collections of all workspaces anew; 1 when photos were lost in it."""
    rebuilt: dict[str, Rebuilt] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        app.open_workspaces(settings, rebuilding=True) as workspaces,
        Progress(*columns, console=printing.err, transient=True, disable=options.json) as bars,
    ):
        for each in workspaces_with_people(workspaces.database):
            task = bars.add_task(f"Faces of {each}", total=None)
            collection = workspaces.open(each).collection
            work = Reindex(collection, wait=lambda: time.sleep(options.wait), accept_loss=options.accept_loss)
            rebuilt[each] = work.run(
                lambda done, of, task=task: bars.update(task, completed=done, total=of)  # type: ignore[misc]
            )
    if options.json:
        printing.as_json({"workspaces": {name: dataclasses.asdict(each) for name, each in rebuilt.items()}})
    else:
        printing.rebuilt(rebuilt)
    return 1 if any(each.lost for each in rebuilt.values()) else 0


def backup(settings: Settings, options: argparse.Namespace) -> int:
    """Write all that is in DATA_DIR to a file."""
    files = backups.backup(settings.data_dir, options.file)
    printing.out.print(f"Backed up: {files} files.")
    if settings.database_url or settings.photos_bucket:
        printing.out.print("What is in DATABASE_URL and PHOTOS_BUCKET is not: back it up there.")
    return 0


def restore(settings: Settings, options: argparse.Namespace) -> int:
    """Make DATA_DIR what it was."""
    files = backups.restore(options.file, settings.data_dir, replace=options.replace)
    printing.out.print(f"Restored: {files} files.")
    return 0


def rotate_key(settings: Settings, _options: argparse.Namespace) -> int:
    """Encrypt everything with the first of the keys in ENCRYPTION_KEY."""
    with occupied(settings.data_dir, alone=True):
        pass  # nobody enrols with the old key meanwhile
    with app.open_workspaces(settings) as workspaces:  # which does so with the vectors
        photos = app.open_photos(settings)
        if settings.slack_mode == "http":
            app.open_installations(settings, workspaces.database).store.seal(anew=True)
    if not isinstance(photos, EncryptedPhotoStore):
        raise Refusal("ENCRYPTION_KEY is not set.")
    printing.out.print(f"The vectors and {photos.rotate()} photos are encrypted with the first key.")
    return 0
