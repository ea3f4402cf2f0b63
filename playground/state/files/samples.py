"""Sample photos for whoever has none at hand: from a folder, or fetched on demand from packages that publish them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from artifacts import ArtifactError
from artifacts.photos import BIDEN, CATALOGUE, COLLINS, OBAMA, Photo, fetch_photos
from playground.state.rules import Refused

if TYPE_CHECKING:
    from PIL import Image

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".gif")
PORTRAITS = ("obama.jpg", "obama2.jpg", "obama3.jpg", "biden.jpg", "astronaut.png")
GROUP = "t1.jpg"
MONTAGE = ("obama3.jpg", "biden.jpg", "astronaut.png")
MONTAGE_HEIGHT = 512


@dataclass(frozen=True, slots=True)
class Sample:
    """A photo to try things with, who is in it, and where it is from."""

    name: str
    label: str
    source: str
    path: Path


class Samples:
    """The sample photos: those of `folder`, or else the catalogue's, of which `scratch` keeps what is made of them."""

    def __init__(self, scratch: Path, folder: Path | None) -> None:
        self._scratch = scratch
        self._fetching = asyncio.Lock()
        self._samples = _in_folder(folder) if folder is not None else {}
        self._local = folder is not None

    @property
    def listed(self) -> list[Sample]:
        """The samples that are here already."""
        return list(self._samples.values())

    def get(self, name: str) -> Sample | None:
        return self._samples.get(name)

    async def fetch(self, progress: Callable[[float], None]) -> list[Sample]:
        """The samples, downloaded if need be; `progress` is told 0 to 1. Raises Refused when they cannot be had."""
        loop = asyncio.get_running_loop()

        def told(_what: str, done: int, total: int | None) -> None:
            if total:
                loop.call_soon_threadsafe(progress, min(1.0, done / total))

        async with self._fetching:
            if not self._samples and not self._local:
                try:
                    self._samples = await asyncio.to_thread(_fetch, self._scratch, told)
                except ArtifactError as error:
                    raise Refused(f"The sample photos could not be fetched. {error}", 502) from error
        return self.listed


def _in_folder(folder: Path) -> dict[str, Sample]:
    """The pictures of a folder and of the folders in it, each labelled by its name."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return {path.name: Sample(path.name, path.stem.replace("_", " "), path.parent.name, path) for path in paths}


def _fetch(scratch: Path, progress: Callable[[str, int, int | None], None]) -> dict[str, Sample]:
    photos = {photo.name: photo for photo in CATALOGUE if photo.name in (*PORTRAITS, GROUP)}
    paths = fetch_photos(photos.values(), progress=progress)
    samples = [_portrait(photos[name], index, paths[name]) for index, name in enumerate(PORTRAITS)]
    samples.append(Sample("six-people.jpg", "Six people", photos[GROUP].artifact.source, paths[GROUP]))
    label = ", ".join((OBAMA, BIDEN, COLLINS))
    samples.append(Sample("three-people.jpg", label, "a montage of these", _montage(paths, scratch)))
    return {sample.name: sample for sample in samples}


def _portrait(photo: Photo, index: int, path: Path) -> Sample:
    person = photo.people[0]
    count = sum(1 for each in CATALOGUE if each.name in PORTRAITS and each.people == photo.people)
    label = f"{person} {index + 1}" if count > 1 else person
    return Sample(photo.name, label, photo.artifact.source, path)


_TOP = (0.5, 0.0)  # of a tall portrait, where the face is


def _montage(paths: dict[str, Path], scratch: Path) -> Path:
    """A group photo of people who have portraits here, so that enrolling them and finding them can be tried."""
    from PIL import Image, ImageOps  # a start has no picture yet

    parts = [ImageOps.fit(_opened(paths[name]), (MONTAGE_HEIGHT, MONTAGE_HEIGHT), centering=_TOP) for name in MONTAGE]
    group = Image.new("RGB", (MONTAGE_HEIGHT * len(parts), MONTAGE_HEIGHT))
    for index, part in enumerate(parts):
        group.paste(part, (index * MONTAGE_HEIGHT, 0))
    path = scratch / "three-people.jpg"
    group.save(path, quality=92)
    return path


def _opened(path: Path) -> "Image.Image":
    from PIL import Image, ImageOps

    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")
