"""What members do to accounts: their own profile photo, and, as an admin, somebody's end."""

from playground.client.call import Doing
from playground.slack import members
from playground.state import Json, Refused


async def profile_photo(doing: Doing) -> Json:
    """Put an uploaded picture on one's own profile; without a file, take it off."""
    file_id = doing.text("file")
    file = doing.workspace.files.get(file_id)
    if file_id and (file is None or file.user != doing.user.id):
        raise Refused("There is no such file.", 404)
    members.set_photo(doing.slack, doing.workspace, doing.user, file)
    return {}


async def deactivate(doing: Doing) -> Json:
    """Deactivate a member."""
    member = doing.workspace.users.get(doing.text("member"))
    if member is None:
        raise Refused("There is no such member.", 404)
    members.deactivate(doing.slack, doing.workspace, doing.user, member)
    return {}
