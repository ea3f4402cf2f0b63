"""An enrolment that is cut short, wherever it is, and taken up again: whole, and told truthfully."""

from collections.abc import Callable
from typing import TypeVar

import pytest
from house import RELEASED, House

from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import GivenPhoto
from services.people.roles import Actor

pytestmark = pytest.mark.faces("painted")

T = TypeVar("T")


class Killed(BaseException):
    pass


class Kept:
    """Keeps results as a job's steps do; what dies is done, and not kept."""

    def __init__(self) -> None:
        self.results: dict[str, object] = {}
        self.dies: str | None = None

    def __call__(self, name: str, run: Callable[[], T]) -> T:
        if name not in self.results:
            result = run()
            if name == self.dies:
                raise Killed
            self.results[name] = result
        return self.results[name]  # type: ignore[return-value]


@pytest.mark.parametrize("dies", ["begin to enroll", "photo 1", "photo 2", "admit", "settle"])
def test_an_enrolment_cut_short_is_finished_and_told_as_if_nothing_had_happened(
    house: House, given_photo: Callable[[str], GivenPhoto], dies: str
) -> None:
    given = [given_photo("obama.jpg"), given_photo("obama2.jpg")]
    request, kept = Request("Barack", Actor("U1", admin=True), stated=RELEASED), Kept()
    kept.dies = dies
    with pytest.raises(Killed):
        house.workspace.enrolment.enroll(request, given, keep=kept)
    kept.dies = None
    result = house.workspace.enrolment.enroll(request, given, keep=kept)
    assert [outcome.fate.value for outcome in result.outcomes] == ["added", "added"]
    (person,) = house.workspace.people.all()
    enrolled = house.workspace.records.faces(person.user_id)
    assert len(enrolled) == 2
    assert house.face_ids() == {face.face_id for face in enrolled}
    assert set(house.photos.keys("")) == {face.photo for face in enrolled}
