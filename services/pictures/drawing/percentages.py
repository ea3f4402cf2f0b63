"""How a similarity is written, as a figure and in words."""

from __future__ import annotations

from services import texts


def percent(similarity: float) -> str:
    """One decimal, cut and not rounded, and at most 99.9 %, since 100 % would claim certainty."""
    return f"{min(int(similarity * 10 + 1e-6), 999) / 10:.1f} %"


def likelihood(similarity: float) -> str:
    """How sure a similarity makes one, in words.

    It is 100 · (1 − 100 · FAR): a stranger reaches 99.9 once in 100,000 comparisons, 99 once in 10,000 and 90 once in
    1,000.
    """
    for least, words in ((99.9, texts.ALMOST_CERTAINLY), (99.0, texts.VERY_LIKELY), (90.0, texts.PROBABLY)):
        if similarity >= least:
            return words
    return texts.PERHAPS


def exact(threshold: float) -> str:
    """A threshold in percent as short as it can be; it is 100 only if it is exactly that, and not by rounding."""
    return f"{int(threshold)}" if threshold == int(threshold) else repr(threshold)
