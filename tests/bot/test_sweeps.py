"""The daily sweep is planned without opening a workspace, for those that have something to do."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import MagicMock

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation

import handlers
from bot import app
from bot.settings import Settings
from bot.tenancy import Installations, NotInstalled, Tenant, Tenants
from engine.vision import Weights
from services.jobs import Jobs
from services.records import Database, Records, sqlite_url
from services.workspace import HOME, Workspaces

NOW = datetime.now(UTC)


class StoredJobs:
    """Keeps what would be stored, and opens workspaces as a worker that gets to a job does."""

    def __init__(self) -> None:
        self.stored: list[tuple[str, str, str]] = []

    def on_opening(self, opening: Any) -> None:
        self.opening = opening

    def submit(self, name: str, key: str, _payload: Any, line: Any, *, after: Any = None) -> None:
        self.stored.append((name, key, line.workspace))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(sqlite_url(tmp_path / "r.sqlite"))
    yield database
    database.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every opening of a workspace's bot."""
    opened: list[str] = []
    monkeypatch.setattr(Tenants, "_build", lambda _self, tenant: opened.append(tenant.id))
    return opened


def _tenants(database: Database, jobs: StoredJobs, *installed: str) -> Tenants:
    installations = Installations(
        database.engine, client_id="1.2", client_secret="s", slack_api_url="http://127.0.0.1:1/api/"
    )
    for team in installed:
        installations.store.save(Installation(app_id="A1", team_id=team, user_id="U1", bot_token="xoxb-1", bot_id="B1"))
    workspaces = cast(Workspaces, SimpleNamespace(database=database, retention_days=365))
    return Tenants(workspaces, cast(Jobs, jobs), installations, handlers.Wire(), client=WebClient())


def test_a_day_opens_only_those_with_something_to_do_and_only_where_it_is_done(
    database: Database, opened: list[str]
) -> None:
    everyone = [f"T{number:03}" for number in range(40)]
    for team in everyone:
        Records(database, team).set_setting("threshold", "90")
    for team in (*everyone[:3], HOME):
        Records(database, team).add_person("Ann", member=None, added_by="U1")
    jobs = StoredJobs()
    _tenants(database, jobs, *everyone).plan_sweeps(NOW)
    assert opened == []
    sweeps = [("sweep", f"{team}:{NOW.date()}", team) for team in everyone[:3]]
    assert jobs.stored == [*sweeps, ("sweep", f"{NOW.date()}", HOME)]
    for _, _, workspace in jobs.stored:
        jobs.opening(workspace)
    assert opened == [*everyone[:3], HOME]


def test_without_a_token_a_workspace_is_opened_only_where_something_is_held(
    database: Database, opened: list[str]
) -> None:
    Records(database, "T1").add_person("Ann", member=None, added_by="U1")
    jobs = StoredJobs()
    tenants = _tenants(database, jobs)
    jobs.opening("T1")
    with pytest.raises(NotInstalled):
        jobs.opening("T2")
    with pytest.raises(NotInstalled):
        tenants.app(Tenant("T1"))
    assert opened == ["T1"]


def test_where_the_token_has_ended_a_workspace_is_opened_as_without_one(
    database: Database, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(*_: object) -> None:
        raise SlackTokenRotationError(SlackApiError("", {"error": "invalid_refresh_token"}))  # type: ignore[no-untyped-call]

    Records(database, "T1").add_person("Ann", member=None, added_by="U1")
    jobs = StoredJobs()
    _tenants(database, jobs, "T1", "T2")
    monkeypatch.setattr(Installations, "bot", ended)
    jobs.opening("T1")
    with pytest.raises(SlackTokenRotationError):
        jobs.opening("T2")
    assert opened == ["T1"]


@pytest.fixture
def settings(tmp_path: Path, weights: Weights) -> Settings:
    return Settings(
        _env_file=None, data_dir=tmp_path / "data", slack_mode="http", slack_client_id="1.2", slack_client_secret="s"
    )


@pytest.mark.parametrize("workspace", ["E1-T1", HOME])
def test_a_bot_is_built_where_nothing_is_installed_any_more(workspace: str, settings: Settings) -> None:
    jobs = MagicMock()
    with app.open_workspaces(settings) as workspaces:
        Records(workspaces.database, workspace).add_person("Ann", member=None, added_by="U1")
        installations = app.open_installations(settings, workspaces.database)
        Tenants(workspaces, jobs, installations, handlers.Wire(), client=WebClient())
        (opening,) = jobs.on_opening.call_args.args
        opening(workspace)
    named = {(call.args[0], call.kwargs["workspace"]) for call in jobs.register.call_args_list}
    assert ("sweep", workspace) in named


def test_a_bot_that_was_built_to_sweep_is_built_anew_once_it_is_installed(settings: Settings) -> None:
    tenant, jobs = Tenant("T1", "E1"), MagicMock()
    with app.open_workspaces(settings) as workspaces:
        Records(workspaces.database, tenant.id).add_person("Ann", member=None, added_by="U1")
        installations = app.open_installations(settings, workspaces.database)
        tenants = Tenants(workspaces, jobs, installations, handlers.Wire(), client=WebClient())
        (opening,) = jobs.on_opening.call_args.args
        opening(tenant.id)
        swept = tenants._bots.get(tenant)
        given = {"app_id": "A1", "user_id": "U1", "enterprise_id": "E1", "bot_token": "xoxb-1", "bot_id": "B1"}
        installations.store.save(Installation(**given, is_enterprise_install=True))
        installed = tenants.app(tenant)
        assert installed is not swept.app
        assert tenants.app(tenant) is installed
        assert tenants._bots.get(tenant).desk.visitors.home.org_wide
