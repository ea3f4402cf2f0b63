"""The machine: is there room on its disk, and does it wall off whoever reads pictures?"""

from __future__ import annotations

import shutil
import tempfile

from bot.doctor.advice import MAKE_ROOM
from bot.doctor.patient import Patient, Unwell
from services.pictures import images

_LEAST_DISK = 1024**3  # bytes


def disk(patient: Patient) -> str:
    folder = patient.settings.data_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"\0")
    free = shutil.disk_usage(folder).free
    if free < _LEAST_DISK:
        raise Unwell(f"{folder} has {free / 1e6:.0f} MB free.", MAKE_ROOM)
    return f"{folder} is writable and has {free / 1e9:.0f} GB free."


def pictures(_: Patient) -> str:
    shut = images.walls()
    lacking = [what for there, what in ((shut.files, _LANDLOCK), (shut.network, _NAMESPACES)) if not there]
    return " ".join(["Pictures are read by processes of their own.", *(lacking or [_SHUT_OFF])])


_SHUT_OFF = "They reach neither files nor the network."
_LANDLOCK = "They could read files: a Linux from 5.13 on, with Landlock, shuts them off."
_NAMESPACES = (
    "They could reach the network: a Linux that lets everybody make namespaces (`sysctl user.max_user_namespaces`, a"
    " container's seccomp profile) shuts them off."
)
