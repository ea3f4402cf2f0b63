"""Things that work for a while or a few times only: trigger ids and response_urls."""

import secrets
import time
from dataclasses import dataclass, replace

from playground.state.rules.errors import SlackError
from playground.state.rules.options import Options


@dataclass(frozen=True, slots=True)
class _Trigger:
    user: str
    expires: float
    used: bool = False


class Triggers:
    """Gives trigger ids, and exchanges each once for the member who set it off."""

    def __init__(self, options: Options) -> None:
        self._lifetime = options.trigger_lifetime
        self._triggers: dict[str, _Trigger] = {}

    def issue(self, user: str) -> str:
        """A trigger id of the form `number.number.hex`."""
        now = time.monotonic()
        # Old ones are kept for a while, so that "expired" can be told from "never was".
        self._triggers = {key: each for key, each in self._triggers.items() if each.expires > now - 3600}
        number = secrets.randbelow(10**12)
        trigger = f"{10**12 + number}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self._triggers[trigger] = _Trigger(user, now + self._lifetime)
        return trigger

    def exchange(self, trigger_id: str) -> str:
        """The member behind the trigger. Raises SlackError for one that is unknown, used or too old."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() > trigger.expires:
            raise SlackError("expired_trigger_id")
        self._triggers[trigger_id] = replace(trigger, used=True)
        return trigger.user


@dataclass(frozen=True, slots=True)
class ResponseTarget:
    """Where a response_url answers: a conversation, for a member, perhaps in the place of a message."""

    channel: str
    user: str
    message_ts: str | None
    thread_ts: str | None


@dataclass(frozen=True, slots=True)
class _ResponseUrl:
    target: ResponseTarget
    expires: float
    uses: int


class ResponseUrls:
    """Gives response_urls and counts their uses."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._urls: dict[str, _ResponseUrl] = {}

    def issue(self, target: ResponseTarget) -> str:
        """The secret end of a new response_url."""
        secret = secrets.token_urlsafe(18)
        expires = time.monotonic() + self._options.response_url_lifetime
        self._urls[secret] = _ResponseUrl(target, expires, self._options.response_url_uses)
        return secret

    def use(self, secret: str) -> ResponseTarget:
        """Use it once. Raises SlackError `expired_url` or `used_url`, or `no_service` for one never given."""
        url = self._urls.get(secret)
        if url is None:
            raise SlackError("no_service")
        if time.monotonic() > url.expires:
            raise SlackError("expired_url")
        if url.uses == 0:
            raise SlackError("used_url")
        self._urls[secret] = replace(url, uses=url.uses - 1)
        return url.target
