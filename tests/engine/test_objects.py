"""Images in an S3 that is slow, breaks off, or does not say how long they are."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import boto3
import httpx
import pytest
from botocore.config import Config
from starlette.testclient import TestClient

from engine import Engine, EngineError
from engine.objects import MAX_BYTES, Fetched, Objects
from engine.vision import Weights
from engine.wire.server import create_app


class _S3(ThreadingHTTPServer):
    """Answers each key in another way."""

    daemon_threads = True
    data = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.go_on = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _S3

    def do_GET(self) -> None:
        key, data = self.path.split("/")[-1].split("?")[0], self.server.data
        self.server.asked.append(key)
        self.send_response(200)
        if key in ("chunked", "endless"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in (data,) if key == "chunked" else (bytes(MAX_BYTES // 4),) * 5:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            self.wfile.write(b"0\r\n\r\n")
            return
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data if key == "whole" else data[:1000])
        self.wfile.flush()
        if key == "slow":
            self.server.go_on.wait(20)
            self.wfile.write(data[1000:])
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def s3(obama: bytes) -> Iterator[_S3]:
    with _S3() as server:
        server.data = obama
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server
        server.go_on.set()
        server.shutdown()
        serving.join()


def client(s3: _S3, patience: float = 20) -> object:
    config = Config(read_timeout=patience, retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any", "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{s3.server_port}", config=config, **keys)


def test_an_object_is_read_whole_whether_or_not_it_says_how_long_it_is(s3: _S3, obama: bytes) -> None:
    objects = Objects(client(s3))
    assert objects.read("bucket", "whole") == objects.read("bucket", "chunked") == obama
    with pytest.raises(EngineError) as refused:
        objects.read("bucket", "endless")
    assert refused.value.code == "ImageTooLargeException"


@pytest.mark.parametrize("key", ["short", "slow"])
def test_one_that_breaks_off_or_stalls_cannot_be_had(s3: _S3, key: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(EngineError) as refused:
        Objects(client(s3, patience=0.2)).read("bucket", key)
    assert refused.value.code == "InvalidS3ObjectException"
    assert "An image could not be read from S3" in caplog.text


def test_what_was_fetched_is_not_read_again_nor_tried_again(s3: _S3, obama: bytes) -> None:
    wanted = [{"Bucket": "bucket", "Name": name} for name in ("whole", "short")]
    fetched = Fetched(Objects(client(s3)), [*wanted, {"Bucket": "bucket"}])
    assert fetched.read("bucket", "whole") == obama
    with pytest.raises(EngineError, match="Unable to get object"):
        fetched.read("bucket", "short")
    assert s3.asked == ["whole", "short"]
    assert fetched.read("bucket", "chunked") == obama


def test_a_slow_s3_keeps_nobody_else_waiting(s3: _S3, weights: Weights, tmp_path: Path) -> None:
    def call(operation: str, **params: object) -> httpx.Response:
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": f"RekognitionService.{operation}"}
        return http.post("/", content=json.dumps(params).encode(), headers=headers)

    image = {"S3Object": {"Bucket": "bucket", "Name": "slow"}}
    with (
        Engine.open(tmp_path, s3=client(s3)) as engine,
        TestClient(create_app(engine)) as http,
        ThreadPoolExecutor(8) as pool,
    ):
        waiting = [pool.submit(call, "DetectFaces", Image=image) for _ in range(8)]
        while len(s3.asked) < 8:
            time.sleep(0.01)
        began = time.monotonic()
        assert call("ListCollections").json() == {"CollectionIds": [], "FaceModelVersions": []}
        assert time.monotonic() - began < 5
        assert not any(each.done() for each in waiting)
        s3.go_on.set()
        assert [len(each.result(20).json()["FaceDetails"]) for each in waiting] == [1] * 8
        assert len(s3.asked) == 8
        missing = call("IndexFaces", CollectionId="missing", Image={"S3Object": {"Bucket": "bucket", "Name": "short"}})
        assert missing.json()["Code"] == "ResourceNotFoundException"
        assert call("DetectFaces", Image={"S3Object": {"Bucket": "b"}}).status_code == 400
