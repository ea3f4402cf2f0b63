"""What the page talks to: everything a member can do, as JSON under /client."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground import actions, avatars, commands, events, messaging, modals
from playground.errors import Refused
from playground.files import too_large
from playground.messaging import Draft
from playground.page_json import (
    SLACKBOT_JSON,
    file_proof,
    page_conversation,
    page_file,
    page_message,
    page_user,
    page_view,
)
from playground.rich_text import to_blocks, to_text
from playground.samples import Sample
from playground.slack import Slack
from playground.transfers import FORM_OVERHEAD, chunks_of, send
from playground.values import Conversation, File, Json, Message, User, View
from playground.workspace import SLACKBOT, Workspace

MAX_TEXT = 40_000
MAX_FILES = 10
MAX_BODY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Doing:
    """A member who does something: in which workspace, and with what arguments."""

    slack: Slack
    workspace: Workspace
    user: User
    args: Json

    def text(self, name: str) -> str:
        value = self.args.get(name) or ""
        if not isinstance(value, str):
            raise Refused(f"{name} must be a string.")
        return value

    def object(self, name: str) -> Json:
        value = self.args.get(name) or {}
        if not isinstance(value, dict):
            raise Refused(f"{name} must be an object.")
        return value

    def conversation(self) -> Conversation:
        """The conversation that is meant, where the member is in it."""
        conversation = self.workspace.conversations.get(self.text("channel"))
        if conversation is None or self.user.id not in conversation.members:
            raise Refused("There is no such conversation, or you are not in it.", 404)
        return conversation

    def message(self, conversation: Conversation) -> Message:
        message = self.workspace.message(conversation.id, self.text("ts"), viewer=self.user.id)
        if message is None:
            raise Refused("That message is gone.", 404)
        return message

    def view(self, view_id: str) -> View:
        """One of the member's own views."""
        view = self.slack.views.get(view_id)
        if view is None or view.user != self.user.id:
            raise Refused("That is closed already.", 404)
        return view


Action: TypeAlias = Callable[[Doing], Awaitable[Json]]


async def boot(doing: Doing) -> Json:
    """All that a page needs to start."""
    slack, workspace, manifest = doing.slack, doing.workspace, doing.workspace.installation.manifest
    offered = [*manifest.commands, commands.INVITE]
    return {
        "workspace": {"id": workspace.team.id, "name": workspace.team.name},
        "me": page_user(doing.user),
        "users": [*(page_user(user) for user in workspace.users.values()), SLACKBOT_JSON],
        "channels": [
            page_conversation(workspace, each, doing.user.id) for each in workspace.conversations_of(doing.user.id)
        ],
        "commands": [
            {"command": each.command, "description": each.description, "usage_hint": each.usage_hint}
            for each in offered
        ],
        "shortcuts": [
            {"type": each.type, "name": each.name, "callback_id": each.callback_id, "description": each.description}
            for each in manifest.shortcuts
        ],
        "app": {
            "id": workspace.installation.app_id,
            "name": workspace.bot.display_name,
            "bot_user_id": workspace.bot.id,
            "home_tab": manifest.home_tab,
            "messages_tab": manifest.messages_tab and not manifest.messages_tab_read_only,
            "connected": slack.sockets.connected,
        },
        "samples": [_sample_json(each) for each in slack.samples.listed],
        "views": [page_view(workspace, view) for view in slack.views.stack(doing.user.id)],
    }


async def samples(doing: Doing) -> Json:
    """The sample photos, fetched now if they are not here; the page hears of the progress meanwhile."""

    def progress(fraction: float) -> None:
        doing.slack.pages.tell(doing.user.id, {"type": "samples", "progress": fraction})

    return {"samples": [_sample_json(each) for each in await doing.slack.samples.fetch(progress)]}


async def messages(doing: Doing) -> Json:
    """The messages of a channel, oldest first, or with `thread_ts` those of a thread."""
    conversation, viewer = doing.conversation(), doing.user.id
    thread_ts = doing.text("thread_ts")
    if thread_ts:
        parent = doing.workspace.message(conversation.id, thread_ts, viewer=viewer)
        if parent is None:
            raise Refused("That thread is gone.", 404)
        found = [parent, *doing.workspace.replies(conversation.id, thread_ts, viewer=viewer)]
    else:
        everything = doing.workspace.messages(conversation.id, viewer=viewer)
        found = [each for each in everything if not each.is_reply or each.reply_broadcast]
    return {"messages": [page_message(doing.workspace, each, viewer) for each in found]}


