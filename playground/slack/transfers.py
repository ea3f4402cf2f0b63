"""Files over HTTP as Slack serves them: the upload address, private downloads and thumbnails by bearer token."""

import mimetypes
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from playground.slack.slack import Slack
from playground.state import File, Refused, too_large

CHUNK = 1 << 16
FORM_OVERHEAD = 1 << 16

LOGIN_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sign in | Slack</title></head>
<body><h1>Sign in to Playground</h1><p>You need to sign in to see this page.</p></body></html>
"""


async def upload(request: Request) -> Response:
    """Step two of an upload: the bytes, as they are or as a form with a `file`."""
    slack: Slack = request.app.state.slack
    expected = slack.files.expected(request.path_params["ticket"])
    if expected is None or expected[1].completed:
        return PlainTextResponse("upload ticket not found", 404)
    workspace, file = expected
    try:
        stored = await slack.files.receive(workspace, file, _file_in(request, slack.options.max_upload_bytes))
    except Refused as error:
        return PlainTextResponse(error.words, error.status)
    return PlainTextResponse(f"OK - {stored.size}")


async def chunks_of(upload: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await upload.read(CHUNK):
        yield chunk


async def _file_in(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The bytes of the one file in a request, raw or in a form. Raises Refused."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        async for chunk in request.stream():
            yield chunk
        return
    # A form is spooled to disk whole before one sees it, so its length has to be known, and right.
    if int(request.headers.get("content-length") or limit * 2) > limit + FORM_OVERHEAD:
        raise too_large(limit)
    async with request.form(max_files=1, max_fields=10) as form:
        upload = next((value for value in form.values() if isinstance(value, UploadFile)), None)
        if upload is None:
            raise Refused("There is no file in this form.")
        async for chunk in chunks_of(upload):
            yield chunk


async def download(request: Request) -> Response:
    """A file by `url_private` or `url_private_download`; who may not have it gets a login page, with status 200."""
    file = _readable(request)
    if file is None or file.path is None or not file.is_known:
        return HTMLResponse(LOGIN_PAGE)
    if not file.is_served:
        return PlainTextResponse("not found", 404)
    return send(file.path, file, attachment="/download/" in request.url.path)


async def thumbnail(request: Request) -> Response:
    """A thumbnail by its address, for whoever may have the file."""
    slack: Slack = request.app.state.slack
    file = _readable(request)
    if file is None or file.picture is None:
        return HTMLResponse(LOGIN_PAGE)
    side = Path(request.path_params["name"]).stem.rpartition("_")[2]
    path = await slack.files.thumbnail(file, int(side)) if side.isdecimal() and len(side) < 5 else None
    return FileResponse(path) if path is not None else PlainTextResponse("not found", 404)


def send(path: Path, file: File, *, attachment: bool = False) -> Response:
    """The file's bytes. They are never a page of this site, whatever they claim to be."""
    mimetype = file.mimetype or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    disposition = "attachment" if attachment or not mimetype.startswith("image/") else "inline"
    return FileResponse(
        path,
        media_type=mimetype,
        headers={
            "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.name, errors='replace')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


def _readable(request: Request) -> File | None:
    """The file of a `T…-F…` address, where the bearer token lets its holder read it."""
    slack: Slack = request.app.state.slack
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    workspace = slack.workspace_of_token(token) if scheme.lower() == "bearer" else None
    if workspace is None or not workspace.installation.manifest.allows("files:read"):
        return None
    team, _, rest = request.path_params["id"].partition("-")
    file_id = rest.partition("-")[0]
    return workspace.file_for(workspace.bot.id, file_id) if team == workspace.team.id else None
