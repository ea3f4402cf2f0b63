"""Steps that several of the engine's tests take."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from engine.store import NewFace, SourceImage, rows
from engine.vision.faces.align import Image
from engine.vision.faces.box import Box
from engine.vision.recognition.embed import unit

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

    from engine import Engine


def read(path: Path) -> Image:
    image = cv2.imread(str(path))
    assert image is not None
    return np.asarray(image, np.uint8)


def encode(image: NDArray[np.uint8], extension: str = ".jpg") -> bytes:
    done, data = cv2.imencode(extension, image)
    assert done
    return data.tobytes()


def index(client: RekognitionClient, collection: str, image: bytes, **options: object) -> list[str]:
    answer = client.index_faces(CollectionId=collection, Image={"Bytes": image}, **options)
    return [record["Face"]["FaceId"] for record in answer["FaceRecords"]]


def add_faces(engine: Engine, collection: str, count: int) -> list[str]:
    """Put `count` faces of nobody into a collection, past the models."""
    store, dimensions = engine._context.store, engine._context.vision.dimensions
    vectors = unit(np.random.default_rng(count).standard_normal((count, dimensions)).astype(np.float32))
    with store.write(collection) as database:
        owner = rows.find_collection(database, collection)
        assert owner
        box = Box(0.25, 0.25, 0.5, 0.5)
        images = [SourceImage(f"{number:08x}-0000-4000-8000-000000000000", None, b"") for number in range(count)]
        added = rows.add_faces(database, owner, [NewFace(image, box, 99.0) for image in images], vectors)
        return [face.face_id for face in added]
