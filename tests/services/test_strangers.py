"""Which unknown faces of several photos are one person's; and that nothing of them is kept."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from house import House

from services.people.photos.portraits import GivenPhoto
from services.pictures import Box, images
from services.search import Mode
from services.strangers import Seen, Strangers, _people

Given = Callable[[str], GivenPhoto]
Posted = Callable[..., list[tuple[bytes, list[Box]]]]


@pytest.fixture
def posted(house: House, photos: dict[str, Path], group: bytes) -> Posted:
    """Photos with the boxes of their faces."""

    def found(*names: str) -> list[tuple[bytes, list[Box]]]:
        files = [group if name == "group" else photos[name].read_bytes() for name in names]
        looked = [house.workspace.search.identify(images.open(file), mode=Mode.USERS, threshold=99) for file in files]
        return [(file, [face.box for face in each.sightings]) for file, each in zip(files, looked, strict=True)]

    return found


def test_one_stranger_in_several_photos_is_found_and_nothing_of_them_is_kept(house: House, posted: Posted) -> None:
    together = posted("biden.jpg", "obama.jpg", "group", "obama3.jpg")
    assert house.workspace.strangers.same(together) == (
        (Seen(1, 0), Seen(2, 0), Seen(3, 0)),
        (Seen(0, 0), Seen(2, 2)),
    )
    assert house.face_ids() == set()
    assert house.workspace.strangers.same([(file, boxes[1:]) for file, boxes in together]) == ()


def test_so_it_is_where_every_face_is_kept(house: House, posted: Posted, monkeypatch: pytest.MonkeyPatch) -> None:
    together = posted("biden.jpg", "obama.jpg", "group")
    monkeypatch.setattr("engine.operations.faces.is_question", lambda _: False)  # as AWS does
    assert house.workspace.strangers.same(together) == ((Seen(0, 0), Seen(2, 2)), (Seen(1, 0), Seen(2, 0)))
    assert house.face_ids() == set()


def test_whom_somebody_is_known_by_is_nobodys_twin(house: House, given_photo: Given, posted: Posted) -> None:
    house.enroll("Barack", given_photo("obama2.jpg"))
    known = house.face_ids()
    assert house.workspace.strangers.same(posted("obama.jpg", "biden.jpg")) == ()
    assert house.face_ids() == known


def test_what_fails_leaves_nothing_behind(house: House, posted: Posted, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Sequence[tuple[str, float]]:
        raise RuntimeError("no")

    together = posted("obama.jpg", "obama3.jpg")
    monkeypatch.setattr("engine.operations.faces.is_question", lambda _: False)  # as AWS, which keeps every face
    monkeypatch.setattr(Strangers, "_alike", fail)
    with pytest.raises(RuntimeError):
        house.workspace.strangers.same(together)
    assert house.face_ids() == set()


def test_nobody_is_in_a_photo_twice() -> None:
    faces = {"a": Seen(0, 0), "b": Seen(0, 1), "c": Seen(1, 0), "d": Seen(2, 0)}
    similar = {("a", "c"): 99.5, ("c", "a"): 99.5, ("b", "c"): 99.9, ("a", "d"): 99.2}
    assert _people(faces, similar) == ((Seen(0, 0), Seen(2, 0)), (Seen(0, 1), Seen(1, 0)))
    assert _people(faces, {}) == ()
