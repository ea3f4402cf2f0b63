"""The bot's own messages come back as events: all that they tell is which pictures are to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from slack_bolt import BoltRequest, BoltResponse
from slack_bolt.middleware import IgnoringSelfEvents

from handlers.slack.incoming.reading import objects_in, text_in


class OwnEvents(IgnoringSelfEvents):
    """What Bolt ignores by itself, for an app that is told not to (`ignoring_self_events_enabled`).

    `tell` hears before that which files an own message has.
    """

    def __init__(self, tell: Callable[[Iterable[str]], None]) -> None:
        super().__init__()
        self._tell = tell

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
        event = req.body.get("event")
        if text_in(event, "user") == req.context.bot_user_id:
            self._tell(text_in(file, "id") for file in objects_in(event, "files"))
        return super().process(req=req, resp=resp, next=next)
