"""Shuts this process off from files and from the network, as far as its system lets it without any privilege.

Linux has both: Landlock takes away all files that are not open yet, and a namespace has a network with nothing in it.
"""

from __future__ import annotations

import ctypes
import struct
import sys
from dataclasses import dataclass

_UNSHARE_USER, _UNSHARE_NETWORK, _UNSHARE_IPC = 0x10000000, 0x40000000, 0x08000000
_NO_NEW_PRIVILEGES = 38  # for prctl
_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # system calls, by the same numbers on every processor
_ASK_VERSION = 1
_FILES = (0, 13, 14, 15, 15, 16)  # kinds of access to files that versions of Landlock know
_TCP, _SIGNALS_AND_SOCKETS = 0b11, 0b11  # known from versions 4 and 6 on


@dataclass(frozen=True, slots=True)
class Walls:
    """What a process is shut off from."""

    files: bool
    network: bool


def shut() -> Walls:
    """Do it, for good. What is imported later is a file too."""
    if not sys.platform.startswith("linux"):
        return Walls(files=False, network=False)
    system = ctypes.CDLL(None, use_errno=True)
    network = system.unshare(_UNSHARE_USER | _UNSHARE_NETWORK | _UNSHARE_IPC) == 0
    return Walls(files=_no_files(system), network=network)


def _no_files(system: ctypes.CDLL) -> bool:
    version = int(system.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION))
    if version < 1:
        return False
    rules = _rules(version)
    ruleset = system.syscall(_CREATE_RULESET, rules, len(rules), 0)
    if ruleset < 0 or system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(system.syscall(_RESTRICT_SELF, ruleset, 0) == 0)


def _rules(version: int) -> bytes:
    """All that this version can forbid, with no exception."""
    fields = [(1 << _FILES[min(version, len(_FILES) - 1)]) - 1]
    if version >= 4:
        fields.append(_TCP)
    if version >= 6:
        fields.append(_SIGNALS_AND_SOCKETS)
    return struct.pack(f"={len(fields)}Q", *fields)
