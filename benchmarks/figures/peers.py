"""Other people's packages for comparison: in a virtual environment of the benchmarks' own, never in the project's."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from collections.abc import Sequence
from pathlib import Path

from artifacts import cache_dir


def python_with(name: str, requirements: Sequence[str]) -> Path:
    """The interpreter of the environment `name`, which has `requirements` (pinned, `a==1`) beside this one's packages.

    Made by pip when first asked for. Raises SystemExit with pip's own words when a package cannot be had.
    """
    home = cache_dir() / "benchmarks" / name
    python, done = home / "bin" / "python", home / "requirements.txt"
    wanted = "".join(f"{requirement}\n" for requirement in requirements)
    if done.is_file() and done.read_text() == wanted:
        return python
    venv.EnvBuilder(with_pip=True, clear=True).create(home)
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit(
            f"{', '.join(requirements)}: cannot be installed, and without them there is nothing to compare"
        )
    for folder in (home / "lib").glob("python*/site-packages"):
        # A path in a .pth file comes last: the environment's own packages win over the project's.
        (folder / "facesearch.pth").write_text(f"{sysconfig.get_path('purelib')}\n{Path(__file__).parents[2]}\n")
    done.write_text(wanted)
    return python


def run_in(python: Path, module: str, arguments: Sequence[str]) -> int:
    """Run a module with that interpreter; its exit status."""
    return subprocess.run(
        [str(python), "-m", module, *arguments], cwd=Path(__file__).parents[2], check=False
    ).returncode


def is_running_in(python: Path) -> bool:
    """Whether this process is that interpreter."""
    return Path(sys.executable) == python
