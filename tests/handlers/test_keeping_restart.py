"""A sweep that the process's end cuts short goes on after its last finished step."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from team import eventually, open_team

from playground.state import seed
from services.jobs.jobs import Jobs


@pytest.mark.usefixtures("weights")
def test_a_sweep_goes_on_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forgot: list[datetime] = []
    forget = Jobs.forget

    def counted(jobs: Jobs, before: datetime) -> int:
        forgot.append(before)
        return forget(jobs, before)

    monkeypatch.setattr(Jobs, "forget", counted)
    with open_team(tmp_path) as team:
        person = team.workspace.records.add_person("Barack", member=None, added_by=seed.ADMIN)
        team.member.do("faults", rates={"busy": 1}, seed=1)
        team.plan(datetime.now(UTC) + timedelta(days=364))
        eventually(lambda: team.slack.slack.faults.struck["busy"] or None, "Slack has refused", within=30)
        assert person.user_id not in team.workspace.records.sightings.all()
    with open_team(tmp_path) as team:
        sightings = team.workspace.records.sightings
        seen = eventually(lambda: sightings.all().get(person.user_id), "the warning is recorded", within=60)
        assert seen.warned_at is not None
    assert len(forgot) == 1, "what was done before is not done again"
