"""Files: their bytes and what they are, the members' avatars, and sample photos for whoever has none."""

from playground.state.files import avatars
from playground.state.files.files import FileStore, too_large
from playground.state.files.samples import Sample, Samples

__all__ = [
    "FileStore",
    "Sample",
    "Samples",
    "avatars",
    "too_large",
]
