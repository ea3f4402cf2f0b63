"""Every face of a photo is found, however large the photo is and however many there are; and each once."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import painted
import pytest
from house import House, jpeg
from PIL import Image, ImageDraw

from services import closely
from services.closely import MAX_FACES, Seen
from services.people.photos.portraits import GivenPhoto
from services.pictures import Box, Part, images
from services.search import Identification, Mode, Strategy

Given = Callable[[str], GivenPhoto]


@pytest.fixture
def heads(photos: dict[str, Path]) -> dict[str, Image.Image]:
    """Squares with a face in the middle, 0.45 as wide; of Barack another photo than he is enrolled with."""
    boxes = {"obama2.jpg": (26, 119, 626, 719), "astronaut.png": (123, 20, 323, 220), "biden.jpg": (274, 78, 874, 678)}
    return {name: _open(photos[name]).crop(box) for name, box in boxes.items()}


def _open(path: Path) -> Image.Image:
    with Image.open(path) as photo:
        return photo.convert("RGB")


def _identify(house: House, data: bytes) -> Identification:
    photo = images.open(data, coarse=True, closely=True)
    return house.workspace.search.identify(photo, mode=Mode.USERS, threshold=95)


def _wall(size: tuple[int, int], heads: list[tuple[Image.Image, int, tuple[int, int]]]) -> bytes:
    """A photo of that size with each head, so many pixels wide, at its place."""
    wall = Image.new("RGB", size, (150, 140, 130))
    for head, width, place in heads:
        wall.paste(head.resize((width, width), Image.Resampling.LANCZOS), place)
    buffer = io.BytesIO()
    wall.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("searched", "size"),
    [(Strategy.INDEX, (16_382, 3794)), (Strategy.CROPS, (9000, 7000))],
    indirect=["searched"],
)
def test_a_face_of_a_hundred_pixels_in_a_huge_photo_is_named(
    searched: House, heads: dict[str, Image.Image], size: tuple[int, int]
) -> None:
    width, height = size
    places = {"obama2.jpg": (width - 2000, 1200), "biden.jpg": (2450, height - 1500), "astronaut.png": (5000, 2000)}
    found = _identify(searched, _wall(size, [(heads[name], 220, place) for name, place in places.items()]))
    named = {s.match.person.name: s.box for s in found.sightings if s.match}
    assert named.keys() == {"Barack", "Joe"}
    assert len(found.sightings) == 3
    for name, file in (("Barack", "obama2.jpg"), ("Joe", "biden.jpg")):
        assert named[name].center == pytest.approx((places[file][0] + 110, places[file][1] + 110), abs=30)
        assert named[name].width == pytest.approx(110, abs=25)


@pytest.mark.thorough
def test_faces_of_forty_pixels_are_seen_wherever_they_are(house: House, heads: dict[str, Image.Image]) -> None:
    size = (8000, 6000)
    at = [(x, y) for x in (30, 2500, 5300, 7850) for y in (30, 2900, 5850)]
    head = heads["astronaut.png"]
    found = _identify(house, _wall(size, [(head, 90, place) for place in at]))
    assert len(found.sightings) == len(at)
    assert found.least_face == 40


@pytest.mark.parametrize(("side", "least"), [(640, 20), (1280, 20), (1920, 30), (2560, 40), (12_000, 40)])
def test_the_least_face_is_that_of_this_photo(side: int, least: int) -> None:
    assert images.open(jpeg(Image.new("L", (side, 80)))).least_face == least


def test_the_same_person_twice_is_asked_about(searched: House, heads: dict[str, Image.Image]) -> None:
    strip = _wall((1000, 500), [(heads["obama2.jpg"], 400, (50, 50)), (heads["obama2.jpg"], 300, (550, 50))])
    first, second = sorted(_identify(searched, strip).sightings, key=lambda s: s.match is None)
    assert first.match is not None
    assert first.also is None
    assert second.match is None
    assert second.also is not None
    assert second.also.person == first.match.person


@pytest.mark.faces("painted")
def test_more_than_a_hundred_faces_are_all_seen(house: House) -> None:
    with Image.open(io.BytesIO(painted.picture(1, side=90))) as square:
        head = square.convert("RGB")
    at = [(20 + 180 * across, 20 + 180 * down) for across in range(14) for down in range(10)]
    found = _identify(house, _wall((2560, 1900), [(head, 180, place) for place in at]))
    assert len(found.sightings) == 140


def _looking(faces: list[Box]) -> tuple[list[Part], Callable[[Part], list[Seen]]]:
    """Somebody who sees a hundred of the faces that a part shows at least half of, and remembers the parts."""
    parts: list[Part] = []

    def look(part: Part) -> list[Seen]:
        parts.append(part)
        right, bottom = part.left + part.width, part.top + part.height
        here = [f for f in faces if part.left <= f.center[0] < right and part.top <= f.center[1] < bottom]
        cut = [
            Box(
                x := max(f.left, part.left),
                y := max(f.top, part.top),
                min(f.left + f.width, right) - x,
                min(f.top + f.height, bottom) - y,
            )
            for f in here
        ]
        return [Seen(part, box, 99.0) for box in cut][:MAX_FACES]

    return parts, look


@pytest.mark.parametrize("n", [0, 99, 100, 399, 1500])
def test_each_face_of_a_crowd_is_there_once_and_whole(n: int) -> None:
    photo = images.open(jpeg(Image.new("RGB", (2400, 1600))))
    faces = [Box(float(x), float(y), 20.0, 24.0) for y in range(3, 1570, 30) for x in range(3, 2370, 30)][: 3 * n : 3]
    parts, look = _looking(faces)
    assert sorted(face.box for face in closely.look(photo, look)) == sorted(faces)
    assert (len(parts) == 1) == (n < MAX_FACES)


def test_what_is_seen_better_in_a_part_is_taken_from_there_and_phantoms_are_not() -> None:
    photo = images.open(jpeg(Image.new("RGB", (5000, 500))), closely=True)
    left, _ = photo.parts
    whole = photo.in_one()
    blurred = Seen(whole, Box(100, 100, 50, 50), 70.0, reasons=("LOW_SHARPNESS",))
    clear = Seen(left, Box(101, 99, 50, 52), 70.0, face_id="a")
    phantom, small = Seen(left, Box(900, 100, 300, 300), 62.0, "b"), Seen(left, Box(1500, 100, 40, 40), 85.0, "c")
    cut_off = Seen(left, Box(left.width - 30, 100, 30, 60), 95.0, "d")
    seen = {id(left): [clear, phantom, small, cut_off]}
    photo_like = lambda part: [blurred] if part.width == 5000 else seen.get(id(part), [])  # noqa: E731
    assert closely.look(photo, photo_like) == [clear, small]
    worse = Seen(left, clear.box, 70.0, reasons=("LOW_SHARPNESS",))
    good = Seen(whole, blurred.box, 90.0, "e")
    assert closely.look(photo, lambda part: [good] if part.width == 5000 else [worse])[:1] == [good]


def test_the_quarters_of_a_part_show_all_of_it() -> None:
    picture = Image.new("RGB", (700, 500))
    pen = ImageDraw.Draw(picture)
    for x in range(0, 700, 50):
        pen.rectangle((x, 0, x + 49, 499), fill=(x // 3, 255 - x // 3, 128))
    part = Part(1000, 2000, 1400, 1000, jpeg(picture))
    seen = np.zeros((1000, 1400), bool)
    for quarter in part.quarters():
        x, y = quarter.left - 1000, quarter.top - 2000
        seen[y : y + quarter.height, x : x + quarter.width] = True
        shown = picture.crop((x // 2, y // 2, (x + quarter.width) // 2, (y + quarter.height) // 2))
        assert np.abs(np.asarray(quarter.image.resize(shown.size), int) - np.asarray(shown, int)).mean() < 6
    assert seen.all()
