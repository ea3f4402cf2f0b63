"""Two workspaces install the bot over HTTP, and neither ever sees anything of the other's."""

import html
import json
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
import yaml
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Installation

from bot import app
from bot.settings import Settings
from bot.tenancy import Installations, Tenant, Tenants
from bot.transports import web
from engine.vision import Weights
from handlers.views.enroll import statement
from playground.slack import SignedHttp
from playground.state import seed
from services.errors import NotFound
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import RELEASE_VERSION
from services.people.known.retention import Due
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.workspace import HOME, Workspace, Workspaces

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("playground", "handlers")]
from playground_kit import FAST, Json, Member, Running, eventually, start_playground
from team import ROOT, apart, asks_to_state, click, shown

RELEASED = frozenset({RELEASE_VERSION})

OURS, THEIRS = seed.TEAM.id, seed.OTHER_TEAM.id
PHOTOS = {OURS: seed.PHOTOS, THEIRS: seed.PHOTOS[:-1] + "2"}
ADMINS = {OURS: seed.ADMIN, THEIRS: seed.ADMIN[:-1] + "2"}


@dataclass(frozen=True, slots=True)
class Site:
    """The bot on its port, and the playground that calls it."""

    url: str
    slack: Running
    workspaces: Workspaces
    members: dict[str, Member]
    tenants: Tenants

    def install(self, team: str, answer: str = "allow") -> httpx.Response:
        """Go through the pages as an admin's browser does; the last of them."""
        with httpx.Client(timeout=10) as browser:
            page = browser.get(f"{self.url}/slack/install")
            cookie = page.headers["set-cookie"].partition(";")[0]
            (address,) = re.findall(r'href="([^"]+/oauth/v2/authorize[^"]+)"', page.text)
            consent = html.unescape(address)
            assert "Next Door" in browser.get(consent).text
            back = browser.post(consent, data={"team": team, "answer": answer}).headers["location"]
            return browser.get(urljoin(self.url, back), headers={"Cookie": cookie})

    def ask(self, team: str, text: str, *photos: Path) -> list[Json]:
        """Post in a workspace, and wait for the answers in the thread; of whom it enrols, state that they agreed."""
        member, channel = self.members[team], PHOTOS[team]
        files = [member.upload(photo.name, photo.read_bytes())["id"] for photo in photos]
        ts = member.post(channel, text, files=files)
        if text.startswith("enroll"):
            click(member, asks_to_state(member, channel, ts), statement.STATE, channel)

        def replies() -> list[Json] | None:
            messages = member.messages(channel, thread_ts=ts)[1:]
            return messages if len(messages) >= (1 if text else 2) else None

        return eventually(replies, f"replies to {text!r} in {team}", within=30)

    def command(self, team: str, text: str, answer: str) -> str:
        self.members[team].do("command", channel=PHOTOS[team], command="/facesearch", text=text)

        def said() -> str | None:
            messages = self.members[team].messages(PHOTOS[team])
            return next((shown(m) for m in reversed(messages) if answer in shown(m)), None)

        return eventually(said, f"{answer!r} in {team}", within=10)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[Site]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    options = replace(
        FAST,
        bot_token="",
        ack_timeout=3.0,
        request_url=f"{url}/slack/events",
        redirect_url=f"{url}/slack/oauth_redirect",
        token_lifetime=43_200,
        two_workspaces=True,
    )
    with ExitStack() as stack:
        slack = start_playground(options, yaml.safe_load((ROOT / "manifest.yml").read_text()))
        stack.callback(slack.close)
        settings = Settings(
            _env_file=None,
            data_dir=tmp_path_factory.mktemp("data"),
            slack_mode="http",
            slack_client_id=options.client_id,
            slack_client_secret=SecretStr(options.client_secret),
            slack_api_url=f"{slack.url}/api/",
        )
        workspaces = stack.enter_context(app.open_workspaces(settings))
        served = app.serve(settings, workspaces)
        apart(served.jobs.start)
        stack.callback(served.jobs.stop)
        stack.enter_context(web.listening(web.create_app(served, options.signing_secret), "127.0.0.1", port))
        yield Site(url, slack, workspaces, {team: slack.member(user) for team, user in ADMINS.items()}, served.tenants)


def test_it_says_how_it_is(site: Site) -> None:
    assert httpx.get(f"{site.url}/healthz").text == "ok"
    assert httpx.get(f"{site.url}/readyz").status_code == 200


@pytest.mark.parametrize(
    ("secret", "age", "status"),
    [
        ("playground-signing-secret", 0, 200),
        ("another-secret", 0, 401),
        ("playground-signing-secret", 301, 401),
        ("playground-signing-secret", -360, 401),  # which comes nearer while it is under way
    ],
)
def test_only_slack_is_listened_to_and_only_for_five_minutes(site: Site, secret: str, age: int, status: int) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
    headers = SignedHttp("", secret).signature(body, int(time.time()) - age)
    answer = httpx.post(f"{site.url}/slack/events", content=body, headers=dict(headers))
    assert answer.status_code == status
    assert ("3eZbrw1a" in answer.text) is (status == 200)


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=1"}, {"X-Slack-Signature": "v0=1"}],
)
def test_what_is_not_signed_is_refused(site: Site, headers: dict[str, str]) -> None:
    assert httpx.post(f"{site.url}/slack/events", content=b"{}", headers=headers).status_code == 401
    assert httpx.post(f"{site.url}/slack/events", content=b"x" * 2_000_000, headers=headers).status_code == 413


