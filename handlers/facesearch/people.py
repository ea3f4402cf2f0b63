"""The people that the workspace knows: listing and showing them, renaming, merging, forgetting, and undoing that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from handlers import album, enroll
from handlers.desk import Desk
from handlers.facesearch import typed, whom
from handlers.facesearch.table import Asked, Subcommand
from handlers.people import consent, exports, open_portfolio, person_of
from handlers.photos import redrawing
from handlers.slack import Message, Slack, mentioned, reply, thumbnails
from handlers.views import changes as change_views
from handlers.views.names import namesakes as namesake_views
from handlers.views.people import Page
from handlers.views.people import people as views
from services import names, texts
from services.errors import NotFound
from services.people import Actor, Undone, twins
from services.records import EnrolledFace, Person
from services.workspace import Workspace


def register(app: App, desk: Desk) -> None:
    _register_lists(app, desk)
    _register_merging(app, desk)
    _register_forgetting(app, desk)

    @app.action(change_views.UNDO)
    def undo(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        slack, workspace = Slack(client), desk.workspace
        undone = workspace.changes.undo(action["value"], actor=desk.actor(body["user"]["id"]))
        _forget_left_out(desk, undone)
        reply(desk.workspace, client, respond, body).say(change_views.undone(undone), replace=True)
        thumbnails.sweep(slack, workspace)
        _redraw(desk, body, undone)


def _forget_left_out(desk: Desk, undone: Undone) -> None:
    """Of a channel that is left out again nothing stays in albums."""
    if undone.left_out:
        album.forget_channel(desk, undone.left_out)


def _redraw(desk: Desk, body: Mapping[str, Any], undone: Undone) -> None:
    """What is undone below an answer to a photo leaves no stale name, and no stale no, in that."""
    container, change = body["container"], undone.change
    thread = container.get("thread_ts")
    if not thread or change.kind not in {"enroll", "remove"}:
        return
    forgiven = change.user_id if change.kind == "remove" else None
    redrawing.submit(desk, change.id, container["channel_id"], thread, user=body["user"]["id"], forgiven=forgiven)


def _register_lists(app: App, desk: Desk) -> None:
    @app.action(views.PREVIOUS)
    @app.action(views.NEXT)
    def turn(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        everyone = desk.workspace.people.all()
        reply(desk.workspace, client, respond, body).say(
            views.people(everyone, Page.unpack(action["value"])), replace=True
        )

    @app.action(views.SHOW)
    def show(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        workspace = desk.workspace
        person = person_of(workspace, action["selected_option"]["value"])
        slack = Slack(client)
        portfolio = _portfolio(workspace, slack, person, desk.actor(body["user"]["id"]))
        reply(desk.workspace, client, respond, body).say(portfolio)

    @app.action(views.PHOTOS_PREVIOUS)
    @app.action(views.PHOTOS_NEXT)
    def leaf(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        slack, workspace = Slack(client), desk.workspace
        user_id, number = action["value"].split()
        person = person_of(workspace, user_id)
        portfolio = _portfolio(workspace, slack, person, desk.actor(body["user"]["id"]), number=int(number))
        reply(desk.workspace, client, respond, body).say(portfolio, replace=True)

    @app.action(views.REMOVE)
    def remove(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        slack, workspace = Slack(client), desk.workspace
        user_id, face_id = action["selected_option"]["value"].split()
        person, actor = person_of(workspace, user_id), desk.actor(body["user"]["id"])
        change = workspace.changes.remove(person, face_id, actor=actor)
        reply(desk.workspace, client, respond, body).say(
            views.removed(person_of(workspace, user_id), change.id), replace=True
        )
        thumbnails.sweep(slack, workspace)


def _register_merging(app: App, desk: Desk) -> None:
    @app.action(views.MERGE)
    def merge(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        workspace = desk.workspace
        into, other = (person_of(workspace, user_id) for user_id in action["value"].split())
        change = workspace.changes.merge(into, other, actor=desk.actor(body["user"]["id"]))
        reply(desk.workspace, client, respond, body).say(
            views.merged(person_of(workspace, into.user_id), other.name, change.id), replace=True
        )
        thumbnails.sweep(Slack(client), workspace)

    @app.action(views.APART)
    def leave_apart(
        ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond
    ) -> None:
        ack()
        into, other = (person_of(desk.workspace, user_id) for user_id in action["value"].split())
        reply(desk.workspace, client, respond, body).say(views.apart(into, other), replace=True)


def _register_forgetting(app: App, desk: Desk) -> None:
    @app.action(views.FORGET)
    def forget(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        slack, workspace = Slack(client), desk.workspace
        person, actor = person_of(workspace, action["value"]), desk.actor(body["user"]["id"])
        workspace.roles.require_manager(actor, person)
        with consent.erasing(workspace, slack, person.member):
            receipt = workspace.people.forget(person, actor=actor.id)
        said = consent.gone(desk, receipt, actor.id) if actor.id == person.member else views.forgotten(receipt)
        reply(desk.workspace, client, respond, body).say(said, replace=True)

    @app.action(views.KEEP)
    def keep(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        reply(desk.workspace, client, respond, body).say(
            views.kept(person_of(desk.workspace, action["value"])), replace=True
        )


def _people(asked: Asked) -> Message:
    return views.people(asked.workspace.people.all(), Page(typed.name(asked.rest)))


def _show(asked: Asked) -> Message:
    return _portfolio(asked.workspace, asked.slack, whom.named(asked, "show alice"), asked.actor)


def _portfolio(workspace: Workspace, slack: Slack, person: Person, actor: Actor, *, number: int = 0) -> Message:
    return views.portfolio(open_portfolio(workspace, slack, person, actor, number=number))


def _rename(asked: Asked) -> Message:
    for before, name in typed.two_names(asked.rest):
        person = whom.find(asked, before)
        if person is not None:
            asked.workspace.roles.require_manager(asked.actor, person)
            name = _new_name(asked, person, name)
            task = namesake_views.renaming(person, name)
            return _whose_name(asked, person, name, task) or rename(asked.workspace, person, name, asked.actor)
    raise NotFound(texts.RENAME_WHOM if whom.half(asked) else texts.RENAME_NOBODY)


def _new_name(asked: Asked, person: Person, name: str) -> str:
    """The name as typed; or that of a member who is mentioned instead, about whom it is asked whether it is them."""
    member = mentioned(name) if person.member is None else None
    if member is not None:
        return enroll.whom(asked.visitors, name, "", asked.user).name
    return names.clean(names.suggest(name))


def _merge(asked: Asked) -> Message:
    workspace = asked.workspace
    for first, second in typed.two_names(asked.rest):
        into, other = whom.find(asked, first), whom.find(asked, second)
        if into is None or other is None:
            continue
        workspace.changes.require_mergeable(into, other, actor=asked.actor)
        task = namesake_views.merging(into, other)
        question = None if other.member else _whose_name(asked, into, into.name, task)
        return question or ask_to_merge(workspace, asked.slack, into, other)
    raise NotFound(texts.MERGE_WHOM if whom.half(asked) else texts.MERGE_NOBODY)


def rename(workspace: Workspace, person: Person, name: str, actor: Actor) -> Message:
    """Give a person another name, and say so."""
    change = workspace.changes.rename(person, name, actor=actor)
    now = person_of(workspace, person.user_id)
    return views.renamed(person.name, now, change.id, twins(now, workspace.people.all()))


def ask_to_merge(workspace: Workspace, slack: Slack, into: Person, other: Person) -> Message:
    """Ask whether two people are one, with a photo of each. Raises `NotFound` where there is none of one."""
    firsts = [_first_face(workspace, person) for person in (into, other)]
    files = thumbnails.shown(slack, workspace, firsts)
    pictures = [(p, files[face.face_id]) for p, face in zip((into, other), firsts, strict=True)]
    return views.confirm_merge(into, other, pictures, workspace.album.ended_by_merge(into, other))


def _first_face(workspace: Workspace, person: Person) -> EnrolledFace:
    face = next(iter(workspace.records.faces(person.user_id)), None)
    if face is None:  # whose photos are being looked at still
        raise NotFound(texts.NO_PHOTO_OF.format(name=person.name))
    return face


def _whose_name(asked: Asked, person: Person, name: str, task: namesake_views.Task) -> Message | None:
    """The question whether a person outside Slack is a member whose name that is; None where it is nobody's."""
    if person.member is not None:
        return None
    members = asked.visitors.called(name)
    unsettled = asked.workspace.namesakes.unsettled(person, [member.id for member in members])
    members = [member for member in members if member.id in unsettled]
    return namesake_views.question(name, members, task, user=asked.user) if members else None


