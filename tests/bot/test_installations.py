"""Tokens of workspaces and whole organisations: found, renewed by several processes, and good to their end."""

import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.token_rotation import TokenRotator

from bot.tenancy import Installations, NotInstalled, Tenant
from services.errors import Refusal

sys.path.append(str(Path(__file__).parents[1] / "playground"))
from playground_kit import FAST, Running, start_playground

HOUR = 3600
REDIRECT = "http://127.0.0.1/back"
Open = Callable[..., Installations]


@pytest.fixture(scope="module")
def slack() -> Iterator[Running]:
    running = start_playground(replace(FAST, token_lifetime=HOUR, redirect_url=REDIRECT))
    yield running
    running.close()


@pytest.fixture
def processes(tmp_path: Path, slack: Running) -> Open:
    """Opens what each process has: its own memory over one database."""

    def open_installations(url: str = f"{slack.url}/api/") -> Installations:
        engine = sa.create_engine(f"sqlite:///{tmp_path / 'records.sqlite'}")
        options = slack.options
        return Installations(
            engine, client_id=options.client_id, client_secret=options.client_secret, slack_api_url=url
        )

    return open_installations


def install(slack: Running, installations: Installations) -> Tenant:
    """As an admin does: the token lives for an hour, so that it is to be renewed at once."""
    workspace, options = slack.slack.workspaces[0], slack.options
    code = slack.slack.oauth.code(workspace, workspace.installation.bot_user_id, REDIRECT)
    given = slack.client_with("").oauth_v2_access(
        code=code, client_id=options.client_id, client_secret=options.client_secret, redirect_uri=REDIRECT
    )
    installations.store.save(
        installation(
            team_id=given["team"]["id"],
            bot_token=given["access_token"],
            bot_refresh_token=given["refresh_token"],
            bot_token_expires_in=given["expires_in"],
        )
    )
    return Tenant(given["team"]["id"])


def installation(**given: Any) -> Installation:
    return Installation(app_id="A1", user_id="U1", bot_id="B1", bot_user_id="U2", **given)


def works(slack: Running, bot: Bot) -> bool:
    return bool(slack.client_with(str(bot.bot_token)).auth_test()["ok"])


def test_a_token_that_ends_soon_is_renewed_and_kept(slack: Running, processes: Open) -> None:
    ours = processes()
    tenant = install(slack, ours)
    (before,) = [ours.store.find_bot(enterprise_id=None, team_id=tenant.team_id)]
    bot = ours.bot(tenant)
    assert before is not None
    assert bot.bot_token != before.bot_token
    assert works(slack, bot)
    assert ours.bot(tenant).bot_token == bot.bot_token  # not again for every event
    kept = ours.store.find_bot(enterprise_id=None, team_id=tenant.team_id)
    assert kept is not None
    assert (kept.bot_token, kept.bot_refresh_token) == (bot.bot_token, bot.bot_refresh_token)