async def post(doing: Doing) -> Json:
    conversation = doing.conversation()
    manifest = doing.workspace.installation.manifest
    to_the_app = conversation.kind == "im" and doing.workspace.bot.id in conversation.members
    if to_the_app and (manifest.messages_tab_read_only or not manifest.messages_tab):
        raise Refused("Sending messages to this app has been turned off.", 403)
    typed = doing.text("text").strip()
    files = _own_files(doing)
    if not typed and not files:
        raise Refused("Write something, or add a photo.")
    if len(typed) > MAX_TEXT:
        raise Refused(f"A message has at most {MAX_TEXT:,} characters; this one has {len(typed):,}.")
    draft = Draft(
        text=to_text(typed, lambda id_: _channel_name(doing.workspace, id_)),
        blocks=to_blocks(typed),
        files=files,
        thread_ts=_thread(doing, conversation),
        client_msg_id=str(uuid.uuid4()),
    )
    message = messaging.post(doing.slack, doing.workspace, conversation, doing.user.id, draft)
    return {"ts": message.ts}


async def delete(doing: Doing) -> Json:
    """Delete a message of one's own; an admin may delete anyone's. An ephemeral one is only put away."""
    message = doing.message(doing.conversation())
    if message.seen_by is None and message.user != doing.user.id and not doing.user.is_admin:
        raise Refused("You can delete your own messages only.", 403)
    messaging.delete(doing.slack, doing.workspace, message)
    return {}


async def react(doing: Doing) -> Json:
    message = doing.message(doing.conversation())
    name = doing.text("name").strip(":")
    if not name or message.seen_by is not None:
        raise Refused("This cannot be reacted to.")
    change = messaging.react if doing.args.get("on", True) else messaging.unreact
    change(doing.slack, doing.workspace, message, doing.user.id, name)
    return {}


async def command(doing: Doing) -> Json:
    name = doing.text("command")
    if doing.text("thread_ts"):
        raise Refused(f"{name} is not supported in threads. Sorry!")
    await commands.run(doing.slack, doing.workspace, doing.user, doing.conversation(), name, doing.text("text"))
    return {}


async def shortcut(doing: Doing) -> Json:
    callback_id = doing.text("callback_id")
    if doing.text("ts"):
        message = doing.message(doing.conversation())
        await commands.run_message_shortcut(doing.slack, doing.workspace, doing.user, message, callback_id)
    else:
        await commands.run_global_shortcut(doing.slack, doing.workspace, doing.user, callback_id)
    return {}


async def action(doing: Doing) -> Json:
    """A click or a choice in a message or a view."""
    container, given = doing.object("container"), doing.object("action")
    values = doing.object("state").get("values") or {}
    if container.get("type") == "view":
        view = doing.view(str(container.get("view_id")))
        actions.act_in_view(doing.slack, doing.workspace, doing.user, view, given, values)
        return {}
    inside = Doing(doing.slack, doing.workspace, doing.user, container)
    message = inside.message(inside.conversation())
    actions.act_in_message(doing.slack, doing.workspace, doing.user, message, given, values)
    return {}


async def view_submit(doing: Doing) -> Json:
    """Submit a modal; `errors` by block id where the form, or the app, wants something corrected."""
    view = doing.view(doing.text("view_id"))
    values = doing.object("state").get("values") or {}
    try:
        await modals.submit(doing.slack, doing.workspace, doing.user, view, values)
    except modals.Invalid as invalid:
        news = {"type": "view_errors", "view_id": view.id, "errors": invalid.errors}
        doing.slack.pages.tell(doing.user.id, news)
        return {"ok": False, "errors": invalid.errors}
    return {}


async def view_close(doing: Doing) -> Json:
    view = doing.view(doing.text("view_id"))
    modals.close(doing.slack, doing.workspace, doing.user, view, clear=bool(doing.args.get("clear")))
    return {}


async def open_home(doing: Doing) -> Json:
    """The member looks at the App Home; what the app published last comes back at once."""
    if not doing.workspace.installation.manifest.home_tab:
        raise Refused("This app has no Home tab.", 404)
    view = doing.slack.views.home(doing.user.id)
    events.home_opened(doing.slack, doing.workspace, doing.user.id, "home", view)
    return {"view": page_view(doing.workspace, view) if view is not None else None}


