"""Asking a member whether they may be enrolled, telling those who were, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

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
from handlers.views import activity, rich, words
from handlers.views.people import people
from services import texts
from services.people import EXPIRES, Fate, Footing, Ground, Receipt, Result, consent
from services.records import ConsentRequest

ACCEPT, ACCEPT_WITH_PROFILE, DECLINE = "consent_accept", "consent_accept_profile", "consent_decline"
REMOVE_ME = "consent_remove_me"
CONSENT, PROFILE = "consent", "profile"
CONSENT_OF_MEMBERS = "consent_of_members"


def statement(footing: Footing, retention_days: int) -> list[Block]:
    """What somebody who enrols a person is told and has to state, in a modal: to the notice, or on the person's word.

    Nothing has to be stated about a member who is asked themselves, and nothing said where nobody is asked.
    """
    if footing.ground is Ground.OWN:
        return [_offer(), notice(retention_days), _to_tick(consent.NOTICE_VERSION, texts.I_AGREE)]
    if footing.ground is Ground.NONE and footing.member is not None:
        return [rich.lines(rich.fill(texts.THEY_ARE_ASKED, member=rich.User(footing.member)))]
    return [_to_tick(footing.unstated, consent.STATEMENTS[footing.unstated])] if footing.unstated else []


def release_if_outside() -> InputBlock:
    """The statement about somebody outside Slack, to be made if it is about one, which is not known yet."""
    return _to_tick(consent.RELEASE_VERSION, texts.RELEASE, label=texts.CONSENT_OF_OUTSIDERS, optional=True)


def attestation_if_members() -> InputBlock:
    """The statement about members, to be made if it is about some; beside that about whoever is outside Slack."""
    version, label = consent.ATTESTATION_VERSION, texts.CONSENT_OF_MEMBERS
    return _to_tick(version, texts.THEY_AGREED, label=label, optional=True, block_id=CONSENT_OF_MEMBERS)


def ticked(values: Mapping[str, Any], block_id: str = CONSENT) -> str:
    """The version of the statement that is ticked in a submitted form, from `view.state.values`; "" for none."""
    options = values.get(block_id, {}).get(block_id, {}).get("selected_options") or ()
    return next((str(option["value"]) for option in options), "")


def all_ticked(values: Mapping[str, Any]) -> list[str]:
    """The versions of the statements that are ticked, of members and of others."""
    return [version for block_id in (CONSENT, CONSENT_OF_MEMBERS) if (version := ticked(values, block_id))]


def agreed(retention_days: int) -> list[Block]:
    """What somebody has agreed to by enrolling themselves with a message, which no modal has told them."""
    return [rich.lines([texts.ENROLLING_YOU_AGREE]), notice(retention_days)]


def question(
    asked: ConsentRequest, photos: int, pictures: Sequence[str], retention_days: int, problem: str = ""
) -> Message:
    """Asks the member about so many photos.

    `pictures` are the ids of the files that show them, `problem` is what came between their yes and it.
    """
    text = texts.MAY_I_KNOW_YOU.of(photos) if photos else texts.MAY_I_KNOW_YOU_BY_PROFILE
    head = rich.fill(text, who=activity.actor(asked.asked_by), name=rich.Bold(asked.name), n=photos)
    alt = texts.ASKED_PHOTOS_ALT.say(photos)
    shown = [ImageBlock(slack_file=SlackFile(id=file_id), alt_text=alt) for file_id in pictures]
    waiting = texts.UNTIL_YOU_ANSWER.format(days=EXPIRES.days)
    context = ContextBlock(elements=[PlainTextObject(text=waiting)])
    trouble = [rich.lines(rich.sentence(problem))] if problem else []
    blocks = [rich.lines(head), *shown, notice(retention_days), *trouble, _answers(asked, bool(photos)), context]
    return Message(rich.plain(head), blocks)


def accepted(result: Result, taken: str = "") -> Message:
    """To the member, in the place of the question; `taken` is the name that they were to have, if it is another's."""
    if result.person is None:
        return words.lines([texts.YOU_ACCEPTED_IN_VAIN], *failures(result))
    faces = result.person.faces
    known = rich.fill(texts.YOU_ACCEPTED.of(faces), name=rich.Bold(result.name), n=faces)
    return words.lines(known, *_called_otherwise(result, taken), *failures(result))


def failures(result: Result) -> list[rich.Line]:
    """Which photos were not added, and why: a line for each."""
    failed = (outcome for outcome in result.outcomes if outcome.fate is not Fate.ADDED)
    return [
        rich.fill(texts.NOT_ADDED, file=rich.Code(each.file), sentence=rich.sentence(each.sentence)) for each in failed
    ]


