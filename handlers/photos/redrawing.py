"""The answer to a photo once more, in its place, after somebody was named or corrected.

What it takes to answer once more is kept with what stands: of a photo the file, of the search its mode and threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from handlers import album, errors
from handlers.desk import Desk
from handlers.photos import drawn, gathering, kept
from handlers.photos.kept import Listed, move
from handlers.slack import Gone, Place, Said, Slack, replies
from handlers.views.photos import strangers
from services.jobs import Part, Payload, Step
from services.records import Answers, Source, Standing
from services.search import Identification

JOB = "redraw"
_TRIES = 3  # while others correct the same answer


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What a photo shows now, and whether Slack let the picture before go."""

    found: Identification
    hidden: bool


def register(desk: Desk) -> None:
    desk.register(JOB, errors.told(desk, _redraw))


def submit(desk: Desk, key: str, channel: str, ts: str, *, user: str, forgiven: str | None = None) -> None:
    """Store the job that answers a message's photos once more; nobody is `forgiven`'s denial any longer."""
    payload = {"channel": channel, "ts": ts, "user": user, "forgiven": forgiven}
    desk.submit(JOB, key, payload, channel=channel)


def keep_denial(desk: Desk, photo: Source, number: int, user_id: str) -> None:
    """Keep that a face of a photo is not somebody's, for as long as there is the photo."""
    records = desk.workspace.records
    records.denials.add(photo, number, user_id)
    if records.answers.is_gone(photo):  # meanwhile
        records.denials.remove(photo)


def deny(desk: Desk, listed: Listed, number: int, user_id: str) -> Listed:
    """Keep that a face of a list is not somebody's; the list as it is to be, with what others have said of it."""
    records, about = desk.workspace.records, listed.place.about
    if about is not None and about.file_id:
        keep_denial(desk, about, number, user_id)
    with records.alone():
        now = _as_it_is(records.answers, listed)
        denied = replace(now, answered=now.answered.denying(number, user_id))
        records.answers.note(denied.place.channel, denied.ts, denied.how)
    return denied


def redraw(desk: Desk, step: Step, listed: Listed, *, user: str) -> Redrawn:
    """The steps that search a photo once more and put what is found in the place of the answer.

    If somebody corrects it meanwhile it is done again, so that the last one to write has seen all. Raises `Gone` where
    the photo is deleted.
    """
    for number in range(1, _TRIES + 1):
        redrawn = _redrawn(desk, Part(step, f"{listed.ts}, {number}"), listed, user)
        now = step(f"{listed.ts}, {number}: kept", partial(_as_it_is, desk.workspace.records.answers, listed))
        if now.answered.denied == listed.answered.denied:
            break
        listed = now
    return redrawn


def redraw_all(desk: Desk, step: Step, about: Source, *, user: str, besides: str = "") -> None:
    """The steps that answer all photos of a message once more, since somebody in them may be known now.

    `besides` is the list that has been made anew already, about one or many. Questions about whom is known now are
    taken back. What stands where others have come to read it, or in a channel that is excluded, stays as it is.
    """
    found = step("what stands", lambda: _open_about(desk, about))
    known: set[tuple[str, int]] = set()
    for each in found:
        if each.posted == besides or not kept.is_list(each):
            continue
        try:
            redrawn = redraw(desk, step, Listed.of(each), user=user)
        except Gone:
            continue  # the answer goes with the photo
        known |= {(each.source.file_id, face.number) for face in redrawn.found.sightings if face.match}
    known |= gather_all(desk, step, about, user=user, besides=besides)
    settled = [each for each in found if kept.is_question(each) and known & _asked_about(each)]
    replies.withdraw(step, desk.slack(), settled)


def gather_all(desk: Desk, step: Step, about: Source, *, user: str, besides: str = "") -> set[tuple[str, int]]:
    """The steps that make once more the lists about many photos that have some of a message, `besides` one.

    Which faces of which files have a name now.
    """
    known: set[tuple[str, int]] = set()
    for many in step("of many", lambda: _gathered(desk.workspace.records.answers, about)):
        if many.posted != besides:
            known |= gathering.named_in(gathering.gather_again(desk, step, many.channel, many.posted, user=user))
    return known


def _open_about(desk: Desk, about: Source) -> list[Standing]:
    """What stands about a message's photos and may be made anew."""
    found = desk.workspace.records.answers.about(about.channel, about.ts)
    return [each for each in found if each.how and not desk.is_closed(Place(each.channel, about=each.source))]


