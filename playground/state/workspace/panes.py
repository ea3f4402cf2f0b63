"""What an app shows in its threads beside messages: a status until it answers, and prompts to choose from."""

from playground.state.workspace.values import Json

Place = tuple[str, str]
"""A conversation, and the parent of a thread in it; empty for the direct message as a whole."""


class Panes:
    """By thread; the streams of messages that are being written too, with what there is of them."""

    def __init__(self) -> None:
        self._shown: dict[Place, Json] = {}
        self.streams: dict[Place, str] = {}

    def of(self, channel: str, thread_ts: str) -> Json:
        return dict(self._shown.get((channel, thread_ts), {}))

    def put(self, channel: str, thread_ts: str, **what: object) -> Json:
        """All that is shown in a thread, once this is as well."""
        shown = self.of(channel, thread_ts) | what
        self._shown[channel, thread_ts] = shown
        return shown

    def is_busy(self, channel: str, thread_ts: str) -> bool:
        """Whether the app says that it is at work."""
        return bool(self.of(channel, thread_ts).get("status"))
