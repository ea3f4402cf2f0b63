"""Keeps a folder from the eyes of the machine's other users."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from services.errors import Refusal

_FOLDER, _FILE = 0o700, 0o600


def keep_private(folder: Path) -> None:
    """Make a folder, if need be, that its owner alone may enter, and everything in it the owner's alone.

    What is in it is looked through where others could enter until now. Raises `Refusal` for a folder of somebody else.
    """
    os.umask(0o077)
    folder.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    if stat.S_IMODE(folder.stat().st_mode) == _FOLDER:
        return
    try:
        for path in folder.rglob("*"):
            if not path.is_symlink():
                path.chmod(_FOLDER if path.is_dir() else _FILE)
        folder.chmod(_FOLDER)  # at last: cut short, it is done again
    except PermissionError as error:
        raise Refusal(
            f"{folder} has files of another user, and others can read it. Give it to the user whom the bot runs as, "
            f"or set DATA_DIR to a folder of that user’s own, such as one within it."
        ) from error
