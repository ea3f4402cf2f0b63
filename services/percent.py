"""How a similarity is written."""

from __future__ import annotations


def percent(similarity: float) -> str:
    """One decimal, cut and not rounded: 99.96 is 99.9 %, since 100 % would claim certainty."""
    return f"{int(similarity * 10 + 1e-6) / 10:.1f} %"
