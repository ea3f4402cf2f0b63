"""A job's way as one trace of OpenTelemetry, from the event that brought it to its last step, told from the log.

Which trace a job's is follows from its key, so that nothing is handed from the process that stores it to the one that
does it, nor to the next when that dies. Spans carry what metrics do: kinds, verbs and outcomes, nobody's name or id.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

from services.jobs import reference


@dataclass(frozen=True, slots=True)
class _Root:
    """The span of a job as a whole."""

    trace_id: int
    span_id: int

    @classmethod
    def of(cls, job: str) -> _Root:
        digest = hashlib.sha256(job.encode()).digest()
        return cls(int.from_bytes(digest[:16]), int.from_bytes(digest[16:24]))

    def context(self) -> trace.SpanContext:
        return trace.SpanContext(self.trace_id, self.span_id, True, trace.TraceFlags(trace.TraceFlags.SAMPLED))


class _Ids(RandomIdGenerator):
    """Random ids, but for a span that is a job's root."""

    root: _Root | None = None

    def generate_span_id(self) -> int:
        return self.root.span_id if self.root else super().generate_span_id()

    def generate_trace_id(self) -> int:
        return self.root.trace_id if self.root else super().generate_trace_id()


class Traces(logging.Handler):
    """Listens to the log, as `Metrics` does; its lock keeps one record at a time here."""

    def __init__(self, processor: SpanProcessor) -> None:
        super().__init__()
        self._ids = _Ids()
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "facesearch"}), id_generator=self._ids
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("facesearch")
        self._begun: dict[str, int] = {}  # jobs under way here, and when they began

    @classmethod
    def to(cls, endpoint: str) -> Traces:
        """To a collector that takes OTLP over HTTP."""
        return cls(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))

    def close(self) -> None:
        """Send what is not sent yet."""
        self._provider.shutdown()
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        about, job = vars(record), reference.job()
        end = int(record.created * 1e9)
        if "stored" in about:
            self._add("store", about["stored"], end - int(about["seconds"] * 1e9), end)
        elif job and "step" in about:
            begun = end - int(about["seconds"] * 1e9)
            self._begun.setdefault(job, begun)
            self._add(reference.verb(about["step"]), job, begun, end)
        elif job and "outcome" in about:
            self._end(job, about["kind"], about["outcome"], end)

    def _add(self, name: str, job: str, begun: int, end: int) -> None:
        """A span below the job's."""
        above = trace.set_span_in_context(trace.NonRecordingSpan(_Root.of(job).context()))
        self._tracer.start_span(name, above, start_time=begun).end(end)

    def _end(self, job: str, kind: str, outcome: str, end: int) -> None:
        """The job's own span, as long as this process was at it."""
        self._ids.root = _Root.of(job)
        try:
            begun = self._begun.pop(job, end)
            span = self._tracer.start_span(kind, Context(), start_time=begun, attributes={"outcome": outcome})
        finally:
            self._ids.root = None
        if outcome == "failed":
            span.set_status(trace.StatusCode.ERROR)
        span.end(end)
