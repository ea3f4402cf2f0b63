"""Asking a member whether they may be enrolled, telling those who were, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ContextBlock,
    ImageBlock,
    InputBlock,
    InteractiveElement,
    Option,
    PlainTextObject,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from handlers.slack import Message
from handlers.views import rich
from services import consent
from services.consent import Ground, Policy
from services.enrolment import Result
from services.people import Receipt
from services.records import ConsentRequest
from services.requests import EXPIRES

ACCEPT, ACCEPT_WITH_PROFILE, DECLINE = "consent_accept", "consent_accept_profile", "consent_decline"
REMOVE_ME = "consent_remove_me"
CONSENT, PROFILE = "consent", "profile"

_AGREED = "I agree to this."
_ATTESTED = "They agreed to be recognised in photos posted here."


def statement(*, member: str | None, user: str, policy: Policy, retention_days: int) -> list[Block]:
    """What somebody who enrols a person is told and has to state, in a modal: to the notice, or on the person's word.

    Nothing has to be stated about a member who is asked themselves.
    """
    if member is None:
        return [release()]
    if member == user:
        offer = "Use my profile photo too"
        return [_offer(offer), _notice(retention_days), _to_tick(consent.NOTICE_VERSION, _AGREED)]
    if policy is Policy.ATTEST:
        return [_to_tick(consent.ATTESTATION_VERSION, _ATTESTED)]
    told: rich.Line = [rich.User(member), " is asked first: nobody can find them before they have said yes."]
    return [rich.lines(told)]


def release() -> InputBlock:
    """The statement about somebody outside Slack."""
    return _to_tick(consent.RELEASE_VERSION, consent.RELEASE)


def stated(ground: Ground, retention_days: int) -> list[Block]:
    """What somebody has stated by enrolling with a message, which no modal has told them."""
    if ground is Ground.OWN:
        return [rich.lines(["By enrolling yourself you agree to this:"]), _notice(retention_days)]
    if ground is Ground.ACCEPTED:
        return []
    text = _ATTESTED if ground is Ground.ATTESTED else consent.RELEASE
    return [rich.lines([f"By enrolling you state: {text}"])]


def question(
    asked: ConsentRequest, photos: int, pictures: Sequence[str], retention_days: int, problem: str = ""
) -> Message:
    """Asks the member about so many photos.

    `pictures` are the ids of the files that show them, `problem` is what came between their yes and it.
    """
    head: rich.Line = [
        rich.User(asked.asked_by),
        " would like me to know you as ",
        rich.Bold(asked.name),
        ", so that I recognise you in photos posted here. ",
        f"With {'this photo' if photos == 1 else f'these {photos} photos'}:" if photos else "With your profile photo.",
    ]
    alt = f"{_photos(photos)} of you, with everybody else blanked out"
    shown = [ImageBlock(slack_file=SlackFile(id=file_id), alt_text=alt) for file_id in pictures]
    waiting = f"Until you say yes nobody can find you. Without an answer in {EXPIRES.days} days, all of this is erased."
    context = ContextBlock(elements=[PlainTextObject(text=waiting)])
    trouble = [rich.lines(rich.sentence(problem))] if problem else []
    blocks = [rich.lines(head), *shown, _notice(retention_days), *trouble, _answers(asked, bool(photos)), context]
    return Message(rich.plain(head), blocks)


def accepted(result: Result) -> Message:
    """To the member, in the place of the question."""
    if result.person is None:
        return _told(["You said yes, but none of the photos would do. Nothing is kept."])
    known = f" by {_photos(result.person.faces)}. "
    return _told(["I know you as ", rich.Bold(result.name), known, rich.Code("/facesearch forget me"), " erases it."])


def declined() -> Message:
    """To the member, in the place of the question."""
    return _told(
        ["You said no. Everything is erased, and nobody but you can enrol you: ", rich.Code("/enroll @you"), "."]
    )


def withdrawn() -> Message:
    """To the member, in the place of a question that went with everything that is held of them."""
    return _told(["This question is settled: everything is erased."])


def expired() -> Message:
    """To the member, in the place of the question."""
    return _told([f"This question got no answer in {EXPIRES.days} days. Everything is erased."])


def outcome(asked: ConsentRequest, result: Result | None) -> Message:
    """To the enroller: what the member said, and what came of it."""
    if result is None:
        return _told([rich.User(asked.member), " declined. Everything is erased, and nobody else can enrol them."])
    if result.person is None:
        return _told([rich.User(asked.member), " accepted, but none of the photos would do. Nothing is kept."])
    added = f" accepted: {result.added} of {_photos(len(result.outcomes))} added."
    return _told([rich.User(asked.member), added])


def unanswered(asked: ConsentRequest) -> Message:
    """To the enroller: that the question has expired."""
    return _told([rich.User(asked.member), f" has not answered in {EXPIRES.days} days. Everything is erased."])


def enrolled(result: Result, enroller: str, retention_days: int) -> Message:
    """To a member who was enrolled on the enroller's word, with a button to undo it."""
    head: rich.Line = [
        rich.User(enroller),
        " has enrolled you as ",
        rich.Bold(result.name),
        " and states that you agreed to it. One click removes you, for good:",
    ]
    remove = ActionsBlock(elements=[ButtonElement(text="Remove me", action_id=REMOVE_ME, value="me", style="danger")])
    return Message(rich.plain(head), [rich.lines(head), remove, _notice(retention_days)])


