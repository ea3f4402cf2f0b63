"""What lets one open a modal lives three seconds, however long what is shown in it takes."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image
from playground_kit import FAST
from team import Json, Team, element_of, eventually, open_team, shown

from engine.vision import Weights
from handlers.views import home


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Iterator[Team]:
    """In a Slack with the latencies of a real one, which takes as long as the playground's to look at a file."""
    slow = replace(FAST, call_latency=0.15, share_delay=0.75, trigger_lifetime=3.0, ack_timeout=3.0)
    with open_team(tmp_path_factory.mktemp("data"), options=slow, is_painted=True) as opened:
        yield opened


def test_ten_new_thumbnails_do_not_keep_the_album_from_opening(team: Team) -> None:
    workspace = team.workspace
    person = workspace.records.add_person("Alice", member=None, added_by=team.member.id)
    for number in range(10):
        picture = io.BytesIO()
        Image.new("RGB", (400, 400), (20 * number, 90, 90)).save(picture, "JPEG")
        key = workspace.collection.photo_key(person, f"f{number}")
        workspace.collection.photos.put(key, picture.getvalue())
        about = {"photo": key, "digest": f"d{number}", "added_by": team.member.id}
        workspace.records.add_face(person.user_id, face_id=f"f{number}", **about)
    team.member.news.clear()
    team.member.do("open_home")

    def published() -> Json | None:
        views = [news["view"] for news in team.member.news if news["type"] == "home"]
        return next((view for view in views if "I know 1 person" in shown(view)), None)

    view = eventually(published, "a Home", within=20)
    block_id, menu = element_of(view["blocks"], home.SHOW)
    action = {"block_id": block_id, "action_id": home.SHOW, "type": "static_select"}
    choice = {"selected_option": menu["options"][0]}
    team.member.do("action", container={"type": "view", "view_id": view["id"]}, action=action | choice)
    assert "One moment" in shown(team.member.hears("view_open", within=5)["view"])

    def filled() -> Json | None:
        views = [news["view"] for news in team.member.news if news["type"] == "view_update"]
        return next((each for each in views if "Photo 5 of 10" in shown(each)), None)

    album = eventually(filled, "the album", within=30)
    assert str(album).count("slack_file") == 5
    assert "And 5 more" in shown(album)