def declined(receipt: Receipt | None = None) -> Message:
    """To the member, in the place of the question; with what was erased of whom I knew already."""
    if receipt is None or not receipt.faces:
        return words.sentence(texts.YOU_DECLINED)
    faces, photos = texts.FACES.say(receipt.faces), texts.PHOTOS.say(receipt.photos)
    erased = rich.sentence(texts.YOU_WERE_KNOWN.format(faces=faces, photos=photos))
    return words.lines(rich.sentence(texts.YOU_DECLINED), erased, *people.of_album(receipt))


def withdrawn() -> Message:
    """To the member, in the place of a question that went with everything that is held of them."""
    return words.sentence(texts.QUESTION_WITHDRAWN)


def expired() -> Message:
    """To the member, in the place of the question."""
    return words.sentence(texts.QUESTION_EXPIRED.format(days=EXPIRES.days))


def outcome(asked: ConsentRequest, result: Result | None, taken: str = "") -> Message:
    """To the enroller: what the member said, and what came of it; `taken` is as in `accepted`."""
    member = rich.User(asked.member)
    if result is None:
        return words.lines(rich.fill(texts.THEY_DECLINED, member=member))
    if result.person is None:
        return words.lines(rich.fill(texts.THEY_ACCEPTED_IN_VAIN, member=member), *failures(result))
    n = len(result.outcomes)
    added = rich.fill(texts.THEY_ACCEPTED.of(n), member=member, added=result.added, n=n)
    return words.lines(added, *_called_otherwise(result, taken), *failures(result), [texts.REPLY_WITH_MORE])


def _called_otherwise(result: Result, taken: str) -> list[rich.Line]:
    return [rich.fill(texts.NAME_WAS_TAKEN, taken=rich.Bold(taken), name=rich.Bold(result.name))] if taken else []


def unanswered(asked: ConsentRequest) -> Message:
    """To the enroller: that the question has expired."""
    return words.lines(rich.fill(texts.THEY_DID_NOT_ANSWER, member=rich.User(asked.member), days=EXPIRES.days))


def enrolled(result: Result, enroller: str, retention_days: int) -> Message:
    """To a member who was enrolled on the enroller's word, with a button to undo it."""
    head = rich.fill(texts.YOU_WERE_ENROLLED, who=activity.actor(enroller), name=rich.Bold(result.name))
    button = ButtonElement(text=texts.REMOVE_ME, action_id=REMOVE_ME, value="me", style="danger")
    remove = ActionsBlock(elements=[button])
    return Message(rich.plain(head), [rich.lines(head), remove, notice(retention_days)])


def gone(receipt: Receipt | None) -> Message:
    """To a member who had themselves erased: the receipt, and that it stays so."""
    if receipt is None:
        return words.sentence(texts.NOTHING_KNOWN_OF_YOU)
    erased = texts.YOU_ARE_ERASED.format(
        faces=texts.FACES.say(receipt.faces),
        photos=texts.PHOTOS.say(receipt.photos),
    )
    return words.lines(rich.sentence(erased), *people.of_album(receipt))


def will_be_erased(name: str, at: datetime, *, oneself: bool) -> Message:
    """A warning, to the member or to whoever added them, that a person has not been recognised for long."""
    text = texts.YOU_WILL_BE_ERASED if oneself else texts.THEY_WILL_BE_ERASED
    return words.lines(rich.fill(text, day=texts.DAY.format(at=at), name=rich.Bold(name)))


def _answers(asked: ConsentRequest, photos: bool) -> ActionsBlock:
    elements: list[InteractiveElement] = []
    if photos:
        elements.append(ButtonElement(text=texts.ACCEPT, action_id=ACCEPT, value=asked.id, style="primary"))
    both = texts.ACCEPT_WITH_PROFILE_TOO if photos else texts.ACCEPT_WITH_PROFILE
    elements.append(ButtonElement(text=both, action_id=ACCEPT_WITH_PROFILE, value=asked.id))
    elements.append(ButtonElement(text=texts.DECLINE, action_id=DECLINE, value=asked.id, style="danger"))
    return ActionsBlock(block_id=asked.id, elements=elements)


def notice(retention_days: int) -> Block:
    """What a member agrees to."""
    return rich.bullets(*(_headed(each) for each in consent.notice(retention_days)))


def _headed(sentence: str) -> rich.Line:
    """«Why: for this.» with its first word in bold."""
    head, colon, rest = sentence.partition(":")
    return [rich.Bold(head + colon), *rich.sentence(rest)]


def _to_tick(
    version: str, text: str, *, label: str = texts.CONSENT, optional: bool = False, block_id: str = CONSENT
) -> InputBlock:
    element = CheckboxesElement(action_id=block_id, options=[Option(value=version, label=text)])
    return InputBlock(block_id=block_id, label=PlainTextObject(text=label), element=element, optional=optional)


def _offer() -> InputBlock:
    option = Option(value=PROFILE, label=texts.USE_MY_PROFILE_PHOTO)
    element = CheckboxesElement(action_id=PROFILE, options=[option])
    return InputBlock(block_id=PROFILE, label=PlainTextObject(text=texts.PROFILE_PHOTO), element=element, optional=True)
