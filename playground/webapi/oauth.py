"""`oauth.v2.access`, `auth.revoke` and `apps.uninstall`: how an app comes into a workspace, and leaves it."""

import hmac
from collections.abc import Mapping
from dataclasses import replace

from playground.slack import events
from playground.state import Json, SlackError
from playground.webapi.call import Call, Method


def access(call: Call) -> Json:
    _require_client(call)
    grant = call.args.text("grant_type") or "authorization_code"
    if grant == "refresh_token":
        return call.slack.oauth.refresh(call.args.text("refresh_token"))
    if grant != "authorization_code":
        raise SlackError("invalid_grant_type")
    return call.slack.oauth.access(call.args.text("code"), call.args.text("redirect_uri"))


def revoke(call: Call) -> Json:
    if call.args.flag("test"):
        return {"revoked": False}
    events.tokens_revoked(call.slack, call.workspace)
    call.workspace.installation = replace(call.workspace.installation, bot_token="")
    return {"revoked": True}


def uninstall(call: Call) -> Json:
    _require_client(call)
    events.tokens_revoked(call.slack, call.workspace)
    events.app_uninstalled(call.slack, call.workspace)
    call.workspace.installation = replace(call.workspace.installation, bot_token="")
    return {}


def _require_client(call: Call) -> None:
    options = call.slack.options
    if call.args.text("client_id") != options.client_id:
        raise SlackError("invalid_client_id")
    if not hmac.compare_digest(call.args.text("client_secret").encode(), options.client_secret.encode()):
        raise SlackError("bad_client_secret")


METHODS: Mapping[str, Method] = {
    "apps.uninstall": Method(uninstall),
    "auth.revoke": Method(revoke),
    "oauth.v2.access": Method(access, caller="anyone"),
}
