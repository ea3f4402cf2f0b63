"""The command line: `./facesearch start`, or `python -m bot start`, and the services without Slack."""

from __future__ import annotations

import gc

if __name__ == "__main__":
    gc.disable()  # what importing makes is there for good: to look through it for garbage would take half of a start

import argparse
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from pydantic import ValidationError

from bot import commands
from bot.settings import Settings
from bot.watching import logs
from engine import VERSION, EngineError, StoreError, WeightsError
from services.errors import Refusal
from services.search import Mode


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 done, 1 refused with a sentence, 2 misspelt."""
    options = _parser().parse_args(arguments)
    run: Callable[[Settings, argparse.Namespace], int] = options.run
    try:
        return run(_settings(), options)
    except ValidationError as error:
        for sentence in _wrong_settings(error):
            print(sentence, file=sys.stderr)  # noqa: T201
        return 1
    except (EngineError, StoreError, WeightsError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    except Refusal as refusal:
        print(refusal.sentence.replace("`", ""), file=sys.stderr)  # noqa: T201
        return 1
    except Exception as error:
        from bot import doctor  # most starts have no use for one

        if not isinstance(error, doctor.OUTSIDE):
            raise
        logging.getLogger(__name__).debug("Ended by an error", exc_info=True)
        detail, fix = doctor.explained(error)
        print(logs.redacted(f"{detail.rstrip('.')}. {fix}"), file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return 130


def _settings() -> Settings:
    """From the environment, and the file that FACESEARCH_ENV names or else `.env`. Raises `Refusal`."""
    named = os.environ.get("FACESEARCH_ENV")
    if not named:
        return Settings()
    file = _file(named)
    if not os.access(file, os.R_OK):  # one that is not there would be no settings at all
        raise Refusal(f"There is no {file} that could be read, which FACESEARCH_ENV names: it is to have the settings.")
    return Settings(_env_file=file)  # type: ignore[call-arg]


def _wrong_settings(error: ValidationError) -> Iterator[str]:
    """What is wrong with each setting, which may be of several kinds, and be none of them."""
    wrong: dict[str, list[str]] = {}
    for problem in error.errors():
        why = problem["msg"].removeprefix("Value error, ")
        wrong.setdefault(str(problem["loc"][0]).upper(), []).append(why)
    file = os.environ.get("FACESEARCH_ENV") or ".env"
    for name, said in wrong.items():
        yield f"Setting {name}: {', or: '.join(said)}. Mend it in {file} or in the environment."


def _without_slack() -> ModuleType:
    """The commands that ask and do things, imported as one of them is run."""
    from bot.commands import without_slack

    return without_slack


def _upkeep() -> ModuleType:
    """The commands that look after the bot, imported as one of them is run."""
    from bot.commands import upkeep

    return upkeep


def _parser() -> argparse.ArgumentParser:
    typed = os.environ.get("FACESEARCH_TYPED", "python -m bot")  # by the script `facesearch`, what it was called by
    parser = argparse.ArgumentParser(prog=typed, description="A Slack bot that knows your team's faces.")
    parser.add_argument("--version", action="version", version=f"Facesearch {VERSION}")
    subcommands = parser.add_subparsers(required=True, metavar="COMMAND")

    start = subcommands.add_parser("start", help="run the bot; without Slack tokens in a playground in the browser")
    start.set_defaults(run=commands.start)

    worker = subcommands.add_parser("worker", help="work on jobs that other processes store in the same PostgreSQL")
    worker.set_defaults(run=commands.worker)

    migrate = subcommands.add_parser("migrate", help="bring a PostgreSQL database to this release's tables")
    migrate.set_defaults(run=lambda *given: _without_slack().migrate(*given))

    importer = subcommands.add_parser("import", help="enrol people from folders, one folder a person")
    importer.add_argument("source", type=_source, help="a folder of folders, or s3://bucket/prefix/")
    importer.add_argument(
        "--namesakes", action="store_true", help="enrol those also who have a member's name, as somebody else"
    )
    importer.add_argument(
        "--agreed",
        metavar="TEXT",
        action="append",
        help="state that all who are no members have agreed in writing, and with CONSENT=attest, by another --agreed,"
        " that members have agreed; else you are asked",
    )
    importer.set_defaults(run=lambda *given: _without_slack().import_(*given))

    identify = subcommands.add_parser("identify", help="say who is in a photo")
    identify.add_argument("photo", type=_file)
    identify.add_argument("--threshold", metavar="PERCENT", help="how similar a face must be, or auto; else THRESHOLD")
    identify.add_argument("--mode", choices=[mode.value for mode in Mode], help="MODE, else users")
    identify.add_argument("--out", type=_file, metavar="FILE", help="write the annotated photo there")
    identify.set_defaults(run=lambda *given: _without_slack().identify(*given))

    people = subcommands.add_parser("people", help="list who is enrolled")
    people.set_defaults(run=lambda *given: _without_slack().people(*given))

    forget = subcommands.add_parser("forget", help="erase a person")
    forget.add_argument("name")
    forget.add_argument("--yes", action="store_true", help="do not ask")
    forget.set_defaults(run=lambda *given: _without_slack().forget(*given))

    audit = subcommands.add_parser("audit", help="who did what; with --json all of it, one JSON object a line")
    audit.set_defaults(run=lambda *given: _without_slack().audit(*given))

    examine = subcommands.add_parser("doctor", help="examine all that the bot depends on, and say what to mend")
    examine.set_defaults(run=lambda *given: _upkeep().doctor(*given))

    reindex = subcommands.add_parser("reindex", help="rebuild the collection from the enrolment photos, by ENGINE")
    reindex.add_argument(
        "--wait", type=_seconds, default=15, metavar="SECONDS", help="for enrolments under way at the end; %(default)s"
    )
    reindex.add_argument(
        "--accept-loss",
        type=int,
        default=0,
        metavar="N",
        help="so many faces of a workspace may be lost; without it, one in a hundred",
    )
    reindex.set_defaults(run=lambda *given: _upkeep().reindex(*given))

    backup = subcommands.add_parser("backup", help="write all that is in DATA_DIR to a file, also while the bot runs")
    backup.add_argument("file", type=_file)
    backup.set_defaults(run=lambda *given: _upkeep().backup(*given))

    restore = subcommands.add_parser("restore", help="make DATA_DIR what a backup has, while the bot does not run")
    restore.add_argument("file", type=_file)
    restore.add_argument("--replace", action="store_true", help="delete what is in DATA_DIR")
    restore.set_defaults(run=lambda *given: _upkeep().restore(*given))

    rotate = subcommands.add_parser("rotate-key", help="encrypt everything with the first key, while the bot is off")
    rotate.set_defaults(run=lambda *given: _upkeep().rotate_key(*given))

    policy = subcommands.add_parser("iam-policy", help="print the least IAM policy for ENGINE=aws")
    policy.add_argument("--account", default="*", metavar="ID", help="the AWS account; without it any")
    policy.add_argument("--imports", metavar="S3_URL", help="also let it import people from there")
    policy.set_defaults(run=lambda *given: _upkeep().iam_policy(*given))

    manifest = subcommands.add_parser("manifest", help="print the app's manifest, with addresses for SLACK_MODE=http")
    manifest.add_argument("url", nargs="?", help="where Slack reaches the bot, as in https://bot.example.com")
    manifest.set_defaults(run=lambda *given: _upkeep().print_manifest(*given))

    for command in (importer, identify, people, forget, audit, examine, reindex):
        command.add_argument("--json", action="store_true", help="print JSON for a machine")
    for command in (importer, identify, people, forget, audit):
        command.add_argument("--workspace", metavar="ID", help="which, where many have installed the bot; Slack’s id")
    return parser


def _file(name: str) -> Path:
    """A file by the name that it has in the folder in which `facesearch` was called."""
    return Path(os.environ.get("FACESEARCH_FROM", ""), name)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= threading.TIMEOUT_MAX:  # nor what is no number
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return seconds


def _source(name: str) -> str:
    return name if name.startswith("s3://") else str(_file(name))


def leave(code: int) -> NoReturn:
    """End the process, also where a thread hangs in a job: it is stored, and goes on at the next start."""
    if any(not (thread.daemon or thread is threading.main_thread()) for thread in threading.enumerate()):
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    gc.freeze()
    gc.enable()
    leave(main())
