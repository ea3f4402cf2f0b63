from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import uvicorn
from botocore import UNSIGNED
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from starlette.testclient import TestClient

from engine import Engine, EngineError
from engine.__main__ import _listen as listen
from engine.__main__ import main
from engine.operations import OPERATIONS
from engine.vision import Weights
from engine.wire.server import MAX_BODY, create_app
from engine.wire.signatures import SignedRequest, verify

if TYPE_CHECKING:
    from mypy_boto3_rekognition import RekognitionClient

REPOSITORY = Path(__file__).parents[2]
KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
AWS_JSON = {"Content-Type": "application/x-amz-json-1.1"}


@pytest.fixture(scope="module")
def http(engine: Engine) -> TestClient:
    return TestClient(create_app(engine))


@pytest.fixture(scope="module")
def guarded(engine: Engine) -> TestClient:
    return TestClient(create_app(engine, {KEY: SECRET}), base_url="http://engine.test:8100")


def call(client: TestClient, operation: str, body: bytes = b"{}", **headers: str) -> Any:
    target = {"X-Amz-Target": f"RekognitionService.{operation}"}
    return client.post("/", content=body, headers=AWS_JSON | target | headers)


def sign(url: str, body: bytes, key: str = KEY, secret: str = SECRET, **others: str) -> dict[str, str]:
    target = {"X-Amz-Target": "RekognitionService.ListCollections"}
    request = AWSRequest("POST", url, AWS_JSON | target | others, body)
    SigV4Auth(Credentials(key, secret), "rekognition", "eu-west-1").add_auth(request)
    return dict(request.headers.items())


def test_an_operation_is_answered_over_http(http: TestClient) -> None:
    response = call(http, "ListCollections")
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-amz-json-1.1"
    assert response.headers["x-amzn-requestid"]
    assert "CollectionIds" in response.json()


def test_an_error_is_answered_as_aws_does(http: TestClient) -> None:
    response = call(http, "DescribeCollection", b'{"CollectionId": "missing"}')
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert response.json() == {
        "__type": "ResourceNotFoundException",
        "Code": "ResourceNotFoundException",
        "Logref": response.headers["x-amzn-requestid"],
        "Message": "The collection id: missing does not exist",
    }


def test_health(http: TestClient) -> None:
    assert http.get("/health").json() == {"status": "ok"}


def test_what_a_web_page_could_send_is_refused(http: TestClient) -> None:
    target = {"X-Amz-Target": "RekognitionService.ListCollections"}
    assert http.post("/", content=b"{}", headers=target | {"Content-Type": "text/plain"}).status_code == 404
    assert http.get("/").status_code == 405


def test_a_request_that_names_no_operation_is_told_how(http: TestClient) -> None:
    for target in ({}, {"X-Amz-Target": "DynamoDB_20120810.ListCollections"}):
        response = http.post("/", content=b"{}", headers=AWS_JSON | target)
        assert (response.status_code, response.json()["__type"]) == (400, "UnknownOperationException")
        assert "RekognitionService" in response.json()["Message"]
    assert call(http, "DetectLabels").json()["Message"] == "This engine has no operation DetectLabels"


def test_the_content_type_may_be_written_in_any_case(http: TestClient) -> None:
    headers = {"Content-Type": "Application/X-Amz-JSON-1.1; charset=UTF-8"}
    headers["X-Amz-Target"] = "RekognitionService.ListCollections"
    assert http.post("/", content=b"{}", headers=headers).status_code == 200


def test_a_server_on_this_machine_answers_to_its_names_only(engine: Engine) -> None:
    app = create_app(engine, allowed_hosts=["127.0.0.1"])
    assert TestClient(app, base_url="http://127.0.0.1:8100").get("/health").status_code == 200
    assert TestClient(app, base_url="http://evil.example:8100").get("/health").status_code == 400


def test_pages_of_an_allowed_origin_may_call(engine: Engine) -> None:
    client = TestClient(create_app(engine, allowed_origins=["https://app.example"]))
    asks = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "amz-sdk-request,authorization,content-type,x-amz-date,x-amz-target",
    }
    allowed = client.options("/", headers={"Origin": "https://app.example"} | asks)
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == "https://app.example"
    assert set(allowed.headers["access-control-allow-headers"].split(",")) >= {"x-amz-target", "authorization"}
    answered = call(client, "ListCollections", Origin="https://app.example")
    assert answered.headers["access-control-allow-origin"] == "https://app.example"
    assert "x-amzn-RequestId" in answered.headers["access-control-expose-headers"]
    for origin in ("https://evil.example", "https://app.example.evil.example", "http://app.example", "null"):
        refused = client.options("/", headers={"Origin": origin} | asks)
        assert refused.status_code == 400
        assert "access-control-allow-origin" not in refused.headers


