"""The Slack of a workspace, for commands that have to ask or tell it something."""

from __future__ import annotations

import http.client

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackTokenRotationError

import handlers
from bot import app
from bot.commands import printing
from bot.settings import Settings
from bot.tenancy import NotInstalled, Tenant
from handlers.slack import Slack
from services.errors import Refusal
from services.people import OPERATOR, Receipt
from services.records import Person
from services.workspace import Workspace


def forget(settings: Settings, workspace: Workspace, person: Person) -> Receipt:
    """Erase a person, then what Slack shows of them. Where that has to be left to the bot's sweep, it is said."""
    asked = workspace.records.consents.request_of(person.member) if person.member else None
    receipt = workspace.people.forget(person, actor=OPERATOR.id)
    try:
        if reached := client(settings, workspace):
            handlers.consent.clear(workspace, Slack(reached), asked)
    except (Refusal, SlackApiError, OSError, http.client.HTTPException) as error:
        printing.err.print(f"Slack cannot be told: {error}.", markup=False)
    if workspace.records.thumbnails.orphans():
        printing.err.print("What Slack still shows of them goes as the bot sweeps, once a day.")
    return receipt


def client(settings: Settings, workspace: Workspace) -> WebClient | None:
    """To ask a workspace's Slack; None where none is set up. Raises `Refusal` for a token that has ended."""
    if settings.slack_mode != "http":
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    elif settings.slack_client_id:
        token = _installed(settings, workspace)
    else:
        token = None
    return app.client(settings, handlers.Wire(), token) if token else None


def _installed(settings: Settings, workspace: Workspace) -> str | None:
    with app.open_database(settings) as database:
        try:
            return app.open_installations(settings, database).bot(Tenant.parse(workspace.id)).bot_token
        except NotInstalled:
            return None
        except SlackTokenRotationError as error:
            raise Refusal(
                f"The token of {workspace.id} has ended, and Slack does not renew it:"
                f" {handlers.refusals.code(error.api_error)}. Have the bot installed anew."
            ) from error
