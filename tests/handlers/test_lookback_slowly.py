"""A look back by an app to which Slack gives fifteen messages a minute: slower, and over the same channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playground_kit import FAST
from slack_sdk.errors import SlackApiError
from team import eventually, open_team

from handlers import lookback
from handlers.lookback import looking
from handlers.slack import Leaf, refusals
from handlers.slack.archive import Archive
from playground.state import seed


@pytest.mark.thorough  # test_pages_of_the_past asks the same of one page
def test_an_app_that_may_read_few_messages_a_minute_looks_back_over_all_channels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interval = 2.0
    monkeypatch.setattr(looking, "_LIMITED", timedelta(seconds=interval))
    refused: list[str] = []
    said = Archive._said

    def counting(archive: Archive, channel: str, *given: str, **known: bool) -> Leaf:
        try:
            leaf = said(archive, channel, *given, **known)
        except SlackApiError as error:
            refused.append(refusals.code(error))
            raise
        if leaf.few and not known["few"]:
            refused.append("invalid_limit")
        return leaf

    monkeypatch.setattr(Archive, "_said", counting)
    with open_team(tmp_path, options=replace(FAST, history_interval=interval), is_painted=True) as limited:
        channels = sorted(limited.desk.visitors.channels_of())[:3]
        lookback.submit(limited.desk, seed.ADMIN, channels)
        look_backs = limited.workspace.records.look_backs
        eventually(lambda: look_backs.all() == () or None, "its end", within=60)
        looked = [limited.workspace.records.own_setting("looked_back", channel) for channel in channels]
    assert all(looked)
    assert refused == ["invalid_limit"], "once for all, and no page before its minute was over"
