"""How a workspace and its channels want to be searched: threshold and mode, and every photo or only when asked."""

from __future__ import annotations

from dataclasses import dataclass

from services import texts
from services.errors import Refusal
from services.records import Change, Records
from services.search import Mode

MIN_THRESHOLD = 50.0  # below it, one stranger in two hundred would pass
MAX_THRESHOLD = 100.0


@dataclass(frozen=True, slots=True)
class Tuning:
    """The threshold in percent and the mode in which photos are searched."""

    threshold: float
    mode: Mode


@dataclass(frozen=True, slots=True)
class Preference:
    """How a channel is searched, and whether every photo in it is, or only those that are asked about."""

    threshold: float
    mode: Mode
    auto: bool


class Preferences:
    """A channel's own preferences, else the workspace's, else the defaults. No channel, `""`, is the workspace.

    What is set can be undone: each setter returns its change.
    """

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

    def auto(self, channel: str = "") -> bool:
        """Whether every photo of a channel is answered, as it is by default, or only those that are asked about."""
        return self._records.setting("auto", channel) != "off"

    def of(self, channel: str = "") -> Preference:
        """Everything about a channel."""
        tuning = self.tuning(channel)
        return Preference(tuning.threshold, tuning.mode, self.auto(channel))

    def set_threshold(self, text: str, *, channel: str, actor: str) -> Change:
        """Set a threshold from what somebody typed. Raises `Refusal` when it is no usable number."""
        return self._set("threshold", repr(parse_threshold(text)), channel, actor)

    def set_mode(self, text: str, *, channel: str, actor: str) -> Change:
        """Set a mode. Raises `Refusal` when there is no such mode."""
        try:
            mode = Mode(text.strip().lower())
        except ValueError as error:
            raise Refusal(texts.MODE_UNKNOWN) from error
        return self._set("mode", mode.value, channel, actor)

    def set_auto(self, text: str, *, channel: str, actor: str) -> Change:
        """Turn `auto` on or off from what somebody typed. Raises `Refusal` when it is neither."""
        word = text.strip().lower()
        if word not in {"on", "off"}:
            raise Refusal(texts.AUTO_UNKNOWN)
        return self._set("auto", word, channel, actor)

    def set(self, wanted: Preference, *, channel: str, actor: str) -> tuple[Change, ...]:
        """Set what is other than it is, and nothing else, so that a channel goes on following the workspace."""
        now = self.of(channel)
        changes: list[Change] = []
        if wanted.threshold != now.threshold:
            changes.append(self.set_threshold(str(wanted.threshold), channel=channel, actor=actor))
        if wanted.mode is not now.mode:
            changes.append(self.set_mode(wanted.mode.value, channel=channel, actor=actor))
        if wanted.auto is not now.auto:
            changes.append(self.set_auto("on" if wanted.auto else "off", channel=channel, actor=actor))
        return tuple(changes)

    def _set(self, name: str, value: str, channel: str, actor: str) -> Change:
        before = self._records.set_setting(name, value, channel)
        self._records.audit(actor, name, channel=channel, **{name: value})
        return self._records.changes.add(actor, "setting", None, name=name, channel=channel, value=before, after=value)


def parse_threshold(text: str) -> float:
    """A threshold in percent from «90», «99.5 %» or «99,5». Raises `Refusal`."""
    try:
        threshold = float(text.strip().removesuffix("%").strip().replace(",", "."))
    except ValueError as error:
        raise Refusal(texts.THRESHOLD_NO_NUMBER) from error
    if not MIN_THRESHOLD <= threshold <= MAX_THRESHOLD:
        least, most = f"{MIN_THRESHOLD:.0f}", f"{MAX_THRESHOLD:.0f}"
        raise Refusal(texts.THRESHOLD_OUT_OF_RANGE.format(least=least, most=most))
    return threshold
