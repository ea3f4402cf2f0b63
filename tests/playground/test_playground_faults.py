"""Faults: none until they are turned on, each as it says, and none once they are turned off."""

import pytest
import requests
from playground_kit import Running, Start, jpeg
from slack_sdk.errors import SlackApiError

CHANNEL = "C0PHOTOS01"


def turn_on(slack: Running, **rates: float) -> None:
    answer = slack.member().do("faults", rates=rates, seed=1)
    assert answer["ok"], answer


def test_an_unknown_fault_is_refused(slack: Running) -> None:
    assert slack.member().do("faults", rates={"earthquake": 1})["status"] == 400
    assert slack.member().do("faults", rates={"busy": 2})["status"] == 400


def test_busy_asks_to_wait_until_it_is_turned_off(slack: Running) -> None:
    turn_on(slack, busy=1.0)
    with pytest.raises(SlackApiError) as refused:
        slack.client.auth_test()
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    turn_on(slack)
    assert slack.client.auth_test()["ok"]


def test_a_lost_call_is_carried_out_all_the_same(slack: Running) -> None:
    turn_on(slack, lost=1.0)
    with pytest.raises(SlackApiError) as refused:
        slack.client.chat_postMessage(channel=CHANNEL, text="once")
    assert refused.value.response.status_code == 500
    assert [each["text"] for each in slack.member().messages(CHANNEL)][-1] == "once"


def test_an_error_carries_nothing_out(slack: Running) -> None:
    turn_on(slack, error=1.0)
    with pytest.raises(SlackApiError):
        slack.client.chat_postMessage(channel=CHANNEL, text="never")
    assert all(each["text"] != "never" for each in slack.member().messages(CHANNEL))


def test_a_download_is_cut_and_an_upload_dropped(slack: Running) -> None:
    member, token = slack.member(), {"Authorization": f"Bearer {slack.options.bot_token}"}
    file = member.upload("a.jpg", jpeg())
    member.post(CHANNEL, files=[file["id"]])
    url = slack.client.files_info(file=file["id"])["file"]["url_private"]
    turn_on(slack, cut=1.0, dropped=1.0)
    with pytest.raises(requests.exceptions.RequestException):
        requests.get(url, headers=token, timeout=60)
    expected = slack.client.files_getUploadURLExternal(filename="b.jpg", length=3)
    assert requests.post(str(expected["upload_url"]), data=b"abc", timeout=60).status_code == 500


def test_an_event_comes_twice(start: Start) -> None:
    slack = start()
    app, member = slack.app(), slack.member()
    turn_on(slack, twice=1.0)
    member.post(CHANNEL, "hello")
    first, second = app.take(), app.take()
    assert first["event"]["text"] == second["event"]["text"] == "hello"
    assert first["event_id"] == second["event_id"]


@pytest.mark.parametrize("fault", ["hang_up", "disconnect"])
def test_the_socket_closes_mid_way_and_the_event_comes_again(start: Start, fault: str) -> None:
    slack = start()
    app, member = slack.app(), slack.member()
    turn_on(slack, **{fault: 1.0})
    member.post(CHANNEL, "hello")
    seen = app.receive()
    with pytest.raises(Exception, match=r"1001|1000"):
        while True:
            seen = app.receive()
    assert fault == "hang_up" or seen["type"] == "disconnect"
    turn_on(slack)
    assert slack.app().event("message")["text"] == "hello"
