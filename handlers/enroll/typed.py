"""Whom a message enrols, and whom a typed name or a mention means."""

from __future__ import annotations

import re

from handlers.slack import Visitors, mentioned, unescape
from handlers.views.enroll import Whom
from services import names, texts
from services.errors import Refusal
from services.people import Standing

_SAID = re.compile(
    r"^\s*(?:<@(?P<bot>[UW][A-Z0-9]+)>[\s,:]*)?(?P<us>/|/?facesearch\s+)?"
    r"enrol{1,2}(?:(?P<colon>\s*[:,;–—-])|(?=[\s!?.]|$))[\s!?.]*(?P<whom>.*?)\s*$",
    re.IGNORECASE,
)
_MOST_WORDS = 4  # of a name that stands in a message to nobody in particular
_MOST_WORDS_OFFERED = 8  # of what may be a name
_PUNCTUATION = re.compile(r"[,:?!…](?=\s|$)|[，、。：？！،؟।]")
_ABBREVIATED = re.compile(r"\b(?:[^\W\d_]|jr|sr|esq)\.$", re.IGNORECASE)  # «Jr.», «M.», «Ph.D.»


def said(text: str, bot: str | None, *, direct: bool = False) -> str | None:
    """Whom a message's text enrols: «enroll alice», «/enroll alice», «@Facesearch enroll alice»; else None.

    A sentence that begins with "enroll" enrols nobody, unless it mentions the bot or is a direct message to it.
    """
    match = _begun(text, bot)
    if match is None or not match["whom"]:
        return None
    addressed = direct or match["us"] or f"<@{bot}>" in text
    return match["whom"] if addressed or not _is_sentence(match["whom"], after_colon=bool(match["colon"])) else None


def nearly(text: str, bot: str | None, *, direct: bool = False) -> str | None:
    """Whom a text may be meant to enrol that begins with "enroll" and is not taken for it; else None.

    It is "" where nobody is named whom one could call so.
    """
    match = _begun(text, bot)
    if match is None or said(text, bot, direct=direct) is not None:
        return None
    if len(match["whom"].split()) > _MOST_WORDS_OFFERED:
        return ""
    try:
        return names.clean(names.suggest(unescape(match["whom"])))
    except Refusal:
        return ""


def whom(visitors: Visitors, text: str, channel: str, user: str) -> Whom:
    """A name as typed, or the member that is mentioned; «me» is whoever says it, and who is not named has no name yet.

    Raises `Refusal` for what cannot be a name, for an @ that mentions nobody, since a member must not be enrolled as
    somebody outside Slack, and for a mention of a bot, or of somebody of another organisation, whom nobody here can
    ask.
    """
    text = text.strip(" ,:")
    member = user if names.key(text) == names.ONESELF else mentioned(text)
    if member is not None:
        known = visitors.member(member)
        if known.is_bot:
            raise Refusal(texts.NO_BOT_ENROLLED)
        if known.standing(visitors.home) is Standing.OUTSIDER:
            raise Refusal(texts.NO_OUTSIDER_ENROLLED)
        return Whom(known.usable_name, member, channel)
    if "<@" in text or text.startswith("@"):
        raise Refusal(texts.MENTION_ONE)
    return Whom(names.clean(names.suggest(unescape(text))) if text else "", None, channel)


def _begun(text: str, bot: str | None) -> re.Match[str] | None:
    """A text that begins with "enroll", and is to nobody else than the bot."""
    match = _SAID.match(text.strip().partition("\n")[0])
    return None if match is None or (match["bot"] and match["bot"] != bot) else match


def _is_sentence(whom: str, *, after_colon: bool = False) -> bool:
    """Whether what was typed reads as a sentence rather than a name or a mention: «today at the town hall, see»."""
    if "<@" in whom or names.key(whom) == names.ONESELF:
        return False
    if after_colon:
        return True
    words = unescape(whom).split()
    ended = words[-1].endswith(".") and not _ABBREVIATED.search(words[-1])
    return ended or len(words) > _MOST_WORDS or bool(_PUNCTUATION.search(whom))
