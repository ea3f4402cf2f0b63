"""Whether AWS allows every operation that the bot calls, each tried so that it changes nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bot import app, iam
from bot.doctor.patient import Patient, Unwell
from services.collection import rekognition

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

_NOTHING = str(uuid.UUID(int=0))  # the identifier of no face


def permissions(patient: Patient) -> str:
    denied: list[str] = []
    with app.open_rekognition(patient.settings) as faces:
        for operation, arguments in _harmless(patient.settings.collection):
            with _permitted(denied, operation):
                _call(faces.client, operation, arguments)
    if denied:
        raise Unwell(f"Not allowed: {', '.join(denied)}.", "Attach the policy that `./facesearch iam-policy` prints.")
    return f"All {len(iam.ON_COLLECTIONS) + len(iam.ON_IMAGES)} operations are allowed."


def _harmless(collection: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation in a form that changes nothing: about a collection that is not there, or no picture."""
    nowhere, picture = {"CollectionId": f"{collection}-{_NOTHING}"}, {"Image": {"Bytes": b"no picture"}}
    face, faces, user = {"FaceId": _NOTHING}, {"FaceIds": [_NOTHING]}, {"UserId": _NOTHING}
    arguments: dict[str, dict[str, Any]] = {
        "AssociateFaces": user | faces,
        "CreateUser": user,
        "DeleteFaces": faces,
        "DeleteUser": user,
        "DisassociateFaces": user | faces,
        "IndexFaces": picture,
        "SearchFaces": face,
        "SearchFacesByImage": picture,
        "SearchUsers": face,
        "SearchUsersByImage": picture,
    }
    yield "DetectFaces", picture
    # First the collection is created, then everything is refused or done there, and last it is deleted.
    last = "CreateCollection", "DeleteCollection"
    yield last[0], nowhere
    for operation in iam.ON_COLLECTIONS:
        if operation not in last:
            yield operation, nowhere | arguments.get(operation, {})
    yield last[1], nowhere


@contextmanager
def _permitted(denied: list[str], operation: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "AccessDeniedException":
            denied.append(operation)
        elif code in rekognition.CREDENTIALS_REFUSED:
            raise


def _call(client: RekognitionClient, operation: str, arguments: dict[str, Any]) -> None:
    client._make_api_call(operation, arguments)  # type: ignore[attr-defined]  # what every method of it does