def test_of_two_processes_that_renew_at_once_both_have_the_new_token(
    slack: Running, processes: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = processes()
    tenant = install(slack, ours)

    class Second(TokenRotator):
        """Comes when the other has already used the refresh token that it has read."""

        def perform_bot_token_rotation(self, *, bot: Bot, minutes_before_expiration: int = 120) -> Bot | None:
            ours.bot(tenant)
            return super().perform_bot_token_rotation(bot=bot, minutes_before_expiration=minutes_before_expiration)

    monkeypatch.setattr("bot.tenancy.installations.TokenRotator", Second)
    theirs = processes()
    assert theirs.bot(tenant).bot_token == ours.bot(tenant).bot_token
    assert works(slack, theirs.bot(tenant))


def test_while_slack_cannot_be_asked_a_token_is_good_to_its_end(slack: Running, processes: Open) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        alone = processes(f"http://127.0.0.1:{closed.getsockname()[1]}/api/")
    tenant = install(slack, alone)
    assert works(slack, alone.bot(tenant))


def test_a_token_that_has_ended_and_cannot_be_renewed_is_not_used(processes: Open) -> None:
    ours = processes()
    ours.store.save(
        installation(
            team_id="T9",
            bot_token="xoxb-old",
            bot_refresh_token="xoxe-1-made-up",
            bot_token_expires_at=int(time.time()) - 1,
        )
    )
    with pytest.raises(SlackTokenRotationError):
        ours.bot(Tenant("T9"))


@pytest.mark.parametrize("team", [None, "T1"])
def test_an_organisation_installs_for_all_its_workspaces(processes: Open, team: str | None) -> None:
    ours = processes()
    ours.store.save(installation(enterprise_id="E1", team_id=team, bot_token="xoxb-org", is_enterprise_install=True))
    ours.store.save(installation(enterprise_id="E1", team_id="T3", bot_token="xoxb-own"))
    assert ours.bot(Tenant("T1", "E1")).bot_token == "xoxb-org"
    assert ours.bot(Tenant("T2", "E1")).bot_token == "xoxb-org"
    assert ours.bot(Tenant(None, "E1")).bot_token == "xoxb-org"
    assert ours.bot(Tenant("T3", "E1")).bot_token == "xoxb-own"
    for stranger in (Tenant("T1"), Tenant("T1", "E2")):
        with pytest.raises(NotInstalled):
            ours.bot(stranger)
    organisation = Tenant(None, "E1")
    assert [ours.depends(Tenant(each, "E1"), organisation) for each in ("T2", "T3")] == [True, False]
    assert not ours.depends(Tenant("T2", "E2"), organisation)
    assert not ours.depends(Tenant("T2", "E1"), Tenant("T3", "E1"))
    ours.remove(organisation)
    with pytest.raises(NotInstalled):
        processes().bot(Tenant("T2", "E1"))
    assert processes().bot(Tenant("T3", "E1")).bot_token == "xoxb-own"


_ORGANISATIONS = {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}


@pytest.mark.parametrize(
    ("payload", "tenant"),
    [
        ({"team_id": "T1", "enterprise_id": None}, Tenant("T1")),
        ({"team_id": "T2", "enterprise_id": "E1", "authorizations": [_ORGANISATIONS]}, Tenant("T2", "E1")),
        ({"team_id": "E1", "enterprise_id": "E1", "authorizations": [_ORGANISATIONS]}, Tenant(None, "E1")),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"id": "W1", "team_id": "T2"}}, Tenant("T2", "E1")),
        (  # a shared channel: what is authorized counts, not where the channel comes from
            {"team_id": "T8", "enterprise_id": "E8", "authorizations": [{"team_id": "T1", "enterprise_id": None}]},
            Tenant("T1"),
        ),
        (  # the same, where a whole organisation has installed it: its workspace is named beside it, either way round
            {
                "team_id": "T8",
                "enterprise_id": "E8",
                "context_team_id": "T2",
                "context_enterprise_id": "E1",
                "authorizations": [_ORGANISATIONS],
            },
            Tenant("T2", "E1"),
        ),
        (
            {
                "team_id": "T2",
                "enterprise_id": "E1",
                "context_team_id": "T8",
                "context_enterprise_id": None,
                "authorizations": [_ORGANISATIONS],
            },
            Tenant("T2", "E1"),
        ),
        (  # nothing says which of the organisation's workspaces: certainly not another's
            {"team_id": "T8", "enterprise_id": None, "authorizations": [_ORGANISATIONS]},
            Tenant(None, "E1"),
        ),
        ({}, None),
        ({"team_id": "T1/../T2"}, None),
        ({"team_id": "home"}, None),
        ({"team_id": "T1", "enterprise_id": "T2"}, None),
    ],
)
def test_a_payload_says_whose_it_is(payload: dict[str, object], tenant: Tenant | None) -> None:
    assert Tenant.of(payload) == tenant


