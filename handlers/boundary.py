"""Who may come in: decided here, once, for all that Slack delivers, before any listener sees it.

Members may ask for everything. Guests may post photos and read the answers, and ask for what concerns themselves,
unless an admin lets them do more. People of other organisations may post in a channel that an admin has turned on, and
nothing else. Where they read a channel that is not turned on, nothing is answered there, to members either. Whoever
asked in so many words is told so, for their eyes only and without a name; who has just posted a photo is not.
"""

from __future__ import annotations

import http.client
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from slack_bolt import App, BoltContext, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import channels, enroll, hints
from handlers.desk import Desk
from handlers.hints import Hint
from handlers.slack import Place, Posted, Slack, is_direct, object_in, text_in
from handlers.views import album, changes, home, words
from handlers.views.names import namesakes
from handlers.views.people import consent, invitations, people
from handlers.views.photos import corrections
from handlers.views.refused import refused
from services import texts
from services.people import Standing

_logger = logging.getLogger(__name__)


class Takes(Enum):
    """What somebody has to be to be allowed what they ask for."""

    NOTHING = "nothing"
    """A no about oneself: anybody's, always."""

    SELF = "self"
    """What concerns oneself: a guest's too."""

    POST = "post"
    """Having a photo answered where it was posted: a guest's too, and an outsider's where the channel is turned on."""

    USE = "use"
    """All else: a member's, and a guest's where an admin lets them."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What somebody asks of the bot. `user` is None where Slack does not say who it is.

    `heard` says that all who read the channel would read the answer, `loud` that they asked in so many words;
    `author` is who posted the message that they ask about, and `others_read` what Slack says of the channel beside it.
    """

    user: str | None
    place: Place
    takes: Takes
    heard: bool = False
    loud: bool = True
    author: str | None = None
    others_read: bool | None = None


_NOS = {
    consent.DECLINE,
    consent.REMOVE_ME,
    corrections.REMOVE,
    invitations.NO,
    album.END,
    album.STOP_TELLING,
}
_OWN = {
    consent.ACCEPT,
    consent.ACCEPT_WITH_PROFILE,
    invitations.PROFILE,
    home.EXPORT_ME,
    home.FORGET_ME,
    home.REMOVE_MINE,
    people.FORGET,  # after `forget me`; that it is their own is seen to where it is done
    people.KEEP,
    namesakes.CLAIM,
    changes.UNDO,
}
# Of a message that Slack tells of, those that say something new; edits and deletions ask for nothing.
_SAID = {"", "file_share", "thread_broadcast", "me_message"}
_TO_US = re.compile(r"\s*/?(?:enrol|facesearch)", re.IGNORECASE)


def register(app: App, desk: Desk) -> None:
    """To be registered before whatever it stands before."""

    @app.middleware
    def admit(
        body: dict[str, Any],
        context: BoltContext,
        client: WebClient,
        next: Callable[[], BoltResponse],  # noqa: A002
    ) -> BoltResponse | None:
        ask = asked(body, context.bot_user_id)
        refusal = _refusal(desk, ask) if ask else None
        if ask is None or refusal is None:
            next()
            return None
        if ask.loud:
            return _tell(Slack(client), body, ask, refusal)
        if ask.heard:
            user = ask.user if refusal == texts.NOT_IN_SHARED_CHANNEL else None
            channels.tell_once(desk, ask.place.channel, said=ask.others_read, poster=user)
        return BoltResponse(status=200, body="")


def asked(body: Mapping[str, Any], bot: str | None) -> Ask | None:
    """What somebody asks for with a payload; None where nobody asks for anything."""
    if "event" in body:
        return _by_event(body, object_in(body, "event"), bot)
    if "command" in body:
        return _by_command(body)
    if body.get("type") in {"view_closed", None}:
        return None
    return _by_click(body)


