from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.pictures import crops
from services.pictures.crops import Box

_side = st.floats(5, 400)
_boxes = st.builds(Box, st.floats(-50, 350), st.floats(-50, 250), _side, _side)


@given(_boxes, st.lists(_boxes, max_size=5))
def test_a_crop_is_always_a_picture_that_rekognition_takes(box: Box, others: list[Box]) -> None:
    crop = crops.cut(Image.new("RGB", (400, 300)), box, others)
    assert min(crop.size) >= crops.MIN_SIDE
    assert max(crop.size) <= max(crops.MAX_SIDE, crops.MIN_SIDE)


def test_faces_are_numbered_as_one_reads() -> None:
    row = [Box(300, 40, 100, 100), Box(10, 0, 100, 100), Box(600, 20, 80, 90)]
    below = [Box(400, 200, 100, 100), Box(50, 230, 100, 100)]
    assert crops.reading_order([*below, *row]) == [3, 2, 4, 1, 0]
    assert crops.reading_order([]) == []


def test_the_margin_is_kept_and_neighbours_are_blanked() -> None:
    image = Image.new("RGB", (1000, 500), "white")
    wanted, neighbour = Box(400, 150, 200, 200), Box(620, 150, 100, 200)
    image.paste("red", (400, 150, 601, 351))
    image.paste("blue", (620, 150, 721, 351))
    crop = crops.cut(image, wanted, [wanted, neighbour])
    assert crop.size == (401, 401)
    colors = {color for _, color in crop.getcolors(crop.width * crop.height) or []}
    assert (255, 0, 0) in colors
    assert (0, 0, 255) not in colors


def test_a_neighbour_that_overlaps_does_not_cover_the_wanted_face() -> None:
    image = Image.new("RGB", (600, 600), "white")
    image.paste("red", (200, 200, 401, 401))
    crop = crops.cut(image, Box(200, 200, 200, 200), [Box(300, 200, 200, 200)])
    assert crop.getpixel((100 + 150, 100 + 50)) == (255, 0, 0)