def _gathered(answers: Answers, about: Source) -> list[Standing]:
    """The lists about many photos that stand about a message, or have its photos among theirs."""
    own = [each for each in answers.about(about.channel, about.ts) if kept.is_gathered(each)]
    others = kept.gathered_with(answers, Source(about.channel, about.ts))
    return [*own, *(each for each in others if each not in own)]


def _asked_about(question: Standing) -> set[tuple[str, int]]:
    faces = strangers.unpack(kept.asked_in(question))
    return {(shown.file_id, shown.face.number) for shown in faces}


def _redraw(desk: Desk, payload: Payload, step: Step) -> None:
    """The job: answer all photos of a message once more, unless others have come to read that."""
    about = Source(payload["channel"], payload["ts"])
    if desk.is_closed(Place(about.channel)):
        return
    if payload["forgiven"]:
        step("forgive", lambda: _forgive(desk, about, payload["forgiven"]))
    redraw_all(desk, step, about, user=payload["user"])


def _forgive(desk: Desk, about: Source, user_id: str) -> None:
    """What was said of somebody is taken back: no face of the message is denied them any longer."""
    records = desk.workspace.records
    records.denials.forgive(about.channel, about.ts, user_id)
    with records.alone():
        for each in records.answers.about(about.channel, about.ts):
            if kept.is_list(each):
                before = Listed.of(each)
                forgiven = replace(before, answered=before.answered.forgiving(user_id))
                records.answers.note(each.channel, each.posted, forgiven.how)


def _as_it_is(answers: Answers, listed: Listed) -> Listed:
    """The list as it is kept, or as it was given where nothing is kept of it."""
    standing = answers.whole(listed.place.channel, listed.ts)
    return Listed.of(standing) if standing and standing.how else listed


def _redrawn(desk: Desk, step: Step, listed: Listed, user: str) -> Redrawn:
    slack, workspace, answered, place = desk.slack(), desk.workspace, listed.answered, listed.place

    def look() -> Identification:
        denied = kept.denied(workspace.records, place.about, answered)
        data = slack.files.fetch(answered.file_id)
        with step.turn():
            return workspace.search.identify(
                workspace.search.opened(data),
                mode=answered.mode,
                threshold=answered.threshold,
                denied=denied,
            )

    def made() -> bytes:
        opened = workspace.search.opened(slack.files.fetch(answered.file_id), closely=False)
        return drawn.draw(opened, workspace.search.as_known(found))

    found = workspace.search.as_known(step("look", look))
    step("note", lambda: workspace.search.note(found, actor=user, channel=place.channel))
    if place.about is not None:
        album.take_in(desk, step, place.about, found, poster=answered.poster)
    unseen = replace(place, only=user)  # a file's bytes cannot be replaced, so the list itself shows a new one
    picture, problem = drawn.show(step, "show", slack, unseen, made, found)
    found = workspace.search.as_known(found)
    now = replace(answered, picture=picture)
    message = drawn.answer(desk, step, found, now, place, problem, inside=bool(picture))
    try:
        said, shared = replies.put(step, slack, place, listed.ts, message, user=user)
    except Gone:  # what nobody has seen goes with the photo as well
        _hide(step, slack, place, [picture] if picture else [])
        raise
    shown = shared[0] if shared else picture
    step("kept", lambda: _keep(desk, listed, said, shown))
    before = [answered.picture] if answered.picture else []
    return Redrawn(found, hidden=_hide(step, slack, place, [*before, *({picture} - {shown, ""})]))


def _keep(desk: Desk, listed: Listed, said: Said, picture: str) -> None:
    """Record where the list stands now and which picture goes with it, beside what others have said of it."""
    records, slack, place = desk.workspace.records, desk.slack(), listed.place
    with records.alone():
        now = _as_it_is(records.answers, listed)
        kept = replace(now, answered=replace(now.answered, picture=picture))
        if said.ts != listed.ts:
            move(records.answers, slack, place, listed.ts, said)
        records.answers.note(said.place.channel, said.ts, kept.how)
    if picture:
        slack.stand_by(place, picture)


def _hide(step: Step, slack: Slack, place: Place, pictures: Sequence[str]) -> bool:
    """The steps that take pictures out of Slack that are no longer shown; whether it let all of them go."""
    about = place.about or Source("", "")
    return replies.withdraw(step, slack, [Standing(place.channel, each, about) for each in pictures])
