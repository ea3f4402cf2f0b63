"""Tags stay in the picture, off other faces and off each other."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from services.pictures.drawing.layout import Place, Rect, Size, place

_picture = st.builds(Size, st.integers(80, 6000), st.integers(80, 6000))
_anywhere = st.floats(-3000, 9000)
_faces = st.lists(
    st.builds(
        lambda x, y, w, h: Rect(x, y, x + w, y + h), _anywhere, _anywhere, st.floats(1, 7000), st.floats(1, 7000)
    ),
    max_size=12,
)
_OFFERS = (Size(24, 20), Size(60, 20), Size(78, 20))


def _shared(one: Rect, other: Rect) -> float:
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(width, 0) * max(height, 0)


@given(_picture, _faces)
def test_every_tag_is_within_the_picture(picture: Size, faces: list[Rect]) -> None:
    places = place(picture, faces, [_OFFERS] * len(faces), gap=3)
    assert len(places) == len(faces)
    for offer, rect in places:
        assert (round(rect.width, 3), round(rect.height, 3)) == _OFFERS[offer]
        assert rect.left >= 0
        assert rect.top >= 0
        assert rect.right <= picture.width + 1e-6
        assert rect.bottom <= picture.height + 1e-6


@given(_picture, _faces)
def test_a_tag_with_a_name_hides_no_other_face_and_no_other_tag(picture: Size, faces: list[Rect]) -> None:
    places = place(picture, faces, [_OFFERS] * len(faces), gap=3)
    for i, (offer, rect) in enumerate(places):
        if offer > 0:
            assert not any(_shared(rect, face) for j, face in enumerate(_within(picture, faces)) if j != i)
            assert not any(_shared(rect, other.rect) for j, other in enumerate(places) if j != i)


def _within(picture: Size, faces: list[Rect]) -> list[Rect]:
    return [
        Rect(max(f.left, 0), max(f.top, 0), min(f.right, picture.width), min(f.bottom, picture.height)) for f in faces
    ]


@given(_picture, _faces)
def test_the_same_faces_get_the_same_places(picture: Size, faces: list[Rect]) -> None:
    offers = [_OFFERS] * len(faces)
    assert place(picture, faces, offers) == place(picture, faces, offers)


@given(st.integers(1, 6), st.integers(1, 4), st.integers(30, 200), st.floats(0, 40))
def test_where_there_is_room_everybody_gets_the_fullest_tag_and_no_face_is_hidden(
    columns: int, rows: int, side: int, nudge: float
) -> None:
    step = max(side, 78) + 70
    faces = [
        Rect(x * step + 40, y * step + 40 + nudge, x * step + 40 + side, y * step + 40 + nudge + side)
        for x in range(columns)
        for y in range(rows)
    ]
    places = place(Size(columns * step + 80, rows * step + 80), faces, [_OFFERS] * len(faces), gap=3)
    assert {offer for offer, _ in places} == {2}
    assert not any(_shared(rect, face) for _, rect in places for face in faces)
    assert not any(_shared(one.rect, other.rect) for one, other in combinations(places, 2))


def test_a_crowd_without_room_keeps_its_numbers_apart() -> None:
    faces = [Rect(x * 40, y * 40, x * 40 + 40, y * 40 + 40) for x in range(10) for y in range(6)]
    places = place(Size(400, 240), faces, [(Size(14, 12), Size(70, 12))] * 60)
    assert [offer for offer, _ in places].count(0) >= 50
    assert not any(_shared(one.rect, other.rect) for one, other in combinations(places, 2))


def test_a_name_goes_below_and_at_the_lower_edge_of_the_picture_above() -> None:
    offers = [_OFFERS]
    assert place(Size(500, 500), [Rect(200, 200, 300, 300)], offers, gap=4) == [Place(2, Rect(211, 304, 289, 324))]
    assert place(Size(500, 500), [Rect(200, 390, 300, 490)], offers, gap=4) == [Place(2, Rect(211, 366, 289, 386))]


def test_a_face_that_fills_the_picture_carries_its_tag() -> None:
    (placed,) = place(Size(400, 400), [Rect(-50, -50, 450, 450)], [_OFFERS], gap=4)
    assert placed.offer == 2
    assert placed.rect.bottom == 400


def test_no_faces_no_tags() -> None:
    assert place(Size(100, 100), [], []) == []
