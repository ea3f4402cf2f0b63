"""Inviting members to be known: what each is asked, and what whoever invited them is told."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, ContextBlock, PlainTextObject

from handlers.slack import Message
from handlers.views import rich, words
from handlers.views.people import consent
from services import texts
from services.records import Invitation, Invited

PROFILE, PHOTOS, NO, EVERYONE = "invited_profile", "invited_photos", "invited_no", "invite_everyone"
_MOST_NAMED = 30  # members who cannot be reached
_COUNTED = {Invited.YES: texts.INVITED_YES, Invited.NO: texts.INVITED_NO, Invited.WAITING: texts.INVITED_WAITING}


def question(inviter: str, retention_days: int, *, problem: str = "", again: bool = False) -> Message:
    """Asks a member whether the bot may know them. `problem` is why their profile photo would not do."""
    head = rich.fill(texts.MAY_I_KNOW_YOU_TOO, who=rich.User(inviter))
    first = [[texts.MAY_I_STILL]] if again else []
    trouble = [rich.lines(rich.sentence(texts.PROFILE_WILL_NOT_DO.format(sentence=problem)))] if problem else []
    buttons = ActionsBlock(
        elements=[
            ButtonElement(text=texts.USE_PROFILE, action_id=PROFILE, value="me", style="primary"),
            ButtonElement(text=texts.GIVE_PHOTOS, action_id=PHOTOS, value="me"),
            ButtonElement(text=texts.NO_THANKS, action_id=NO, value="me", style="danger"),
        ]
    )
    agreed = rich.lines(head, *first, [texts.BY_CLICKING_YOU_AGREE])
    return Message(rich.plain(head), [agreed, consent.notice(retention_days), *trouble, buttons])


def progress(invitations: Sequence[Invitation], left: int) -> Message:
    """To whoever invited them: how many were asked, and what they have said. `left` are still to be asked."""
    n = len(invitations) + left
    rows: list[rich.Line] = []
    for state, text in _COUNTED.items():
        rows.append([text.format(n=sum(each.state is state for each in invitations))])
    asking = left + sum(each.state is Invited.ASKING for each in invitations)
    if asking:
        rows.append([texts.INVITED_NOT_ASKED.format(n=asking)])
    lost = [each.member for each in invitations if each.state is Invited.UNREACHABLE]
    if lost:
        rows.append(rich.fill(texts.INVITED_UNREACHABLE, members=_members(lost)))
    head = texts.INVITED.say(n)
    blocks: list[Block] = [*rich.listing([rich.Bold(head)], rows, bulleted=True)]
    reminded = ContextBlock(elements=[PlainTextObject(text=texts.INVITED_REMINDED)])
    return Message("\n".join([head, *(rich.plain(row) for row in rows)]), [*blocks, reminded])


def confirm(members: int) -> Message:
    """Whether everyone is to be asked."""
    said = words.sentence(texts.INVITE_EVERYONE.say(members))
    label = texts.INVITE_THEM.say(members)
    button = ButtonElement(text=label, action_id=EVERYONE, value="everyone", style="primary")
    return Message(said.text, [*said.blocks, ActionsBlock(elements=[button])])


def inviting(members: int) -> Message:
    return words.sentence(texts.INVITING.say(members) if members else texts.NOBODY_TO_INVITE)


def _members(members: Sequence[str]) -> rich.Line:
    """«@robin, @sasha, …»."""
    line: list[rich.Piece] = []
    for member in members[:_MOST_NAMED]:
        line += [", ", rich.User(member)] if line else [rich.User(member)]
    return [*line, "…"] if len(members) > _MOST_NAMED else line
