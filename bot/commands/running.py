"""The commands that run for as long as nobody stops them: the bot, and a worker beside it."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from functools import partial
from types import FrameType

from click import echo, style  # loaded anyway, as rich is not, which takes a thirtieth of a start

import handlers
from artifacts.photos import OBAMA
from bot import app, transports
from bot.commands.fetching import fetch_weights
from bot.lasting import be_frugal, give_back, recurring, settle
from bot.settings import Settings
from bot.watching import Metrics, logs
from services import cores
from services.errors import Refusal
from services.jobs import Jobs
from services.workspace import Workspaces

_OFTEN = 60.0  # seconds after which what is needed no more is looked for


def start(settings: Settings, _options: argparse.Namespace) -> int:
    """Run the bot until Ctrl-C; without Slack tokens, in a playground of its own."""
    with _lasting() as stop, ExitStack() as stack:
        metrics = _observed(settings)
        stack.enter_context(app.alone_at_work(settings))
        at_home = not settings.has_slack
        if at_home and (settings.slack_bot_token or settings.slack_app_token):
            raise Refusal(
                "Only one of SLACK_BOT_TOKEN and SLACK_APP_TOKEN is set. Set both, or neither for the playground."
            )
        if at_home:
            settings = stack.enter_context(transports.playground(settings, app.MANIFEST))
        fetch_weights(settings)
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
            stack.enter_context(transports.socket_mode(bot.app, settings, partial(_awaken, workspaces)))
            handlers.lookback.begin_next(bot.desk)
            stack.enter_context(recurring(partial(handlers.keeping.plan, bot.desk)))
            _welcome(settings if at_home else None)
        stack.enter_context(recurring(partial(_tidy, jobs), every=_OFTEN))
        stack.enter_context(_measured(settings, workspaces, jobs, metrics))
        settle()
        stop.wait()
        echo("Stopping …")
    return 0


def worker(settings: Settings, _options: argparse.Namespace) -> int:
    """Work on the jobs that others store in the same PostgreSQL, until Ctrl-C."""
    with _lasting() as stop, ExitStack() as stack:
        metrics = _observed(settings)
        fetch_weights(settings)
        workspaces = stack.enter_context(app.open_workspaces(settings))
        if workspaces.database.kind != "postgresql":
            raise Refusal("Only a PostgreSQL database can be shared with workers: set DATABASE_URL.")
        jobs = (app.serve if settings.slack_mode == "http" else app.build)(settings, workspaces).jobs
        jobs.start()
        stack.callback(jobs.stop)
        stack.enter_context(recurring(partial(_tidy, jobs), every=_OFTEN))
        stack.enter_context(_measured(settings, workspaces, jobs, metrics))
        echo("Working. Ctrl-C stops.")
        workspaces.warm()
        settle()
        stop.wait()
    return 0


def _tidy(jobs: Jobs, _now: datetime) -> None:
    """Of what is over, jobs keep no words, and the process no memory."""
    jobs.strip()
    give_back()


def _awaken(workspaces: Workspaces) -> None:
    workspaces.warm()
    settle()


class _Stopped(BaseException):
    """The process was told to stop before it was ready."""


class _Stop:
    """What Ctrl-C, SIGTERM and a closed terminal do: once the process is ready it is told, and until then it ends.

    To get ready may take long, as with a Slack that does not answer, and nobody is waited for meanwhile.
    """

    def __init__(self) -> None:
        self._told = threading.Event()
        self._ready = False

    def tell(self, _signum: int, _frame: FrameType | None) -> None:
        if self._ready or self._told.is_set():  # told again while it ends, it ends all the same
            self._told.set()
            return
        self._told.set()
        raise _Stopped

    def wait(self) -> None:
        """Be ready, until told."""
        self._ready = True
        self._told.wait()


@contextmanager
def _lasting() -> Iterator[_Stop]:
    """Be a process that lasts, and frugal, until it is told to stop."""
    be_frugal()
    cores.one_for_opencv()
    stop = _Stop()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, stop.tell)
    with suppress(_Stopped):
        yield stop


def _observed(settings: Settings) -> Metrics:
    """Log as the settings say, and count what is logged."""
    metrics = Metrics()
    logs.set_up(settings.log_level, metrics, *_traced(settings))
    return metrics


def _traced(settings: Settings) -> Iterator[logging.Handler]:
    """Imported only where it is asked for: it takes packages that others need not have."""
    if settings.otel_exporter_otlp_endpoint:
        try:
            from bot.watching.traces import Traces
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
    from bot.transports import web  # a server, which the usual start is without
    from bot.watching import health

    site = health.create_app(workspaces.database, jobs, metrics)
    with web.listening(site, settings.metrics_host, settings.metrics_port) as port:
        logging.getLogger(__name__).info("metrics on port %d", port)
        yield


def _serve(settings: Settings, workspaces: Workspaces, stack: ExitStack) -> Jobs:
    """Be called by Slack, for all workspaces that install the bot, until the stack unwinds."""
    from bot.transports import web  # a server, which Socket Mode is without

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
    echo(f"Listening on port {port}; /slack/install installs. Ctrl-C stops.")
    return served.jobs


def _welcome(playground: Settings | None) -> None:
    if playground is None:
        echo("Connected to Slack. Ctrl-C stops.")
        return
    address = playground.slack_api_url.removesuffix("/api/")
    echo(f"\n  Open {_bold(address)}, a Slack workspace to try Facesearch in.\n")
    echo(f"  1. Load the sample photos there, type {_bold(f'/enroll {OBAMA}')}")
    echo(f"     and give “{OBAMA} 1” and “{OBAMA} 2”.")
    echo("  2. Post the sample with three people in it; its thread answers with who is who.")
    echo(f"  3. {_bold('/facesearch threshold 90')} tunes it, {_bold('/facesearch help')} lists more.\n")
    echo("  Ctrl-C stops.")


def _bold(words: str) -> str:
    return style(words, bold=True)
