"""The originals of an album in the direct messages of who asked: what they may see, each once, and taken back."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from slack_sdk.errors import SlackApiError
from team import PHOTOS, Json, Photo, Team, eventually, painted, shown
from test_album_in_slack import DIRECT, _enrolled, _files, _idle, _keep, _posted

from handlers.slack.uploads import Uploads
from handlers.views import album
from playground.state import File, seed
from services.album import Album, bundle
from services.records import Person, Source

pytestmark = [pytest.mark.usefixtures("nobody_known"), pytest.mark.faces("painted")]


@pytest.fixture
def robin(team: Team, photo: Photo) -> Person:
    found = _enrolled(team, photo, "Robin", seed.ADMIN, "obama.jpg", "obama2.jpg")
    _keep(team, found)
    return found


def _picture(number: int) -> tuple[str, bytes]:
    """A photo of Robin, a file of its own."""
    return f"IMG_{number}.PNG", painted.picture(1, side=120 + number)


def _downloaded(team: Team, question: str = "photos") -> Json:
    """The message that a download ends with."""
    before = {message["ts"] for message in team.member.messages(DIRECT)}
    team.click(team.ask(question), album.DOWNLOAD)

    def ended() -> Json | None:
        new = (message for message in team.member.messages(DIRECT) if message["ts"] not in before)
        return next(
            (each for each in new if re.search("Here (is|are)|none is left|could not go on", shown(each))), None
        )

    return eventually(ended, "the end of a download", within=60)


def _zips(team: Team) -> list[File]:
    return sorted((file for file in _files(team).values() if file.name.endswith(".zip")), key=lambda file: file.name)


def _entries(file: File) -> dict[str, bytes]:
    assert file.path is not None
    with zipfile.ZipFile(io.BytesIO(file.path.read_bytes())) as unpacked:
        return {name: unpacked.read(name) for name in unpacked.namelist()}


@pytest.fixture(autouse=True)
def _nothing_of_others(team: Team) -> None:
    for file in _zips(team):
        _files(team).pop(file.id)


def test_the_originals_are_handed_over_once_by_day_and_channel_and_taken_back(team: Team, robin: Person) -> None:
    given = [_picture(number) for number in range(3)]
    for each in (*given, given[1]):
        _posted(team, each, robin)
    said = _downloaded(team)
    assert "Here are 3 photos" in shown(said)
    assert "1 was posted more than once" in shown(said)
    (file,) = _zips(team)
    day = datetime.now(UTC).date().isoformat()
    assert [share.channel for share in file.shares] == [DIRECT]
    assert _entries(file) == {f"{day} photos {n}.png": data for n, (_, data) in enumerate(given, start=1)}
    team.sweep(datetime.now(UTC))
    assert _zips(team), "it was taken back early"
    team.sweep(datetime.now(UTC) + timedelta(days=1, minutes=1))
    assert not _zips(team)


def test_it_goes_with_any_of_its_photos_and_with_the_album(team: Team, robin: Person) -> None:
    first, _ = [_posted(team, _picture(number), robin) for number in (10, 11)]
    _downloaded(team)
    team.member.do("delete", channel=PHOTOS, ts=first)
    eventually(lambda: not _zips(team) or None, "no zip", within=30)
    _downloaded(team)
    assert [len(_entries(file)) for file in _zips(team)] == [1]
    team.ask("photos off")
    assert not _zips(team)


def test_large_albums_come_in_parts(team: Team, robin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = [_noise(number) for number in range(4)]
    for each in noise:
        _posted(team, each, robin)
    monkeypatch.setattr(bundle, "MOST", 2 * len(noise[0][1]) + 20_000)
    said = _downloaded(team)
    assert "Here are 4 photos" in shown(said)
    assert "They are in 2 files" in shown(said)
    files = _zips(team)
    assert all(file.size < bundle.MOST for file in files)
    assert [re.sub(r"^photos \S+, ", "", file.name) for file in files] == ["part 1.zip", "part 2.zip"]
    assert [data for file in files for data in _entries(file).values()] == [data for _, data in noise]


def _noise(number: int) -> tuple[str, bytes]:
    """A photo of Robin that does not shrink."""
    with Image.open(io.BytesIO(painted.picture(1, side=150))) as picture:
        noise = Image.effect_noise((picture.width, 100), 60 + number).convert("RGB")
        canvas = Image.new("RGB", (picture.width, picture.height + 100), "gray")
        canvas.paste(picture.convert("RGB"), (0, 0))
        canvas.paste(noise, (0, picture.height))
    buffer = io.BytesIO()
    canvas.save(buffer, "PNG")
    return f"noise{number}.png", buffer.getvalue()


def test_what_is_gone_meanwhile_is_counted_and_not_handed_over(
    team: Team, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = [_posted(team, _picture(number), robin) for number in (20, 21, 22)]
    announce = Uploads.announce

    def late(uploads: Uploads, size: int, *, name: str, alt: str) -> object:
        """Somebody deletes a photo when it is packed already, and the part has been announced."""
        upload = announce(uploads, size, name=name, alt=alt)
        if name.endswith(".zip") and posted:
            team.member.do("delete", channel=PHOTOS, ts=posted.pop())
            left = 2 if posted else 0
            kept = team.workspace.records.appearances
            eventually(lambda: kept.count_of(robin.user_id) == left or None, "it is gone", within=20)
            del posted[:]
        return upload

    monkeypatch.setattr(Uploads, "announce", late)
    said = _downloaded(team)
    assert "Here are 2 photos" in shown(said)
    assert "1 is gone meanwhile" in shown(said)
    _idle(team)
    assert [len(_entries(file)) for file in _zips(team) if file.completed] == [2]


def test_slacks_refusal_is_said_in_the_message_that_told_how_far_it_was(
    team: Team, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _posted(team, _picture(30), robin)

    def refused(uploads: Uploads, size: int, *, name: str, alt: str) -> object:
        raise SlackApiError("no", {"ok": False, "error": "storage_limit_reached"})

    monkeypatch.setattr(Uploads, "announce", refused)
    said = shown(_downloaded(team))
    assert said.startswith("I could not go on with the download: ")
    assert "storage_limit_reached" not in said
    assert not _zips(team)


def test_nothing_is_left_on_the_disk(
    team: Team, robin: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    _posted(team, _picture(40), robin)
    assert "Here is 1 photo" in shown(_downloaded(team))
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_theirs_to_see_any_more_is_not_handed_over_though_it_was_packed(
    team: Team, robin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    _posted(team, _picture(50), robin)
    announce, still_seen = Uploads.announce, Album.still_seen
    announced: list[str] = []

    def late(uploads: Uploads, size: int, *, name: str, alt: str) -> object:
        announced.append(name)
        return announce(uploads, size, name=name, alt=alt)

    def seen(album: Album, *given: Any, **more: Any) -> frozenset[Source]:
        return still_seen(album, *given, **more) if not announced else frozenset()

    monkeypatch.setattr(Uploads, "announce", late)
    monkeypatch.setattr(Album, "still_seen", seen)
    said = shown(_downloaded(team))
    assert announced
    assert "1 is gone meanwhile" in said
    assert not [file for file in _zips(team) if file.completed]
