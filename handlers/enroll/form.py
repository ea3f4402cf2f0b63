"""The form of `/enroll`, however it is opened, and the job that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.models.blocks import Block

from handlers import modals
from handlers.desk import Desk
from handlers.enroll import stored, typed
from handlers.slack import Place, Posted, Slack, is_direct, object_in
from handlers.views import words
from handlers.views.enroll import Whom
from handlers.views.enroll import enroll as views
from handlers.views.people import consent as consent_views
from handlers.views.photos import no_photos
from services import names, texts
from services.errors import Refusal
from services.people import Policy, Request


def register(app: App, desk: Desk) -> None:
    @app.command("/enroll")
    @app.command("/enrol")
    def command(ack: Ack, command: dict[str, Any], client: WebClient) -> None:
        ack()
        open_form(desk, client, command, command.get("text", ""))

    @app.view(views.CALLBACK)
    def submitted(ack: Ack, body: dict[str, Any], view: dict[str, Any]) -> None:
        problems, payload = _submission(view, body["user"]["id"], desk.workspace.consent.policy)
        if problems:
            ack(response_action="errors", errors=problems)
            return
        desk.submit(stored.JOB, view["id"], payload, channel=payload["place"][0])
        ack()

    @app.shortcut("enroll_from_photo")
    def shortcut(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        channel, user = body["channel"]["id"], body["user"]["id"]
        files = Posted.of(object_in(body, "message"), channel).shown(asked=True)
        pictures = [file for file in files if file.may_be_picture][: views.MAX_FILES]
        if not pictures:
            others = [(file.name, file.kind.value) for file in files]
            answer = no_photos(others) if others else words.sentence(texts.NO_PHOTO)
            Slack(client).say(Place(channel, only=user), answer)
            return
        with modals.opened(client, body["trigger_id"], texts.ENROL_A_PERSON) as modal:
            desk.workspace.roles.require_included(channel)
            whom = Whom("", None, channel)
            modal.show(views.modal(whom, pictures, stated=_stated(desk, whom, user)))

    @app.action(views.ENROLL_AS)
    def enroll_as(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        (text, pictures), user = views.offer_of(action["value"]), body["user"]["id"]
        with modals.opened(client, body["trigger_id"], texts.ENROL_A_PERSON) as modal:
            channel = body["container"]["channel_id"]
            desk.workspace.roles.require_included(channel)
            whom = typed.whom(desk.visitors, text, channel, user)
            modal.show(views.modal(whom, pictures, stated=_stated(desk, whom, user)))


def open_form(desk: Desk, client: WebClient, command: Mapping[str, Any], text: str) -> None:
    """Open the form that a command asks for; `text` is whom it names."""
    channel, user = command["channel_id"], command["user_id"]
    with modals.opened(client, command["trigger_id"], texts.ENROL_A_PERSON) as modal:
        desk.workspace.roles.require_included(channel)
        whom = typed.whom(desk.visitors, text, channel, user)
        modal.show(views.modal(whom, stated=_stated(desk, whom, user)))


def _stated(desk: Desk, whom: Whom, user: str) -> list[Block]:
    """What the form says of consent; nothing where all is said. Who fills in another name is asked then."""
    footing = desk.workspace.consent.footing(member=None, person=None, actor=user)  # of whoever may be filled in
    try:
        if whom.name:
            footing = desk.workspace.enrolment.footing(Request(whom.name, desk.actor(user), whom.member))
    except Refusal:  # which is told once it is tried
        if whom.member is not None:
            return []
    return consent_views.statement(footing, desk.workspace.retention.days)


def _submission(view: Mapping[str, Any], user: str, policy: Policy) -> tuple[dict[str, str], dict[str, Any]]:
    """What is wrong with a submitted modal, by block, and the job that it makes where nothing is."""
    whom, given = views.asked(view["private_metadata"])
    filled = views.filled(view["state"]["values"])
    files, profile = given or filled.files, filled.profile and whom.member == user
    try:
        whom = replace(whom, name=names.clean(filled.name))
    except Refusal as refusal:
        return {views.NAME: words.bare(refusal.sentence)}, {}
    is_asked = (
        whom.member not in {None, user} and policy is Policy.MEMBER
    )  # for their profile photo, if for nothing else
    if not (files or profile or is_asked):
        return {views.PHOTOS: texts.GIVE_A_PHOTO}, {}
    return {}, {
        **stored.about(whom, user),
        "place": [whom.channel, None, None if is_direct(whom.channel) else user],
        "files": [[file.id, file.name] for file in files],
        "profile": profile,
        "stated": filled.stated,
        "form": True,
    }
