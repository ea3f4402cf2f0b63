"""Which photos somebody is in: asking for them, keeping an album, sharing it, and being told of new ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from handlers import album, home, lookback
from handlers.album import Question
from handlers.desk import Desk
from handlers.facesearch import places, typed, whom
from handlers.facesearch.table import Asked, Subcommand
from handlers.people import person_of
from handlers.slack import Message, Place, Slack, mentions, reply, thumbnails
from handlers.views import album as views
from handlers.views import lookback as lookback_views
from services import names, texts
from services.album import Wish, read_wish
from services.errors import Forbidden, NotFound, Refusal
from services.people import Actor
from services.records import EVERYONE, Person

_EVERYWHERE = {"everywhere", "all"}
_OFF, _SHARE, _NOBODY = "off", "share", "nobody"


def register(app: App, desk: Desk) -> None:
    _register_home(app, desk)
    _register_pages(app, desk)
    _register_telling(app, desk)

    @app.action(views.KEEP_AND_LOOK_BACK)
    def keep_all(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        user = body["user"]["id"]
        keep(body, client, respond, _oneself(desk, user))
        lookback.submit(desk, user, desk.visitors.channels_of() & desk.visitors.channels_of(user))

    def keep(body: Mapping[str, Any], client: WebClient, respond: Respond, person: Person) -> None:
        actor = desk.actor(body["user"]["id"])
        desk.workspace.album.keep(person, actor=actor)
        said = views.kept(person, oneself=person.member == actor.id)
        reply(desk.workspace, client, respond, body).say(said, replace=True)

    @app.action(views.OFFER)
    def offer(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        person = _oneself(desk, body["user"]["id"])
        if desk.workspace.album.of(person) is not None:
            raise Refusal(texts.ALBUM_KEPT_ALREADY)
        reply(desk.workspace, client, respond, body).say(views.offer(desk.workspace.retention.days))

    @app.action(views.KEEP)
    def keep_mine(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        keep(body, client, respond, _oneself(desk, body["user"]["id"]))

    @app.action(views.KEEP_RELEASED)
    def keep_released(
        ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond
    ) -> None:
        ack()
        keep(body, client, respond, person_of(desk.workspace, action["value"]))


def _register_home(app: App, desk: Desk) -> None:
    """The Home's section: each click does it, and shows the Home as it is then."""
    albums = desk.workspace.album

    def at_home(action_id: str, do: Callable[[Person, Actor, bool], object]) -> None:
        def clicked(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient) -> None:
            ack()
            user = body["user"]["id"]
            do(_oneself(desk, user), desk.actor(user), action["value"] == views.ON)
            home.publish(desk, client, user)

        app.action(action_id)(clicked)

    def look_back(actor: Actor) -> None:
        lookback.submit(desk, actor.id, desk.visitors.channels_of() & desk.visitors.channels_of(actor.id))

    def keep_all(person: Person, actor: Actor, _on: bool) -> None:
        albums.keep(person, actor=actor)
        look_back(actor)

    def end(person: Person, actor: Actor, _on: bool) -> None:
        albums.end(person, actor=actor)
        thumbnails.sweep(desk.slack(), desk.workspace)

    at_home(views.HOME_KEEP, lambda person, actor, _: albums.keep(person, actor=actor))
    at_home(views.HOME_KEEP_ALL, keep_all)
    at_home(views.HOME_LOOK_BACK, lambda _person, actor, _on: look_back(actor))
    at_home(views.HOME_SHARE, lambda person, actor, on: albums.share(person, {EVERYONE} if on else (), actor=actor))
    at_home(views.HOME_TELL, lambda person, actor, on: albums.tell(person, on=on, actor=actor))
    at_home(views.END, end)


