"""Files of the bot's own that show people: Slack needs them to show them, and loses them when what they show goes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from PIL import Image

from handlers.slack.outgoing import Picture
from handlers.slack.slack import Slack
from handlers.slack.values import Place
from services import texts
from services.records import EnrolledFace
from services.workspace import Workspace

_SIDE = 256  # px
_NEVER = datetime.min.replace(tzinfo=UTC)


def shown(slack: Slack, workspace: Workspace, faces: Sequence[EnrolledFace]) -> dict[str, str]:
    """`face_id` to the id of a file that blocks can show; nobody sees it but in them."""
    known = workspace.records.thumbnails
    files = known.of([face.face_id for face in faces])
    for face_id, file_id in list(files.items()):
        if not slack.files.has(file_id):  # Slack would refuse all of a message that shows it
            known.remove(file_id)
            del files[face_id]
    new = [face for face in faces if face.face_id not in files]
    for face in new:
        picture = _small(workspace.collection.photos.get(face.photo))
        files[face.face_id] = slack.uploads.keep(picture, name="photo.jpg", alt=texts.ENROLMENT_PHOTO)
        known.add(face.face_id, files[face.face_id])
    for face in new:  # once all are uploaded, so that Slack looks at them at the same time
        slack.uploads.wait_until_shown(files[face.face_id], place=None)
    return files


def aside(slack: Slack, workspace: Workspace, user: str, pictures: Sequence[Picture]) -> str:
    """Share copies in the direct messages of somebody, where Slack does not show the pictures; a sentence says so."""
    sentence, copies = slack.uploads.share_aside(Place("", only=user), pictures)
    note_copies(workspace, copies)
    return sentence


def note_copies(workspace: Workspace, copies: Mapping[str, str]) -> None:
    """See that copies go with the photos, or with the sheet; they are given by the file that each is of."""
    known = workspace.records.thumbnails
    for file_id, copy in copies.items():
        face_id = known.face(file_id)
        if face_id is not None:
            known.add(face_id, copy)
        else:
            workspace.records.sheets.copy(file_id, copy)


def sweep(slack: Slack, workspace: Workspace, *, exports: datetime = _NEVER) -> None:
    """Delete those of photos that are enrolled no more, exports about who is erased, and sheets that show what is gone.

    Of exports and sheets also those that were handed out before then. What Slack does not let be deleted now is tried
    again.
    """
    records = workspace.records
    for sheet in records.sheets.over(exports):
        if slack.uploads.discard(sheet):
            records.sheets.remove(sheet)
    for file_id in records.thumbnails.orphans():
        if slack.uploads.discard(file_id):
            records.thumbnails.remove(file_id)
    for file_id in records.exports.over(exports):
        if slack.uploads.discard(file_id):
            records.exports.remove(file_id)


def _small(photo: bytes) -> bytes:
    with Image.open(io.BytesIO(photo)) as picture:
        picture.thumbnail((_SIDE, _SIDE))
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
