"""How a workspace and its channels want to be searched: threshold and mode, and every photo or only when asked."""

from __future__ import annotations

from dataclasses import dataclass

from services.errors import Refusal
from services.records import Records
from services.search import Mode

MIN_THRESHOLD = 50.0  # below it, one stranger in two hundred would pass
MAX_THRESHOLD = 100.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """The threshold in percent and the mode in which photos are searched."""

    threshold: float
    mode: Mode


class Preferences:
    """A channel's own preferences, else the workspace's, else the defaults."""

    def __init__(self, records: Records, defaults: Tuning) -> None:
        self._records = records
        self._defaults = defaults

    def tuning(self, channel: str = "") -> Tuning:
        threshold = self._records.setting("threshold", channel)
        mode = self._records.setting("mode", channel)
        return Tuning(
            float(threshold) if threshold else self._defaults.threshold,
            Mode(mode) if mode else self._defaults.mode,
        )

    def set_threshold(self, text: str, *, channel: str, actor: str) -> Tuning:
        """Set a channel's threshold from what somebody typed. Raises `Refusal` when it is no usable number."""
        threshold = parse_threshold(text)
        self._records.set_setting("threshold", repr(threshold), channel)
        self._records.audit(actor, "threshold", channel=channel, threshold=threshold)
        return self.tuning(channel)

    def set_mode(self, text: str, *, channel: str, actor: str) -> Tuning:
        """Set a channel's mode. Raises `Refusal` when there is no such mode."""
        try:
            mode = Mode(text.strip().lower())
        except ValueError as error:
            raise Refusal("There are two modes: `/facesearch mode users` and `/facesearch mode faces`.") from error
        self._records.set_setting("mode", mode.value, channel)
        self._records.audit(actor, "mode", channel=channel, mode=mode.value)
        return self.tuning(channel)

    def auto(self, channel: str = "") -> bool:
        """Whether every photo of a channel is answered, as it is by default, or only those that are asked about."""
        return self._records.setting("auto", channel) != "off"

    def set_auto(self, text: str, *, channel: str, actor: str) -> bool:
        """Turn `auto` on or off for a channel from what somebody typed. Raises `Refusal` when it is neither."""
        word = text.strip().lower()
        if word not in {"on", "off"}:
            raise Refusal("It is either `/facesearch auto on` or `/facesearch auto off`.")
        self._records.set_setting("auto", word, channel)
        self._records.audit(actor, "auto", channel=channel, auto=word)
        return self.auto(channel)


def parse_threshold(text: str) -> float:
    """A threshold in percent from «90», «99.5 %» or «99,5». Raises `Refusal`."""
    try:
        threshold = float(text.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError as error:
        raise Refusal("A threshold is a number, as in `/facesearch threshold 90`.") from error
    if not MIN_THRESHOLD <= threshold <= MAX_THRESHOLD:
        raise Refusal(f"A threshold lies between {MIN_THRESHOLD:.0f} and {MAX_THRESHOLD:.0f} percent.")
    return threshold
