"""Poses: from which sides photos show somebody, and which sides are missing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from house import RELEASED, House

from services.people import poses
from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import GivenPhoto
from services.people.photos.poses import Pose
from services.people.roles import Actor
from services.records import EnrolledFace


@pytest.mark.parametrize(
    ("yaw", "pitch", "expected"),
    [
        (0, 0, Pose.STRAIGHT),
        (-15, 8, Pose.STRAIGHT),
        (25, 0, Pose.RIGHT),
        (-60, -20, Pose.LEFT),
        (5, 20, Pose.UP),
        (-10, -25, Pose.DOWN),
    ],
)
def test_a_pose_has_a_name(yaw: float, pitch: float, expected: Pose) -> None:
    assert poses.classify(yaw, pitch) is expected


def _face(yaw: float | None, pitch: float | None) -> EnrolledFace:
    return EnrolledFace("f", "u", "p", "d", "U1", datetime(2026, 1, 1, tzinfo=UTC), yaw, pitch)


def test_advice_names_what_is_there_and_what_is_missing() -> None:
    advice = poses.advise([_face(0, 0), _face(-30, 0), _face(-40, 0), _face(None, None)])
    assert advice.present == (Pose.STRAIGHT, Pose.LEFT)
    assert advice.missing == (Pose.RIGHT, Pose.UP, Pose.DOWN)


def test_a_persons_photos_are_measured_when_they_are_enrolled(house: House, shared_data: Path) -> None:
    folder = shared_data / "user-vectors" / "Werner"
    if not folder.exists():
        pytest.skip(f"needs {folder}")
    given = [GivenPhoto(path.name, path.read_bytes) for path in sorted(folder.iterdir())]
    result = house.workspace.enrolment.enroll(Request("Werner", Actor("U1"), stated=RELEASED), given)
    assert result.poses == poses.Advice((Pose.LEFT, Pose.RIGHT), (Pose.STRAIGHT, Pose.UP, Pose.DOWN))
    assert result.person is not None
    measured = [poses.of(face) for face in house.workspace.records.faces(result.person.user_id)]
    assert sorted(filter(None, measured)) == [Pose.LEFT, Pose.RIGHT, Pose.RIGHT]
