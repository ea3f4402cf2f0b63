"""A workspace's services on the real engine, for tests."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

import engine
from engine.objects import Objects
from engine.operations import Context
from engine.pagination import Paginator
from engine.store import Mirror, Questions, Store, Versions
from engine.vision import CALIBRATION_VERSION, Vision, scale_of
from services.collection import OwnEngine, rekognition
from services.collection.photostore import FolderPhotoStore
from services.collection.rekognition import Rekognition
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import RELEASE_VERSION, Policy
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor
from services.preferences import Tuning
from services.records import Database, sqlite_url
from services.search import Mode, Strategy
from services.workspace import Workspace, Workspaces

SOMEONE = Actor("U1")
RELEASED = frozenset({RELEASE_VERSION})  # what is stated of whoever is outside Slack

Open = Callable[..., AbstractContextManager["House"]]
OpenEngine = Callable[[OwnEngine], AbstractContextManager[Rekognition]]


@dataclass(frozen=True, slots=True)
class House:
    """The services of one workspace, and what lies under them."""

    workspace: Workspace
    rekognition: Rekognition
    photos: FolderPhotoStore
    workspaces: Workspaces

    def enroll(self, name: str, *photos: GivenPhoto, largest: bool = False) -> list[str]:
        """The fates of the photos."""
        request = Request(name, SOMEONE, largest=largest, stated=RELEASED)
        return [outcome.fate.value for outcome in self.workspace.enrolment.enroll(request, photos).outcomes]

    def face_ids(self) -> set[str]:
        return {face.face_id for face in self.workspace.collection.faces()}


@contextmanager
def engine_with(vision: Vision, own: OwnEngine) -> Iterator[Rekognition]:
    """The embedded Rekognition with eyes that others share, or that see something else."""
    scale, versions = scale_of(vision.version), Versions(vision.version, CALIBRATION_VERSION)
    store = Store.open(own.folder, versions, scale.cohort)
    pages = Paginator(store.secret)
    context = Context(store, Mirror(own.memory), vision, scale, Objects(None), pages, Questions())
    with engine.Engine(context) as opened, ThreadPoolExecutor(1) as pool:
        client = engine.connect(opened)
        yield Rekognition(lambda: client, "embedded", pool)


@contextmanager
def open_house(
    folder: Path,
    strategy: Strategy,
    consent: Policy = Policy.MEMBER,
    *,
    open_engine: OpenEngine = rekognition.embedded,
) -> Iterator[House]:
    database = records_in(folder)
    photos = FolderPhotoStore(folder / "photos")
    with open_engine(OwnEngine(folder / "engine")) as faces:
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


def records_in(folder: Path) -> Database:
    """The database of records in a folder. A new one is a copy: its tables are made once, not for every test."""
    path = folder / "records.sqlite"
    if not path.exists():
        path.write_bytes(_tables())
    return Database(sqlite_url(path))


@cache
def _tables() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "records.sqlite"
        database = Database(sqlite_url(path))
        database.empty_log()
        database.close()
        return path.read_bytes()


def jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
