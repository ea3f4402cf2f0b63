"""How the playground says no: to an app in Slack's codes, to a person in words."""

from collections.abc import Sequence


class SlackError(Exception):
    """A Web API refusal: `code` is Slack's error, `details` go into the answer beside it."""

    def __init__(self, code: str, *, messages: Sequence[str] = (), **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.messages = tuple(messages)
        self.details = details


class RateLimited(SlackError):
    """HTTP 429; `retry_after` is whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("ratelimited")
        self.retry_after = retry_after


class Refused(Exception):
    """A member cannot do this; the text is for them. `status` is the HTTP status."""

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.words = words
        self.status = status
