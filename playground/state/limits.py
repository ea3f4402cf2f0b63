"""Slack's rate limit on posting: a burst is taken, then about one message a second in each channel."""

import math
import time

from playground.state.errors import RateLimited
from playground.state.options import Options


class PostLimit:
    """A token bucket for each channel; without a rate in the options it never refuses."""

    def __init__(self, options: Options) -> None:
        self._rate = options.post_rate
        self._burst = float(options.post_burst)
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, channel: str) -> None:
        """Count one message in `channel`. Raises RateLimited."""
        if self._rate is None:
            return
        now = time.monotonic()
        tokens, since = self._buckets.get(channel, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        if tokens < 1:
            raise RateLimited(max(1, math.ceil((1 - tokens) / self._rate)))
        self._buckets[channel] = (tokens - 1, now)
