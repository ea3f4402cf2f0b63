"""Whose clock says where a day of a channel ends: Slack has none for a channel, nor for a workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackApiError

from handlers import channels
from handlers.desk import Desk
from handlers.slack import Member

LATE = datetime(2026, 10, 3, 22, 30, tzinfo=UTC)
ZONES = {"U0TOKYO": "Asia/Tokyo", "U0LIMA": "America/Lima", "U0NOWHERE": ""}


def _desk(invited_by: str = "", creator: str = "", refusal: str = "user_not_found") -> Desk:
    def member(user: str) -> Member:
        if user not in ZONES:
            raise SlackApiError("no", {"ok": False, "error": refusal})
        return Member.of({"id": user, "tz": ZONES[user]})

    def own_setting(name: str, channel: str) -> str | None:
        return invited_by if (name, channel) == ("invited_by", "C0A") and invited_by else None

    records = SimpleNamespace(own_setting=own_setting)
    visitors = SimpleNamespace(member=member, creator_of=lambda _channel: creator)
    return cast(Desk, SimpleNamespace(workspace=SimpleNamespace(records=records), visitors=visitors))


@pytest.mark.parametrize(
    ("known", "day"),
    [
        ({"invited_by": "U0TOKYO", "creator": "U0LIMA"}, 4),
        ({"creator": "U0LIMA"}, 3),
        ({"creator": "U0TOKYO"}, 4),
        ({"invited_by": "U0NOWHERE", "creator": "U0TOKYO"}, 3),
        ({"invited_by": "U0GONE"}, 3),
        ({}, 3),
    ],
)
def test_a_day_is_that_of_who_invited_the_bot_or_else_made_the_channel(known: dict[str, Any], day: int) -> None:
    assert channels.clock(_desk(**known), "C0A", LATE).day == day


def test_what_may_pass_is_tried_again() -> None:
    with pytest.raises(SlackApiError):
        channels.clock(_desk("U0GONE", refusal="ratelimited"), "C0A", LATE)
