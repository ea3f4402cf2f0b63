"""A person's portfolio: the photos they are enrolled with, with thumbnails that Slack can show, and who added them."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

from handlers.slack import Slack, is_member, refusals, thumbnails
from handlers.views.people import Portfolio, portfolio_page
from services import texts
from services.errors import NotFound
from services.people import Actor
from services.records import Person
from services.workspace import Workspace


def open_portfolio(workspace: Workspace, slack: Slack, person: Person, actor: Actor, *, number: int = 0) -> Portfolio:
    """A page of the portfolio as the actor may see it.

    The photos may come from channels that not everybody is in, so they are for those who may change the person.
    """
    faces = workspace.records.faces(person.user_id)
    if not workspace.roles.manages(actor, person):
        return Portfolio(person, faces, {}, {}, number, managed=False)
    shown = portfolio_page(faces, number)
    files = thumbnails.shown(slack, workspace, shown)
    adders = {actor: _name(slack, actor) for actor in {face.added_by for face in shown}}
    return Portfolio(person, faces, files, adders, number, managed=True)


def person_of(workspace: Workspace, user_id: str) -> Person:
    """The person that a button is about. Raises `NotFound` when they are gone since."""
    person = workspace.records.people_by_id([user_id]).get(user_id)
    if person is None:
        raise NotFound(texts.SOMEBODY_FORGOTTEN_ALREADY)
    return person


def _name(slack: Slack, actor: str) -> str:
    """What a member is called; the command line, and members whom Slack no longer knows, have but their id."""
    if not is_member(actor):
        return texts.A_PART_OF_ME.format(part=actor)
    try:
        return slack.members.get(actor).name
    except SlackApiError as error:
        if refusals.may_pass(error):
            raise
        return texts.FORMER_MEMBER