async def open_dm(doing: Doing) -> Json:
    other = doing.text("with")
    if other not in doing.workspace.users:
        raise Refused("There is no such person.", 404)
    conversation, _ = messaging.open_direct(doing.slack, doing.workspace, [doing.user.id, other])
    if other == doing.workspace.bot.id:
        events.home_opened(doing.slack, doing.workspace, doing.user.id, "messages", None)
    return {"channel": page_conversation(doing.workspace, conversation, doing.user.id)}


GETS: dict[str, Action] = {"boot": boot, "messages": messages, "samples": samples}
POSTS: dict[str, Action] = {
    "action": action,
    "command": command,
    "delete": delete,
    "open_dm": open_dm,
    "open_home": open_home,
    "post": post,
    "react": react,
    "shortcut": shortcut,
    "view_close": view_close,
    "view_submit": view_submit,
}


async def handle(request: Request) -> Response:
    """Run one of the functions above, and put a refusal in words."""
    table = GETS if request.method == "GET" else POSTS
    try:
        act = table.get(request.path_params["name"])
        if act is None:
            raise Refused("There is no such address.", 404)
        doing = await _doing(request)
        return JSONResponse({"ok": True} | await act(doing), headers={"Cache-Control": "no-store"})
    except Refused as refusal:
        return JSONResponse({"ok": False, "error": refusal.words}, refusal.status)


async def upload(request: Request) -> Response:
    """Take a file that is not shared yet."""
    try:
        doing = await _doing(request)
        files, workspace = doing.slack.files, doing.workspace
        received = await _receive(request, doing)
        file = await files.examine(workspace, received.id)
    except Refused as refusal:
        return JSONResponse({"ok": False, "error": refusal.words}, refusal.status)
    if file is None:
        return JSONResponse({"ok": False, "error": "The file was deleted meanwhile."}, 409)
    return JSONResponse({"ok": True} | page_file(file, doing.user.id))


async def file(request: Request) -> Response:
    """A file, or with a side its thumbnail, for a member who may see it or was given its address."""
    slack: Slack = request.app.state.slack
    viewer = request.query_params.get("user", "")
    workspace = slack.workspace_of_user(viewer)
    found = workspace.files.get(request.path_params["file_id"]) if workspace is not None else None
    if workspace is None or found is None or found.path is None or not _may_see(request, workspace, found, viewer):
        return JSONResponse({"ok": False, "error": "There is no such file, or it is not yours to see."}, 404)
    side = request.path_params.get("side")
    if side is None:
        return send(found.path, found)
    thumbnails = found.picture.thumbnails if found.picture is not None else ()
    path = next((each.path for each in thumbnails if each.side == side), None)
    if path is None:
        return JSONResponse({"ok": False, "error": "There is no such thumbnail."}, 404)
    return FileResponse(path, headers={"Cache-Control": "private, max-age=3600"})


async def sample(request: Request) -> Response:
    """A sample photo."""
    slack: Slack = request.app.state.slack
    found = slack.samples.get(request.path_params["sample"])
    if found is None:
        return JSONResponse({"ok": False, "error": "There is no such sample."}, 404)
    return FileResponse(found.path, headers={"Cache-Control": "private, max-age=3600"})


async def avatar(request: Request) -> Response:
    """A member's avatar as SVG."""
    user = _user_of(request)
    if user is None:
        return JSONResponse({"ok": False, "error": "There is no such person."}, 404)
    return Response(avatars.svg(user), media_type="image/svg+xml", headers={"Cache-Control": "max-age=3600"})


async def profile_picture(request: Request) -> Response:
    """A profile picture as PNG; anyone may fetch it, as from Slack."""
    user = _user_of(request)
    if user is None:
        return JSONResponse({"ok": False, "error": "There is no such person."}, 404)
    side = min(max(request.path_params["side"], 16), 1024)
    return Response(avatars.png(user, side), media_type="image/png", headers={"Cache-Control": "max-age=3600"})


async def socket(websocket: WebSocket) -> None:
    """Tell a member's page what happens, for as long as it is open."""
    slack: Slack = websocket.app.state.slack
    user = websocket.query_params.get("user", "")
    if slack.workspace_of_user(user) is None:
        await websocket.close(code=1008)
        return
    await websocket.accept()
    queue = slack.pages.open(user)
    sending = asyncio.create_task(_send_news(websocket, queue))
    try:
        while True:
            await websocket.receive()
            if websocket.client_state.name == "DISCONNECTED":
                break
    except (WebSocketDisconnect, RuntimeError):
        pass  # the page was closed
    finally:
        slack.pages.close(user, queue)
        sending.cancel()


