"""Looking back: photos that were posted before are looked at for all who keep an album, and nothing is said of them.

A job takes a page of a channel and stores the job of the next, for days if it must: so it waits for Slack without
holding up anybody, goes on after a restart where it was, and gives way to photos that are posted meanwhile.
"""

from handlers.lookback.buttons import register
from handlers.lookback.turns import begin_next, submit

__all__ = ["begin_next", "register", "submit"]
