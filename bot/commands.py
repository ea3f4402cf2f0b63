"""What the commands do, each on the same services as the bot; what only some need is imported there."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import handlers
from artifacts.photos import OBAMA
from bot import app, logs, printing, transport
from bot.installations import Tenant
from bot.memory import be_frugal, settle
from bot.metrics import Metrics
from bot.recurring import recurring
from bot.settings import Settings
from engine import weights
from services.errors import Refusal
from services.jobs import Jobs
from services.people import OPERATOR, importer
from services.pictures import images
from services.pictures.drawing import annotate
from services.preferences import read_threshold
from services.search import Mode
from services.workspace import HOME, Workspace, Workspaces

if TYPE_CHECKING:
    from rich.progress import Progress

_OFTEN = 60.0  # seconds after which what is needed no more is looked for

T = TypeVar("T")


def start(settings: Settings, _options: argparse.Namespace) -> int:
    """Run the bot until Ctrl-C; without Slack tokens, in a playground of its own."""
    stopped = _until_stopped()
    metrics = _observed(settings)
    with ExitStack() as stack:
        stack.enter_context(app.alone_at_work(settings))
        at_home = not settings.has_slack
        if at_home and (settings.slack_bot_token or settings.slack_app_token):
            raise Refusal(
                "Only one of SLACK_BOT_TOKEN and SLACK_APP_TOKEN is set. Set both, or neither for the playground."
            )
        if at_home:
            settings = stack.enter_context(transport.playground(settings, app.MANIFEST))
        _fetch_weights(settings)
        workspaces = stack.enter_context(app.open_workspaces(settings))
        stack.enter_context(recurring(workspaces.purge, every=_OFTEN))  # what can be undone is kept for ten minutes
        if settings.slack_mode == "http":
            jobs = _serve(settings, workspaces, stack)
            workspaces.warm()
        else:
            bot = app.build(settings, workspaces)
            bot.app.client.auth_test()  # Socket Mode would connect all the same, and every answer fail
            jobs = bot.jobs
            jobs.start()
            stack.callback(jobs.stop)
            stack.enter_context(transport.socket_mode(bot.app, settings, partial(_awaken, workspaces)))
            handlers.lookback.begin_next(bot.desk)
            stack.enter_context(recurring(partial(handlers.keeping.plan, bot.desk)))
            _welcome(settings if at_home else None)
        stack.enter_context(recurring(lambda _: jobs.strip(), every=_OFTEN))
        stack.enter_context(_measured(settings, workspaces, jobs, metrics))
        settle()
        stopped.wait()
        printing.out.print("Stopping …")
    return 0


def migrate(settings: Settings, _options: argparse.Namespace) -> int:
    """Bring the database to this release's tables."""
    app.migrate(settings)
    printing.out.print("The database has this release's tables.")
    return 0


def worker(settings: Settings, _options: argparse.Namespace) -> int:
    """Work on the jobs that others store in the same PostgreSQL, until Ctrl-C."""
    stopped = _until_stopped()
    metrics = _observed(settings)
    _fetch_weights(settings)
    with app.open_workspaces(settings) as workspaces, ExitStack() as stack:
        if workspaces.database.kind != "postgresql":
            raise Refusal("Only a PostgreSQL database can be shared with workers: set DATABASE_URL.")
        jobs = (app.serve if settings.slack_mode == "http" else app.build)(settings, workspaces).jobs
        jobs.start()
        stack.callback(jobs.stop)
        stack.enter_context(recurring(lambda _: jobs.strip(), every=_OFTEN))
        stack.enter_context(_measured(settings, workspaces, jobs, metrics))
        printing.out.print("Working. Ctrl-C stops.")
        workspaces.warm()
        settle()
        stopped.wait()
    return 0


def _awaken(workspaces: Workspaces) -> None:
    workspaces.warm()
    settle()


def _until_stopped() -> threading.Event:
    """Be a process that lasts, and frugal. What Ctrl-C, SIGTERM and a closed terminal set."""
    be_frugal()
    stopped = threading.Event()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, lambda *_: stopped.set())
    return stopped


def _observed(settings: Settings) -> Metrics:
    """Log as the settings say, and count what is logged."""
    metrics = Metrics()
    logs.set_up(settings.log_level, metrics, *_traced(settings))
    return metrics


def _traced(settings: Settings) -> Iterator[logging.Handler]:
    """Imported only where it is asked for: it takes packages that others need not have."""
    if settings.otel_exporter_otlp_endpoint:
        try:
            from bot.traces import Traces
        except ImportError as error:
            raise Refusal(
                f"OTEL_EXPORTER_OTLP_ENDPOINT takes the packages of requirements-traces.in: {error}."
            ) from error
        yield Traces.to(settings.otel_exporter_otlp_endpoint)


@contextmanager
def _measured(settings: Settings, workspaces: Workspaces, jobs: Jobs, metrics: Metrics) -> Iterator[None]:
    """Answer how it is going on METRICS_PORT, where there is one."""
    if settings.metrics_port is None:
        yield
        return
    from bot import health, web  # a server, which the usual start is without

    site = health.create_app(workspaces.database, jobs, metrics)
    with web.listening(site, settings.metrics_host, settings.metrics_port) as port:
        logging.getLogger(__name__).info("metrics on port %d", port)
        yield


