"""The commands of whoever runs the bot: is it well, what is it to be allowed, and build its collection anew."""

from __future__ import annotations

import argparse
import dataclasses
import time

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot import app, iam, printing
from bot import doctor as examination
from bot.settings import Settings
from services.records import workspaces_with_people
from services.reindex import Rebuilt, Reindex


def doctor(settings: Settings, options: argparse.Namespace) -> int:
    """Examine everything; 1 when something is to be mended."""
    findings = examination.examine(settings)
    if options.json:
        printing.as_json({"checks": [dataclasses.asdict(finding) for finding in findings]})
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
            work = Reindex(workspaces.open(each).collection, wait=lambda: time.sleep(options.wait))
            rebuilt[each] = work.run(
                lambda done, of, task=task: bars.update(task, completed=done, total=of)  # type: ignore[misc]
            )
    if options.json:
        printing.as_json({"workspaces": {name: dataclasses.asdict(each) for name, each in rebuilt.items()}})
    else:
        printing.rebuilt(rebuilt)
    return 1 if any(each.lost for each in rebuilt.values()) else 0
