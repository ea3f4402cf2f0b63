"""Files and pictures for the page: uploads, downloads by whoever may see them, samples, avatars."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from playground.client.call import Doing, doing_of
from playground.slack import Slack, transfers
from playground.state import SLACKBOT, File, Refused, User, Workspace, avatars, too_large
from playground.web import file_proof, page_file


async def upload(request: Request) -> Response:
    """Take a file that is not shared yet."""
    try:
        doing = await doing_of(request)
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
        return transfers.send(found.path, found)
    path = await slack.files.thumbnail(found, side)
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


async def original_picture(request: Request) -> Response:
    """The photo that a member has put on their profile, as it was given."""
    user = _user_of(request)
    if user is None or user.photo is None:
        return JSONResponse({"ok": False, "error": "There is no such picture."}, 404)
    return FileResponse(user.photo, headers={"Cache-Control": "max-age=3600"})


async def _receive(request: Request, doing: Doing) -> File:
    """Store the one file of a multipart form. Raises Refused."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Refused("Send the file as a form.", 415)
    limit = doing.slack.options.max_upload_bytes
    if int(request.headers.get("content-length") or limit * 2) > limit + transfers.FORM_OVERHEAD:
        raise too_large(limit)
    async with request.form(max_files=1, max_fields=10) as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise Refused("There is no file in this form.")
        name = (upload.filename or "file").replace("/", "_").replace("\\", "_")[:255]
        file, _ = doing.slack.files.expect(doing.workspace, doing.user.id, name, name, None)
        return await doing.slack.files.receive(doing.workspace, file, transfers.chunks_of(upload))


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