def test_whoever_declines_installs_nothing_and_a_state_works_once(site: Site) -> None:
    assert "access_denied" in site.install(OURS, "cancel").text
    forged = httpx.get(f"{site.url}/slack/oauth_redirect", params={"code": "1", "state": "made up"})
    assert forged.status_code == 400


def test_workspaces_never_see_each_other(site: Site, photos: dict[str, Path]) -> None:
    for team in (OURS, THEIRS):
        assert site.install(team).status_code == 200
    ours, theirs = (site.workspaces.open(team) for team in (OURS, THEIRS))

    # The same name, and the same photo to search.
    site.ask(OURS, "enroll barack", photos["obama.jpg"], photos["obama2.jpg"])
    assert "Barack" in shown(site.ask(OURS, "", photos["obama3.jpg"])[1])
    assert "0 of 1 face recognised" in shown(site.ask(THEIRS, "", photos["obama3.jpg"])[1])
    site.ask(THEIRS, "enroll barack", photos["biden.jpg"])
    assert "0 of 1 face recognised" in shown(site.ask(OURS, "", photos["biden.jpg"])[1])
    (barack,), (other,) = ours.people.all(), theirs.people.all()
    assert barack.name == other.name
    assert barack.user_id != other.user_id

    # Settings, and the log of who did what.
    site.command(OURS, "threshold 80", "80 %")
    assert theirs.preferences.tuning(PHOTOS[THEIRS]).threshold == 99
    assert theirs.preferences.tuning(PHOTOS[OURS]).threshold == 99
    actors = {entry.actor for entry in theirs.records.log.all()}
    assert actors <= {ADMINS[THEIRS], "Slack"}

    # Ids of the other workspace's, as if somebody had guessed them.
    faces = ours.records.faces(barack.user_id)
    assert theirs.records.people_by_id([barack.user_id]) == {}
    assert theirs.records.faces(barack.user_id) == ()
    assert theirs.records.owners([face.face_id for face in faces]) == {}
    assert theirs.records.owners_of_photo(faces[0].digest) == ()
    theirs.records.remove_person(barack.user_id)
    theirs.records.remove_face(faces[0].face_id)
    assert ours.records.faces(barack.user_id) == faces
    with pytest.raises(NotFound):
        theirs.people.get("nobody")
    assert {face.face_id for face in theirs.collection.faces()} == {
        face.face_id for face in theirs.records.faces(other.user_id)
    }
    assert all(face.photo.startswith(f"{OURS}/") for face in faces)


def test_whoever_removes_the_bot_is_erased_and_nobody_else(site: Site) -> None:
    theirs = site.workspaces.open(THEIRS)
    assert theirs.people.all()
    photos = theirs.collection.photos
    assert list(photos.keys(f"{THEIRS}/"))
    token = next(w.installation.bot_token for w in site.slack.slack.workspaces if w.team.id == THEIRS)
    site.slack.client_with(token).auth_revoke(test=False)
    eventually(lambda: not site.workspaces.open(THEIRS).people.all() or None, "they are erased", within=10)
    eventually(lambda: not list(photos.keys(f"{THEIRS}/")) or None, "their photos are erased", within=10)
    assert site.workspaces.open(OURS).people.all()
    assert list(photos.keys(f"{OURS}/"))


def _installations(site: Site) -> Installations:
    options = site.slack.options
    return Installations(
        site.workspaces.database.engine,
        client_id=options.client_id,
        client_secret=options.client_secret,
        slack_api_url=f"{site.slack.url}/api/",
    )


def _event(site: Site, **body: object) -> None:
    """Have an event arrive as Slack sends it."""
    data = json.dumps({"type": "event_callback", **body}).encode()
    headers = SignedHttp("", site.slack.options.signing_secret).signature(data, int(time.time()))
    headers = {**headers, "Content-Type": "application/json"}
    assert httpx.post(f"{site.url}/slack/events", content=data, headers=headers).status_code == 200


