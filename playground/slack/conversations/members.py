"""What happens to members: a profile photo of their own, and leaving the workspace."""

from dataclasses import replace

from playground.slack.conversations import events
from playground.slack.slack import Slack
from playground.state import File, Refused, User, Workspace
from playground.web import page_user


def set_photo(slack: Slack, workspace: Workspace, user: User, file: File | None) -> None:
    """Put a picture on a member's profile, or take it off. Raises Refused for what is no picture."""
    if file is not None and file.picture is None:
        raise Refused("A profile photo is a picture.")
    _change(slack, workspace, replace(user, photo=file.path if file is not None else None))


def deactivate(slack: Slack, workspace: Workspace, by: User, user: User) -> None:
    """End a member's account, as only an admin may. Raises Refused."""
    if not by.is_admin:
        raise Refused("Only an admin can deactivate a member.", 403)
    if user.is_bot or user.id == by.id:
        raise Refused("This account cannot be deactivated.")
    _change(slack, workspace, replace(user, deleted=True, is_admin=False))


def _change(slack: Slack, workspace: Workspace, changed: User) -> None:
    workspace.users[changed.id] = changed
    for member in workspace.members:
        slack.pages.tell(member.id, {"type": "user", "user": page_user(changed)})
    events.user_changed(slack, workspace, changed)
