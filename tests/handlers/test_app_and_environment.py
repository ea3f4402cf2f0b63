"""What the environment has for other ways to be installed does not change who the bot is."""

from typing import Any

import pytest
from slack_bolt import BoltRequest
from slack_sdk import WebClient

import handlers

WHO = {"team_id": "T1", "bot_id": "B1", "user_id": "U0BOT"}


class Client(WebClient):
    """Knows who it is without a Slack."""

    asked = 0

    def auth_test(self, **_given: Any) -> Any:
        Client.asked += 1
        return WHO


@pytest.mark.parametrize("value", ["", "1111.2222", None])
def test_a_bot_with_a_token_is_itself_whatever_the_environment_says(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "asked", 0)
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
    app = handlers.new_app(Client("xoxb-1"))
    heard: list[tuple[Any, ...]] = []
    app.command("/facesearch")(
        lambda ack, client, context: (ack(), heard.append((client.token, context.bot_user_id, context.bot_id)))
    )
    for _ in range(2):
        typed = {"command": "/facesearch", "team_id": "T1", "user_id": "U1", "channel_id": "C1"}
        answer = app.dispatch(BoltRequest(body=typed, mode="socket_mode"))
        assert (answer.status, answer.body) == (200, "")
    app.listener_runner.listener_executor.shutdown()
    assert heard == [("xoxb-1", "U0BOT", "B1")] * 2
    assert Client.asked == 1