def _by_event(body: Mapping[str, Any], event: Mapping[str, Any], bot: str | None) -> Ask | None:
    kind, user = text_in(event, "type"), text_in(event, "user") or None
    if event.get("bot_id") or (bot is not None and user == bot):
        return None  # bots ask for nothing, and get no answer
    text, direct = text_in(event, "text"), text_in(event, "channel_type") == "im"
    mentioned = f"<@{bot}>" in text
    enrols, hint = enroll.said(text, bot, direct=direct) is not None, _hint(event, bot)
    addressed = enrols or enroll.nearly(text, bot, direct=direct) is not None or hint is not None
    takes = Takes.USE if enrols or (hint is not None and not hint.is_own) else Takes.POST
    if kind == "app_mention" and not enrols:
        loud = True
    elif kind == "message" and _says_something(event) and _concerns_us(event, text, direct=direct or mentioned):
        # A mention comes as an event of its own as well, and one of them is enough to be told by.
        loud = enrols or direct or (addressed and not mentioned)
    else:
        return None
    place = Place(text_in(event, "channel"), text_in(event, "thread_ts") or None, user)
    return Ask(user, place, takes, heard=not direct, loud=loud, others_read=body.get("is_ext_shared_channel"))


def _hint(event: Mapping[str, Any], bot: str | None) -> Hint | None:
    """What a message without a file is answered with that is meant for us: nobody is told what they may not do."""
    posted = Posted.of_event(event, bot)
    return hints.of(posted, bot) if posted is not None and not posted.shown(asked=True) else None


def _says_something(event: Mapping[str, Any]) -> bool:
    return text_in(event, "subtype") in _SAID


def _concerns_us(event: Mapping[str, Any], text: str, *, direct: bool) -> bool:
    """Whether a message may be for us; what people write to each other is nobody else's business."""
    return direct or bool(event.get("files") or event.get("attachments")) or _TO_US.match(text) is not None


def _by_command(body: Mapping[str, Any]) -> Ask:
    typed = " ".join(str(body.get("text") or "").lower().split())
    own = body.get("command") == "/facesearch" and typed in hints.OWN_COMMANDS
    place = Place(str(body.get("channel_id") or ""), only=body.get("user_id"))
    return Ask(body.get("user_id"), place, Takes.SELF if own else Takes.USE)


def _by_click(body: Mapping[str, Any]) -> Ask:
    """Of a button, a menu, a modal or a shortcut."""
    user, container = object_in(body, "user").get("id"), object_in(body, "container")
    channel = object_in(body, "channel").get("id") or container.get("channel_id") or user
    thread = container.get("thread_ts")
    place = Place(str(channel or ""), None if thread == container.get("message_ts") else thread, user)
    in_message = container.get("type") == "message" and not container.get("is_ephemeral")
    return Ask(
        user,
        place,
        _takes(body),
        heard=in_message and not is_direct(place.channel),
        author=object_in(body, "message").get("user") if body.get("type") == "message_action" else None,
    )


def _takes(body: Mapping[str, Any]) -> Takes:
    clicked = {str(action.get("action_id")) for action in body.get("actions") or () if isinstance(action, dict)}
    if not clicked or body.get("type") != "block_actions":
        return Takes.USE
    if clicked <= _NOS:
        return Takes.NOTHING
    return Takes.SELF if clicked <= _NOS | _OWN else Takes.USE


def _refusal(desk: Desk, ask: Ask) -> str | None:
    """Why it is refused, in words that name nobody; None where it is not."""
    roles, channel = desk.workspace.roles, ask.place.channel
    if ask.takes is Takes.NOTHING:
        return None
    standing = desk.visitors.standing(ask.user) if ask.user else Standing.OUTSIDER
    if standing is Standing.OUTSIDER:
        turned_on = ask.takes is Takes.POST and ask.heard and roles.shared(channel)
        return None if turned_on else texts.NOT_FOR_OUTSIDERS
    if ask.heard and ask.takes is not Takes.SELF and desk.silent(channel, said=ask.others_read):
        return texts.NOT_IN_SHARED_CHANNEL
    if ask.takes is Takes.USE and not roles.may_use(standing):
        return texts.GUESTS_ONLY_POST
    theirs = ask.author is not None and desk.visitors.standing(ask.author) is Standing.OUTSIDER
    return texts.PHOTO_OF_OUTSIDER if theirs and not roles.shared(channel) else None


def _tell(slack: Slack, body: Mapping[str, Any], ask: Ask, refusal: str) -> BoltResponse:
    """Say it where they are: in the modal that they submitted, or for their eyes only beside what they did."""
    if body.get("type") == "view_submission":
        return _json({"response_action": "update", "view": refused(refusal).to_dict()})
    if body.get("type") == "block_suggestion":
        return _json({"options": []})
    if ask.user is not None:
        try:
            slack.say(ask.place, words.sentence(refusal))
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            _logger.warning("whoever was refused something could not be told: %s", error)
    return BoltResponse(status=200, body="")


def _json(answer: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": ["application/json"]})