ROUTES = [
    Route("/client/upload", upload, methods=["POST"]),
    Route("/client/file/{file_id}", file),
    Route("/client/file/{file_id}/{side:int}", file),
    Route("/client/sample/{sample}", sample),
    Route("/client/avatar/{user_id}.svg", avatar),
    Route("/avatars/{user_id}-{side:int}.png", profile_picture),
    WebSocketRoute("/client/ws", socket),
    Route("/client/{name}", handle, methods=["GET", "POST"]),
]


def _sample_json(sample: Sample) -> Json:
    address = f"/client/sample/{quote(sample.name)}"
    return {"name": sample.name, "label": sample.label, "url": address, "source": sample.source}


async def _send_news(websocket: WebSocket, queue: asyncio.Queue[Json | None]) -> None:
    while (news := await queue.get()) is not None:
        await websocket.send_text(json.dumps(news))
    await websocket.close(code=1012)


async def _doing(request: Request) -> Doing:
    """Who does what: `user` in the address or in the JSON body. Raises Refused."""
    slack: Slack = request.app.state.slack
    args: Json = dict(request.query_params)
    if request.method == "POST" and not request.url.path.endswith("/upload"):
        args |= await _body(request)
    user = args.get("user") or slack.workspaces[0].members[0].id
    workspace = slack.workspace_of_user(user) if isinstance(user, str) else None
    if workspace is None or workspace.users[user].is_bot:
        raise Refused("Say who you are: user must be a member's id.", 403)
    return Doing(slack, workspace, workspace.users[user], args)


async def _body(request: Request) -> Json:
    if int(request.headers.get("content-length") or 0) > MAX_BODY:
        raise Refused("That is too much at once.", 413)
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused("Send JSON.", 415)
    try:
        body: Any = json.loads(await request.body())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise Refused("That is not JSON.") from error
    if not isinstance(body, dict):
        raise Refused("Send a JSON object.")
    return body


async def _receive(request: Request, doing: Doing) -> File:
    """Store the one file of a multipart form. Raises Refused."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused("Send the file as a form.", 415)
    limit = doing.slack.options.max_upload_bytes
    if int(request.headers.get("content-length") or limit * 2) > limit + FORM_OVERHEAD:
        raise too_large(limit)
    async with request.form(max_files=1, max_fields=10) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise Refused("There is no file in this form.")
        name = (upload.filename or "file").replace("/", "_").replace("\\", "_")[:255]
        file, _ = doing.slack.files.expect(doing.workspace, doing.user.id, name, name, None)
        return await doing.slack.files.receive(doing.workspace, file, chunks_of(upload))


def _own_files(doing: Doing) -> list[File]:
    """The files to post: the member's own, and not posted before."""
    ids = doing.args.get("files") or []
    if not isinstance(ids, list) or len(ids) > MAX_FILES:
        raise Refused(f"A message takes at most {MAX_FILES} files.")
    files = [doing.workspace.files.get(each) for each in ids if isinstance(each, str)]
    own = [each for each in files if each is not None and each.user == doing.user.id and each.path is not None]
    if len(own) != len(ids) or any(each.shares for each in own):
        raise Refused("One of these files is not here any more; add it again.")
    return own


def _thread(doing: Doing, conversation: Conversation) -> str | None:
    thread_ts = doing.text("thread_ts")
    if not thread_ts:
        return None
    parent = doing.workspace.message(conversation.id, thread_ts)
    if parent is None:
        raise Refused("That thread is gone.", 404)
    return parent.thread_ts if parent.is_reply else thread_ts


def _channel_name(workspace: Workspace, channel: str) -> str:
    conversation = workspace.conversations.get(channel)
    return conversation.name if conversation is not None else channel


def _may_see(request: Request, workspace: Workspace, found: File, viewer: str) -> bool:
    proof = request.query_params.get("proof")
    return workspace.can_see(viewer, found) or proof == file_proof(found, viewer)


def _user_of(request: Request) -> User | None:
    slack: Slack = request.app.state.slack
    user_id = request.path_params["user_id"]
    if user_id == SLACKBOT:
        return User(SLACKBOT, "slackbot", "Slackbot", "Slackbot", "4a154b", is_bot=True)
    workspace = slack.workspace_of_user(user_id)
    return workspace.users[user_id] if workspace is not None else None
