"""Socket Mode: connections, acknowledgements, redelivery."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import pytest
from playground_kit import FAST, RawApp, Running, Start, eventually
from slack_sdk.errors import SlackApiError
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from playground.state import seed


def test_hello(slack: Running) -> None:
    first, second = slack.app(), slack.app()
    assert first.hello["type"] == "hello"
    assert first.hello["connection_info"] == {"app_id": seed.APP_ID}
    assert (first.hello["num_connections"], second.hello["num_connections"]) == (1, 2)
    assert first.hello["debug_info"]["approximate_connection_time"] > 0


def test_an_address_is_good_for_one_connection(slack: Running) -> None:
    url = str(slack.client.apps_connections_open(app_token="xapp-playground")["url"])
    with connect(url) as socket:
        assert json.loads(socket.recv(timeout=3))["type"] == "hello"
        with pytest.raises(Exception, match=r"403|1008"), connect(url) as again:
            again.recv(timeout=3)


def test_an_address_gets_old(start: Start) -> None:
    slack = start(dataclasses.replace(FAST, socket_ticket_lifetime=-1.0))
    url = str(slack.client.apps_connections_open(app_token="xapp-playground")["url"])
    with pytest.raises(Exception, match=r"403|1008"), connect(url) as socket:
        socket.recv(timeout=3)


def test_at_most_ten_connections(slack: Running) -> None:
    for _ in range(10):
        slack.app()
    with pytest.raises(SlackApiError, match="too_many_websockets"):
        slack.client.apps_connections_open(app_token="xapp-playground")


def test_each_envelope_goes_to_one_connection(slack: Running) -> None:
    apps, robin = [slack.app(), slack.app()], slack.member()
    for number in range(4):
        robin.post(seed.GENERAL, str(number))
    texts = [[app.take()["event"]["text"] for _ in range(2)] for app in apps]
    assert sorted(texts[0] + texts[1]) == ["0", "1", "2", "3"]
    assert all(app.quiet(0.2) for app in apps)


def test_an_event_that_is_not_acknowledged_comes_again_three_times(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.post(seed.GENERAL, "hello")
    envelopes = [app.receive() for _ in range(4)]
    assert [each["retry_attempt"] for each in envelopes] == [0, 1, 2, 3]
    assert [each["retry_reason"] for each in envelopes] == ["", "timeout", "timeout", "timeout"]
    assert len({each["envelope_id"] for each in envelopes}) == 4
    assert len({each["payload"]["event_id"] for each in envelopes}) == 1
    assert app.quiet(FAST.ack_timeout + 0.4)


def test_an_acknowledged_event_does_not_come_again(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.post(seed.GENERAL, "hello")
    app.receive()
    again = app.receive()
    app.ack(again)
    assert again["retry_attempt"] == 1
    assert app.quiet(FAST.ack_timeout + 0.4)


def test_a_late_acknowledgement_is_as_good_as_none(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.post(seed.GENERAL, "hello")
    first = app.receive()
    second = app.receive()
    app.ack(first)
    third = app.receive()
    assert [each["retry_attempt"] for each in (first, second, third)] == [0, 1, 2]


def test_events_wait_for_the_app_to_connect(slack: Running) -> None:
    slack.member().post(seed.GENERAL, "is anyone there?")
    app = slack.app()
    envelope = app.receive()
    app.ack(envelope)
    assert envelope["payload"]["event"]["text"] == "is anyone there?"


def test_an_acknowledgement_may_come_over_another_connection(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.post(seed.GENERAL, "hello")
    envelope = app.receive()
    app.close()
    other = slack.app()
    other.ack(envelope)
    assert other.quiet(FAST.ack_timeout + 0.4)


def test_a_lost_connection_means_redelivery(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    robin.post(seed.GENERAL, "hello")
    app.receive()
    app.close()
    again = slack.app().receive()
    assert (again["retry_attempt"], again["payload"]["event"]["text"]) == (1, "hello")


def test_slack_asks_to_reconnect(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    slack.run(lambda: asyncio.ensure_future(slack.slack.sockets.refresh("warning")))
    assert app.receive()["reason"] == "warning"
    robin.post(seed.GENERAL, "still here")
    assert app.take()["event"]["text"] == "still here"
    slack.run(lambda: asyncio.ensure_future(slack.slack.sockets.refresh()))
    farewell = app.receive()
    assert (farewell["type"], farewell["reason"]) == ("disconnect", "refresh_requested")
    with pytest.raises(ConnectionClosed):
        app.receive()


def test_connections_that_are_old_are_renewed(start: Start) -> None:
    slack = start(dataclasses.replace(FAST, socket_lifetime=0.6, socket_warning=0.3))
    app = slack.app()
    assert [app.receive()["reason"] for _ in range(2)] == ["warning", "refresh_requested"]


def test_what_is_not_an_acknowledgement_is_ignored(slack: Running) -> None:
    app, robin = slack.app(), slack.member()
    for nonsense in ("", "not json", "[]", "{}", '{"envelope_id": 7}', '{"envelope_id": "unknown"}'):
        app.socket.send(nonsense)
    robin.post(seed.GENERAL, "hello")
    assert app.take()["event"]["text"] == "hello"


def test_the_page_knows_whether_the_app_is_connected(slack: Running) -> None:
    robin = slack.member()
    assert robin.get("boot")["app"]["connected"] is False
    app = RawApp(slack.client, "xapp-playground")
    robin.hears("app", connected=True)
    assert robin.get("boot")["app"]["connected"] is True
    app.close()
    robin.hears("app", connected=False)
    eventually(lambda: not robin.get("boot")["app"]["connected"], "the disconnect")
