"""The addresses under /client, and what answers at each."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from playground.client import assistants, conversations, files, interactions, people, sharing, stream
from playground.client.call import Action, doing_of
from playground.state import Refused

GETS: Mapping[str, Action] = {
    "acknowledgements": interactions.acknowledgements,
    "boot": conversations.boot,
    "messages": conversations.messages,
    "samples": conversations.samples,
}
POSTS: Mapping[str, Action] = {
    "action": interactions.action,
    "assistant_look": assistants.look_elsewhere,
    "assistant_open": assistants.open_thread,
    "command": interactions.command,
    "deactivate": people.deactivate,
    "delete": conversations.delete,
    "document": conversations.document,
    "edit": conversations.edit,
    "faults": interactions.faults,
    "forward": conversations.forward,
    "open_dm": conversations.open_dm,
    "open_home": interactions.open_home,
    "post": conversations.post,
    "profile_photo": people.profile_photo,
    "quiet": people.quiet,
    "react": conversations.react,
    "refusals": interactions.refusals,
    "remove_file": conversations.remove_file,
    "share": sharing.share,
    "shortcut": interactions.shortcut,
    "suggest": interactions.suggest,
    "view_close": interactions.view_close,
    "view_submit": interactions.view_submit,
}


async def handle(request: Request) -> Response:
    """Run one of the functions above, and put a refusal in words."""
    table = GETS if request.method == "GET" else POSTS
    try:
        act = table.get(request.path_params["name"])
        if act is None:
            raise Refused("There is no such address.", 404)
        doing = await doing_of(request)
        return JSONResponse({"ok": True} | await act(doing), headers={"Cache-Control": "no-store"})
    except Refused as refusal:
        return JSONResponse({"ok": False, "error": refusal.words}, refusal.status)


ROUTES = [
    Route("/client/upload", files.upload, methods=["POST"]),
    Route("/client/file/{file_id}", files.file),
    Route("/client/file/{file_id}/{side:int}", files.file),
    Route("/client/sample/{sample}", files.sample),
    Route("/client/avatar/{user_id}.svg", files.avatar),
    Route("/avatars/{user_id}-original.png", files.original_picture),
    Route("/avatars/{user_id}-{side:int}.png", files.profile_picture),
    WebSocketRoute("/client/ws", stream.serve),
    Route("/client/{name}", handle, methods=["GET", "POST"]),
]
