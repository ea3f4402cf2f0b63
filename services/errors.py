"""Refusals: what goes wrong in a way that a person can read and act upon."""

from __future__ import annotations


class Refusal(Exception):
    """A request that cannot be done. Its text is a sentence for the person who asked, with what to do next."""

    @property
    def sentence(self) -> str:
        return str(self)


class NotFound(Refusal):
    """Nobody here goes by that name."""


class Forbidden(Refusal):
    """The one who asks may not do this; the sentence says who can."""


class Unstated(Refusal):
    """What has to be stated about a person first was not: nothing of theirs is kept."""


class Conflict(Refusal):
    """What is asked for collides with something that stands already."""


class Damaged(Refusal):
    """What is kept is not what was written."""


class Unavailable(Refusal):
    """A service that we depend on does not answer now; trying again later may help."""
