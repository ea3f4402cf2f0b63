"""What an admin does to a channel: share it with another company, and end that."""

from playground.client.call import Doing
from playground.slack import sharing
from playground.state import Json, Refused, Team


async def share(doing: Doing) -> Json:
    """Share a channel with the company that is here, or with `on` false end that."""
    change = sharing.share if doing.args.get("on", True) else sharing.unshare
    change(doing.slack, doing.workspace, doing.user, doing.conversation(), _company(doing))
    return {}


def _company(doing: Doing) -> Team:
    teams = (doing.workspace.team_of(user.id) for user in doing.workspace.members)
    company = next((team for team in teams if doing.workspace.is_elsewhere(team)), None)
    if company is None:
        raise Refused("There is no other company here.", 404)
    return company
