"""The zip of a download: names by day and channel, each photo once, and nothing that is left on a disk."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.album import Bundle, Bundled, Entry, bundle, digest_of, without
from services.records import Source

DAY = datetime(2026, 10, 3, 21, 30, tzinfo=UTC)


def _entry(bundled: Bundled, file_id: str, data: bytes, name: str = "IMG_1.JPG", channel: str = "offsite") -> Entry:
    source = Source("C0OFFSITE", f"{DAY.timestamp():.6f}", file_id)
    entry = bundled.entry(source, DAY, channel, name, "image/png", digest_of(io.BytesIO(data)))
    bundled.add(entry)
    return entry


def test_photos_are_called_by_day_and_channel_and_numbered_in_each() -> None:
    bundled = Bundled()
    names = [
        _entry(bundled, f"F{n}", bytes([n]), channel=each).name for n, each in enumerate(("offsite", "offsite", "a/b"))
    ]
    assert names == ["2026-10-03 offsite 1.jpg", "2026-10-03 offsite 2.jpg", "2026-10-03 a-b 1.jpg"]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.HEIC", ".heic"), ("no suffix", ".png"), ("a.b/../c", ".png"), ("a.j/peg", ".png"), (".x y", ".png")],
)
def test_a_suffix_says_what_a_file_is_and_leads_nowhere(name: str, suffix: str) -> None:
    assert _entry(Bundled(), "F1", b"a", name).suffix == suffix


def test_the_same_bytes_are_known_again_whatever_file_they_are_in() -> None:
    bundled = Bundled()
    _entry(bundled, "F1", b"a photo")
    assert bundled.has(digest_of(io.BytesIO(b"a photo")))
    assert not bundled.has(digest_of(io.BytesIO(b"another")))
    assert bundled.has_file("F1")
    assert not bundled.has_file("F2")


def test_what_is_packed_is_read_again_as_it_was_with_its_moment() -> None:
    bundled, packed, data = Bundled(), Bundle(), [os.urandom(3_000_000), b"small"]
    entries = [_entry(bundled, f"F{n}", each) for n, each in enumerate(data)]
    for entry, each in zip(entries, data, strict=True):
        packed.add(entry, io.BytesIO(each), DAY)
    size = packed.seal()
    packed.file.seek(0)
    with zipfile.ZipFile(packed.file) as unpacked:
        assert [unpacked.read(entry.name) for entry in entries] == data
        assert {info.date_time for info in unpacked.infolist()} == {(2026, 10, 3, 21, 30, 0)}
        assert unpacked.testzip() is None
    assert sum(map(len, data)) < size < sum(map(len, data)) + 2 * bundle._OVERHEAD
    packed.close()


def test_a_part_stays_below_its_size_whatever_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST", 100_000)
    bundled, packed, n = Bundled(), Bundle(), 0
    while packed.fits(9_000):
        data = os.urandom(9_000)
        packed.add(_entry(bundled, f"F{n}", data), io.BytesIO(data), DAY)
        n += 1
    assert n > 5
    assert packed.seal() < 100_000
    packed.close()


def test_it_is_a_file_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    packed = Bundle()
    packed.add(_entry(Bundled(), "F1", b"a photo"), io.BytesIO(b"a photo"), DAY)
    packed.seal()
    assert list(tmp_path.iterdir()) == [], "a kill leaves nothing, as nothing has a name"
    packed.close()


def test_a_part_is_gone_on_with_only_where_it_has_nothing_else() -> None:
    bundled, packed = Bundled(), Bundle()
    first, second = _entry(bundled, "F1", b"1"), _entry(bundled, "F2", b"2")
    assert packed.begins([first, second])
    packed.add(first, io.BytesIO(b"1"), DAY)
    assert packed.begins([first, second])
    assert not packed.begins([second])
    assert not packed.begins([])
    assert without([first, second], [first.source]) == (second,)
    packed.close()


class _Torn(io.BytesIO):
    """A photo that the disk has no room for beyond its first bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell():
            raise OSError(28, "No space left on device")
        return super().read(4)


def test_what_was_written_in_part_is_no_part_to_go_on_with() -> None:
    bundled, packed = Bundled(), Bundle()
    first, second = _entry(bundled, "F1", b"first photo"), _entry(bundled, "F2", b"second photo")
    packed.add(first, io.BytesIO(b"first photo"), DAY)
    assert packed.begins([first, second])
    with pytest.raises(OSError, match="No space"):
        packed.add(second, _Torn(b"second photo"), DAY)
    assert not packed.begins([first, second])
    packed.close()