_SUBMITTED_ELSEWHERE = {
    "type": "view_submission",
    "team": {"id": "T8", "enterprise_id": "E8"},
    "enterprise": {"id": "E8"},
    "user": {"id": "W8", "team_id": "T8"},
    "view": {"team_id": "T8", "app_installed_team_id": "T1"},
    "is_enterprise_install": False,
}
_SUBMITTED_HERE = {
    **_SUBMITTED_ELSEWHERE,
    "team": None,
    "enterprise": {"id": "E1"},
    "user": {"id": "W1", "team_id": "T2"},
    "is_enterprise_install": True,
}


@pytest.mark.parametrize(
    ("installed", "known", "payload", "tenant"),
    [
        ({"team_id": "T1"}, (), _SUBMITTED_ELSEWHERE, Tenant("T1")),
        ({"team_id": "T1", "enterprise_id": "E1"}, (), _SUBMITTED_ELSEWHERE, Tenant("T1", "E1")),
        (  # both organisations have it: the workspace is one of ours all the same
            {"enterprise_id": "E1", "is_enterprise_install": True},
            (Tenant("T3", "E1"), Tenant("T1", "E1")),
            _SUBMITTED_ELSEWHERE,
            Tenant("T1", "E1"),
        ),
        ({"enterprise_id": "E1", "is_enterprise_install": True}, (), _SUBMITTED_HERE, Tenant("T1", "E1")),
    ],
)
def test_a_modal_submitted_from_another_organisation_is_for_the_installation_that_opened_it(
    processes: Open, installed: dict[str, Any], known: tuple[Tenant, ...], payload: dict[str, Any], tenant: Tenant
) -> None:
    ours = processes()
    ours.store.save(installation(enterprise_id="E8", bot_token="xoxb-theirs", is_enterprise_install=True))
    ours.store.save(installation(bot_token="xoxb-ours", **installed))
    named = Tenant.of(payload)
    assert named is not None
    found = ours.resolve(named, lambda: known)
    assert found == tenant
    assert ours.bot(found).bot_token == "xoxb-ours"


@pytest.mark.parametrize("enterprise_id", [None, "E1"])
def test_an_organisation_of_its_own_keeps_what_it_names(processes: Open, enterprise_id: str | None) -> None:
    ours = processes()
    ours.store.save(installation(team_id="T1", enterprise_id=enterprise_id, bot_token="xoxb-ours"))
    home = ours.home(Tenant("T1", enterprise_id))
    assert (home.team_id, home.enterprise_id, home.org_wide) == ("T1", enterprise_id, False)
    with pytest.raises(NotInstalled):
        ours.bot(ours.resolve(Tenant("T9", enterprise_id), tuple))
    ours.store.save(installation(enterprise_id="E2", bot_token="xoxb-org", is_enterprise_install=True))
    assert ours.home(Tenant("T2", "E2")).org_wide


def test_tokens_are_encrypted_where_there_is_a_key_also_those_that_were_there(tmp_path: Path) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'records.sqlite'}")

    def opened(keys: str | None) -> Installations:
        return Installations(engine, client_id="1", client_secret="", slack_api_url="http://127.0.0.1:9/", keys=keys)

    def kept() -> list[str]:
        with engine.connect() as db:
            return list(db.exec_driver_sql("SELECT bot_token FROM slack_bots").scalars())

    given = {"app_id": "A1", "user_id": "U1", "bot_id": "B1", "bot_user_id": "U2"}
    opened(None).store.save(Installation(**given, team_id="T1", bot_token="xoxb-plain", bot_refresh_token="xoxe-1"))
    assert kept() == ["xoxb-plain"]
    sealed = opened(old)
    assert sealed.bot(Tenant("T1")).bot_token == "xoxb-plain"
    sealed.store.save(Installation(**given, team_id="T2", bot_token="xoxb-second"))
    assert not any("xox" in token for token in kept())
    first = kept()
    opened(f"{new},{old}").store.seal(anew=True)
    assert not set(first) & set(kept())
    assert opened(new).bot(Tenant("T2")).bot_token == "xoxb-second"
    with pytest.raises(Refusal, match="ENCRYPTION_KEY"):
        opened(None).bot(Tenant("T1"))
