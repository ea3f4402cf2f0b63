"""Faces: are the models what they should be, and do the collections have everybody?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import app
from bot.doctor.patient import Patient, Unwell, some
from bot.settings import Settings
from engine import damaged, stored_model, weights
from services.collection import Collection, Rekognition
from services.people import lookalikes
from services.preferences import Preferences
from services.records import Database, Records
from services.workspace import HOME, collection_of

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

_MOST_ALIKE = 5  # pairs of people who are named


def models(patient: Patient) -> str:
    settings = patient.settings
    stored = stored_model(app.own_engine(settings).present())
    chosen = weights.choose(settings.models, stored, settings.face_models_dir)
    names = "YuNet, SFace and Intel's" if chosen.second else "YuNet and SFace"
    here = f"{names} are in {chosen.detector.parent}, and are what they should be."
    if chosen.second or settings.models == "sface":
        return here
    get = f".venv/bin/python -m engine fetch --all --models-dir {chosen.detector.parent}"
    return f"{here} {_SECOND} `{get}` gets it, and `./facesearch reindex` moves the store to it."


_SECOND = (
    "With Intel's face-reidentification-retail-0095 beside SFace, 96.9 instead of 95.9 % of people are found by one "
    "photo, where one stranger's photo in 1,000 gets a name."
)
"""Measured on people of LFW that nothing was fitted on: docs/accuracy.md."""


def collection(patient: Patient) -> str:
    settings = patient.settings
    with app.open_database(settings) as database, app.open_rekognition(settings) as faces:
        counts = [_counted(faces.client, database, each, settings) for each in database.workspaces() or [HOME]]
    short = [
        f"{name} has {there} faces; {enrolled} are enrolled." for name, there, enrolled in counts if there < enrolled
    ]
    if short:
        raise Unwell(" ".join(short), "Rebuild it: `./facesearch reindex`.")
    if len(counts) > 1:
        return f"{len(counts)} collections have {sum(there for _, there, _ in counts)} faces; none lacks any."
    ((name, there, enrolled),) = counts
    return f"{name} has {there} faces; {enrolled} are enrolled."


def vectors(patient: Patient) -> str:
    wrong = damaged(app.own_engine(patient.settings).present())
    if wrong:
        raise Unwell(f"Damaged, and so not searched: {some(wrong)}.", "Rebuild them: `./facesearch reindex`.")
    return "All are as they were written."


def resembling(patient: Patient) -> str:
    """Who may be taken for whom. That is nothing that is broken, so all is well all the same."""
    settings = patient.settings
    with app.open_database(settings) as database, app.open_rekognition(settings) as faces:
        alike = [pair for each in database.workspaces() or [HOME] for pair in _alike(faces, database, each, settings)]
    if not alike:
        return "Nobody resembles anybody too much to be told apart."
    named = [f"{pair.one.name} and {pair.other.name} resemble each other." for pair in alike[:_MOST_ALIKE]]
    more = [f"And {len(alike) - _MOST_ALIKE:,} more pairs."] if len(alike) > _MOST_ALIKE else []
    return " ".join([*named, *more, "More photos of both help to tell them apart."])


def _alike(faces: Rekognition, database: Database, workspace: str, settings: Settings) -> tuple[lookalikes.Pair, ...]:
    records = Records(database, workspace)
    preferences = Preferences(records, app.defaults(settings), calibrated=faces.is_calibrated)
    name = collection_of(workspace, settings.collection)
    collection = Collection(name, faces, records, app.open_photos(settings))
    return lookalikes.pairs(collection, records.people(), preferences.tuning().threshold)


def _counted(client: RekognitionClient, database: Database, workspace: str, settings: Settings) -> tuple[str, int, int]:
    """The name of a workspace's collection, the faces that it has, and those that are enrolled."""
    records = Records(database, workspace)
    name = records.generations.current() or collection_of(workspace, settings.collection)
    enrolled = sum(person.faces for person in records.people())
    try:
        return name, client.describe_collection(CollectionId=name)["FaceCount"], enrolled
    except client.exceptions.ResourceNotFoundException:
        return name, 0, enrolled
