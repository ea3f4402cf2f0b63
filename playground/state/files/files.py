"""Keeps the bytes of uploaded files in a temporary folder, from the first byte to deletion."""

import asyncio
import secrets
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from playground.state.rules import Options, Refused
from playground.state.workspace import File, Workspace, new_id

if TYPE_CHECKING:
    from playground.state.files.pictures import Kind


def too_large(limit: int) -> Refused:
    return Refused(f"The file is larger than {limit // 2**20} MB; choose a smaller one.", 413)


def _examined(path: Path, name: str) -> "Kind":
    from playground.state.files import pictures  # with Pillow, which a start has no use for

    return pictures.examine(path, name)


class FileStore:
    """Every file has a folder of its own, named by its id; nothing in a path comes from outside."""

    def __init__(self, options: Options) -> None:
        self._limit = options.max_upload_bytes
        self.folder = Path(tempfile.mkdtemp(prefix="playground-"))
        self._examining = asyncio.Lock()  # of one picture at a time, or many would take the memory
        self._tickets: dict[str, tuple[Workspace, str]] = {}

    def expect(self, workspace: Workspace, user: str, name: str, title: str, alt_txt: str | None) -> tuple[File, str]:
        """A file that `user` is about to upload, and the ticket for its upload address."""
        file = File(
            id=new_id("F"),
            name=name,
            title=title,
            user=user,
            created=int(time.time()),
            secret=secrets.token_hex(5),
            alt_txt=alt_txt,
        )
        workspace.files[file.id] = file
        ticket = secrets.token_urlsafe(32)
        self._tickets[ticket] = (workspace, file.id)
        return file, ticket

    def expected(self, ticket: str) -> tuple[Workspace, File] | None:
        """What the ticket was given for."""
        entry = self._tickets.get(ticket)
        if entry is None:
            return None
        workspace, file_id = entry
        file = workspace.files.get(file_id)
        return (workspace, file) if file is not None else None

    async def receive(self, workspace: Workspace, file: File, chunks: AsyncIterator[bytes]) -> File:
        """Store the bytes as they come. Raises Refused when there are too many."""
        folder = self.folder / file.id
        folder.mkdir(exist_ok=True)
        path = folder / "original"
        size = 0
        with path.open("wb") as sink:
            async for chunk in chunks:
                size += len(chunk)
                if size > self._limit:
                    shutil.rmtree(folder, ignore_errors=True)
                    raise too_large(self._limit)
                sink.write(chunk)
        stored = replace(file, path=path, size=size)
        workspace.files[file.id] = stored
        return stored

    async def examine(self, workspace: Workspace, file_id: str) -> File | None:
        """Find out what a received file is; None when it was deleted meanwhile."""
        file = workspace.files.get(file_id)
        if file is None or file.path is None or file.ready:
            return file
        async with self._examining:
            kind = await asyncio.to_thread(_examined, file.path, file.name)
        current = workspace.files.get(file_id)
        if current is None:
            return None
        examined = replace(
            current,
            mimetype=kind.mimetype,
            filetype=kind.filetype,
            pretty_type=kind.pretty_type,
            picture=kind.picture,
            ready=True,
        )
        workspace.files[file_id] = examined
        return examined

    async def thumbnail(self, file: File, side: int) -> Path | None:
        """A file's thumbnail of that side; None where it has none, or was deleted meanwhile."""
        thumbnails = file.picture.thumbnails if file.picture is not None else ()
        found = next((each for each in thumbnails if each.side == side), None)
        with suppress(FileNotFoundError):
            from playground.state.files import pictures

            if found and file.path:
                async with self._examining:
                    return await asyncio.to_thread(pictures.made, found, file.path)
        return None

    def hand_over(self, workspace: Workspace, file_id: str) -> None:
        """Let the app read this file: a member gave it to the app in a modal."""
        workspace.files[file_id] = replace(workspace.files[file_id], for_app=True, completed=True)

    def delete(self, workspace: Workspace, file: File) -> None:
        """Forget the file and its bytes."""
        workspace.files.pop(file.id, None)
        shutil.rmtree(self.folder / file.id, ignore_errors=True)

    def close(self) -> None:
        """Remove the temporary folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
