"""One workspace's memory: members, conversations, messages and files, and who may see what."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from playground.state.rules import Manifest
from playground.state.workspace.ids import Clock, new_id
from playground.state.workspace.values import Conversation, ConversationKind, File, Json, Message, Quiet, Team, User

SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in this workspace: what it is called here and how it proves who it is."""

    app_id: str
    bot_id: str
    bot_user_id: str
    bot_token: str
    manifest: Manifest
    org_wide: bool = False


class Workspace:
    """A store without behaviour: it remembers, it tells no one. What happens on a change is in `messaging`."""

    def __init__(self, team: Team, installation: Installation, users: Iterable[User]) -> None:
        self.team = team
        self.installation = installation
        self.clock = Clock()
        self.pictures = "all"  # which files blocks show, as `Options.pictures` says
        self.offered: dict[
            tuple[str, str], dict[str, Json]
        ] = {}  # by member and action: options that the app suggested
        self.users = {user.id: user for user in users}
        self.quiet: dict[str, Quiet] = {}  # by user: who has a schedule, or has turned notifications off
        self.conversations: dict[str, Conversation] = {}
        self.files: dict[str, File] = {}
        # Timestamps only grow, so both stay in order of time: by channel, and by channel and parent.
        self._messages: dict[str, dict[str, Message]] = {}
        self._threads: dict[tuple[str, str], dict[str, Message]] = {}

    @property
    def bot(self) -> User:
        return self.users[self.installation.bot_user_id]

    @property
    def members(self) -> list[User]:
        """The people, without the bot."""
        return [user for user in self.users.values() if not user.is_bot]

    def team_of(self, user: str) -> Team:
        """The workspace that somebody belongs to; it may be another than this one."""
        known = self.users.get(user)
        return known.team if known is not None and known.team is not None else self.team

    def is_outsider(self, user: str) -> bool:
        """Whether somebody is of another organisation."""
        return self.is_elsewhere(self.team_of(user))

    def is_elsewhere(self, team: Team) -> bool:
        """Whether a workspace is of another organisation."""
        ours = self.team.organisation_id
        return team.id != self.team.id and (ours is None or team.organisation_id != ours)

    def is_ext_shared(self, conversation: Conversation) -> bool:
        """Whether people of other organisations are in a conversation."""
        return any(self.is_elsewhere(team) for team in conversation.shared_with)

    # Conversations

    def add_conversation(
        self, kind: ConversationKind, name: str, members: Iterable[str], *, id_: str | None = None, topic: str = ""
    ) -> Conversation:
        people = frozenset(members)
        prefix = {"channel": "C", "group": "C", "im": "D", "mpim": "G"}[kind]
        conversation = Conversation(
            id=id_ or new_id(prefix),
            kind=kind,
            name=name,
            members=people,
            creator=next(user.id for user in self.members if user.is_admin),
            created=int(time.time()),
            topic=topic,
        )
        self.conversations[conversation.id] = conversation
        self._messages[conversation.id] = {}
        return conversation

    def join(self, conversation: Conversation, user: str) -> Conversation:
        joined = replace(conversation, members=conversation.members | {user})
        self.conversations[joined.id] = joined
        return joined

    def leave(self, conversation: Conversation, user: str) -> Conversation:
        left = replace(conversation, members=conversation.members - {user})
        self.conversations[left.id] = left
        return left

    def conversation_named(self, name: str) -> Conversation | None:
        return next((each for each in self.conversations.values() if each.name == name and each.kind != "im"), None)

    def conversations_of(self, user: str) -> list[Conversation]:
        return [each for each in self.conversations.values() if user in each.members]

    def direct(self, members: Iterable[str]) -> Conversation:
        """The direct message, of two or more, between exactly these; made if there is none yet."""
        people = frozenset(members)
        for each in self.conversations.values():
            if each.kind in ("im", "mpim") and each.members == people:
                return each
        if len(people) <= 2:
            return self.add_conversation("im", "", people)
        handles = sorted(self.users[user].name for user in people)
        return self.add_conversation("mpim", f"mpdm-{'--'.join(handles)}-1", people)

    # Messages

    def put(self, message: Message) -> None:
        """Remember `message`, in the place of the one with its timestamp if there is one."""
        self._messages[message.channel][message.ts] = message
        if message.is_reply:
            self._threads.setdefault((message.channel, message.thread_ts or ""), {})[message.ts] = message

    def take(self, message: Message) -> None:
        del self._messages[message.channel][message.ts]
        if message.is_reply:
            del self._threads[message.channel, message.thread_ts or ""][message.ts]

    def message(self, channel: str, ts: str, *, viewer: str | None = None) -> Message | None:
        """The message, unless it is ephemeral and not for `viewer`."""
        message = self._messages.get(channel, {}).get(ts)
        return message if message is not None and message.seen_by in (None, viewer) else None

    def messages(self, channel: str, *, viewer: str | None = None) -> Iterator[Message]:
        """All messages of a channel, oldest first, with the ephemeral ones of `viewer`."""
        return (each for each in self._messages[channel].values() if each.seen_by in (None, viewer))

    def replies(self, channel: str, thread_ts: str, *, viewer: str | None = None) -> list[Message]:
        """The replies in a thread, oldest first, without the parent."""
        thread = self._threads.get((channel, thread_ts), {})
        return [each for each in thread.values() if each.seen_by in (None, viewer)]

    # Files

    def can_see(self, user: str, file: File) -> bool:
        """A person sees what they uploaded and what was shared where they are; the app also what it was handed."""
        if user == file.user or (file.for_app and user == self.installation.bot_user_id):
            return True
        return any(user in self.conversations[share.channel].members for share in file.shares)

    def file_for(self, user: str, file_id: str) -> File | None:
        """The file, where it is complete and `user` may see it."""
        file = self.files.get(file_id)
        return file if file is not None and file.completed and self.can_see(user, file) else None
