"""Where response_urls lead: an app answers what a member did, without a token."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground.slack.interactivity.responses import respond
from playground.slack.slack import Slack
from playground.state import SlackError

MAX_BODY = 1024 * 1024


async def handle(request: Request) -> Response:
    """Take a response message; "ok", or 404 for an address that is used up or too old, or 400 for a bad message."""
    slack: Slack = request.app.state.slack
    try:
        if int(request.headers.get("content-length") or 0) > MAX_BODY:
            raise SlackError("invalid_payload")
        body = json.loads(await request.body())
    except (json.JSONDecodeError, UnicodeDecodeError):
        return PlainTextResponse("invalid_payload", 400)
    except SlackError as error:
        return PlainTextResponse(error.code, 400)
    if not isinstance(body, dict):
        return PlainTextResponse("invalid_payload", 400)
    try:
        target = slack.response_urls.use(request.path_params["secret"])
    except SlackError as error:
        return JSONResponse({"ok": False, "error": error.code}, 404)
    workspace = slack.workspace_of_user(target.user)
    if workspace is None or workspace.team.id != request.path_params["team"]:
        return JSONResponse({"ok": False, "error": "no_service"}, 404)
    try:
        respond(slack, workspace, target, body)
    except SlackError as error:
        refusal = {"ok": False, "error": error.code, "response_metadata": {"messages": list(error.messages)}}
        return JSONResponse(refusal, 404 if error.code == "invalid_blocks" else 400)
    return PlainTextResponse("ok")