def test_a_removal_that_slack_tells_of_late_leaves_alone_what_was_installed_since(
    site: Site, photos: dict[str, Path]
) -> None:
    store = _installations(site).store
    store.save(Installation(app_id="A1", user_id="U1", team_id="TAGAIN", bot_token="xoxb-again", bot_id="B1"))
    again = site.workspaces.open("TAGAIN")
    given = GivenPhoto("obama.jpg", photos["obama.jpg"].read_bytes)
    again.enrolment.enroll(Request("Barack", Actor("U1"), stated=RELEASED), [given])
    now = int(time.time())
    gone = {"team_id": "TAGAIN", "event": {"type": "app_uninstalled"}}
    revoked = {"team_id": "TAGAIN", "event": {"type": "tokens_revoked", "tokens": {"bot": ["U2"]}}}
    _event(site, **gone, event_id="EvLATE1", event_time=now - 300)
    _event(site, **revoked, event_id="EvLATE2", event_time=now - 300)
    # One that waited as it was installed anew is of an older time as it is worked on.
    desk = site.tenants._bots.get(Tenant("TAGAIN")).desk
    desk.submit("leave", "EvWAITED", {"at": now - 300}, channel="")
    eventually(lambda: desk.ended("leave", "EvWAITED") or None, "the job that waited is done", within=10)
    assert again.people.all()
    assert store.find_bot(enterprise_id=None, team_id="TAGAIN") is not None
    _event(site, **gone, event_id="EvTRUE", event_time=now + 1)
    eventually(lambda: not site.workspaces.open("TAGAIN").people.all() or None, "it is erased", within=10)
    eventually(lambda: store.find_bot(enterprise_id=None, team_id="TAGAIN") is None or None, "it is gone", within=10)


def test_with_an_organisation_go_the_workspaces_that_have_the_bot_through_it(
    site: Site, photos: dict[str, Path]
) -> None:
    store = _installations(site).store
    given = {"app_id": "A1", "user_id": "U1", "enterprise_id": "E1", "bot_id": "B1", "bot_user_id": "U2"}
    store.save(Installation(**given, bot_token="xoxb-organisation", is_enterprise_install=True))
    store.save(Installation(**given, team_id="TOWN", bot_token="xoxb-own"))
    through, own = (site.workspaces.open(tenant) for tenant in ("E1-TTHROUGH", "E1-TOWN"))
    for workspace in (through, own):
        workspace.enrolment.enroll(
            Request("Barack", Actor("U1"), stated=RELEASED),
            [GivenPhoto("obama.jpg", photos["obama.jpg"].read_bytes)],
        )
        assert workspace.people.all()

    gone = {"type": "app_uninstalled"}
    _event(site, event_id="EvGONE", team_id="E1", enterprise_id="E1", event=gone)

    eventually(lambda: not site.workspaces.open(through.id).people.all() or None, "it is erased", within=10)
    eventually(lambda: store.find_bot(enterprise_id="E1", team_id=None) is None or None, "its token is gone", within=10)
    assert not list(own.collection.photos.keys("E1-TTHROUGH/"))
    assert list(own.collection.photos.keys("E1-TOWN/"))
    assert own.people.all()


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "null",
        '"text"',
        "[" * 100_000,
        '{"team_id": 5}',
        '{"team_id": ["T1"], "enterprise_id": {}}',
        '{"event": "x", "authorizations": {"a": 1}}',
        "payload={",
        "payload=[]",
        "payload=null",
        "payload=5",
        "hello",
        "",
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
def test_what_is_signed_but_malformed_is_a_bad_request(site: Site, body: str, kind: str) -> None:
    data = body.encode()
    headers = SignedHttp("", site.slack.options.signing_secret).signature(data, int(time.time()))
    answer = httpx.post(f"{site.url}/slack/events", content=data, headers={**headers, "Content-Type": kind})
    assert answer.status_code == 400


def test_every_workspace_is_swept_also_those_without_a_token_that_is_good(site: Site) -> None:
    everyone = tuple(site.workspaces.open(workspace) for workspace in (OURS, "TNOTOKEN", "TENDED", HOME))
    ours, *others = everyone
    over = Installation(app_id="A1", user_id="U1", team_id="TENDED", bot_token="xoxe.xoxb-1", bot_id="B1")
    over.bot_refresh_token, over.bot_token_expires_at = "xoxe-1-made-up", int(time.time()) - 3600
    _installations(site).store.save(over)
    request = Request("Barack", Actor("U1"), stated=RELEASED)
    photo = next(iter(ours.collection.photos.keys(f"{OURS}/")))
    for workspace in others:
        workspace.enrolment.enroll(request, [GivenPhoto("x.jpg", lambda: ours.collection.photos.get(photo))])
    assert all(workspace.people.all() for workspace in everyone)
    now = datetime.now(UTC)
    later = now + timedelta(days=400)
    for days in (360, 400):  # first they are warned
        site.tenants.plan_sweeps(now + timedelta(days=days))
        eventually(
            lambda: all(entry.warned for workspace in everyone for entry in _due(workspace, later)) or None,
            "they are warned, or cannot be",
            within=10,
        )
    eventually(lambda: not any(workspace.people.all() for workspace in everyone) or None, "they are erased", within=10)


def _due(workspace: Workspace, now: datetime) -> list[Due]:
    return list(workspace.retention.due(now))


@pytest.mark.parametrize("tenant", [Tenant("T1"), Tenant("T1", "E1"), Tenant(None, "E1"), Tenant(None)])
def test_a_workspace_is_known_by_its_name_again(tenant: Tenant) -> None:
    assert Tenant.parse(tenant.id) == tenant
