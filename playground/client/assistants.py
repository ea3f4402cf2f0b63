"""What members do with an assistant: begin a thread with it, and look at other channels beside it."""

from playground.client.call import Doing
from playground.slack import assistant
from playground.state import Conversation, Json, Refused


async def open_thread(doing: Doing) -> Json:
    """Begin a thread; `about` is the channel that the member looks at."""
    root = assistant.open_thread(doing.slack, doing.workspace, doing.user, _about(doing))
    return {"channel": root.channel, "ts": root.ts}


async def look_elsewhere(doing: Doing) -> Json:
    root = doing.message(doing.conversation())
    assistant.move(doing.slack, doing.workspace, doing.user, root, _about(doing))
    return {}


def _about(doing: Doing) -> Conversation | None:
    name = doing.text("about")
    if not name:
        return None
    found = doing.workspace.conversations.get(name)
    if found is None or doing.user.id not in found.members:
        raise Refused("There is no such conversation, or you are not in it.", 404)
    return found
