"""Faces that cannot be told from others get no name and are not enrolled, whichever way a photo is searched."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from house import RELEASED, SOMEONE, House, Open, jpeg
from PIL import Image, ImageFilter

from engine.vision import Scale, Vectors
from services.people import Fate, Request
from services.people.photos.portraits import GivenPhoto
from services.pictures import images
from services.search import Identification, Mode, Strategy, Unclear

Given = Callable[[str], GivenPhoto]


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From now on, every face has as many neighbours as a small child's."""

    def everybody(_: Scale, vectors: Vectors) -> np.ndarray:
        return np.ones(len(vectors), bool)

    return lambda: monkeypatch.setattr(Scale, "is_crowded", everybody)


def _identify(house: House, photo: bytes, mode: Mode) -> Identification:
    return house.workspace.search.identify(images.open(photo), mode=mode, threshold=90)


@pytest.mark.parametrize("strategy", list(Strategy))
def test_a_face_like_those_of_many_gets_no_name_and_is_counted(
    tmp_path: Path, open_house: Open, given_photo: Given, group: bytes, strategy: Strategy, crowded: Callable[[], None]
) -> None:
    with open_house(tmp_path, strategy) as house:
        house.enroll("Barack", given_photo("obama.jpg"))
        assert _identify(house, group, Mode.USERS).recognised == 1
        crowded()
        for mode in Mode:
            found = _identify(house, group, mode)
            assert [sighting.unclear for sighting in found.sightings] == [Unclear.CROWDED] * 3
            assert found.recognised == 0
        assert len(house.face_ids()) == 1, "nothing is kept of a search"


def test_a_face_like_those_of_many_is_not_learned(
    house: House, given_photo: Given, crowded: Callable[[], None]
) -> None:
    crowded()
    result = house.workspace.enrolment.enroll(Request("Barack", SOMEONE, stated=RELEASED), [given_photo("obama.jpg")])
    (outcome,) = result.outcomes
    assert (outcome.fate, result.person) == (Fate.LIKE_OTHERS, None)
    assert "small child" in outcome.sentence
    assert house.face_ids() == set()


def test_who_is_too_blurred_is_not_guessed(house: House, given_photo: Given, photos: dict[str, Path]) -> None:
    house.enroll("Barack", given_photo("obama.jpg"))
    with Image.open(photos["obama2.jpg"]) as photo:
        blurred = photo.convert("RGB").filter(ImageFilter.GaussianBlur(photo.width / 30))
    (sighting,) = _identify(house, jpeg(blurred), Mode.USERS).sightings
    assert (sighting.match, sighting.unclear) == (None, Unclear.POOR)