def _register_pages(app: App, desk: Desk) -> None:
    @app.action(views.PREVIOUS)
    @app.action(views.MORE)
    def turn(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        question = Question.unpack(action["value"])
        page = album.answer(desk, Slack(client), desk.actor(body["user"]["id"]), question)
        reply(desk.workspace, client, respond, body).say(page, replace=True)

    @app.action(views.DOWNLOAD)
    def download(ack: Ack, body: dict[str, Any], action: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        user, place = body["user"]["id"], Place(body["channel"]["id"], (body.get("container") or {}).get("thread_ts"))
        album.download(desk, user, Question.unpack(action["value"]), place=place, clicked=action["action_ts"])
        reply(desk.workspace, client, respond, body).say(views.download_begins())


def _register_telling(app: App, desk: Desk) -> None:
    @app.action(views.STOP_TELLING)
    def stop(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        user = body["user"]["id"]
        desk.workspace.album.tell(_oneself(desk, user), on=False, actor=desk.actor(user))
        reply(desk.workspace, client, respond, body).say(views.told(on=False, may_use=desk.may_use(user)))

    @app.action(views.SHOW)
    def show(ack: Ack, body: dict[str, Any], client: WebClient, respond: Respond) -> None:
        ack()
        user = body["user"]["id"]
        question = Question((_oneself(desk, user).user_id,))
        reply(desk.workspace, client, respond, body).say(album.answer(desk, Slack(client), desk.actor(user), question))


def _photos(asked: Asked) -> Message:
    word, _, rest = asked.rest.partition(" ")
    if word.lower() == _OFF:
        return _end(asked, rest.strip())
    if word.lower() == _SHARE:
        return _share(asked, rest.strip())
    wish = read_wish(asked.rest, asked.visitors.member(asked.user).clock(datetime.now(UTC)))
    people = [_named(asked, name) for name in wish.names] or [_oneself(asked.desk, asked.user)]
    if len(people) == 1 and (offered := _offer(asked, people[0])):
        return offered
    return album.answer(asked.desk, asked.slack, asked.actor, _question(asked, wish, people))


def _question(asked: Asked, wish: Wish, people: list[Person]) -> Question:
    return Question(
        tuple(dict.fromkeys(person.user_id for person in people)),
        places.id_of(asked, wish.channel) if wish.channel else "",
        _ts(wish.since),
        _ts(wish.before),
        wish.latest or 0,
    )


def _offer(asked: Asked, person: Person) -> Message | None:
    """What would be kept, where nothing is and it is theirs to say so."""
    workspace = asked.workspace
    if workspace.album.of(person) is not None or not workspace.album.owns(asked.actor, person):
        return None
    days = workspace.retention.days
    return views.offer(days) if person.member else views.offer_of(person, days)


def _end(asked: Asked, name: str) -> Message:
    person = _named(asked, name) if name else _oneself(asked.desk, asked.user)
    photos = asked.workspace.album.end(person, actor=asked.actor)
    thumbnails.sweep(asked.slack, asked.workspace)
    return views.ended(person, photos, oneself=person.member == asked.user)


def _share(asked: Asked, with_whom: str) -> Message:
    """Everyone, nobody, or one member more. Without any word it says who may look now."""
    person = _oneself(asked.desk, asked.user)
    kept = asked.workspace.album.of(person)
    if kept is None:
        raise NotFound(texts.NO_ALBUM)
    if with_whom:
        readers = _readers(asked, with_whom, kept.readers)
        asked.workspace.album.share(person, readers, actor=asked.actor)
    return views.shared(asked.workspace.album.of(person) or kept)


def _readers(asked: Asked, with_whom: str, before: frozenset[str]) -> frozenset[str]:
    if mentioned := mentions(with_whom):
        if any(asked.visitors.member(each).is_bot for each in mentioned):
            raise Refusal(texts.NO_BOT_READS)
        return (before - {EVERYONE}) | mentioned
    if with_whom.lower() in {EVERYONE, _NOBODY}:
        return frozenset({EVERYONE} if with_whom.lower() == EVERYONE else ())
    raise Refusal(texts.SHARE_WITH_WHOM)


def _look_back(asked: Asked) -> Message:
    """Over this channel, the one that is named, or everywhere: for admins all, for others what they are in."""
    desk, admin = asked.desk, asked.workspace.roles.is_admin(asked.actor)
    person = asked.workspace.records.find_member(asked.user)
    if not admin and (person is None or asked.workspace.album.of(person) is None):
        raise NotFound(texts.NO_ALBUM)
    allowed = asked.visitors.channels_of()
    if not admin:
        allowed &= asked.visitors.channels_of(asked.user)
    if asked.rest.lower() in _EVERYWHERE:
        channels = allowed
    else:
        channels = allowed & {places.id_of(asked, asked.rest) if asked.rest else asked.channel}
    if not channels:
        raise Forbidden(texts.NOT_IN_THAT_CHANNEL)
    return lookback_views.begun(now=lookback.submit(desk, asked.user, channels))


def _tell(asked: Asked) -> Message:
    word = asked.rest.lower().removeprefix("me").strip()
    if word not in {"on", "off"}:
        raise Refusal(texts.TELL_ON_OR_OFF)
    person = _oneself(asked.desk, asked.user)
    asked.workspace.album.tell(person, on=word == "on", actor=asked.actor)
    return views.told(on=word == "on", may_use=asked.desk.may_use(asked.user))


def _oneself(desk: Desk, user: str) -> Person:
    """Raises `NotFound` for whom nobody has enrolled."""
    person = desk.workspace.records.find_member(user)
    if person is None:
        raise NotFound(texts.YOU_ARE_NOT_ENROLLED if desk.may_use(user) else texts.YOU_ARE_UNKNOWN)
    return person


def _named(asked: Asked, name: str) -> Person:
    person = whom.find(asked, typed.name(name))
    if person is None and names.key(name) == names.ONESELF:
        raise NotFound(texts.YOU_ARE_NOT_ENROLLED)
    return person or whom.nobody(asked, name, "photos alice")


def _ts(moment: datetime | None) -> str:
    """A moment as Slack writes them."""
    return f"{int(moment.timestamp())}.000000" if moment else ""


SUBCOMMANDS = {
    "photos": Subcommand(texts.HELP_PHOTOS, "photos me and alice since monday", texts.DOES_PHOTOS, _photos),
    "lookback": Subcommand(texts.HELP_PHOTOS, "lookback", texts.DOES_LOOKBACK, _look_back),
    "tell": Subcommand(texts.HELP_PHOTOS, "tell me on", texts.DOES_TELL, _tell),
}
