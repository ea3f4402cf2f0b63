"""What requirements.txt brings on this machine, and what it says of itself where it is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

# What packages say in words of their own.
_WORDS = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-or-later",
    "MIT License": "MIT",
    "Python (MIT style)": "HPND",
}
# Whose metadata say less than the licences that come along.
_STATED = {
    "pillow-heif": "BSD-3-Clause AND GPL-2.0-or-later AND LGPL-3.0-or-later",  # the wheel, for what it carries
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
}
_LINE = re.compile(r"^[^\s#-][^\\\n]*", re.MULTILINE)
_SHARED = re.compile(r"[^/]+\.libs/(?P<name>lib.+?)-[0-9a-f]{8}[-.]")


def requirements(file: str = "requirements.txt") -> Iterator[Requirement]:
    """Those of a file that hold for this machine."""
    for line in _LINE.findall((ROOT / file).read_text()):
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement


def packages() -> dict[str, Distribution]:
    """All that the bot runs on, by name."""
    return {name: distribution(name) for name in sorted({canonicalize_name(each.name) for each in requirements()})}


def licence(package: Distribution) -> str:
    """The SPDX expression of a package's licence. Raises LookupError when its metadata name none."""
    metadata = package.metadata.json
    if name := _STATED.get(canonicalize_name(package.name)):
        return name
    if expression := metadata.get("license_expression"):
        return str(expression)
    classifiers = [each.rpartition(" :: ")[2] for each in metadata.get("classifier", ()) if each.startswith("License")]
    said = str(metadata.get("license") or " OR ".join(classifiers))
    if not said or "\n" in said:
        raise LookupError(
            f"{package.name} does not say its licence in a line: see what it is, and add it to {__name__}."
        )
    return _WORDS.get(said, said)


def shared_libraries(package: Distribution) -> set[str]:
    """The names of the shared libraries of others that a wheel for Linux carries."""
    found = (_SHARED.match(str(path)) for path in package.files or ())
    return {match["name"] for match in found if match}
