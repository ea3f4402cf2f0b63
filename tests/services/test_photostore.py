import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from socket import socket

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count

from services.collection.photostore import FolderPhotoStore, PhotoStore, S3PhotoStore
from services.errors import NotFound, Refusal, Unavailable


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PhotoStore]:
    if request.param == "folder":
        yield FolderPhotoStore(tmp_path / "photos")
        return
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="team-faces")
        yield S3PhotoStore(s3, "team-faces")


def test_what_is_put_is_got_until_it_is_deleted(store: PhotoStore) -> None:
    store.put("T1/u-1/f-1.jpg", b"first")
    store.put("T1/u-1/f-1.jpg", b"second")
    store.put("T1/u-2/f-2.jpg", b"other")
    assert store.get("T1/u-1/f-1.jpg") == b"second"
    assert sorted(store.keys("T1/u-1/")) == ["T1/u-1/f-1.jpg"]
    store.delete("T1/u-1/f-1.jpg")
    store.delete("T1/u-1/f-1.jpg")
    assert list(store.keys("T1/u-1/")) == []
    assert list(store.keys("T1/")) == ["T1/u-2/f-2.jpg"]
    with pytest.raises(NotFound):
        store.get("T1/u-1/f-1.jpg")


def test_what_is_wrong_with_a_bucket_is_said() -> None:
    with mock_aws():
        missing = S3PhotoStore(boto3.client("s3", region_name="us-east-1"), "no-such-bucket")
        for call in (lambda: missing.put("a", b"x"), lambda: missing.get("a"), lambda: list(missing.keys(""))):
            with pytest.raises(Refusal, match="mend PHOTOS_BUCKET"):
                call()
        with pytest.raises(Refusal, match="does not take my credentials"):
            set_initial_no_auth_action_count(0)(missing.delete)("a")
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        config = Config(retries={"total_max_attempts": 1})
        s3 = boto3.client("s3", region_name="us-east-1", endpoint_url=address, config=config, **keys)
        with pytest.raises(Unavailable, match=r"cannot reach 127\.0\.0\.1"):
            S3PhotoStore(s3, "team-faces").put("a", b"x")


@pytest.mark.parametrize("key", ["../x", "/etc/x", "a//b", "a/../b", "", "a b", "ü"])
def test_a_key_never_leaves_the_store(store: PhotoStore, key: str) -> None:
    with pytest.raises(ValueError, match="not a photo key"):
        store.put(key, b"x")


def test_photos_on_disk_are_private(tmp_path: Path) -> None:
    FolderPhotoStore(tmp_path / "photos").put("T1/u-1/f.jpg", b"x")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "photos").rglob("*")}
    assert all(mode & 0o077 == 0 for mode in modes.values()), modes


def test_what_a_killed_process_was_writing_is_never_listed_and_soon_deleted(tmp_path: Path) -> None:
    store = FolderPhotoStore(tmp_path / "photos")
    torn = tmp_path / "photos" / ".new" / "torn"
    torn.write_bytes(b"half a face")
    store.put("T1/u-1/f.jpg", b"x")
    assert list(store.keys("")) == ["T1/u-1/f.jpg"]
    assert torn.exists(), "another process may be writing it"
    os.utime(torn, (time.time() - 61,) * 2)
    store.delete("T1/u-1/f.jpg")
    assert not torn.exists()
    assert not (tmp_path / "photos" / "T1" / "u-1").exists()
