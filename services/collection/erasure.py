"""Erasing a whole workspace: its faces, its photos and what is known of its people. Only the audit log stays."""

from __future__ import annotations

from contextlib import suppress

from services.collection.collection import Collection
from services.collection.rekognition import in_words


def erase(collection: Collection) -> None:
    """Erase everything of a workspace; doing it again after a crash finishes it.

    Raises `services.errors.Unavailable` when Rekognition cannot be asked.
    """
    generations = collection.records.generations
    for each in {collection.id, generations.next(), generations.old()} - {None}:
        with in_words(), suppress(collection.client.exceptions.ResourceNotFoundException):
            collection.client.delete_collection(CollectionId=str(each))
    for photo in list(collection.photos.keys(f"{collection.records.workspace}/")):
        collection.photos.delete(photo)
    collection.records.erase(actor="Slack")
