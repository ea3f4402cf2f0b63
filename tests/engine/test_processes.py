"""Several processes on one store, and processes that are killed."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from engine_steps import index

from engine import Engine, connect
from engine.store import FILE_NAME

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

REPOSITORY = Path(__file__).parents[2]

ENROLS = """
import sys
from pathlib import Path
from engine import Engine, connect

with Engine.open(Path(sys.argv[1])) as engine:
    client = connect(engine)
    for line in sys.stdin:
        image = {"Bytes": Path(line.strip()).read_bytes()}
        record = client.index_faces(CollectionId="team", Image=image)["FaceRecords"][0]
        print(record["Face"]["FaceId"], flush=True)
"""

WRITES_UNTIL_KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from engine_steps import add_faces
from engine import Engine, connect

with Engine.open(Path(sys.argv[1])) as engine:
    client = connect(engine)
    print("ready", flush=True)
    number = client.describe_collection(CollectionId="team")["UserCount"]
    while True:
        client.create_user(CollectionId="team", UserId=f"user-{number}")
        faces = add_faces(engine, "team", 3)
        client.associate_faces(CollectionId="team", UserId=f"user-{number}", FaceIds=faces, UserMatchThreshold=0)
        print(f"user-{number}", *faces, flush=True)
        number += 1
"""


def start(script: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_what_one_process_enrols_another_finds(tmp_path: Path, photos: dict[str, Path], obama2: bytes) -> None:
    with Engine.open(tmp_path) as here:
        client = connect(here)
        client.create_collection(CollectionId="team")
        there = start(ENROLS, tmp_path)
        assert there.stdin
        assert there.stdout
        try:
            [asking] = index(client, "team", obama2, ExternalImageId="query:1")
            assert client.search_faces(CollectionId="team", FaceId=asking)["FaceMatches"] == []
            print(photos["obama.jpg"], file=there.stdin, flush=True)
            enrolled = there.stdout.readline().strip()
            found = client.search_faces(CollectionId="team", FaceId=asking)["FaceMatches"]
            assert [match["Face"]["FaceId"] for match in found] == [enrolled]
            client.delete_faces(CollectionId="team", FaceIds=[enrolled])
            assert client.search_faces(CollectionId="team", FaceId=asking)["FaceMatches"] == []
        finally:
            there.communicate()


def test_a_killed_process_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    with Engine.open(tmp_path) as engine:
        connect(engine).create_collection(CollectionId="team")
    acknowledged: dict[str, set[str]] = {}
    chance = random.Random(1)
    for _ in range(5):
        writer = start(WRITES_UNTIL_KILLED, tmp_path, Path(__file__).parent)
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        lines = [writer.stdout.readline() for _ in range(chance.randint(1, 5))]
        time.sleep(chance.uniform(0, 0.02))
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
        writer.communicate()
        complete = [line.split() for line in lines if line.endswith("\n")]
        acknowledged |= {user: set(faces) for user, *faces in complete}
        _check(tmp_path, acknowledged)
    assert len(acknowledged) > 5


def _check(data_dir: Path, acknowledged: dict[str, set[str]]) -> None:
    """What was acknowledged is there, and what was under way when the process was killed is there in whole steps."""
    with Engine.open(data_dir) as engine:
        client = connect(engine)
        users = [
            user["UserId"]
            for page in client.get_paginator("list_users").paginate(CollectionId="team")
            for user in page["Users"]
        ]
        assert set(acknowledged) <= set(users)
        for user, faces in acknowledged.items():
            listed = client.list_faces(CollectionId="team", UserId=user)["Faces"]
            assert {face["FaceId"] for face in listed} == faces
            assert client.search_users(CollectionId="team", FaceId=next(iter(faces)))["UserMatches"]
        _check_rows(data_dir)


def _check_rows(data_dir: Path) -> None:
    with sqlite3.connect(data_dir / FILE_NAME) as database:

        def count(query: str) -> int:
            return database.execute(query).fetchone()[0]

        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        faces = count("SELECT count(*) FROM faces")
        assert faces % 3 == 0
        with_vectors = count("SELECT count(*) FROM users WHERE vector IS NOT NULL")
        assert count("SELECT count(*) FROM vectors") == faces + with_vectors


OPENS_AND_CLOSES = """
import sys
from pathlib import Path
from engine import Engine, connect

with Engine.open(Path(sys.argv[1])) as engine:
    print(*connect(engine).list_collections()["CollectionIds"])
"""


def test_a_process_that_opens_it_twice_keeps_its_hold_on_it(tmp_path: Path) -> None:
    """Whoever closes a file loses all locks that the process has on it, and to SQLite nobody is there any more."""
    with Engine.open(tmp_path) as engine:
        client = connect(engine)
        client.create_collection(CollectionId="before")
        with Engine.open(tmp_path):
            pass
        assert start(OPENS_AND_CLOSES, tmp_path).communicate()[0] == "before\n"
        client.create_collection(CollectionId="after")
        assert start(OPENS_AND_CLOSES, tmp_path).communicate()[0] == "before after\n"


def test_a_page_token_survives_a_restart(tmp_path: Path) -> None:
    with Engine.open(tmp_path) as engine:
        client = connect(engine)
        for name in ("one", "two"):
            client.create_collection(CollectionId=name)
        token = client.list_collections(MaxResults=1)["NextToken"]
    with Engine.open(tmp_path) as engine:
        assert connect(engine).list_collections(NextToken=token)["CollectionIds"] == ["two"]
    with Engine.open(tmp_path / "other") as engine:
        client = connect(engine)
        invalid = client.exceptions.InvalidPaginationTokenException
        _refuses(client, token, invalid)


def _refuses(client: RekognitionClient, token: str, invalid: type[Exception]) -> None:
    try:
        client.list_collections(NextToken=token)
    except invalid:
        return
    raise AssertionError("a token of another store was taken")
