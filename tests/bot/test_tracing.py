"""A photo's way from event to answer is one trace, whoever does which part of it."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from bot.traces import Traces
from engine.vision import Weights
from services.jobs import reference

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("playground", "handlers")]
from playground_kit import eventually
from team import open_team

ROOT = Path(__file__).parents[2]


@pytest.fixture
def exported() -> Iterator[tuple[Traces, InMemorySpanExporter]]:
    exporter = InMemorySpanExporter()
    traces = Traces(SimpleSpanProcessor(exporter))
    yield traces, exporter
    traces.close()


def _say(traces: Traces, **extra: object) -> None:
    traces.handle(logging.makeLogRecord({"name": "services.jobs", "levelno": logging.DEBUG, **extra}))


def test_from_event_to_answer(
    exported: tuple[Traces, InMemorySpanExporter], tmp_path: Path, weights: Weights, photos: dict[str, Path]
) -> None:
    traces, exporter = exported
    ours = logging.getLogger("services")
    ours.addHandler(traces)
    ours.setLevel(logging.DEBUG)
    try:
        with open_team(tmp_path) as team:
            ts = team.post("who?", ("obama.jpg", photos["obama.jpg"].read_bytes()))
            team.thread(ts, 2)
            (job,) = eventually(lambda: [span for span in _ended(exporter) if span.parent is None], "a job", within=20)
    finally:
        ours.removeHandler(traces)
    assert job.attributes == {"outcome": "done"}
    below = [span for span in _ended(exporter) if span.parent is not None]
    assert {span.context.trace_id for span in below} == {job.context.trace_id}
    assert {span.parent.span_id for span in below if span.parent} == {job.context.span_id}
    names = [span.name for span in below]
    assert names[0] == "store"
    assert {"look", "show", "say"} <= set(names), names
    assert all(" " not in name for name in names), "no identifiers"
    assert job.start_time <= min(span.start_time for span in below if span.name != "store" and span.start_time)


def _ended(exporter: InMemorySpanExporter) -> tuple[ReadableSpan, ...]:
    return exporter.get_finished_spans()


@pytest.mark.parametrize("step", ["look F1", "ask/U0123, open", "1727438472.1, 2: look F1", "first: 1: say", "note"])
def test_a_step_is_told_by_what_it_does_and_not_by_whom_and_what_it_does_it_to(step: str) -> None:
    assert reference.verb(step) in {"look", "ask", "say", "note"}


def test_two_processes_tell_the_same_trace_of_a_job_and_another_of_another() -> None:
    exporters = [InMemorySpanExporter(), InMemorySpanExporter()]
    web, worker = (Traces(SimpleSpanProcessor(exporter)) for exporter in exporters)
    _say(web, stored="photo:E1", seconds=0.01)
    _say(web, stored="photo:E2", seconds=0.01)
    with reference.working_on("photo:E1"):
        _say(worker, step="download F1", seconds=0.5, cpu=0.1)
        _say(worker, kind="photo", outcome="failed")
    first, second = exporters[0].get_finished_spans()
    step, job = exporters[1].get_finished_spans()
    assert first.context.trace_id == step.context.trace_id == job.context.trace_id != second.context.trace_id
    assert job.status.status_code == StatusCode.ERROR
    assert job.start_time == step.start_time
    assert step.name == "download"


def test_nothing_of_it_is_imported_where_it_is_not_asked_for() -> None:
    script = "import sys, bot.__main__; sys.exit(any(name.startswith('opentelemetry') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0
