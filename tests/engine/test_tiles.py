"""Small faces of large pictures are found, each once, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from engine_steps import read

from artifacts.photos import CATALOGUE
from engine.vision.detection import tiles
from engine.vision.detection.detect import Detector
from engine.vision.faces.align import Image
from engine.vision.faces.face import Face


def resized(image: Image, scale: float) -> Image:
    by = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=by), np.uint8)


@pytest.fixture(scope="module")
def cuttings(detector: Detector, photos: dict[str, Path]) -> list[Image]:
    """Heads with some room around them, their faces 40 px wide."""
    cut = []
    for name in ("astronaut.png", "obama.jpg", "biden.jpg", "obama2.jpg"):
        image = read(photos[name])
        (face,) = detector.detect(image)
        room = 0.6 * face.width
        left, top = max(0, int(face.left - room)), max(0, int(face.top - room))
        head = image[top : int(face.top + face.height + room), left : int(face.left + face.width + room)]
        cut.append(resized(head, 40 / face.width))
    return cut


def scene(size: tuple[int, int], heads: list[Image], at: list[tuple[int, int]]) -> Image:
    """The heads on a wall, each with its middle at a place."""
    width, height = size
    wall = np.full((height, width, 3), (150, 140, 130), np.uint8)
    for index, (x, y) in enumerate(at):
        head = heads[index % len(heads)]
        high, wide = head.shape[:2]
        wall[y - high // 2 : y - high // 2 + high, x - wide // 2 : x - wide // 2 + wide] = head
    return wall


def there(faces: tuple[Face, ...], at: list[tuple[int, int]]) -> list[int]:
    """How many faces are at each place."""
    return [
        sum(abs(f.left + f.width / 2 - x) < 30 and abs(f.top + f.height / 2 - y) < 30 for f in faces) for x, y in at
    ]


@pytest.mark.parametrize("size", [(4032, 3024), (9000, 7000), (16_382, 3794)])
def test_a_face_of_forty_pixels_is_found_once_wherever_it_is(
    detector: Detector, cuttings: list[Image], size: tuple[int, int]
) -> None:
    width, height = size
    seams = {(right - 80, bottom - 80) for _, _, right, bottom in tiles.cut(width // 2, height // 2)}
    across, down = (2 * min(sides) for sides in zip(*seams, strict=True))
    at = [(x, y) for x in (60, across, width // 2 + 300, width - 60) for y in (60, down - 40, height - 60)]
    faces = detector.detect(scene(size, cuttings, at))
    assert there(faces, at) == [1] * len(at)
    assert len(faces) == len(at)


@pytest.mark.parametrize("photo", CATALOGUE, ids=lambda photo: photo.name)
def test_in_pictures_of_ordinary_size_the_same_is_found(
    detector: Detector, photos: dict[str, Path], monkeypatch: pytest.MonkeyPatch, photo: object
) -> None:
    assert isinstance(photo, type(CATALOGUE[0]))
    image = read(photos[photo.name])
    image = resized(image, min(1.0, 2560 / max(image.shape[:2])))
    monkeypatch.setattr(tiles, "small_faces", lambda *_: pytest.fail("nothing is looked for in tiles"))
    assert len(detector.detect(image)) == photo.faces


@pytest.mark.parametrize("photo", CATALOGUE, ids=lambda photo: photo.name)
def test_what_is_found_in_a_large_picture_stays_as_it_is(
    detector: Detector, photos: dict[str, Path], monkeypatch: pytest.MonkeyPatch, photo: object
) -> None:
    assert isinstance(photo, type(CATALOGUE[0]))
    image = read(photos[photo.name])
    large = resized(image, 3600 / max(image.shape[:2]))
    closely = detector.detect(large)
    monkeypatch.setattr(tiles, "small_faces", lambda *_: [])
    assert closely == detector.detect(large)


@pytest.mark.parametrize(
    "size",
    [(2016, 1512), (1512, 2016), (1281, 1281), (8191, 1897), (16_000, 160), (160, 16_000), (30_000, 300), (90, 90)],
)
def test_tiles_show_all_of_a_picture_and_are_no_larger_than_they_may_be(size: tuple[int, int]) -> None:
    width, height = size
    shown = np.zeros((height, width), bool)
    for left, top, right, bottom in tiles.cut(width, height):
        assert 0 < (right - left) * (bottom - top) <= tiles.MOST_PIXELS
        assert 0 <= left < right <= width
        assert 0 <= top < bottom <= height
        shown[top:bottom, left:right] = True
    assert shown.all()


def _face(left: float, top: float, width: float, height: float, confidence: float = 90.0) -> Face:
    x, y = left + width / 2, top + height / 2
    return Face(left, top, width, height, ((x, y),) * 5, confidence)


def test_people_cheek_to_cheek_and_a_child_before_its_parent_are_two() -> None:
    for pair in (
        [_face(0, 0, 200, 240), _face(95, 115, 200, 240, 95)],
        [_face(0, 0, 240, 300), _face(60, 150, 150, 170, 85)],
        [_face(0, 0, 170, 170, 60), _face(50, 50, 60, 80, 95)],
    ):
        assert tiles.distinct(pair) == pair
    whole, part = _face(0, 0, 200, 240), _face(60, 60, 70, 80, 80)
    assert tiles.distinct([whole, part, _face(5, 5, 200, 240)]) == [whole]


def test_a_small_face_that_the_picture_cuts_off_is_found() -> None:
    picture = np.zeros((1512, 2016, 3), np.uint8)

    def look(tile: Image) -> list[Face]:
        return [_face(-3, 400, 60, 70), _face(tile.shape[1] - 50, 100, 60, 70)]

    found = {(face.left, face.top) for face in tiles.small_faces(look, picture)}
    assert (-3, 400) in found
    assert (2016 - 50, 100) in found
    assert all(left in (-3, 2016 - 50) for left, _ in found), "where a tile cuts it off, the next shows it whole"