def _serve(settings: Settings, workspaces: Workspaces, stack: ExitStack) -> Jobs:
    """Be called by Slack, for all workspaces that install the bot, until the stack unwinds."""
    from bot import web  # a server, which Socket Mode is without

    if settings.slack_signing_secret is None:
        raise Refusal("SLACK_MODE=http needs SLACK_SIGNING_SECRET: the app's Basic Information has it.")
    if settings.encryption_key is None:
        logging.getLogger(__name__).warning("the tokens of workspaces are kept unencrypted: set ENCRYPTION_KEY")
    served = app.serve(settings, workspaces)
    served.jobs.start()
    stack.callback(served.jobs.stop)
    site = web.create_app(served, settings.slack_signing_secret.get_secret_value())
    stack.enter_context(recurring(served.tenants.plan_sweeps))
    port = stack.enter_context(web.listening(site, settings.host, settings.port))
    printing.out.print(f"Listening on port {port}; /slack/install installs. Ctrl-C stops.")
    return served.jobs


def import_(settings: Settings, options: argparse.Namespace) -> int:
    """Enrol everyone from a folder of folders, and say of every photo what became of it."""
    from bot import importing
    from bot.namesakes import Namesakes

    source: str = options.source
    released = importing.stated(options.agreed, ask=not options.json)
    with _workspace(settings, options) as workspace:
        if source.startswith("s3://"):
            import boto3

            folders = importer.from_s3(boto3.client("s3", region_name=settings.aws_region), source)
        else:
            folders = importer.from_disk(Path(source))
        with _progress(quiet=options.json) as progress:
            task = progress.add_task("Photos", total=sum(len(folder.photos) for folder in folders))
            members = Namesakes(settings, workspace)
            enrolling = importing.Import(workspace, members, released=released, as_others=options.namesakes)
            results = enrolling.run(folders, lambda: progress.advance(task))
    importing.say_unreleased(enrolling.unreleased)
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
    with _workspace(settings, options) as workspace:
        person = workspace.people.get(options.name)
        if not (options.yes or options.json or _sure(person.name)):
            printing.out.print(f"{person.name} stays.", markup=False)
            return 1
        receipt = workspace.people.forget(person, actor=OPERATOR.id)
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
def _workspace(settings: Settings, options: argparse.Namespace) -> Iterator[Workspace]:
    _fetch_weights(settings)
    with app.open_workspaces(settings) as workspaces:
        yield workspaces.open(_named(settings, options, workspaces))


def _named(settings: Settings, options: argparse.Namespace, workspaces: Workspaces) -> str:
    """The workspace that --workspace names, or else the only one. Raises `Refusal` where that is none."""
    if options.workspace:
        try:
            return Tenant.parse(options.workspace).id
        except ValueError:
            raise Refusal(f"{options.workspace} is no id of a Slack workspace, such as T012AB3C4.") from None
    if settings.slack_mode != "http":
        return HOME
    known = set(workspaces.database.workspaces())
    if settings.slack_client_id:
        installed = app.open_installations(settings, workspaces.database).all()
        known |= {tenant.id for tenant in installed if tenant.team_id}
    if len(known) != 1:
        there = ", ".join(sorted(known)) or "nobody has installed the bot yet"
        raise Refusal(f"Say which workspace, by --workspace: {there}.")
    return known.pop()


def _fetch_weights(settings: Settings) -> None:
    """Have the model files before anything needs them, with a progress bar where they must come from afar."""
    if settings.engine != "embedded":
        return
    with ExitStack() as stack:
        show: Callable[[str, int, int | None], None] | None = None

        def told(name: str, done: int, total: int | None) -> None:
            nonlocal show
            show = show or stack.enter_context(_download())
            show(name, done, total)

        weights.fetch(settings.face_models_dir, told, second=settings.models == "both")


@contextmanager
def _download() -> Iterator[Callable[[str, int, int | None], None]]:
    """A progress bar for each thing that is downloaded; yields what is told how far it is."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    quiet = not printing.err.is_terminal  # a bar that nobody watches still leaves a line in the log
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=printing.err, transient=True, disable=quiet) as progress:

        def show(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
            progress.update(tasks[name], completed=done, total=total)

        yield show


def _welcome(playground: Settings | None) -> None:
    if playground is None:
        printing.out.print("Connected to Slack. Ctrl-C stops.")
        return
    address = playground.slack_api_url.removesuffix("/api/")
    printing.out.print(f"\n  Open [bold]{address}[/bold], a Slack workspace to try Facesearch in.\n")
    enroll = f"[bold]/enroll {OBAMA}[/bold]"
    printing.out.print(f"  1. Load the sample photos there, type {enroll} and give “{OBAMA} 1” and “{OBAMA} 2”.")
    printing.out.print("  2. Post the sample with three people in it; its thread answers with who is who.")
    printing.out.print(
        "  3. [bold]/facesearch threshold 90[/bold] tunes it, [bold]/facesearch help[/bold] lists more.\n"
    )
    printing.out.print("  Ctrl-C stops.")


def _sure(name: str) -> bool:
    return printing.out.input(f"Erase {name}? This cannot be undone. [y/N] ", markup=False).strip().lower() in {
        "y",
        "yes",
    }


def _progress(*, quiet: bool) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=printing.err, transient=True, disable=quiet)


def _print(options: argparse.Namespace, value: T, table: Callable[[T], None], as_json: Callable[[T], Any]) -> None:
    if options.json:
        printing.as_json(as_json(value))
    else:
        table(value)
