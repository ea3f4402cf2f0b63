"""The error boundary holds where nobody can be told."""

import logging

import pytest
import sqlalchemy as sa
from playground_kit import eventually
from slack_bolt import Ack, App, BoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from handlers import errors
from handlers.slack.client import setback
from services.errors import Refusal


def test_without_a_network_the_boundary_itself_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    app = App(
        client=WebClient(token="xoxb-1", base_url="http://127.0.0.1:1/api/"),  # where nobody listens
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1", bot_user_id="U9"),
        request_verification_enabled=False,
    )
    errors.register(app)

    @app.command("/break")
    def broken(ack: Ack) -> None:
        ack()
        raise Refusal("It cannot be done.")

    body = {"command": "/break", "team_id": "T1", "user_id": "U1", "channel_id": "C1", "text": ""}
    with caplog.at_level(logging.WARNING, logger="handlers.errors"):
        answer = app.dispatch(BoltRequest(body=body, mode="socket_mode"))
        assert answer.status == 200
        eventually(lambda: "could not tell the person" in caplog.text or None, "the log says so", within=5)


def test_a_database_that_is_down_is_named_without_a_reference_to_ask_about(caplog: pytest.LogCaptureFixture) -> None:
    database = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(sa.exc.OperationalError) as caught:
        database.connect()
    assert errors.in_words(caught.value).startswith("My database does not answer now.")
    assert "Traceback" not in caplog.text
    assert setback(caught.value) is not None
