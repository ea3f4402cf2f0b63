"""What members do to accounts: their own profile photo, and, as an admin, somebody's end."""

import time

from playground.client.call import Doing
from playground.slack import members
from playground.state import Json, Quiet, Refused


async def profile_photo(doing: Doing) -> Json:
    """Put an uploaded picture on one's own profile; without a file, take it off."""
    file_id = doing.text("file")
    file = doing.workspace.files.get(file_id)
    if file_id and (file is None or file.user != doing.user.id):
        raise Refused("There is no such file.", 404)
    members.set_photo(doing.slack, doing.workspace, doing.user, file)
    return {}


async def quiet(doing: Doing) -> Json:
    """Not be disturbed for so many minutes from now on; with none, be disturbed again."""
    minutes = doing.args.get("minutes") or 0
    if not isinstance(minutes, int | float) or minutes < 0:
        raise Refused("Say for how many minutes.")
    now = int(time.time())
    if minutes:
        doing.workspace.quiet[doing.user.id] = Quiet(now - 1, now + int(minutes * 60))
    else:
        doing.workspace.quiet.pop(doing.user.id, None)
    return {}


async def deactivate(doing: Doing) -> Json:
    """Deactivate a member."""
    member = doing.workspace.users.get(doing.text("member"))
    if member is None:
        raise Refused("There is no such member.", 404)
    members.deactivate(doing.slack, doing.workspace, doing.user, member)
    return {}
