"""What can be asked and done without Slack, on the same services as the bot."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bot import app
from bot.commands import printing
from bot.commands.fetching import fetch_weights
from bot.settings import Settings
from bot.tenancy import Tenant
from services.errors import Refusal
from services.people import OPERATOR, importer
from services.pictures import images
from services.pictures.drawing import annotate
from services.preferences import read_threshold
from services.search import Mode
from services.workspace import HOME, Workspace, Workspaces

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")


def migrate(settings: Settings, _options: argparse.Namespace) -> int:
    """Bring the database to this release's tables."""
    app.migrate(settings)
    printing.out.print("The database has this release's tables.")
    return 0


def import_(settings: Settings, options: argparse.Namespace) -> int:
    """Enrol everyone from a folder of folders, and say of every photo what became of it."""
    from bot.commands import importing
    from bot.commands.namesakes import Namesakes

    source: str = options.source
    stated = importing.stated(options.agreed, settings.consent, ask=not options.json)
    with _workspace(settings, options, known=True) as workspace:
        if source.startswith("s3://"):
            import boto3

            folders = importer.from_s3(boto3.client("s3", region_name=settings.aws_region), source)
        else:
            folders = importer.from_disk(Path(source))
        with _progress(quiet=options.json) as progress:
            task = progress.add_task("Photos", total=sum(len(folder.photos) for folder in folders))
            members = Namesakes(settings, workspace)
            threads = max(1, settings.workers)
            enrolling = importing.Import(
                workspace, members, stated=stated, as_others=options.namesakes, threads=threads
            )
            results = enrolling.run(folders, lambda: progress.advance(task))
    importing.say_unstated(enrolling.unstated, settings.consent)
    _print(options, results, printing.results, printing.results_json)
    return 0 if any(result.person or result.asked for result in results) else 1


def identify(settings: Settings, options: argparse.Namespace) -> int:
    """Say who is in a photo, and write it annotated where asked."""
    threshold = read_threshold(options.threshold) if options.threshold else None
    mode = Mode(options.mode) if options.mode else None
    if options.out and not options.out.parent.is_dir():
        raise Refusal(f"There is no folder {options.out.parent} to write into.")
    photo = images.open(importer.read_file(options.photo), closely=True)
    with _workspace(settings, options) as workspace:
        tuning = workspace.preferences.tuned(threshold, mode)
        found = workspace.search.identify(photo, mode=tuning.mode, threshold=tuning.threshold)
        workspace.search.note(found, actor=OPERATOR.id)
    if options.out:
        options.out.write_bytes(annotate.encode(annotate.draw(photo.image, found.labels(photo.scale))))
    _print(options, found, printing.identification, printing.identification_json)
    return 0


def people(settings: Settings, options: argparse.Namespace) -> int:
    """List who is enrolled."""
    with _workspace(settings, options) as workspace:
        everyone = workspace.people.all()
    _print(options, everyone, printing.people, printing.people_json)
    return 0


def forget(settings: Settings, options: argparse.Namespace) -> int:
    """Erase a person, after asking."""
    from bot.commands import reached

    with _workspace(settings, options) as workspace:
        person = workspace.people.get(options.name)
        if not (options.yes or options.json or printing.says_yes(f"Erase {person.name}? This cannot be undone.")):
            printing.out.print(f"{person.name} stays.", markup=False)
            return 1
        receipt = reached.forget(settings, workspace, person)
    _print(options, receipt, printing.receipt, printing.receipt_json)
    return 0


def audit(settings: Settings, options: argparse.Namespace) -> int:
    """Print the audit log: all of it as JSON, an entry a line, or the newest entries as a table."""
    with app.open_workspaces(settings) as workspaces:
        log = workspaces.open(_named(settings, options, workspaces)).records.log
        if options.json:
            printing.json_lines(printing.audit_json(entry) for entry in log.all())
        else:
            printing.audit(log.newest())
    return 0


@contextmanager
def _workspace(settings: Settings, options: argparse.Namespace, *, known: bool = False) -> Iterator[Workspace]:
    """The workspace that is named; `known` where it must be one already. Raises `Refusal`."""
    fetch_weights(settings)
    with app.open_workspaces(settings) as workspaces:
        named = _named(settings, options, workspaces)
        if known:
            _require_known(settings, workspaces, named)
        yield workspaces.open(named)


def _named(settings: Settings, options: argparse.Namespace, workspaces: Workspaces) -> str:
    """The workspace that --workspace names, or else the only one. Raises `Refusal` where that is none."""
    if options.workspace:
        try:
            return Tenant.parse(options.workspace).id
        except ValueError:
            raise Refusal(f"{options.workspace} is no id of a Slack workspace, such as T012AB3C4.") from None
    if settings.slack_mode != "http":
        return HOME
    known = _known(settings, workspaces)
    if len(known) != 1:
        there = ", ".join(sorted(known)) or "nobody has installed the bot yet"
        raise Refusal(f"Say which workspace, by --workspace: {there}.")
    return known.pop()


def _known(settings: Settings, workspaces: Workspaces) -> set[str]:
    """The workspaces that have installed the bot, and those of which something is kept."""
    known = set(workspaces.database.workspaces())
    if settings.slack_client_id:
        installed = app.open_installations(settings, workspaces.database).all()
        known |= {tenant.id for tenant in installed if tenant.team_id}
    return known


def _require_known(settings: Settings, workspaces: Workspaces, workspace: str) -> None:
    """Raises `Refusal` for one in which nobody would ever find who is enrolled."""
    if settings.slack_mode != "http":
        return
    if workspace == HOME:
        raise Refusal(f"{HOME} is what a bot of one workspace has left, which no Slack reaches: nobody is added to it.")
    installed = app.open_installations(settings, workspaces.database).has(Tenant.parse(workspace))
    if not installed and workspace not in workspaces.database.workspaces():
        raise Refusal(f"{workspace} has not installed the bot, and nothing is known of it.")


def _progress(*, quiet: bool) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=printing.err, transient=True, disable=quiet)


def _print(options: argparse.Namespace, value: T, table: Callable[[T], None], as_json: Callable[[T], Any]) -> None:
    if options.json:
        printing.as_json(as_json(value))
    else:
        table(value)