def test_no_origin_is_allowed_unasked(http: TestClient) -> None:
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}
    response = http.options("/", headers=headers)
    assert response.status_code == 405
    assert not any(name.startswith("access-control") for name in response.headers)


def test_a_timestamp_is_in_seconds_with_milliseconds(http: TestClient) -> None:
    call(http, "CreateCollection", b'{"CollectionId": "timed"}')
    try:
        created = call(http, "DescribeCollection", b'{"CollectionId": "timed"}').json()["CreationTimestamp"]
    finally:
        call(http, "DeleteCollection", b'{"CollectionId": "timed"}')
    assert created == round(created, 3)
    assert abs(created - dt.datetime.now(dt.UTC).timestamp()) < 600


def test_a_body_without_end_is_refused(http: TestClient) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MAX_BODY // 65536 + 2):
            yield b" " * 65536

    response = http.post("/", content=endless(), headers=AWS_JSON)
    assert response.status_code == 413


def test_a_failure_inside_is_hidden_and_logged(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Engine):
        def call(self, operation: str, params: dict[str, Any]) -> dict[str, Any]:
            raise ZeroDivisionError("secret detail")

    response = call(TestClient(create_app(Broken(engine._context))), "ListCollections")
    assert response.status_code == 500
    assert response.json()["__type"] == "InternalServerError"
    assert "secret detail" not in response.text
    assert "secret detail" in caplog.text
    assert response.headers["x-amzn-requestid"] in caplog.text


def test_a_signed_request_is_let_in(guarded: TestClient) -> None:
    url = "http://engine.test:8100/"
    assert guarded.post(url, content=b"{}", headers=sign(url, b"{}")).status_code == 200


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda headers: headers.pop("Authorization"), "MissingAuthenticationTokenException"),
        (lambda headers: headers.update(Authorization="Bearer token"), "IncompleteSignatureException"),
        (lambda headers: headers.pop("X-Amz-Date"), "IncompleteSignatureException"),
        (lambda headers: headers.update({"X-Amz-Date": "20200101T000000Z"}), "InvalidSignatureException"),
        (
            lambda headers: headers.update({"X-Amz-Target": "RekognitionService.DeleteUser"}),
            "InvalidSignatureException",
        ),
        (
            lambda headers: headers.update(Authorization=headers["Authorization"][:-4] + "0000"),
            "InvalidSignatureException",
        ),
        (
            lambda headers: headers.update(Authorization=headers["Authorization"].replace(KEY, "AKIDOTHER")),
            "UnrecognizedClientException",
        ),
    ],
)
def test_a_wrong_signature_is_refused(guarded: TestClient, spoil: Any, code: str) -> None:
    url = "http://engine.test:8100/"
    headers = sign(url, b"{}")
    spoil(headers)
    response = guarded.post(url, content=b"{}", headers=headers)
    assert (response.status_code, response.json()["__type"]) == (400, code)


def test_what_says_what_is_asked_for_must_be_signed(guarded: TestClient) -> None:
    url = "http://engine.test:8100/"
    target = {"X-Amz-Target": "RekognitionService.ListCollections"}
    request = AWSRequest("POST", url, AWS_JSON, b"{}")
    SigV4Auth(Credentials(KEY, SECRET), "rekognition", "eu-west-1").add_auth(request)
    for added in (target, {"X-Amz-Security-Token": "other"}):
        response = guarded.post(url, content=b"{}", headers=dict(request.headers.items()) | added)
        assert (response.status_code, response.json()["__type"]) == (400, "IncompleteSignatureException")


def test_a_changed_body_or_secret_is_refused(guarded: TestClient) -> None:
    url = "http://engine.test:8100/"
    for headers in (sign(url, b"[]"), sign(url, b"{}", secret="other")):
        assert guarded.post(url, content=b"{}", headers=headers).json()["__type"] == "InvalidSignatureException"


def test_a_digest_that_is_signed_must_be_that_of_the_body(guarded: TestClient) -> None:
    """AWS's SDK for JavaScript sends one with every request."""
    url = "http://engine.test:8100/"
    digest = {"X-Amz-Content-SHA256": hashlib.sha256(b"{}").hexdigest()}
    assert guarded.post(url, content=b"{}", headers=sign(url, b"{}", **digest)).status_code == 200
    unsigned = {"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"}
    for headers, body in ((digest, b'{"MaxResults": 1}'), (unsigned, b"{}")):
        response = guarded.post(url, content=body, headers=sign(url, b"{}", **headers))
        assert response.json()["__type"] == "InvalidSignatureException"


