"""`api.*`, `apps.*`, `auth.*`, `bots.*` and `team.*`."""

from collections.abc import Mapping

from playground.blocks import bot_profile
from playground.state import Json, SlackError
from playground.webapi.call import Call, Method


def api_test(call: Call) -> Json:
    if call.args.text("error"):
        raise SlackError(call.args.text("error"))
    return {"args": call.args.everything()}


def apps_connections_open(call: Call) -> Json:
    """A WebSocket address for Socket Mode, good for one connection."""
    address = call.slack.base_url.replace("http", "ws", 1)
    ticket, app_id = call.slack.sockets.new_ticket(), call.workspace.installation.app_id
    return {"url": f"{address}/socket/link/?ticket={ticket}&app_id={app_id}"}


def auth_test(call: Call) -> Json:
    workspace = call.workspace
    return {
        "url": f"{call.slack.base_url}/",
        "team": workspace.team.name,
        "user": workspace.bot.name,
        "team_id": workspace.team.id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.installation.bot_id,
        "is_enterprise_install": workspace.installation.org_wide,
        **({"enterprise_id": workspace.team.organisation_id} if workspace.team.organisation else {}),
    }


def bots_info(call: Call) -> Json:
    if call.args.text("bot") not in ("", call.workspace.installation.bot_id):
        raise SlackError("bot_not_found")
    return {"bot": bot_profile(call.workspace, call.slack.base_url)}


def team_info(call: Call) -> Json:
    team = call.workspace.team
    return {
        "team": {
            "id": team.id,
            "name": team.name,
            "url": f"{call.slack.base_url}/",
            "domain": team.domain,
            "email_domain": "",
            "icon": {"image_default": True},
            "avatar_base_url": f"{call.slack.base_url}/avatars/",
            "is_verified": False,
        }
    }


METHODS: Mapping[str, Method] = {
    "api.test": Method(api_test, caller="anyone"),
    "apps.connections.open": Method(apps_connections_open, ("connections:write",), caller="app"),
    "auth.test": Method(auth_test),
    "bots.info": Method(bots_info, ("users:read",)),
    "team.info": Method(team_info, ("team:read",)),
}
