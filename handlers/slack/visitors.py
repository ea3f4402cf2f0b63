"""Who somebody is to this workspace, and whether others read a channel: asked of Slack, and kept for a moment."""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from threading import Lock
from typing import Any, Generic, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.slack import refusals
from handlers.slack.values import Home, Member, is_direct
from services import names, texts
from services.errors import Refusal
from services.people import Actor, Standing
from services.records import Records

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_STANDING_KEPT = 300.0  # seconds; a `user_change` says sooner
_NAMES_KEPT = 600.0
_CHANNEL_KEPT = 60.0  # seconds; `channel_shared` says sooner, but to one process of several
MEMBERSHIP_KEPT = 60.0
_MOST_KEPT = 10_000
_MOST_SUGGESTED = 100  # Slack's limit
_WHILE_TYPING = 1.5  # seconds of the three in which Slack wants suggestions
_AT_ONCE = 200  # as many as Slack recommends
_UNKNOWN = {"user_not_found", "user_not_visible"}  # what Slack says of people whom it does not show us
_READ_BY_OTHERS = "read_by_others"

_logger = logging.getLogger(__name__)


class Kept(Generic[K, V]):
    """Values by key, each asked for once and kept for a while. For any number of threads."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: dict[K, tuple[V, float]] = {}
        self._asked: dict[K, Future[V]] = {}
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The one of this key, made if there is none or it is too old.

        Who asks meanwhile waits for it; where it could not be made, all of them try at once.
        """
        with self._lock:
            kept, asked = self._kept.get(key), self._asked.get(key)
            if kept is not None and time.monotonic() < kept[1]:
                return kept[0]
            if asked is None:
                mine = self._asked[key] = Future()
        if asked is None:
            return self._made(key, make, mine)
        with suppress(CancelledError):
            return asked.result()
        return make()

    def drop(self, key: K) -> None:
        """It has changed: not even an answer that is under way counts for who asks from now on."""
        with self._lock:
            self._kept.pop(key, None)
            self._asked.pop(key, None)

    def _made(self, key: K, make: Callable[[], V], asked: Future[V]) -> V:
        try:
            value = make()
        except BaseException:
            with self._lock:
                self._end(key, asked)
            asked.cancel()
            raise
        with self._lock:
            if self._end(key, asked):
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = value, time.monotonic() + self._seconds
        asked.set_result(value)
        return value

    def _end(self, key: K, asked: Future[V]) -> bool:
        """Nobody waits for it from now on; whether it still counts, as nothing has changed meanwhile."""
        counts = self._asked.get(key) is asked
        if counts:
            del self._asked[key]
        return counts


@dataclass(frozen=True, slots=True)
class _Entry:
    """A member, and what a name has to be like to pass for theirs: for any of their names, or for all of one."""

    member: Member
    alike: frozenset[str]
    alike_in_full: frozenset[str]

    @classmethod
    def of(cls, member: Member) -> _Entry:
        full = (name for name in member.names if name == member.name or " " in name)
        in_full = frozenset[str]().union(*(names.likenesses(name) for name in full))
        return cls(member, in_full.union(*(names.likenesses(name) for name in member.names)), in_full)


@dataclass(frozen=True, slots=True)
class _Channel:
    """A channel that is not archived; private unless Slack says that it is not."""

    name: str
    is_private: bool

    @classmethod
    def of(cls, channel: Mapping[str, Any]) -> _Channel:
        return cls(str(channel.get("name", "")), channel.get("is_private") is not False)


