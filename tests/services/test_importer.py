"""Folders of photos, one a person, on disk and in S3."""

import os
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from services.errors import NotFound, Refusal
from services.people import importer


def test_each_folder_is_a_person(tmp_path: Path) -> None:
    for file in ("Zoë/b.jpg", "Zoë/a.jpg", "Adam/c.png", ".git/x", "empty/.hidden", "loose.jpg"):
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(file.encode())
    folders = importer.from_disk(tmp_path)
    assert [(folder.name, [photo.name for photo in folder.photos]) for folder in folders] == [
        ("Adam", ["c.png"]),
        ("Zoë", ["a.jpg", "b.jpg"]),
    ]
    assert folders[1].photos[0].read() == "Zoë/a.jpg".encode()


def test_the_same_from_s3() -> None:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="team")
        for key in ("images/Zoë/a.jpg", "images/Zoë/b.jpg", "images/Adam/c.png", "images/photo.jpeg", "other/X/d.jpg"):
            s3.put_object(Bucket="team", Key=key, Body=key.encode())
        folders = importer.from_s3(s3, "s3://team/images")
        assert [(folder.name, len(folder.photos)) for folder in folders] == [("Adam", 1), ("Zoë", 2)]
        assert folders[1].photos[1].read() == "images/Zoë/b.jpg".encode()
        with pytest.raises(NotFound):
            importer.from_s3(s3, "s3://team/nothing/")
        with pytest.raises(Refusal, match=r"bucket does not exist\. Mend the address"):
            importer.from_s3(s3, "s3://missing/images/")
        s3.delete_object(Bucket="team", Key="images/Zoë/b.jpg")
        with pytest.raises(Refusal, match="key does not exist"):
            folders[1].photos[1].read()


def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no folder"):
        importer.from_disk(tmp_path / "missing")
    with pytest.raises(NotFound, match="one folder a person"):
        importer.from_disk(tmp_path)
    with pytest.raises(NotFound, match="There is no file"):
        importer.read_file(tmp_path / "missing.jpg")
    with pytest.raises(Refusal, match="cannot be read"):
        importer.read_file(tmp_path)


def test_what_is_no_name_is_refused_before_anybody_is_enrolled(tmp_path: Path) -> None:
    for name in ("Adam", "me"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").touch()
    with pytest.raises(Refusal, match="The folder me has no name of a person: "):
        importer.from_disk(tmp_path)


def test_a_file_s_name_breaks_no_line_and_is_text(tmp_path: Path) -> None:
    (tmp_path / "Adam").mkdir()
    for name in (b"a\nb\x1b[31m.jpg", b"x\xffy.jpg"):
        (tmp_path / "Adam" / os.fsdecode(name)).write_bytes(name)
    (folder,) = importer.from_disk(tmp_path)
    assert [photo.name for photo in folder.photos] == [
        "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}[31m.jpg",
        "x\N{REPLACEMENT CHARACTER}y.jpg",
    ]
    assert folder.photos[1].read() == b"x\xffy.jpg"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(importer.MAX_BYTES + 1)
    with pytest.raises(Refusal, match="at most"):
        importer.read_file(huge)
