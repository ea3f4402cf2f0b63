"""A workspace's services on the real engine, for tests."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from services.collection import Embedding, rekognition
from services.collection.photostore import FolderPhotoStore
from services.collection.rekognition import Rekognition
from services.people.consent import Policy
from services.people.enrolment import Request
from services.people.portraits import GivenPhoto
from services.people.roles import Actor
from services.preferences import Tuning
from services.records import Database, sqlite_url
from services.search import Mode, Strategy
from services.workspace import Workspace, Workspaces

SOMEONE = Actor("U1")


@dataclass(frozen=True, slots=True)
class House:
    """The services of one workspace, and what lies under them."""

    workspace: Workspace
    rekognition: Rekognition
    photos: FolderPhotoStore
    workspaces: Workspaces

    def enroll(self, name: str, *photos: GivenPhoto, largest: bool = False) -> list[str]:
        """The fates of the photos."""
        request = Request(name, SOMEONE, largest=largest)
        return [outcome.fate.value for outcome in self.workspace.enrolment.enroll(request, photos).outcomes]

    def face_ids(self) -> set[str]:
        return {face.face_id for face in self.workspace.collection.faces()}


@contextmanager
def open_house(
    folder: Path, strategy: Strategy, consent: Policy = Policy.MEMBER, *, rebuilding: bool = False
) -> Iterator[House]:
    database = Database(sqlite_url(folder / "records.sqlite"))
    photos = FolderPhotoStore(folder / "photos")
    open_engine = rekognition.rebuilding if rebuilding else rekognition.embedded
    with open_engine(Embedding(folder / "engine")) as faces:
        workspaces = Workspaces(
            database=database,
            rekognition=faces,
            photos=photos,
            collection="facesearch",
            strategy=strategy,
            defaults=Tuning(99, Mode.USERS),
            consent=consent,
        )
        yield House(workspaces.open(), faces, photos, workspaces)
    database.close()


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
