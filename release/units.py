"""Has systemd, where it is installed, read the units in deploy/systemd, as if the bot were where they say."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

UNITS = Path(__file__).parents[1] / "deploy" / "systemd"
PYTHON = "/opt/facesearch/.venv/bin/python"


def main() -> int:
    """What `systemd-analyze verify` says of them; 0 where it says nothing or is not there."""
    verify = shutil.which("systemd-analyze")
    if verify is None:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder, unit.name) for unit in UNITS.iterdir()]
        for copy in copies:
            copy.write_text((UNITS / copy.name).read_text().replace(PYTHON, sys.executable))
        command = [verify, "verify", "--man=no", *map(str, copies)]
        return subprocess.run(command).returncode  # noqa: S603  # our own words


if __name__ == "__main__":
    sys.exit(main())
