"""`dnd.*`: when members are not to be disturbed."""

from collections.abc import Mapping

from playground.state import Json, SlackError
from playground.webapi.call import Call, Method

NEVER = 1  # what Slack gives for moments where nothing is planned


def info(call: Call) -> Json:
    """What is planned for a member; of snoozing Slack tells nobody but themselves."""
    user = call.args.text("user") or call.bot
    if user not in call.workspace.users:
        raise SlackError("user_not_found")
    quiet = call.workspace.quiet.get(user)
    return {
        "dnd_enabled": quiet is not None,
        "next_dnd_start_ts": quiet.begins if quiet else NEVER,
        "next_dnd_end_ts": quiet.ends if quiet else NEVER,
    }


METHODS: Mapping[str, Method] = {"dnd.info": Method(info, ("dnd:read",))}
