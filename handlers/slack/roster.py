"""Who is in a workspace, as Slack says it: names, photos, and whether one is to be left in peace."""

from __future__ import annotations

from datetime import UTC, datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import refusals
from handlers.slack.exchange import Exchange
from handlers.slack.values import Member
from services import texts
from services.errors import Refusal

_MEMBERS_AT_ONCE = 200  # as many as Slack recommends


class Roster:
    """One workspace's members, by their ids."""

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._exchange = Exchange(client)

    def get(self, user: str) -> Member:
        """Who a member is. Raises `SlackApiError`, such as `user_not_found`."""
        return Member.of(self._client.users_info(user=user)["user"])

    def page(self, cursor: str = "") -> tuple[list[Member], str]:
        """A page of everyone in the workspace, those who have left included, and where the next one begins, or ""."""
        page = self._client.users_list(limit=_MEMBERS_AT_ONCE, cursor=cursor or None)
        members = [Member.of(user) for user in page["members"]]
        return members, str((page.get("response_metadata") or {}).get("next_cursor") or "")

    def is_bot(self, user: str) -> bool:
        """Whether another app acts by that name; of whom Slack does not know, that is not known."""
        try:
            return self.get(user).is_bot
        except SlackApiError as error:
            if refusals.code(error) in {"user_not_found", "user_not_visible"}:
                return False
            raise

    def is_deactivated(self, user: str) -> bool:
        """Whether a member has left the workspace; who is merely not shown to us has not."""
        try:
            return self.get(user).is_deactivated
        except SlackApiError as error:
            if refusals.code(error) in {"user_not_found", "user_not_visible"}:
                return refusals.code(error) == "user_not_found"
            raise

    def profile_photo(self, user: str) -> bytes:
        """The photo that a member has put on their profile. Raises `Refusal` when there is none."""
        profile = self._client.users_info(user=user)["user"].get("profile", {})
        url = str(profile.get("image_original") or profile.get("image_512") or "")
        if not profile.get("is_custom_image") or not self._exchange.is_slacks(url):
            raise Refusal(texts.NO_PROFILE_PHOTO)
        return self._exchange.fetch(url)

    def peace_until(self, user: str, now: datetime) -> datetime | None:
        """Until when Slack is to leave a member in peace, if it is now; where it does not say, it is not."""
        try:
            said = self._client.dnd_info(user=user)
        except SlackApiError as error:
            if refusals.may_pass(error):
                raise
            return None
        begins, ends = (float(said.get(f"next_dnd_{end}_ts") or 0) for end in ("start", "end"))
        return (
            datetime.fromtimestamp(ends, UTC) if said.get("dnd_enabled") and begins <= now.timestamp() < ends else None
        )

    def direct(self, user: str) -> str:
        """The channel of the direct messages with a member."""
        return str(self._client.conversations_open(users=user)["channel"]["id"])
