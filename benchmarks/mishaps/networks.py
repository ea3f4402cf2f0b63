"""Several machines on this one, as far as networks go: a network namespace each, by `ip netns`, on one bridge."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

LOCAL = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Networks:
    """The address of what all machines share; and for each, the command that runs the one behind it there."""

    host: str
    within: tuple[tuple[str, ...], ...]

    @property
    def apart(self) -> bool:
        return self.host != LOCAL


@contextmanager
def networks(machines: int) -> Iterator[Networks]:
    """So many, for as long as the context lasts; where that cannot be had, all of them in this machine's own."""
    bridge = f"fs{os.getpid()}"
    subnet = f"198.18.{os.getpid() % 256}"  # of those that are set aside for benchmarks
    names = [f"{bridge}-{number}" for number in range(machines)]
    try:
        if not _is_made(bridge, subnet, names):
            yield Networks(LOCAL, ((),) * machines)
            return
        yield Networks(f"{subnet}.1", tuple(("ip", "netns", "exec", name) for name in names))
    finally:
        for command in (*(["netns", "del", name] for name in names), ["link", "del", bridge]):
            _ip(*command)


def _is_made(bridge: str, subnet: str, names: list[str]) -> bool:
    commands = [f"link add {bridge} type bridge", f"addr add {subnet}.1/24 dev {bridge}", f"link set {bridge} up"]
    for number, name in enumerate(names):
        cable = f"{bridge}v{number}"
        commands += [
            f"netns add {name}",
            f"link add {cable} type veth peer name eth0 netns {name}",
            f"link set {cable} master {bridge} up",
            f"-n {name} addr add {subnet}.{number + 2}/24 dev eth0",
            f"-n {name} link set eth0 up",
            f"-n {name} link set lo up",
        ]
    return all(_ip(*command.split()) for command in commands)


def _ip(*arguments: str) -> bool:
    """Whether it could be done."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    return subprocess.run(["ip", *arguments], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode == 0
