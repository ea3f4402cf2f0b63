"""The door of the Web API: reads the request, finds token, method and scope, and answers as Slack answers."""

import asyncio
import base64
import json
import logging
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from playground.slack import Slack
from playground.state import Json, RateLimited, SlackError, Workspace
from playground.webapi import apps, assistant, chat, conversations, dnd, files, oauth, reactions, streams, users, views
from playground.webapi.call import Arguments, Call, Method

log = logging.getLogger(__name__)

METHODS: Mapping[str, Method] = {
    **apps.METHODS,
    **assistant.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **dnd.METHODS,
    **files.METHODS,
    **oauth.METHODS,
    **reactions.METHODS,
    **streams.METHODS,
    **users.METHODS,
    **views.METHODS,
}

MAX_BODY = 5 * 1024 * 1024


async def handle(request: Request) -> Response:
    """Answer `/api/<method>`: HTTP 200 whatever the outcome, and 429 where the caller is too fast."""
    slack: Slack = request.app.state.slack
    name = request.path_params["method"]
    method = METHODS.get(name)
    headers = {"Cache-Control": "no-store"}
    try:
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        arguments = _client(request) | await _arguments(request)
        workspace, scopes = _authorize(slack, method, _token(request, arguments))
        headers |= {"X-OAuth-Scopes": ",".join(scopes), "X-Accepted-OAuth-Scopes": ",".join(method.scopes)}
        if method.scopes and not set(method.scopes) & set(scopes):
            raise SlackError("missing_scope", needed=",".join(method.scopes), provided=",".join(scopes))
        await asyncio.sleep(slack.options.call_latency)
        slack.refusals.check(name, arguments)
        answer = {"ok": True} | method.handler(Call(slack, workspace, Arguments(arguments)))
    except RateLimited as error:
        headers["Retry-After"] = str(error.retry_after)
        return JSONResponse(_refusal(error), 429, headers)
    except SlackError as error:
        return JSONResponse(_refusal(error), headers=headers)
    return JSONResponse(answer, headers=headers)


def _refusal(error: SlackError) -> Json:
    answer: Json = {"ok": False, "error": error.code, **error.details}
    if error.messages:
        answer["response_metadata"] = {"messages": list(error.messages)}
    return answer


def _authorize(slack: Slack, method: Method, token: str) -> tuple[Workspace, tuple[str, ...]]:
    """The workspace the token is for, and the scopes it carries. Raises SlackError."""
    if method.caller == "anyone":
        return slack.workspaces[0], ()
    if not token:
        raise SlackError("not_authed")
    workspace = slack.workspace_of_token(token)
    is_app_token = token == slack.options.app_token
    if workspace is None and not is_app_token:
        raise SlackError("invalid_auth")
    if is_app_token != (method.caller == "app"):
        raise SlackError("not_allowed_token_type")
    if workspace is None:
        return slack.workspaces[0], ("connections:write",)
    return workspace, workspace.installation.manifest.scopes


def _token(request: Request, arguments: Mapping[str, Any]) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return str(arguments.get("token") or "")


def _client(request: Request) -> dict[str, Any]:
    """The app's own id and secret, where they are given as a user's name and password are."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, client_secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:
        raise SlackError("invalid_auth") from error
    return {"client_id": client_id, "client_secret": client_secret}


async def _arguments(request: Request) -> dict[str, Any]:
    """The arguments, from the address and from a form or a JSON body. Raises SlackError for a body it cannot read."""
    arguments: dict[str, Any] = dict(request.query_params)
    if request.method == "GET":
        return arguments
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        raise SlackError("request_too_large")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return arguments | _json_object(await request.body())
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form(max_part_size=MAX_BODY) as form:
            return arguments | {key: value for key, value in form.items() if isinstance(value, str)}
    if await request.body():
        raise SlackError("invalid_post_type" if kind else "missing_post_type")
    return arguments


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise SlackError("invalid_json") from error
    if not isinstance(value, dict):
        raise SlackError("json_not_object")
    return value
