"""A workspace's services on the real engine, for tests."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from services import rekognition
from services.enrolment import GivenPhoto, Request
from services.photostore import FolderPhotoStore
from services.preferences import Tuning
from services.records import Database, sqlite_url
from services.rekognition import Rekognition
from services.search import Mode, Strategy
from services.workspace import Workspace, Workspaces

STATEMENT = "release-1"


@dataclass(frozen=True, slots=True)
class House:
    """The services of one workspace, and what lies under them."""

    workspace: Workspace
    rekognition: Rekognition
    photos: FolderPhotoStore
    workspaces: Workspaces

    def enroll(self, name: str, *photos: GivenPhoto, largest: bool = False) -> list[str]:
        """The fates of the photos."""
        request = Request(name, "U1", STATEMENT, largest=largest)
        return [outcome.fate.value for outcome in self.workspace.enrolment.enroll(request, photos).outcomes]

    def face_ids(self) -> set[str]:
        return {face_id for face_id, _ in self.workspace.collection.faces()}


@contextmanager
def open_house(folder: Path, strategy: Strategy) -> Iterator[House]:
    database = Database(sqlite_url(folder / "records.sqlite"))
    photos = FolderPhotoStore(folder / "photos")
    with rekognition.embedded(folder / "engine") as faces:
        workspaces = Workspaces(
            database=database,
            rekognition=faces,
            photos=photos,
            collection="facesearch",
            strategy=strategy,
            defaults=Tuning(99, Mode.USERS),
        )
        yield House(workspaces.open(), faces, photos, workspaces)
    database.close()


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
