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

import sqlalchemy as sa
from engine_steps import index

from engine import Engine, connect
from engine.store import FILE_NAME, Place
from engine.store.databases import tables

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

REPOSITORY = Path(__file__).parents[2]

ENROLS = """
import sys
from pathlib import Path
from engine import Engine, connect

with Engine.open(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])) as engine:
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

with Engine.open(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])) as engine:
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


def test_what_one_process_enrols_another_finds(place: Place, photos: dict[str, Path], obama2: bytes) -> None:
    with Engine.open(place) as here:
        client = connect(here)
        client.create_collection(CollectionId="team")
        there = start(ENROLS, place)
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


def test_a_killed_process_loses_nothing_that_it_acknowledged(place: Place) -> None:
    with Engine.open(place) as engine:
        connect(engine).create_collection(CollectionId="team")
    acknowledged: dict[str, set[str]] = {}
    chance = random.Random(1)
    for _ in range(5 if isinstance(place, Path) else 2):
        writer = start(WRITES_UNTIL_KILLED, place, Path(__file__).parent)
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        lines = [writer.stdout.readline() for _ in range(chance.randint(1, 5))]
        time.sleep(chance.uniform(0, 0.02))
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
        writer.communicate()
        complete = [line.split() for line in lines if line.endswith("\n")]
        acknowledged |= {user: set(faces) for user, *faces in complete}
        _check(place, acknowledged)
    assert len(acknowledged) >= 2


def _check(place: Place, acknowledged: dict[str, set[str]]) -> None:
    """What was acknowledged is there, and what was under way when the process was killed is there in whole steps."""
    with Engine.open(place) as engine:
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
        _check_rows(engine)
    if isinstance(place, Path):
        with sqlite3.connect(place / FILE_NAME) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def _check_rows(engine: Engine) -> None:
    with engine._context.store.read() as database:

        def count(counted: sa.Select[tuple[int]]) -> int:
            [(number,)] = database.all(counted)
            return int(number)

        number = sa.select(sa.func.count())
        faces = count(number.select_from(tables.faces))
        assert faces % 3 == 0
        with_vectors = count(number.select_from(tables.users).where(tables.users.c.vector.is_not(None)))
        assert count(number.select_from(tables.vectors)) == faces + with_vectors


OPENS_AND_CLOSES = """
import sys
from pathlib import Path
from engine import Engine, connect

with Engine.open(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])) as engine:
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


def test_a_page_token_survives_a_restart(place: Place, tmp_path: Path) -> None:
    with Engine.open(place) as engine:
        client = connect(engine)
        for name in ("one", "two"):
            client.create_collection(CollectionId=name)
        token = client.list_collections(MaxResults=1)["NextToken"]
    with Engine.open(place) as engine:
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
