"""A face that its picture cuts off is recognised all the same, and ever so little moved it stays the same face."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from engine_steps import encode, read
from PIL import Image as Pillow

from engine.vision import Weights
from engine.vision import vision as seeing
from engine.vision.detection import edges
from engine.vision.faces.align import Image
from engine.vision.faces.box import Box
from engine.vision.faces.face import Face, five
from engine.vision.pictures.images import decode
from engine.vision.vision import Sighting, Vision

SHIFTS = {
    "JPEG": [(0, 0), (-2, -2), (-2, 2), (2, -2), (2, 2)],
    "PNG": [(0, 0), (-2, 0), (2, 0), (0, -2), (0, 2)],
}
OF_ONE = ["astronaut.png", "biden.jpg", "obama2.jpg"]


@pytest.fixture(scope="module")
def vision(weights: Weights) -> Vision:
    return Vision(weights, extras=True)


@pytest.fixture
def careful(vision: Vision, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vision]:
    """Takes every face that is cut off for a profile, which nobody in the photos shows."""
    monkeypatch.setattr(seeing, "_IN_PROFILE", 0)
    yield vision


def sized(path: Path, side: int = 800) -> Image:
    """The photo with a face one or two hundred pixels wide."""
    image = read(path)
    scale = side / max(image.shape)
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def cut_out(image: Image, box: Box, across: int = 0, down: int = 0, kind: str = "JPEG") -> Image:
    """As scripts do: what the box holds, by Pillow, in its own format."""
    height, width = image.shape[:2]
    left, top = box.left * width + across, box.top * height + down
    crop = Pillow.fromarray(image[:, :, ::-1]).crop((left, top, left + box.width * width, top + box.height * height))
    data = io.BytesIO()
    crop.save(data, kind)
    return decode(data.getvalue())


def largest(vision: Vision, image: Image) -> tuple[Sighting, ...]:
    return vision.look(image)[:1]


@pytest.mark.thorough
@pytest.mark.parametrize("name", OF_ONE)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_face_cut_out_at_its_box_is_the_same_wherever_it_is_cut(
    careful: Vision, photos: dict[str, Path], name: str, kind: str
) -> None:
    image = sized(photos[name])
    seen = largest(careful, image)
    whole = careful.embed(image, seen, enrol=True)[0]
    crops = [cut_out(image, seen[0].box, *shift, kind) for shift in SHIFTS[kind]]
    found = [careful.look(crop) for crop in crops]
    assert [len(faces) for faces in found] == [1] * len(crops)
    vectors = np.stack([careful.embed(crop, faces)[0] for crop, faces in zip(crops, found, strict=True)])
    assert (vectors @ whole).min() > 0.8
    assert (vectors @ vectors.T).min() > 0.85


def test_only_profiles_that_are_cut_off_are_looked_at_in_several_ways(vision: Vision, photos: dict[str, Path]) -> None:
    image = sized(photos["astronaut.png"])
    (seen,) = vision.look(image)
    (from_the_front,) = vision.look(cut_out(image, seen.box))
    assert seen.views == from_the_front.views == ()
    assert [len(sighting.views) for sighting in vision.look(read(photos["t1.jpg"]))] == [0] * 6


def test_each_way_shows_a_cut_off_face_once(careful: Vision, photos: dict[str, Path]) -> None:
    image = sized(photos["astronaut.png"])
    (seen,) = careful.look(image)
    (cut,) = careful.look(cut_out(image, seen.box))
    assert len(cut.views) == len(edges._WAYS)
    assert np.ptp([view.picture.mean() for view in cut.views]) > 1


def test_a_cut_off_face_has_its_landmarks_where_they_are(careful: Vision, photos: dict[str, Path]) -> None:
    image = sized(photos["biden.jpg"])
    (seen,) = careful.look(image)
    height, width = image.shape[:2]
    left, top = round(seen.box.left * width), round(seen.box.top * height)
    for scale in (1, 3):  # large ones are reduced before they are looked at
        crop = cut_out(image, seen.box)
        (found,) = careful.look(np.asarray(cv2.resize(crop, None, fx=scale, fy=scale), np.uint8))
        assert found.views
        moved = np.asarray(found.face.landmarks) / scale + (left, top)
        assert np.abs(moved - np.asarray(seen.face.landmarks)).mean() < 0.06 * seen.face.width


@pytest.mark.parametrize("degrees", [-45, -30, 30, 45])
def test_a_tilted_face_that_is_cut_off_is_recognised(careful: Vision, photos: dict[str, Path], degrees: float) -> None:
    image = sized(photos["biden.jpg"])
    upright = largest(careful, image)
    whole = careful.embed(image, upright, enrol=True)[0]
    turn = cv2.getRotationMatrix2D(upright[0].face.landmarks[2], degrees, 1.0)
    tilted = np.asarray(cv2.warpAffine(image, turn, image.shape[1::-1]), np.uint8)
    crop = cut_out(tilted, max(careful.look(tilted), key=lambda sighting: sighting.face.confidence).box)
    found = largest(careful, crop)
    assert found[0].views
    assert careful.embed(crop, found)[0] @ whole > 0.6


def test_a_face_half_of_which_is_missing_is_nobody_else(careful: Vision, photos: dict[str, Path]) -> None:
    image = sized(photos["biden.jpg"])
    (seen,) = careful.look(image)
    strangers = [sized(photos[name]) for name in ("astronaut.png", "obama.jpg")]
    others = np.stack([careful.embed(stranger, largest(careful, stranger), enrol=True)[0] for stranger in strangers])
    half = np.ascontiguousarray(image[:, : int(seen.face.left + 0.6 * seen.face.width)])
    found = largest(careful, half)
    assert (others @ careful.embed(half, found).T).max(initial=0) < 0.22


def test_the_box_leaves_some_room_around_the_face(vision: Vision, photos: dict[str, Path]) -> None:
    image = read(photos["astronaut.png"])
    (seen,) = vision.look(image)
    face, (height, width) = seen.face, image.shape[:2]
    assert seen.box.left * width < face.left
    assert seen.box.top * height < face.top
    assert face.width < seen.box.width * width < 1.2 * face.width
    assert face.height < seen.box.height * height < 1.2 * face.height


def test_a_crop_may_be_as_small_as_a_picture_may_be(careful: Vision, photos: dict[str, Path]) -> None:
    image = sized(photos["obama2.jpg"])
    (seen,) = careful.look(image)
    crop = cut_out(image, seen.box)
    scale = 80 / min(crop.shape[:2])
    tiny = decode(encode(np.asarray(cv2.resize(crop, None, fx=scale, fy=scale), np.uint8)))
    found = careful.look(tiny)
    assert len(found) == 1
    assert careful.embed(tiny, found)[0] @ careful.embed(image, [seen])[0] > 0.7


def test_a_face_in_the_middle_is_not_cut_off_and_one_at_the_edge_is(vision: Vision, photos: dict[str, Path]) -> None:
    image = sized(photos["biden.jpg"])
    (seen,) = vision.look(image)
    assert not edges.is_cut_off(image, seen.face)
    assert edges.is_cut_off(image[:, int(seen.face.left + 0.3 * seen.face.width) :], shifted_left(seen))


def shifted_left(seen: Sighting) -> Face:
    """The face where it is once the picture begins later."""
    by = int(seen.face.left + 0.3 * seen.face.width)
    return Face(
        seen.face.left - by,
        seen.face.top,
        seen.face.width,
        seen.face.height,
        five([(x - by, y) for x, y in seen.face.landmarks]),
        seen.face.confidence,
    )
