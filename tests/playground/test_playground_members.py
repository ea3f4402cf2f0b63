"""Members have a profile photo when they put one there, and an admin can deactivate them; the app hears of both."""

from __future__ import annotations

import copy
import io

import pytest
import requests
from PIL import Image
from playground_kit import MANIFEST, Json, Running, Start, jpeg

from playground.state import seed


def _listening() -> Json:
    manifest = copy.deepcopy(MANIFEST)
    manifest["settings"]["event_subscriptions"]["bot_events"].append("user_change")
    return manifest


@pytest.fixture
def slack(start: Start) -> Running:
    return start(manifest=_listening())


def test_a_photo_is_on_the_profile_once_its_member_has_put_it_there(slack: Running) -> None:
    app, sasha = slack.app(), slack.member(seed.SECOND)
    profile = slack.client.users_info(user=seed.SECOND)["user"]["profile"]
    assert "is_custom_image" not in profile
    assert "image_original" not in profile
    uploaded = sasha.upload("me.jpg", jpeg(900, 700))
    assert sasha.do("profile_photo", file=uploaded["id"])["ok"]
    changed = app.event("user_change")["user"]["profile"]
    assert changed["is_custom_image"] is True
    original = requests.get(changed["image_original"], timeout=60)
    assert Image.open(io.BytesIO(original.content)).size == (900, 700)
    small = requests.get(changed["image_512"], timeout=60)
    assert Image.open(io.BytesIO(small.content)).size == (512, 512)
    assert not slack.member().do("profile_photo", file=uploaded["id"])["ok"], "somebody else's file"
    assert sasha.do("profile_photo")["ok"]
    assert "is_custom_image" not in app.event("user_change")["user"]["profile"]


def test_a_deactivated_member_is_gone_and_the_app_hears_of_it(slack: Running) -> None:
    app, robin, sasha = slack.app(), slack.member(), slack.member(seed.SECOND)
    assert not sasha.do("deactivate", member=seed.THIRD)["ok"], "only an admin can"
    assert not robin.do("deactivate", member=seed.ADMIN)["ok"]
    assert robin.do("deactivate", member=seed.SECOND)["ok"]
    event = app.event("user_change")
    assert set(event) == {"type", "user", "cache_ts", "event_ts"}
    assert event["user"]["id"] == seed.SECOND
    assert event["user"]["deleted"] is True
    assert "is_admin" not in event["user"]
    assert slack.client.users_info(user=seed.SECOND)["user"]["deleted"] is True
    assert slack.api("conversations.open", users=seed.SECOND)["error"] == "user_disabled"
    assert sasha.do("post", channel=seed.PHOTOS, text="still here?")["status"] == 403


def test_without_the_subscription_the_app_hears_nothing(start: Start) -> None:
    slack = start()
    app = slack.app()
    assert slack.member().do("deactivate", member=seed.SECOND)["ok"]
    assert app.quiet()
