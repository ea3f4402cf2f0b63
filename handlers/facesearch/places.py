"""Which channel a subcommand is about: one that is named, `#photos`, or that in which it is typed."""

from __future__ import annotations

import re

from handlers.facesearch.table import Asked
from services import texts
from services.errors import NotFound, Refusal

_CHANNEL = re.compile(r"(?<!\S)(?:<#?(?P<id>[CG][A-Z0-9]+)(?:\|[^>]*)?>|#(?P<name>[^\s<>#]+))(?!\S)")


def names_channel(text: str) -> bool:
    return _CHANNEL.search(text) is not None


def about(asked: Asked) -> tuple[str, str]:
    """What was typed beside a channel, and that channel, or this one where none is named.

    Raises `Forbidden` where others than admins name one, and `NotFound` for one that the bot is not in, unless Slack
    itself has told which it is.
    """
    named = _CHANNEL.search(asked.rest)
    if named is None:
        return asked.rest, asked.channel
    asked.workspace.roles.require_admin(asked.actor, texts.ONLY_ADMINS_NAME_CHANNELS)
    return f"{asked.rest[: named.start()]}{asked.rest[named.end() :]}".strip(), id_of(asked, named[0])


def id_of(asked: Asked, text: str) -> str:
    """The channel that a text is the name of. Raises `NotFound` for one that the bot is not in.

    A name is looked for among what the asker knows of: for others than admins a private channel that they are not in is
    none.
    """
    named = _CHANNEL.fullmatch(text)
    reader = None if asked.workspace.roles.is_admin(asked.actor) else asked.actor
    channel = named and (named["id"] or asked.visitors.channel_called(named["name"], reader))
    if not channel:
        raise NotFound(texts.NO_CHANNEL_CALLED.format(name=text.lstrip("#")))
    return str(channel)


def alone(asked: Asked, word: str) -> str:
    """The channel, where nothing but one may be named. Raises `Refusal` for anything else."""
    rest, channel = about(asked)
    if rest:
        raise Refusal(texts.ONLY_A_CHANNEL.format(word=word))
    return channel
