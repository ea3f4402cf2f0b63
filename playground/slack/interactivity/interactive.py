"""What all interactive payloads have in common, and how the app is asked and its silence told to the member."""

from playground.slack.delivery import NotDelivered, TooLate
from playground.slack.slack import Slack
from playground.state import Conversation, Json, ResponseTarget, Team, User, Workspace

VERIFICATION_TOKEN = "playground-verification-token"  # noqa: S105 - Slack's legacy token; it proves nothing


def payload(slack: Slack, workspace: Workspace, user: User, type_: str) -> Json:
    """The fields of every interactive payload, with a fresh trigger id.

    A modal that somebody of another organisation submits or closes comes from their workspace; a click comes from ours.
    """
    elsewhere = type_.startswith("view_") and workspace.is_outsider(user.id)
    team = workspace.team_of(user.id) if elsewhere else workspace.team
    return {
        "type": type_,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": workspace.team_of(user.id).id,
        },
        "api_app_id": workspace.installation.app_id,
        "token": VERIFICATION_TOKEN,
        "trigger_id": slack.triggers.issue(user.id),
        "team": None if _names_no_team(workspace, type_, elsewhere=elsewhere) else team_json(team),
        "enterprise": organisation_json(team),
        "is_enterprise_install": workspace.installation.org_wide,
    }


def team_json(team: Team) -> Json:
    organisation = team.organisation
    of = {"enterprise_id": organisation.id, "enterprise_name": organisation.name} if organisation else {}
    return {"id": team.id, "domain": team.domain, **of}


def organisation_json(team: Team) -> Json | None:
    return {"id": team.organisation.id, "name": team.organisation.name} if team.organisation else None


def _names_no_team(workspace: Workspace, type_: str, *, elsewhere: bool) -> bool:
    """Where a whole organisation has installed the app, its modals come from no workspace."""
    return workspace.installation.org_wide and type_.startswith("view_") and not elsewhere


def channel_name(conversation: Conversation) -> str:
    """The name in payloads, where Slack does not give away what is private."""
    return {"im": "directmessage", "group": "privategroup"}.get(conversation.kind, conversation.name)


def channel_json(conversation: Conversation) -> Json:
    return {"id": conversation.id, "name": channel_name(conversation)}


def response_url(slack: Slack, workspace: Workspace, kind: str, target: ResponseTarget) -> str:
    """A response_url; `kind` is commands, actions or app, as in Slack's addresses."""
    secret = slack.response_urls.issue(target)
    return f"{slack.base_url}/response/{kind}/{workspace.team.id}/{secret}"


async def ask(slack: Slack, body: Json, *, accepts_response: bool = False) -> Json:
    """Deliver an interactive payload and wait for the app. Raises NotDelivered or TooLate."""
    return await slack.delivery.ask("interactive", body, accepts_response=accepts_response)


async def ask_or_tell(slack: Slack, user: str, body: Json, what: str) -> None:
    """Deliver; where the app does not acknowledge, the member is told that `what` failed."""
    try:
        await ask(slack, body)
    except TooLate:
        notice(slack, user, f"{what} failed because the app did not respond in time.")
    except NotDelivered:
        notice(slack, user, f"{what} failed because the app is not connected.")


def notice(slack: Slack, user: str, text: str) -> None:
    """Slackbot's private word to a member."""
    slack.pages.tell(user, {"type": "notice", "text": text})
