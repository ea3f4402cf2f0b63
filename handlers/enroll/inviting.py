"""What an invited member answers: their profile photo, other photos, or no."""

from __future__ import annotations

import uuid
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from handlers import errors
from handlers.desk import Desk
from handlers.enroll import form
from handlers.people import consent, invitations, invited
from handlers.slack import thumbnails
from handlers.views.people import consent as consent_views
from handlers.views.people import invitations as views
from services import names, texts
from services.jobs import Payload, Step
from services.people import Request, Result
from services.records import Invitation, Invited
from services.workspace import Workspace

PROFILE, DECLINE = "invited_profile", "invited_no"


def register(app: App, desk: Desk) -> None:
    desk.register(PROFILE, errors.told(desk, _by_profile))
    desk.register(DECLINE, errors.told(desk, _decline))

    def answer(job: str, body: dict[str, Any], action: dict[str, Any]) -> None:
        container, user = body["container"], body["user"]["id"]
        payload = {"channel": container["channel_id"], "ts": container["message_ts"], "user": user}
        desk.submit(job, f"{user}-{action['action_ts']}", payload, channel=container["channel_id"])

    @app.action(views.PROFILE)
    def profile(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        answer(PROFILE, body, action)
        ack()

    @app.action(views.PHOTOS)
    def photos(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        asked = {"channel_id": body["container"]["channel_id"], "user_id": body["user"]["id"]}
        form.open_form(desk, client, {**asked, "trigger_id": body["trigger_id"]}, names.ONESELF)

    @app.action(views.NO)
    def decline(ack: Ack, body: dict[str, Any], action: dict[str, Any]) -> None:
        answer(DECLINE, body, action)
        ack()

    @app.action(views.EVERYONE)
    def everyone(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        user, channel = body["user"]["id"], body["container"]["channel_id"]
        desk.workspace.roles.require_admin(desk.actor(user), texts.ONLY_ADMINS_INVITE)
        members = invitations.candidates(desk)
        if members:
            invitations.submit(desk, uuid.uuid4().hex, members, user=user, channel=channel)
        said = views.inviting(len(members))
        respond(text=said.text, blocks=[block.to_dict() for block in said.blocks], replace_original=True)


def _by_profile(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: enrol a member by their profile photo, or say why it will not do and ask for others."""
    user, slack = payload["user"], desk.slack()
    actor = step("actor", lambda: desk.actor(user))
    desk.workspace.roles.require_user(actor)
    name = step("name", lambda: desk.visitors.member(user).usable_name)
    given = [consent.profile_photo(slack, user)]
    result = desk.workspace.enrolment.enroll(Request(name, actor, user), given, keep=step.work)
    if result.person is not None:
        invited.settled(desk, step, user, consent_views.accepted(result))
        return
    _ask_again(desk, payload, step, result)


def _ask_again(desk: Desk, payload: Payload, step: Step, result: Result) -> None:
    """The steps that put the question once more where it was answered, with why the profile photo would not do."""
    user = payload["user"]
    invitation = desk.workspace.records.invitations.of(user)
    campaign = desk.workspace.records.invitations.campaign(invitation.campaign) if invitation else None
    problem = " ".join(outcome.sentence for outcome in result.outcomes)
    days, inviter = desk.workspace.retention.days, campaign.actor if campaign else user
    question = views.question(inviter, days, problem=problem)
    answered = Invitation(user, campaign.id if campaign else "", Invited.WAITING, payload["channel"], payload["ts"])
    invited.become(step, "ask again", desk, answered, question)


def _decline(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: the member does not want to be recognised; they may have been enrolled, or asked, meanwhile."""
    user, slack, workspace = payload["user"], desk.slack(), desk.workspace
    asked = step("question", lambda: workspace.records.consents.request_of(user))
    step("decline", lambda: _erase_and_decline(workspace, user))
    if asked is not None:
        step("withdraw", lambda: consent.settle(slack, asked, consent_views.withdrawn()))
    step("thumbnails", lambda: thumbnails.sweep(slack, workspace))
    invited.settled(desk, step, user, consent_views.declined())


def _erase_and_decline(workspace: Workspace, member: str) -> None:
    workspace.people.erase_member(member, actor=member)
    workspace.inviting.decline(member)
