"""On AWS: the same answers, many calls at once, and no more rights than the policy gives."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cloud import BUCKET, Calls, Line, in_the_cloud, open_cloud, settings
from house import RELEASED, SOMEONE, jpeg
from PIL import Image

from bot import app, iam
from bot.settings import Settings
from engine.vision import Weights
from services import status
from services.collection import erasure, reconcile
from services.collection.reindex import Reindex
from services.errors import Refusal
from services.people.enrolling.enrolment import Request
from services.people.photos.portraits import GivenPhoto
from services.pictures import images
from services.search import Mode, Strategy
from services.workspace import Workspace

Given = Callable[[str], GivenPhoto]


@pytest.fixture(scope="module")
def calls() -> Calls:
    return Calls()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, weights: Weights, calls: Calls) -> Iterator[None]:
    with in_the_cloud(tmp_path_factory.mktemp("aws"), calls):
        yield


@pytest.fixture(scope="module")
def twenty(photos: dict[str, Path]) -> bytes:
    """A photo of twenty faces."""
    canvas = Image.new("RGB", (1500, 1200), "gray")
    for number in range(20):
        with Image.open(photos["biden.jpg" if number % 2 else "obama2.jpg"]) as photo:
            picture = photo.convert("RGB")
        picture.thumbnail((290, 290))
        canvas.paste(picture, (number % 5 * 300, number // 5 * 300))
    return jpeg(canvas)


def _enroll(workspace: Workspace, name: str, *given: GivenPhoto) -> list[str]:
    result = workspace.enrolment.enroll(Request(name, SOMEONE, stated=RELEASED), given)
    return [outcome.fate.value for outcome in result.outcomes]


@pytest.mark.parametrize("strategy", list(Strategy))
@pytest.mark.parametrize("mode", list(Mode))
def test_a_photo_of_twenty_is_searched_in_a_few_rounds(
    cloud: None, tmp_path: Path, twenty: bytes, given_photo: Given, strategy: Strategy, mode: Mode
) -> None:
    with open_cloud(tmp_path, search_strategy=strategy) as workspaces:
        workspace, line = workspaces.open(f"T{strategy}{mode}"), Line()
        assert _enroll(workspace, "Barack", given_photo("obama.jpg")) == ["added"]
        workspace.collection.client.meta.events.register("before-send.rekognition", line.delay)
        found = workspace.search.identify(images.open(twenty), mode=mode, threshold=99)
    assert len(found.sightings) == 20
    assert found.recognised == 1
    assert line.calls > 20
    assert line.rounds <= 4


def test_the_policy_allows_what_is_asked_for_and_nothing_else(
    cloud: None, calls: Calls, tmp_path: Path, group: bytes, given_photo: Given
) -> None:
    for strategy in Strategy:
        with open_cloud(tmp_path, search_strategy=strategy) as workspaces:
            _live(workspaces.open(f"T{strategy}"), group, given_photo)
    assert calls.actions == iam.actions(iam.policy("facesearch", bucket=BUCKET))


def _live(workspace: Workspace, group: bytes, given_photo: Given) -> None:
    """Everything that is ever done in a workspace."""
    people, changes, photo = workspace.people, workspace.changes, images.open(group)
    assert _enroll(workspace, "Barack", given_photo("obama.jpg"), given_photo("obama2.jpg")) == ["added", "added"]
    assert _enroll(workspace, "Joe", given_photo("biden.jpg")) == ["added"]
    assert _enroll(workspace, "Eileen", given_photo("astronaut.png")) == ["added"]
    compared = workspace.search.compare(photo, threshold=99)
    assert compared.faces.recognised == compared.users.recognised == 3
    changes.rename(people.get("Joe"), "Joseph", actor=SOMEONE)
    barack = people.get("Barack")
    first = workspace.records.faces(barack.user_id)[0]
    changes.undo(changes.remove(barack, first.face_id, actor=SOMEONE).id, actor=SOMEONE)
    merged = changes.merge(people.get("Barack"), people.get("Joseph"), actor=SOMEONE)
    changes.undo(merged.id, actor=SOMEONE)
    assert status.status(workspace.collection, 99).faces == 4
    workspace.search.sweep()
    reconcile(workspace.collection)
    people.forget(people.get("Eileen"), actor="U1")
    assert Reindex(workspace.collection, lambda: None).run().faces == 3
    assert {person.name for person in people.all()} == {"Barack", "Joseph"}
    erasure.erase(workspace.collection)
    assert list(workspace.collection.photos.keys(f"{workspace.id}/")) == []


@pytest.mark.thorough
def test_everyone_moves_to_aws_and_back(cloud: None, tmp_path: Path, group: bytes, given_photo: Given) -> None:
    here = Settings(_env_file=None, data_dir=tmp_path)
    there = here.model_copy(update={"engine": "aws"})
    with app.open_workspaces(here) as workspaces:
        assert (
            _enroll(workspaces.open(), "Barack", given_photo("obama.jpg"), given_photo("obama2.jpg")) == ["added"] * 2
        )
    for settings_ in (there, here):
        with app.open_workspaces(settings_) as workspaces:
            workspace = workspaces.open()
            assert Reindex(workspace.collection, lambda: None).run().faces == 2
            for mode in Mode:
                found = workspace.search.identify(images.open(group), mode=mode, threshold=99)
                assert [s.match.person.name if s.match else None for s in found.sightings] == ["Barack", None, None]


def test_who_cannot_be_erased_for_want_of_the_bucket_is_whole(
    cloud: None, tmp_path: Path, group: bytes, given_photo: Given
) -> None:
    with open_cloud(tmp_path) as workspaces:
        assert _enroll(workspaces.open("TGONE"), "Barack", given_photo("obama.jpg")) == ["added"]
    without = settings(tmp_path).model_copy(update={"photos_bucket": "no-such-bucket"})
    with app.open_workspaces(without) as workspaces:
        workspace = workspaces.open("TGONE")
        with pytest.raises(Refusal, match="PHOTOS_BUCKET"):
            workspace.people.forget(workspace.people.get("Barack"), actor="U1")
        assert workspace.search.identify(images.open(group), mode=Mode.USERS, threshold=99).recognised == 1


def test_the_policy_names_the_collections_and_the_photos() -> None:
    document = iam.policy("faces", bucket="b", imports="s3://other/images/", region="eu-west-1", account="123456789012")
    resources = {statement["Sid"]: statement["Resource"] for statement in document["Statement"]}
    arn = "arn:aws:rekognition:eu-west-1:123456789012:collection/faces"
    assert resources["Collections"] == [arn, f"{arn}-*"]
    assert resources["Photos"] == ["arn:aws:s3:::b/enrolled/*"]
    assert resources["Imports"] == ["arn:aws:s3:::other/images/*"]
    assert not {"Photos", "Imports"} & _sids(iam.policy("faces"))


def _sids(document: dict[str, Any]) -> set[str]:
    return {statement["Sid"] for statement in document["Statement"]}


def test_the_environment_leads_to_aws(cloud: None, tmp_path: Path) -> None:
    assert settings(tmp_path).strategy is Strategy.CROPS