def test_a_signature_grows_old() -> None:
    url = "http://engine.test:8100/"
    headers = {name.lower(): value for name, value in sign(url, b"{}").items()} | {"host": "engine.test:8100"}
    request = SignedRequest("POST", url, headers, b"{}")
    now = dt.datetime.now(dt.UTC)
    assert verify(request, {KEY: SECRET}, now + dt.timedelta(minutes=14)) == KEY
    assert verify(request, {KEY: SECRET}, now - dt.timedelta(minutes=14)) == KEY
    with pytest.raises(EngineError, match="Signature expired"):
        verify(request, {KEY: SECRET}, now + dt.timedelta(minutes=16))
    with pytest.raises(EngineError, match="Signature not yet current"):
        verify(request, {KEY: SECRET}, now - dt.timedelta(minutes=16))


class Served:
    """`python -m engine serve` in a process of its own."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        command = [sys.executable, "-m", "engine", "serve", "--port", "0", "--data-dir", str(data_dir), *options]
        self.process = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr
        self.log: list[str] = []
        for line in self.process.stderr:
            self.log.append(line)
            if "Listening on " in line:
                break
        self.url = self.log[-1].split()[-1]

    def client(self, **options: Any) -> RekognitionClient:
        return boto3.client("rekognition", endpoint_url=self.url, region_name="us-east-1", **options)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        _, rest = self.process.communicate(timeout=20)
        self.log.append(rest)
        return self.process.returncode


def hang_up(url: str) -> None:
    """Begin a request, and go before it is whole."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        head = (
            f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 9\r\n\r\n"
        )
        connection.sendall(head.encode() + b"{")


