"""Slack's rate limits: of posting, a burst and then about one a second in each channel; of history, one a minute."""

import math
import time

from playground.state.rules.errors import RateLimited


class RateLimit:
    """A token bucket for each key; without a `rate`, in calls a second, it never refuses."""

    def __init__(self, rate: float | None, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, key: str) -> None:
        """Count one call. Raises RateLimited."""
        if self._rate is None:
            return
        now = time.monotonic()
        tokens, since = self._buckets.get(key, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        if tokens < 1:
            raise RateLimited(max(1, math.ceil((1 - tokens) / self._rate)))
        self._buckets[key] = (tokens - 1, now)