class Visitors:
    """Tells members, guests and outsiders apart, and the channels that only the first two read.

    `home` is where the bot is installed; where that is not known, Slack is asked once.
    """

    def __init__(self, client: WebClient, records: Records, home: Home | None = None) -> None:
        self._client = client
        self._records = records
        self._home = home
        self._standings: Kept[str, Standing] = Kept(_STANDING_KEPT)
        self._pages: Kept[str, tuple[list[_Entry], str]] = Kept(_NAMES_KEPT)
        self._shared: Kept[str, bool | None] = Kept(_CHANNEL_KEPT)
        self._memberships: Kept[str, dict[str, _Channel]] = Kept(MEMBERSHIP_KEPT)

    @property
    def home(self) -> Home:
        if self._home is None:
            said = self._client.auth_test()
            self._home = Home(said.get("team_id"), said.get("enterprise_id"), bool(said.get("is_enterprise_install")))
        return self._home

    @cached_property
    def me(self) -> str:
        """The member id of the bot itself."""
        return str(self._client.auth_test()["user_id"])

    # People

    def member(self, user: str) -> Member:
        """Somebody as Slack describes them now. Raises `SlackApiError`, such as `user_not_found`."""
        return Member.of(self._client.users_info(user=user)["user"])

    def standing(self, user: str) -> Standing:
        """Who somebody is; whom Slack does not show us is an outsider. Raises what keeps Slack from saying it."""
        return self._standings.get(user, lambda: self._standing(user))

    def actor(self, user: str) -> Actor:
        """Somebody who does something, with what they may as of now."""
        try:
            member = self.member(user)
        except SlackApiError as error:
            if error.response["error"] not in _UNKNOWN:
                raise
            return Actor(user, standing=Standing.OUTSIDER)
        standing = member.standing(self.home)
        return Actor(user, admin=member.is_admin and standing is Standing.MEMBER, standing=standing)

    def forget(self, user: str) -> None:
        """An account has changed."""
        self._standings.drop(user)

    def _standing(self, user: str) -> Standing:
        return self.actor(user).standing

    def called(self, name: str) -> list[Member]:
        """The members and guests whose name a name passes for: before those of that first name those of all of it."""
        alike = names.likenesses(name)
        found = [each for each in self._roll() if not alike.isdisjoint(each.alike)]
        found.sort(key=lambda each: alike.isdisjoint(each.alike_in_full))
        return [each.member for each in found]

    def called_in_full(self, name: str) -> Member | None:
        """The member or guest whose name it is: all of it, or the one that they show; «@» before it changes nothing.

        Raises `Refusal` where several are called so, or where only a member may be meant and none is.
        """
        alike = names.likenesses(name.removeprefix("@"))
        found = [each.member for each in self._roll() if not alike.isdisjoint(each.alike_in_full)]
        if len(found) > 1:
            raise Refusal(texts.SEVERAL_MEMBERS_CALLED)
        if not found and name.startswith("@"):
            raise Refusal(texts.NO_MEMBER_CALLED)
        return found[0] if found else None

    def at(self, address: str) -> Member:
        """The member or guest with an e-mail address. Raises `Refusal` where none is, or Slack may not say."""
        try:
            member = Member.of(self._client.users_lookupByEmail(email=address)["user"])
        except SlackApiError as error:
            if error.response["error"] not in {"users_not_found", "missing_scope"}:
                raise
            no_scope = error.response["error"] == "missing_scope"
            raise Refusal(texts.ADDRESSES_NOT_GRANTED if no_scope else texts.NO_MEMBER_OF_ADDRESS) from error
        if member.is_bot or member.is_deactivated or not self._is_ours(member):
            raise Refusal(texts.NO_MEMBER_OF_ADDRESS)
        return member

    def everyone(self) -> Iterator[Member]:
        """The members and guests of ours."""
        return (entry.member for entry in self._roll())

    def members_of(self, channel: str) -> list[str]:
        """The ids of whoever is in a channel. Raises `SlackApiError`, such as `channel_not_found`, `missing_scope`."""
        found: list[str] = []
        cursor, more = "", True
        while more:
            page = self._client.conversations_members(channel=channel, limit=_AT_ONCE, cursor=cursor or None)
            found += page["members"]
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            more = bool(cursor)
        return found

    def whose_name_has(self, typed: str) -> list[Member]:
        """Members and guests whose name contains what is typed so far, as many as fit into a menu.

        Whoever types waits for it, so of a big workspace no more is asked for at once than there is time for: what
        has been read by then is at hand for the next letter.
        """
        found: list[Member] = []
        until = time.monotonic() + _WHILE_TYPING
        for entry in self._roll():
            if any(names.key(typed) in names.key(name) for name in entry.member.names):
                found.append(entry.member)
            if len(found) >= _MOST_SUGGESTED or time.monotonic() > until:
                break
        return found

    def _roll(self) -> Iterator[_Entry]:
        """Everyone of ours. A page that is at hand is not asked for again: a big workspace has more than a minute's."""
        cursor, more = "", True
        while more:
            entries, cursor = self._pages.get(cursor, partial(self._page, cursor))
            yield from entries
            more = bool(cursor)

    def _page(self, cursor: str) -> tuple[list[_Entry], str]:
        # Where a whole organisation has installed the bot, Slack wants to know of which workspace.
        team_id = self.home.team_id if self.home.org_wide else None
        page = self._client.users_list(limit=_AT_ONCE, cursor=cursor or None, team_id=team_id)
        people = (Member.of(user) for user in page["members"])
        ours = [each for each in people if not (each.is_bot or each.is_deactivated) and self._is_ours(each)]
        return [_Entry.of(each) for each in ours], str((page.get("response_metadata") or {}).get("next_cursor") or "")

    def _is_ours(self, member: Member) -> bool:
        return member.standing(self.home) is not Standing.OUTSIDER

    # Channels

    def outsiders_read(self, channel: str, said: bool | None = None) -> bool:
        """Whether people of other organisations read a channel, or will soon; where nobody knows, they do.

        `said` is what the envelope of an event says. It is remembered, for clicks, which do not say it, and for when
        Slack does not let us ask.
        """
        if not channel or is_direct(channel):  # who is at the other end is asked themselves
            return False
        asked = self._shared.get(channel, lambda: self._asked(channel))
        if asked is None and said is None:
            return self._records.own_setting(_READ_BY_OTHERS, channel) != "no"
        shared = bool(asked or said)
        self._remember(channel, shared=shared)
        return shared

    def creator_of(self, channel: str) -> str:
        """The member who has made a channel; "" where Slack does not say."""
        try:
            return str(self._client.conversations_info(channel=channel)["channel"].get("creator") or "")
        except SlackApiError as error:
            if refusals.may_pass(error):
                raise
            return ""

    def channel_called(self, name: str, reader: Actor | None = None) -> str | None:
        """The id of a channel that the bot is in, by its name; None where it is in none of that name.

        With a `reader`, of those alone of which Slack tells them: what they are in, and public ones for members. That
        there is another would be known to whoever guesses its name.
        """
        called = {id_: each for id_, each in self._conversations("").items() if each.name == name.lower()}
        if reader is None:
            return next(iter(called), None)
        theirs, is_member = self._conversations(reader.id), reader.standing is Standing.MEMBER
        known = (id_ for id_, each in called.items() if id_ in theirs or (is_member and not each.is_private))
        return next(known, None)

    def channels_of(self, user: str = "") -> frozenset[str]:
        """The public and private channels that somebody is in, of private ones those that the bot is in too.

        Nobody is the bot itself. Slack is asked, and its answer kept for a minute: whoever leaves a channel sees
        nothing more of it after that.
        """
        return frozenset(self.names_of_channels(user))

    def names_of_channels(self, user: str) -> Mapping[str, str]:
        """The same by their ids, with their names."""
        kept = self._memberships.get(user, lambda: self._conversations(user))
        return {id_: each.name for id_, each in kept.items()}

    def forget_own(self) -> None:
        """The bot has left a channel, or come into one."""
        self._memberships.drop("")

    def _conversations(self, user: str) -> dict[str, _Channel]:
        """The channels of somebody, by id."""
        team_id = self.home.team_id if self.home.org_wide else None
        types, found = "public_channel,private_channel", dict[str, _Channel]()
        cursor, more = "", True
        while more:
            page = self._client.users_conversations(
                user=user or None,
                types=types,
                exclude_archived=True,
                limit=_AT_ONCE,
                cursor=cursor or None,
                team_id=team_id,
            )
            found |= {str(each["id"]): _Channel.of(each) for each in page["channels"]}
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            more = bool(cursor)
        return found

    def forget_channel(self, channel: str) -> None:
        """Who reads a channel has changed."""
        self._shared.drop(channel)
        self._records.set_setting(_READ_BY_OTHERS, None, channel)

    def _asked(self, channel: str) -> bool | None:
        """What Slack says of a channel; None where it does not say: the scope is missing, or we are not in it."""
        try:
            found = self._client.conversations_info(channel=channel)["channel"]
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            _logger.info("who reads a channel is not to be had: %s", error)
            return None
        signs = ("is_ext_shared", "is_pending_ext_shared", "pending_connected_team_ids")
        return any(found.get(sign) for sign in signs)

    def _remember(self, channel: str, *, shared: bool) -> None:
        word = "yes" if shared else "no"
        if self._records.own_setting(_READ_BY_OTHERS, channel) != word:
            self._records.set_setting(_READ_BY_OTHERS, word, channel)
