"""Every knob of the playground, with Slack's own values as defaults."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Options:
    """How this Slack behaves. Times are in seconds; tests shorten them, nothing else changes.

    `retry_delays` are the waits before an event is redelivered: Slack's are at once, after one minute and after five.
    `reconnect_wait` is how long each attempt waits for the app to be connected at all.
    `share_delay` is how late a completed upload appears in its channel.
    `post_rate` is how many chat.postMessage calls a second a channel takes after a burst of `post_burst`; None: any.
    `unthreads` has a reply to what is deleted posted into the channel, as Slack does; else it is `thread_not_found`.
    `request_url` is where the app is called over HTTP; None: the app uses Socket Mode. Requests are signed with
    `signing_secret`. `client_id` and `client_secret` are the app's own for OAuth, and `redirect_url` where it sends
    whoever installs the app. `token_lifetime` is how long a token of OAuth lives; None: for ever, without rotation.
    `members` is how many there are beside the first three, all of them in #general.
    `strangers` brings in a guest, and somebody of another organisation who is in a channel that it shares.
    `org_wide` makes the workspace one of an Enterprise Grid organisation that has installed the app as a whole, and
    lets in a colleague from another of its workspaces.
    `two_workspaces` adds one next door, where the app is not installed yet.
    `call_latency` is how long each Web API call is on its way; a trigger id ages meanwhile.
    `pictures` is which files `slack_file` shows: all that the app may see, those that are shared somewhere, or none.
    `history_interval` is after how long conversations.history and .replies may be called again, and then give fifteen
    messages at most, as for apps that are distributed outside of Slack's Marketplace: 60; None: at any time.
    `socket_lifetime` is how long a Socket Mode connection lives before Slack asks to reconnect; None: for ever.
    """

    bot_token: str = "xoxb-playground"  # noqa: S105 - a local default, it opens nothing outside this machine
    app_token: str = "xapp-playground"  # noqa: S105
    ack_timeout: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    reconnect_wait: float = 30.0
    trigger_lifetime: float = 3.0
    response_url_lifetime: float = 30 * 60.0
    response_url_uses: int = 5
    share_delay: float = 0.4
    socket_ticket_lifetime: float = 30.0
    socket_lifetime: float | None = None
    socket_warning: float = 10.0
    post_rate: float | None = None
    post_burst: int = 5
    call_latency: float = 0.0
    pictures: Literal["all", "shared", "none"] = "all"
    history_interval: float | None = None
    max_upload_bytes: int = 50 * 1024 * 1024
    unthreads: bool = True
    request_url: str | None = None
    signing_secret: str = "playground-signing-secret"  # noqa: S105
    client_id: str = "1111.2222"
    client_secret: str = "playground-client-secret"  # noqa: S105
    redirect_url: str = ""
    token_lifetime: int | None = None
    two_workspaces: bool = False
    members: int = 0
    strangers: bool = False
    org_wide: bool = False
