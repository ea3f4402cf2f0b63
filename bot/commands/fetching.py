"""Has the model files before anything needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from bot.settings import Settings
from engine import weights


def fetch_weights(settings: Settings) -> None:
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

    from bot.commands import printing

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    quiet = not printing.err.is_terminal  # a bar that nobody watches still leaves a line in the log
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=printing.err, transient=True, disable=quiet) as progress:

        def show(name: str, done: int, total: int | None) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
            progress.update(tasks[name], completed=done, total=total)

        yield show
