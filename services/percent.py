"""How a similarity is written, as a figure and in words."""

from __future__ import annotations


def percent(similarity: float) -> str:
    """One decimal, cut and not rounded, and at most 99.9 %, since 100 % would claim certainty."""
    return f"{min(int(similarity * 10 + 1e-6), 999) / 10:.1f} %"


def likelihood(similarity: float) -> str:
    """How sure a similarity makes one, in words.

    It is 100 · (1 − 100 · FAR): a stranger reaches 99.9 once in 100,000 comparisons, 99 once in 10,000 and 90 once in
    1,000.
    """
    for least, words in ((99.9, "almost certainly"), (99.0, "very likely"), (90.0, "probably")):
        if similarity >= least:
            return words
    return "perhaps"
