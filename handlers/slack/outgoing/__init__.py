"""How something is said so that Slack takes it: not too large, not too fast, without a picture if need be, and once."""

from handlers.slack.outgoing import parts, pictured
from handlers.slack.outgoing.pace import Pace
from handlers.slack.outgoing.parts import fits
from handlers.slack.outgoing.pictured import Instead, Picture
from handlers.slack.outgoing.reactions import Reactions
from handlers.slack.outgoing.recall import MARK, Recall
from handlers.slack.outgoing.shown import Shown

__all__ = ["MARK", "Instead", "Pace", "Picture", "Reactions", "Recall", "Shown", "fits", "parts", "pictured"]