def gone(receipt: Receipt | None) -> Message:
    """To a member who had themselves erased: the receipt, and that it stays so."""
    stays = "Nobody but you can enrol you again."
    if receipt is None:
        return _told([f"I know nothing of you. {stays}"])
    erased = f"You are erased: {_count(receipt.faces, 'face')} and {_photos(receipt.photos)}, none left. {stays}"
    return _told([erased])


def will_be_erased(name: str, at: datetime, *, oneself: bool) -> Message:
    """A warning, to the member or to whoever added them, that a person has not been recognised for long."""
    whose: rich.Line = ["your photos and vectors"] if oneself else ["what I hold of ", rich.Bold(name)]
    why = ", not recognised in any photo for long. To be recognised, or enrolled anew, before then keeps it."
    return _told([f"On {at:%d %B %Y} I erase ", *whose, why])


def _answers(asked: ConsentRequest, photos: bool) -> ActionsBlock:
    elements: list[InteractiveElement] = []
    if photos:
        elements.append(ButtonElement(text="Accept", action_id=ACCEPT, value=asked.id, style="primary"))
    both = "Accept, and use my profile photo" + (" too" if photos else "")
    elements.append(ButtonElement(text=both, action_id=ACCEPT_WITH_PROFILE, value=asked.id))
    elements.append(ButtonElement(text="Decline", action_id=DECLINE, value=asked.id, style="danger"))
    return ActionsBlock(block_id=asked.id, elements=elements)


def _notice(retention_days: int) -> Block:
    return rich.bullets(*(_headed(each) for each in consent.notice(retention_days)))


def _headed(sentence: str) -> rich.Line:
    """«Why: for this.» with its first word in bold."""
    head, colon, rest = sentence.partition(":")
    return [rich.Bold(head + colon), *rich.sentence(rest)]


def _to_tick(version: str, text: str) -> InputBlock:
    element = CheckboxesElement(action_id=CONSENT, options=[Option(value=version, label=text)])
    return InputBlock(block_id=CONSENT, label=PlainTextObject(text="Consent"), element=element)


def _offer(text: str) -> InputBlock:
    element = CheckboxesElement(action_id=PROFILE, options=[Option(value=PROFILE, label=text)])
    return InputBlock(block_id=PROFILE, label=PlainTextObject(text="Profile photo"), element=element, optional=True)


def _told(line: rich.Line) -> Message:
    return Message(rich.plain(line), [rich.lines(line)])


def _photos(number: int) -> str:
    return _count(number, "photo")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
