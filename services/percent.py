"""How a similarity is written."""

from __future__ import annotations


def percent(similarity: float) -> str:
    """One decimal, cut and not rounded, and at most 99.9 %, since 100 % would claim certainty."""
    return f"{min(int(similarity * 10 + 1e-6), 999) / 10:.1f} %"
