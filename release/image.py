"""Builds the image without Docker, by buildah on a base of Debian's own packages, and tries what it promises."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.servers import free_port

ROOT = Path(__file__).parents[1]
BASE, IMAGE = "localhost/facesearch-base", "localhost/facesearch"
SUITE = "bookworm"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")  # this machine's, with whom it trusts besides
STARTS_WITHIN = 120  # seconds
STORE = ["--root", str(ROOT / "build" / "image" / "store"), "--runroot", str(ROOT / "build" / "image" / "run")]
ENVIRONMENT = os.environ | {"BUILDAH_ISOLATION": "chroot", "STORAGE_DRIVER": "vfs"}


class Failed(Exception):
    """The image does not keep a promise; the text says which."""


def main() -> int:
    missing = [tool for tool in ("buildah", "mmdebstrap") if not shutil.which(tool)]
    if missing or os.geteuid() != 0:
        why = f"apt-get install -y {' '.join(missing)}" if missing else "run it as root"
        print(f"Skipped: the image cannot be built here. What is missing: {why}")
        return 0
    _make_base()
    _build()
    container = _buildah("from", IMAGE)
    try:
        _try(container)
    except Failed as failed:
        print(f"failed: {failed}")
        return 1
    finally:
        _buildah("rm", container)
    print("The image holds.")
    return 0


def _make_base() -> None:
    """Once: Debian with Python, about 220 MB."""
    if _buildah("images", "--quiet", "--filter", f"reference={BASE}"):
        return
    print(f"Making a base of Debian {SUITE} …", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        packages = "--include=python3,python3-venv,ca-certificates"
        _run("mmdebstrap", "--quiet", "--variant=minbase", packages, SUITE, f"{folder}/base.tar")
        empty = _buildah("from", "scratch")
        _buildah("add", empty, f"{folder}/base.tar", "/")
        _buildah("commit", "--quiet", "--rm", empty, BASE)


def _build() -> None:
    print("Building …", flush=True)
    trusted = ["--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro"] if CERTIFICATES.exists() else []
    base = ["--build-arg", f"BASE={BASE}"]
    _buildah("build", "--quiet", "--format", "docker", *base, *trusted, "--tag", IMAGE, str(ROOT))


def _try(container: str) -> None:
    config = json.loads(_buildah("inspect", "--type", "image", IMAGE))["Docker"]["config"]
    said = _in(container, *config["Entrypoint"], "--version")
    _say("its command", said)
    if _in(container, "id", "-u") == "0":
        raise Failed("it runs as root")
    _say("its user", _in(container, "id", "-u"))
    _say("its models", _in(container, "python", "-m", "engine", "fetch").splitlines()[-1])
    begun = time.time()
    with _running(container, [*config["Entrypoint"], *config["Cmd"]]) as environment:
        _say("its healthcheck", _wait_for(container, config["Healthcheck"]["Test"][1:], environment))
    if written := _written_since(container, begun):
        raise Failed(f"its root cannot be read-only, it has written {written}")
    _say("its root", "nothing written outside of /data and /tmp")


@contextmanager
def _running(container: str, command: list[str]) -> Iterator[list[str]]:
    """What the image does by itself, in the network of this machine, on ports that are free; how to ask it."""
    ports = {"METRICS_PORT": free_port(), "PLAYGROUND_PORT": free_port()}
    environment = [f"--env={name}={port}" for name, port in ports.items()]
    process = _started("run", *environment, container, "--", *command)
    try:
        yield environment
    finally:
        process.terminate()
        process.wait()


def _wait_for(container: str, healthcheck: list[str], environment: list[str]) -> str:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        asked = _started("run", *environment, container, "--", *healthcheck)
        said, _ = asked.communicate()
        if asked.returncode == 0:
            return said.strip()
        time.sleep(1)
    raise Failed(f"its healthcheck does not answer within {STARTS_WITHIN} s")


def _written_since(container: str, moment: float) -> list[str]:
    root = Path(_buildah("mount", container))
    try:
        apart = {root / name for name in ("data", "tmp", "proc", "sys", "dev", "run")}
        files = (each for folder in root.iterdir() if folder not in apart for each in folder.rglob("*"))
        return [str(each.relative_to(root)) for each in files if each.lstat().st_ctime > moment and not each.is_dir()]
    finally:
        _buildah("umount", container)


def _in(container: str, *command: str) -> str:
    return _buildah("run", container, "--", *command)


def _started(*arguments: str) -> subprocess.Popen[str]:
    command = ["buildah", *STORE, *arguments]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own words


def _buildah(*arguments: str) -> str:
    return _run("buildah", *STORE, *arguments)


def _run(*command: str) -> str:
    done = subprocess.run(command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)  # noqa: S603  # our own words
    if done.returncode:
        sys.exit(f"{command[0]} failed")
    return done.stdout.strip()


def _say(what: str, detail: str) -> None:
    print(f"{what}: {detail}")


if __name__ == "__main__":
    sys.exit(main())
