"""The App Home: published when it is opened, and again after every change that is made there."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers import album, modals
from handlers.desk import Desk
from handlers.people import consent, exports, open_portfolio, person_of
from handlers.slack import Place, Screens, Slack, text_in, thumbnails
from handlers.views import home as views
from handlers.views.album import MOST_AT_HOME, Section
from handlers.views.enroll import Whom
from handlers.views.enroll import enroll as enroll_views
from handlers.views.home import Home, Oneself
from handlers.views.people import Page
from handlers.views.people import consent as consent_views
from handlers.views.people import people as people_views
from services import texts
from services.people import Actor, Footing, Ground, Standing, notice
from services.records import AuditEntry
from services.workspace import Workspace

_logger = logging.getLogger(__name__)


def register(app: App, desk: Desk) -> None:
    _register_oneself(app, desk)
    _register_people(app, desk)

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        user = text_in(event, "user")
        if event.get("tab") == "home" and user:
            publish(desk, client, user)


def publish(desk: Desk, client: WebClient, user: str, page: Page | None = None) -> None:
    """Show somebody their App Home as things are now."""
    actor, screens = desk.actor(user), Screens(client)
    if actor.standing is Standing.OUTSIDER:
        with suppress(SlackApiError):  # Slack may not show us at all to them
            screens.publish(user, views.outsiders())
        return
    oneself, told = _oneself(desk, Slack(client), actor), notice(desk.workspace.retention.days)
    if desk.workspace.roles.may_use(actor.standing):
        photos = _photos(desk, Slack(client), actor)
        screens.publish(user, views.home(replace(_home(desk, actor, oneself, told, page or Page()), photos=photos)))
    else:
        guests = views.guests(oneself, told, desk.support_url)
        screens.publish(user, guests, without=texts.PICTURES_NOT_SHOWN.many)


def _home(desk: Desk, actor: Actor, oneself: Oneself, told: Sequence[str], page: Page) -> Home:
    workspace = desk.workspace
    admin = workspace.roles.is_admin(actor)
    return Home(
        oneself=oneself,
        everyone=workspace.people.all(),
        page=page,
        preference=workspace.preferences.of(),
        admin=admin,
        entries=_entries(workspace, actor, oneself, everything=admin),
        notice=told,
        support_url=desk.support_url,
    )


def _register_oneself(app: App, desk: Desk) -> None:
    @app.action(views.ENROLL_ME)
    def enroll(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        with modals.opened(client, body["trigger_id"], texts.ENROL_A_PERSON) as modal:
            user, slack = body["user"]["id"], Slack(client)
            person = desk.workspace.records.find_member(user)
            whom = Whom(person.name if person else slack.members.get(user).name, user, slack.members.direct(user))
            stated = consent_views.statement(Footing(Ground.OWN), desk.workspace.retention.days)
            modal.show(enroll_views.modal(whom, stated=stated))

    @app.action(views.SUPPORT)
    def support(ack: Ack) -> None:
        """The button leads there by itself, but Slack wants the click acknowledged."""
        ack()

    @app.action(views.EXPORT_ME)
    def export(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        user, person = body["user"]["id"], desk.workspace.records.find_member(body["user"]["id"])
        data = desk.workspace.export.oneself(user)
        exports.hand_over(desk, Slack(client), user, data, about=person.user_id if person else None)
        publish(desk, client, user)

    @app.action(views.REMOVE_MINE)
    def remove(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        workspace, user, slack = desk.workspace, body["user"]["id"], Slack(client)
        user_id, face_id = action["selected_option"]["value"].split()
        change = workspace.changes.remove(person_of(workspace, user_id), face_id, actor=desk.actor(user))
        person = person_of(workspace, user_id)
        slack.say(Place(slack.members.direct(user)), people_views.removed(person, change.id))
        thumbnails.sweep(slack, workspace)
        publish(desk, client, user)

    @app.action(views.FORGET_ME)
    def forget(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        user, slack = body["user"]["id"], Slack(client)
        slack.say(Place(slack.members.direct(user)), consent.forget_oneself(desk, slack, user))
        publish(desk, client, user)


def _register_people(app: App, desk: Desk) -> None:
    @app.action(views.PREVIOUS)
    @app.action(views.NEXT)
    def turn(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        publish(desk, client, body["user"]["id"], Page.unpack(action["value"]))

    @app.action(views.SHOW)
    def show(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
        ack()
        workspace, user = desk.workspace, body["user"]["id"]
        with modals.opened(client, body["trigger_id"], texts.PORTFOLIO, user) as modal:
            slack, person = Slack(client), person_of(workspace, action["selected_option"]["value"])
            portfolio = open_portfolio(workspace, slack, person, desk.actor(user))
            thumbnails.note_copies(workspace, modal.show(views.shown(portfolio)))


def _oneself(desk: Desk, slack: Slack, actor: Actor) -> Oneself:
    workspace = desk.workspace
    bearers = workspace.namesakes.bearers(desk.called(actor.id))
    person = workspace.records.find_member(actor.id)
    if person is not None and person.faces:  # without a photo they are just being enrolled
        return Oneself(open_portfolio(workspace, slack, person, actor), bearers=bearers)
    consents = workspace.records.consents
    return Oneself(asked=consents.request_of(actor.id), objects=consents.objects(actor.id), bearers=bearers)


def _photos(desk: Desk, slack: Slack, actor: Actor) -> Section | None:
    """Their own album, or what one would be. That Slack does not let it be shown is no error."""
    person, days = desk.workspace.records.find_member(actor.id), desk.workspace.retention.days
    if person is None or not person.faces:
        return None
    kept = desk.workspace.album.of(person)
    if kept is None:
        return Section(days)
    try:
        return Section(days, kept, *album.newest(desk, slack, actor, person, most=MOST_AT_HOME))
    except SlackApiError as error:
        _logger.warning("an album is not shown: %s", error)
        return Section(days, kept, desk.workspace.records.appearances.count_of(person.user_id))


def _entries(workspace: Workspace, actor: Actor, oneself: Oneself, *, everything: bool) -> tuple[AuditEntry, ...]:
    """The newest entries that they may see: what they did and what concerns them, and to admins all."""
    if everything:
        return workspace.records.log.newest(views.MOST_ENTRIES)
    about = {actor.id, oneself.portfolio.person.user_id} if oneself.portfolio else {actor.id}
    return workspace.records.log.newest(views.MOST_ENTRIES, concerning=frozenset(about))
