"""What the bot does, in numbers for Prometheus, counted from what its parts log about themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from services.jobs import reference

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)


class Metrics(logging.Handler):
    """Listens to the log. A record is counted by what it carries as `extra`, an error by being one."""

    def __init__(self) -> None:
        super().__init__()
        self.registry = CollectorRegistry()
        self._photos = Counter("facesearch_photos", "Photos searched", registry=self.registry)
        self._faces = Counter("facesearch_faces", "Faces in them", ["recognised"], registry=self.registry)
        self._jobs = Counter("facesearch_jobs", "Jobs ended", ["kind", "outcome"], registry=self.registry)
        self._steps = Histogram(
            "facesearch_step_seconds", "How long steps take", ["step"], buckets=_SECONDS, registry=self.registry
        )
        self._cpu = Counter("facesearch_step_cpu_seconds", "CPU that steps take", ["step"], registry=self.registry)
        self._errors = Counter("facesearch_errors", "Errors logged", ["logger"], registry=self.registry)
        self._retries = Counter("facesearch_slack_retries", "Deliveries that Slack repeated", registry=self.registry)
        self._depth = Gauge("facesearch_jobs_waiting", "Jobs that are not done yet", registry=self.registry)
        self._stalled = Gauge(
            "facesearch_jobs_stalled", "Whether jobs wait and none has ended for 15 minutes", registry=self.registry
        )

    def watch(self, waiting: Callable[[], int], stalled: Callable[[], bool]) -> None:
        """Ask how jobs are doing whenever the numbers are read."""
        self._depth.set_function(waiting)
        self._stalled.set_function(stalled)

    def text(self) -> bytes:
        """All numbers in Prometheus's format."""
        return generate_latest(self.registry)

    def emit(self, record: logging.LogRecord) -> None:
        about = vars(record)
        if record.levelno >= logging.ERROR:
            self._errors.labels(record.name).inc()
        if "faces" in about:
            self._photos.inc()
            self._faces.labels("yes").inc(about["recognised"])
            self._faces.labels("no").inc(about["faces"] - about["recognised"])
        if "step" in about:
            verb = reference.verb(about["step"])
            self._steps.labels(verb).observe(about["seconds"])
            self._cpu.labels(verb).inc(about["cpu"])
        if "outcome" in about:
            self._jobs.labels(about["kind"], about["outcome"]).inc()
        if "retry" in about:
            self._retries.inc()
