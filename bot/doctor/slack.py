"""Slack: does it know the tokens, and does it grant and tell the bot what it needs?"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.web import SlackResponse

from bot import app
from bot.doctor.patient import Patient, Unwell

_MOST_SKEW = 60  # seconds; Slack and AWS refuse five minutes


def playground(patient: Patient) -> str:
    given = [patient.settings.slack_bot_token, patient.settings.slack_app_token]
    if any(given):
        raise Unwell("Only one of the two tokens is set.", "Set both SLACK_BOT_TOKEN and SLACK_APP_TOKEN.")
    return "No tokens are set: `start` opens the playground."


def credentials(patient: Patient) -> str:
    settings = patient.settings
    needed = {
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret,
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret,
    }
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise Unwell(f"{', '.join(missing)} not set.", "Copy them from the app's Basic Information.")
    return "All are set."


def installations(patient: Patient) -> str:
    settings = patient.settings
    silent: list[str] = []
    with app.open_database(settings) as database:
        installations = app.open_installations(settings, database)
        everywhere = installations.all()
        for tenant in everywhere:
            try:
                patient.slack(installations.bot(tenant).bot_token).auth_test()
            except (SlackApiError, SlackTokenRotationError) as error:
                silent.append(f"{tenant.id} ({error})")
    if silent:
        raise Unwell(f"The token does not work of {', '.join(silent)}.", "An admin there installs the bot again.")
    return f"{len(everywhere)} installed it, and all tokens work." if everywhere else "Nobody has installed it yet."


def bot_token(patient: Patient) -> str:
    answer = patient.identity
    return f"{answer['user']} in {answer['team']}."


def app_token(patient: Patient) -> str:
    token = patient.settings.slack_app_token
    patient.slack().apps_connections_open(app_token=token.get_secret_value() if token else "")
    return "Socket Mode is open to it."


def scopes(patient: Patient) -> str:
    granted = _granted(patient)
    wanted: list[str] = patient.manifest["oauth_config"]["scopes"]["bot"]
    missing = sorted(set(wanted) - granted)
    if missing:
        raise Unwell(
            f"Not granted: {', '.join(missing)}.", "Paste manifest.yml as the app's manifest, and install it again."
        )
    return f"All {len(wanted)} are granted."


def events(patient: Patient) -> str:
    granted = _granted(patient)
    events: list[str] = patient.manifest["settings"]["event_subscriptions"]["bot_events"]
    needs = {event: _EVENT_SCOPES[event] for event in events if event in _EVENT_SCOPES}
    deaf = sorted(event for event, scope in needs.items() if scope not in granted)
    if deaf:
        raise Unwell(f"Slack will not deliver {', '.join(deaf)}.", "Paste manifest.yml, and install the app again.")
    return f"May listen to all {len(events)}. Whether the app subscribes to them, only a posted photo shows."


def _granted(patient: Patient) -> set[str]:
    return set(_header(patient.identity, "x-oauth-scopes").replace(" ", "").split(","))


_EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "user_change": "users:read",
}


def clock(patient: Patient) -> str:
    try:
        theirs = parsedate_to_datetime(_header(patient.identity, "date"))
    except ValueError as error:
        raise Unwell("Slack's answer has no date.", "Mend SLACK_API_URL, or the proxy in between.") from error
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    if skew > _MOST_SKEW:
        raise Unwell(f"It is {skew:.0f} s away from Slack's.", "Set the clock by NTP: `timedatectl set-ntp true`.")
    return "It agrees with Slack's."


def _header(answer: SlackResponse, name: str) -> str:
    headers = {key.lower(): value for key, value in answer.headers.items()}
    value = headers.get(name, "")
    return value if isinstance(value, str) else ",".join(value)
