"""What is kept: do the database and the photos answer, and have they what they should?"""

from __future__ import annotations

import itertools
import uuid

import sqlalchemy as sa

from bot import app
from bot.doctor.patient import Patient, Unwell, some
from bot.settings import Settings
from services.collection import PhotoStore
from services.errors import Damaged, NotFound
from services.records import Records
from services.workspace import HOME


def database(patient: Patient) -> str:
    with app.open_database(patient.settings) as database, database.begin() as db:
        db.execute(sa.text("SELECT 1"))
    return f"{database.kind} answers."


def photos(patient: Patient) -> str:
    photos, key = app.open_photos(patient.settings), f"doctor/{uuid.uuid4().hex}"
    photos.put(key, b"probe")
    try:
        if photos.get(key) != b"probe" or key not in photos.keys("doctor/"):
            raise Unwell("What was written is not what is read.", "Look after the disk or the bucket.")
    finally:
        photos.delete(key)
    where = patient.settings.photos_bucket
    _compare_photos(patient.settings, photos, all_of_them=where is None)
    return f"The bucket {where} takes and gives them." if where else "The folder takes and gives them, all undamaged."


def _compare_photos(settings: Settings, photos: PhotoStore, *, all_of_them: bool) -> None:
    """Hold the photos against the records, and read one, or all, which takes their key and finds damage."""
    kept = set(photos.keys(""))
    with app.open_database(settings) as database:
        everyone = [Records(database, each) for each in database.workspaces() or [HOME]]
        missing = [photo for records in everyone for photo in records.photos() if photo not in kept]
    broken = []
    for key in sorted(kept) if all_of_them else itertools.islice(kept, 1):
        try:
            photos.get(key)
        except NotFound:
            pass  # it is erased just now
        except Damaged:
            broken.append(key)
    wrong = [f"damaged: {some(broken)}"] * bool(broken) + [f"missing: {some(missing)}"] * bool(missing)
    if wrong:
        raise Unwell(f"Photos are {'; '.join(wrong)}.", "Restore them from a backup, or enrol their people again.")
