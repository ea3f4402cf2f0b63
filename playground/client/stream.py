"""The WebSocket on which a member's page hears what happens."""

import asyncio
import json

from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.slack import Slack
from playground.state import Json


async def serve(websocket: WebSocket) -> None:
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


async def _send_news(websocket: WebSocket, queue: asyncio.Queue[Json | None]) -> None:
    while (news := await queue.get()) is not None:
        await websocket.send_text(json.dumps(news))
    await websocket.close(code=1012)
