"""How a workspace and its channels want to be searched: threshold and mode, and every photo or only when asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from services import odds, texts
from services.errors import Refusal
from services.records import Change, Records
from services.search import Mode, comparisons

AUTO = "auto"  # the threshold that follows the size of the team
MIN_THRESHOLD = 50.0  # below it, one stranger in two hundred would pass
MAX_THRESHOLD = 100.0


class Auto(StrEnum):
    """Which photos of a channel are answered: every one, those of a day in one thread, or only when asked."""

    ON = "on"
    DIGEST = "digest"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Tuning:
    """The threshold in percent and the mode in which photos are searched.

    An `automatic` threshold follows the size of the team. `among` is how many a face is compared with; None where
    nothing can be said about strangers, as Amazon does not say what its similarities mean.
    """

    threshold: float
    mode: Mode
    automatic: bool = False
    among: int | None = None


@dataclass(frozen=True, slots=True)
class Preference:
    """How a channel is searched, as in `Tuning`; and which photos in it are."""

    threshold: float
    mode: Mode
    auto: Auto
    automatic: bool = False
    among: int | None = field(default=None, compare=False)

    @property
    def settings(self) -> dict[str, str]:
        """Each by its name, as somebody would type it."""
        threshold = AUTO if self.automatic else repr(float(self.threshold))
        return {"threshold": threshold, "mode": self.mode.value, "auto": self.auto.value}


class Preferences:
    """A channel's own preferences, else the workspace's, else the defaults. No channel, `""`, is the workspace.

    What is set can be undone: each setter returns its change.
    """

    def __init__(self, records: Records, defaults: Tuning, *, calibrated: bool = False) -> None:
        self._records = records
        self._defaults = defaults
        self._calibrated = calibrated

    def tuning(self, channel: str = "") -> Tuning:
        mode = self._records.setting("mode", channel)
        return self.tuned(self._records.setting("threshold", channel), Mode(mode) if mode else None)

    def tuned(self, threshold: str | None, mode: Mode | None) -> Tuning:
        """By a threshold as it is kept and a mode; each by default where there is none."""
        mode = mode or self._defaults.mode
        among = comparisons(self._records, mode) if self._calibrated else None
        automatic = threshold == AUTO or (threshold is None and self._defaults.automatic)
        if automatic:
            return Tuning(odds.automatic(among or 0), mode, automatic, among)
        return Tuning(float(threshold) if threshold else self._defaults.threshold, mode, automatic, among)

    def auto(self, channel: str = "") -> Auto:
        """Which photos of a channel are answered: every one by default."""
        return Auto(self._records.setting("auto", channel) or Auto.ON)

    def of(self, channel: str = "") -> Preference:
        """Everything about a channel."""
        tuning = self.tuning(channel)
        return Preference(tuning.threshold, tuning.mode, self.auto(channel), tuning.automatic, tuning.among)

    def set_threshold(self, text: str, *, channel: str, actor: str) -> Change:
        """Set a threshold from what somebody typed. Raises `Refusal` when it is neither `auto` nor a usable number."""
        return self._set("threshold", read_threshold(text), channel, actor)

    def set_mode(self, text: str, *, channel: str, actor: str) -> Change:
        """Set a mode. Raises `Refusal` when there is no such mode."""
        try:
            mode = Mode(text.strip().lower())
        except ValueError as error:
            raise Refusal(texts.MODE_UNKNOWN) from error
        return self._set("mode", mode.value, channel, actor)

    def set_auto(self, text: str, *, channel: str, actor: str) -> Change:
        """Set `auto` from what somebody typed. Raises `Refusal` when there is no such."""
        try:
            word = Auto(text.strip().lower())
        except ValueError as error:
            raise Refusal(texts.AUTO_UNKNOWN) from error
        return self._set("auto", word.value, channel, actor)

    def set(self, wanted: Preference, shown: Preference, *, channel: str, actor: str) -> tuple[Change, ...]:
        """Set what somebody wants other than it was shown to them, and than it is, and nothing else.

        So a channel goes on following the workspace, and what others have set meanwhile stands.
        """
        setters = {"threshold": self.set_threshold, "mode": self.set_mode, "auto": self.set_auto}
        before, now = shown.settings, self.of(channel).settings
        return tuple(
            setters[name](value, channel=channel, actor=actor)
            for name, value in wanted.settings.items()
            if value not in {before[name], now[name]}
        )

    def _set(self, name: str, value: str, channel: str, actor: str) -> Change:
        before = self._records.set_setting(name, value, channel)
        self._records.audit(actor, name, channel=channel, **{name: value})
        return self._records.changes.add(actor, "setting", None, name=name, channel=channel, value=before, after=value)


def read_threshold(text: str) -> str:
    """What is kept of a threshold as somebody typed it: «auto», or the number. Raises `Refusal`."""
    return AUTO if text.strip().lower() == AUTO else repr(parse_threshold(text))


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
