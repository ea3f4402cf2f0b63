"""A threshold in words, and what it means for strangers among so many people; of Amazon's nothing is claimed."""

from __future__ import annotations

from services import odds, texts
from services.pictures.drawing import exact
from services.preferences import Preference, Tuning
from services.search import Mode

_AMONG = {Mode.USERS: texts.AMONG_PEOPLE, Mode.FACES: texts.AMONG_FACES}
_MOST_OFTEN = 2  # strangers of whom one gets a name: as often as that, a count says nothing


def threshold(tuning: Tuning | Preference) -> str:
    """«99.5 %», or «auto (99.5 % for 200 people)»."""
    percent = f"{exact(tuning.threshold)} %"
    if not tuning.automatic:
        return percent
    if tuning.among is None:
        return texts.AUTOMATIC.format(threshold=percent)
    return texts.AUTOMATIC_FOR.format(threshold=percent, among=_among(tuning, tuning.among))


def strangers(threshold: float, among: int | None) -> str:
    """How often a stranger's photo would get some name, briefly; empty where nothing is claimed."""
    often = _often(threshold, among or 0)
    return texts.STRANGERS_BRIEFLY.format(often=often) if often else ""


def meaning(tuning: Tuning) -> str:
    """What the threshold means for one comparison, and for a stranger's photo among all who are known."""
    if tuning.among is None:
        return texts.AMAZON_DOES_NOT_SAY
    sentences = [texts.ONE_STRANGER_IN.format(comparisons=f"{round(1 / odds.rate(tuning.threshold)):,}")]
    if not odds.is_measured(tuning.threshold):
        sentences = [texts.NOTHING_ABOVE.format(most=exact(odds.MOST))]
    if often := _often(tuning.threshold, tuning.among):
        sentences.append(texts.STRANGERS_AMONG.format(often=often, among=_among(tuning, tuning.among)))
    if tuning.automatic and not odds.is_enough(tuning.threshold, tuning.among):
        sentences.append(texts.NO_HIGHER.format(most=exact(odds.MOST)))
    return " ".join(sentences)


def choices(tuning: Tuning | Preference) -> str:
    """What each sensible threshold would mean here; empty where nothing is claimed."""
    if not tuning.among:
        return ""
    each = [
        texts.STRANGERS_AT.format(threshold=exact(value), often=often)
        for value in odds.SENSIBLE
        if (often := _often(value, tuning.among))
    ]
    return texts.STRANGERS_AT_EACH.format(among=_among(tuning, tuning.among), each=", ".join(each))


def _often(threshold: float, among: int) -> str:
    one_in = odds.one_in(threshold, among)
    if one_in is None:
        return ""
    if one_in < _MOST_OFTEN:
        return texts.MOST_OF_THEM
    text = texts.ONE_IN if odds.is_measured(threshold) else texts.FEWER_THAN_ONE_IN
    return text.format(n=f"{one_in:,}")


def _among(tuning: Tuning | Preference, among: int) -> str:
    return _AMONG[tuning.mode].say(among)