def _forget(asked: Asked) -> Message:
    workspace = asked.workspace
    if whom.is_oneself(asked.rest) and workspace.records.find_member(asked.user) is None:
        return consent.forget_oneself(asked.desk, asked.slack, asked.user)
    person = whom.named(asked, "forget alice")
    asked.workspace.roles.require_manager(asked.actor, person)
    return views.confirm_forget(person)


def _export(asked: Asked) -> Message:
    workspace = asked.workspace
    if whom.is_oneself(asked.rest):
        person = workspace.records.find_member(asked.user)
        data = workspace.export.oneself(asked.user)
    else:
        person = whom.named(asked, "export me")
        data = workspace.export.of(person, actor=asked.actor)
    exports.hand_over(asked.desk, asked.slack, asked.user, data, about=person.user_id if person else None)
    return views.exported()


def _undo(asked: Asked) -> Message:
    actor, changes = asked.actor, asked.workspace.changes
    undone = changes.undo(changes.latest(actor).id, actor=actor)
    _forget_left_out(asked.desk, undone)
    thumbnails.sweep(asked.slack, asked.workspace)
    return change_views.undone(undone)


SUBCOMMANDS = {
    "people": Subcommand(texts.HELP_PEOPLE, "people ali", texts.DOES_PEOPLE, _people),
    "show": Subcommand(texts.HELP_PEOPLE, "show alice", texts.DOES_SHOW, _show),
    "rename": Subcommand(texts.HELP_PEOPLE, "rename alice → Alicia", texts.DOES_RENAME, _rename),
    "merge": Subcommand(texts.HELP_PEOPLE, "merge alice ally", texts.DOES_MERGE, _merge),
    "forget": Subcommand(texts.HELP_PEOPLE, "forget alice", texts.DOES_FORGET, _forget),
    "export": Subcommand(texts.HELP_PEOPLE, "export me", texts.DOES_EXPORT, _export),
    "undo": Subcommand(texts.HELP_PEOPLE, "undo", texts.DOES_UNDO, _undo, alone=True),
}
