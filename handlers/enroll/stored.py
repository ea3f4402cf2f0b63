"""The job of an enrolment as it is stored: by a message, or again once a question that it waited for is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from handlers.desk import Desk
from handlers.photos import Attached, attached
from handlers.slack import Place, Posted, SlackFile
from handlers.views.enroll import Statement, Whom
from services.jobs import Payload
from services.pictures import Box
from services.records import Source

JOB = "enroll"
_LONGEST_FILE_NAME = 40  # characters: what waits for an answer travels with its buttons


def submit_message(desk: Desk, posted: Posted, files: Sequence[SlackFile], whom: str) -> None:
    """Store the job of a message that enrols the person in its photos."""
    payload = {
        "said": whom,
        "ts": posted.ts,
        "user": posted.user,
        "place": [posted.channel, posted.thread, None],
        **attached.pack(files),
    }
    desk.submit(JOB, f"{posted.channel}-{posted.ts}", payload, channel=posted.channel)


def submit_reply(desk: Desk, posted: Posted, files: Sequence[SlackFile]) -> bool:
    """Store the job of a reply with more photos, where its author has enrolled somebody in its thread; if it is one."""
    channel, records = posted.channel, desk.workspace.records
    photos = [file for file in files if file.may_be_picture]
    enrolled = records.threads.person(channel, posted.thread, actor=posted.user) if posted.is_reply else None
    person = records.people_by_id([enrolled]).get(enrolled) if enrolled and photos else None
    if person is None:
        return False
    payload = {
        **about(Whom(person.name, person.member, channel), posted.user),
        "ts": posted.ts,
        "place": [channel, posted.thread, None],
        **attached.pack(files),
    }
    desk.submit(JOB, f"{channel}-{posted.ts}", payload, channel=channel)
    return True


def resume(desk: Desk, payload: Payload, *, key: str, user: str, whom: Whom | None, others: Sequence[str]) -> None:
    """Store the job of an enrolment again, now that it is known whose the name is: `whom`, or none of the `others`."""
    rest = {name: value for name, value in payload.items() if name not in {"said", "person"}}
    about: dict[str, Any] = {"whom": whom.pack()} if whom else {"namesakes": list(others)}
    if whom is not None:  # no form has told them what they agree to, if it is themselves
        about["unstated"] = True
    desk.submit(JOB, key, {**rest, **about, "user": user}, channel=payload["place"][0])


def submit_stated(desk: Desk, stated: Statement, *, user: str, question: str) -> None:
    """Store the job of an enrolment again, now that `user` has stated that the person agreed.

    A question may have been put twice, but its message enrols once; `question` is the `ts` of it, for what is none.
    """
    payload = stated.payload
    channel = payload["place"][0]
    key = f"{channel}-{payload.get('ts') or question}-{stated.version}"
    desk.submit(JOB, key, {**payload, "stated": stated.version, "user": user}, channel=channel)


def about(whom: Whom, user: str) -> dict[str, Any]:
    return {"whom": whom.pack(), "user": user}


def waiting(payload: Payload, whom: Whom, found: Attached) -> dict[str, Any]:
    """The job of an enrolment as it waits in a button: its files have been settled, and others been spoken of."""
    photos = [[file_id, name[:_LONGEST_FILE_NAME]] for file_id, name in found.photos]
    return {**payload, "whom": whom.pack(), "files": photos, "unsettled": [], "others": []}


def boxes(payload: Payload) -> list[Box | None]:
    """Where in the photos the face is that is meant; nothing where they are looked at whole."""
    at = [payload["at"]] if "at" in payload else payload.get("boxes", ())  # the one is an older release's
    return [Box(*box) for box in at]


def place(desk: Desk, payload: Payload) -> Place:
    """Where the answer goes, and with which photo: its message's, or that of which one face is meant."""
    channel, thread, only = payload["place"]
    files = [file_id for file_id, *_ in payload["files"]]
    if "ts" in payload:
        about = Source(channel, payload["ts"])
    elif boxes(payload) or "face" in payload:
        about = desk.workspace.records.answers.source_in(channel, files[0])
        about = about if len(set(files)) == 1 else replace(about, file_id="")
    else:
        return Place(channel, thread, only)
    return Place(channel, thread, only, about)