def test_a_body_that_comes_too_slowly_is_not_waited_for(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.wire.server._READ_WITHIN", 0.3)
    server = uvicorn.Server(uvicorn.Config(create_app(engine), log_level="error"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: 99\r\n\r\n"
        with socket.create_connection(listener.getsockname(), timeout=20) as caller:
            caller.sendall(head + b"{")
            answered = b"".join(iter(lambda: caller.recv(1000), b""))  # to the end: the connection is closed
        server.should_exit = True
        thread.join()
    assert answered.startswith(b"HTTP/1.1 408 ")
    assert b"RequestTimeoutException" in answered


@contextmanager
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Has ListCollections answer nothing before the second event is set; the first says that one is under way."""
    begun, released = threading.Event(), threading.Event()

    def wait(_: object, __: object) -> dict[str, list[str]]:
        begun.set()
        released.wait(20)
        return {"CollectionIds": ["slow"]}

    monkeypatch.setattr("engine.api.OPERATIONS", {**OPERATIONS, "ListCollections": wait})
    yield begun, released
    released.set()


@pytest.mark.parametrize("is_in_time", [True, False])
def test_a_server_that_stops_lets_requests_finish_or_says_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, is_in_time: bool
) -> None:
    listener = listen("127.0.0.1", 0)
    patience = 20 if is_in_time else 1
    config = uvicorn.Config(
        create_app(engine), log_level="critical", lifespan="off", timeout_graceful_shutdown=patience
    )
    server = uvicorn.Server(config)
    running = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    with held(monkeypatch) as (begun, released), ThreadPoolExecutor(1) as pool:
        running.start()
        connection = HTTPConnection(*listener.getsockname()[:2], timeout=20)
        connection.request("POST", "/", b"{}", AWS_JSON | {"X-Amz-Target": "RekognitionService.ListCollections"})
        answer = pool.submit(connection.getresponse)
        assert begun.wait(10)
        server.should_exit = True
        if is_in_time:
            time.sleep(0.3)
            released.set()
        response = answer.result(20)
    running.join(10)
    assert response.headers["content-type"] == "application/x-amz-json-1.1"
    assert response.headers["x-amzn-requestid"]
    said = json.loads(response.read())
    if is_in_time:
        assert (response.status, said) == (200, {"CollectionIds": ["slow"]})
    else:
        assert (response.status, said["Code"]) == (500, "InternalServerError")
        assert said["Message"] == "The server stops, and does not wait for this request."


def test_an_engine_is_closed_behind_the_last_call(
    weights: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with held(monkeypatch) as (begun, released), ThreadPoolExecutor(2) as pool:
        opened = Engine.open(tmp_path)
        slow = pool.submit(opened.call, "ListCollections", {})
        assert begun.wait(10)
        closing = pool.submit(opened.close)
        with pytest.raises(TimeoutError):
            closing.result(0.2)
        with pytest.raises(EngineError, match="closed"):
            opened.call("CreateCollection", {"CollectionId": "late"})
        released.set()
        assert slow.result(10) == {"CollectionIds": ["slow"]}
        assert closing.result(10) is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_starts_serves_and_stops(tmp_path: Path, obama: bytes, number: int) -> None:
    served = Served(tmp_path)
    assert served.url.startswith("http://127.0.0.1:")
    client = served.client(config=Config(signature_version=UNSIGNED))
    client.create_collection(CollectionId="team")
    assert len(client.index_faces(CollectionId="team", Image={"Bytes": obama})["FaceRecords"]) == 1
    hang_up(served.url)
    client.list_collections()
    assert served.stop(number) == 0
    assert "Traceback" not in "".join(served.log)


def test_a_server_with_credentials_wants_them(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text(f"[default]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n[sso]\nregion = x\n")
    served = Served(tmp_path, "--credentials", str(file))
    try:
        served.client(aws_access_key_id=KEY, aws_secret_access_key=SECRET).create_collection(CollectionId="team")
        with pytest.raises(ClientError, match="InvalidSignatureException"):
            served.client(aws_access_key_id=KEY, aws_secret_access_key="wrong").list_collections()
        with pytest.raises(ClientError, match="MissingAuthenticationTokenException"):
            served.client(config=Config(signature_version=UNSIGNED)).list_collections()
    finally:
        served.stop()


def test_a_server_can_give_neutral_attributes_and_allow_an_origin(tmp_path: Path, obama: bytes) -> None:
    served = Served(tmp_path, "--neutral-attributes", "--allow-origin", "https://app.example")
    try:
        client = served.client(config=Config(signature_version=UNSIGNED))
        (face,) = client.detect_faces(Image={"Bytes": obama}, Attributes=["ALL"])["FaceDetails"]
        assert face["Sunglasses"] == {"Value": False, "Confidence": 50.0}
        preflight = urllib.request.Request(served.url, method="OPTIONS")
        preflight.add_header("Origin", "https://app.example")
        preflight.add_header("Access-Control-Request-Method", "POST")
        with urllib.request.urlopen(preflight, timeout=20) as response:
            assert response.headers["Access-Control-Allow-Origin"] == "https://app.example"
    finally:
        served.stop()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine", *arguments]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False)


def test_a_busy_port_is_named_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        finished = run("serve", "--port", port, "--data-dir", str(tmp_path))
    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in finished.stderr


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_that_cannot_be_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serve", f"--port={port}"])
    assert f"{port} is not from 0 to 65535" in capsys.readouterr().err


@pytest.mark.parametrize("origin", ["*", "app.example", "https://*.example", "https://app.example/page"])
def test_what_is_no_origin_is_refused(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serve", "--allow-origin", origin])
    assert f"{origin} is not an origin" in capsys.readouterr().err


def test_an_answer_does_not_wait_for_an_acknowledgement() -> None:
    with (
        listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_unusable_credentials_are_named_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    for content in (None, "no section", "[default]\nregion = x\n"):
        if content is not None:
            file.write_text(content)
        finished = run("serve", "--port", "0", "--data-dir", str(tmp_path), "--credentials", str(file))
        assert (finished.returncode, finished.stderr.count("\n")) == (1, 1), finished.stderr
        assert str(file) in finished.stderr


def test_the_models_are_fetched_beforehand(weights: object) -> None:
    finished = run("fetch")
    assert finished.returncode == 0
    assert finished.stdout.count("verified") == 2


def test_all_of_them_if_one_likes(both: Weights) -> None:
    finished = run("fetch", "--all", "--models-dir", str(both.detector.parent))
    assert finished.returncode == 0
    assert finished.stdout.count("verified") == 3


def test_an_endpoint_url_is_all_that_boto3_needs(tmp_path: Path) -> None:
    served = Served(tmp_path)
    try:
        environment = os.environ | {
            "AWS_ENDPOINT_URL_REKOGNITION": served.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
        }
        script = (
            "import boto3, json; print(json.dumps(boto3.client('rekognition').list_collections()['CollectionIds']))"
        )
        finished = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert json.loads(finished.stdout) == []
    finally:
        served.stop()
