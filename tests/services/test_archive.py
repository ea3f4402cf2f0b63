"""A zip of a team: folders or a sheet say who is who; bombs, strange paths and endless lists are refused."""

import io
import struct
import zipfile
from collections.abc import Mapping

import pytest

from services.errors import Refusal
from services.people.enrolling import archive
from services.people.enrolling.archive import Archive, is_address


def _zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return buffer


def _read(file: io.BytesIO) -> dict[str, dict[str, bytes]]:
    return {each.who: {photo.name: photo.read() for photo in each.photos} for each in Archive(file).people()}


def test_a_folder_is_a_person_at_whatever_depth() -> None:
    files = {"team/Alice/1.jpg": b"a", "team/Alice/2.jpg": b"b", "Bruno/x.png": b"c", "readme.txt": b"hello"}
    aside = {"__MACOSX/team/Alice/._1.jpg": b"?", "team/.DS_Store": b"?", "team/Alice/.hidden": b"?"}
    assert _read(_zipped(files | aside)) == {
        "Alice": {"team/Alice/1.jpg": b"a", "team/Alice/2.jpg": b"b"},
        "Bruno": {"Bruno/x.png": b"c"},
    }


@pytest.mark.parametrize(
    "sheet",
    [
        "name,file\nAlice,photos/1.jpg\nalice@example.org,2.jpg\n",
        "\ufeffFile;E-mail\r\nphotos/1.jpg;Alice\r\nphotos\\2.jpg;alice@example.org\r\n",
        "Alice\tphotos/1.jpg\nalice@example.org\tphotos/2.jpg",
    ],
    ids=["commas", "as Excel writes it", "without heads"],
)
def test_a_sheet_says_whose_each_photo_is(sheet: str) -> None:
    files = {"t/people.csv": sheet.encode(), "t/photos/1.jpg": b"a", "t/photos/2.jpg": b"b"}
    people = Archive(_zipped(files)).people()
    assert [(each.who, is_address(each.who), [photo.name for photo in each.photos]) for each in people] == [
        ("Alice", False, ["t/photos/1.jpg"]),
        ("alice@example.org", True, ["t/photos/2.jpg"]),
    ]


def test_a_sheet_with_a_file_that_is_not_there_says_which() -> None:
    with pytest.raises(Refusal, match=r"3\.jpg is in the list"):
        Archive(_zipped({"people.csv": b"name,file\nAlice,3.jpg", "1.jpg": b"a"})).people()


@pytest.mark.parametrize(
    ("sheet", "says"),
    [
        (f"name,file\nAlice,{'x' * 200_000}", "people.csv is damaged"),
        ("name,file\nAlice,1.jpg\rBob,1.jpg", "people.csv is damaged"),
        ("\n" * 10_001, "more than 10,000 rows"),
        ("Alice,1.jpg\n" * 2_001, "or 2,000 photos"),
    ],
    ids=["a cell without end", "lines that end as on old Macs", "rows without end", "one photo thousands of times"],
)
def test_a_sheet_that_is_none_or_has_no_end_is_refused(sheet: str, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        Archive(_zipped({"people.csv": sheet.encode(), "1.jpg": b"a"})).people()


def test_paths_lead_nowhere_but_into_the_zip() -> None:
    files = {"../../etc/passwd": b"root", "/abs/Alice/1.jpg": b"x", "..\\..\\Alice\\2.jpg": b"y", "Bruno/1.jpg": b"z"}
    assert _read(_zipped(files)) == {"Bruno": {"Bruno/1.jpg": b"z"}}


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Refusal, match="unpacks to more"):
        Archive(_zipped({"Alice/1.jpg": bytes(40 * 1024 * 1024)}))


def test_an_entry_that_lies_about_its_size_is_read_no_further_than_a_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)
    data = bytearray(_zipped({"Alice/1.jpg": b"x" * 5000}, zipfile.ZIP_STORED).getvalue())
    (person,) = Archive(io.BytesIO(bytes(data))).people()
    with pytest.raises(Refusal):
        person.photos[0].read()


def test_ten_thousand_entries_are_refused() -> None:
    with pytest.raises(Refusal, match="10,000 files"):
        Archive(_zipped({f"{n}/1.jpg": b"" for n in range(10_000)}))


def test_a_list_of_entries_without_end_is_not_even_read() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 2**31, 0, 0)
    with pytest.raises(Refusal, match="9 files"):
        Archive(io.BytesIO(bytes(100) + end))


def test_a_list_of_entries_behind_that_of_zip64_is_not_even_read() -> None:
    data = _zipped({"Alice/1.jpg": b"a"}).getvalue()
    at = data.rindex(b"PK\x05\x06")
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    with pytest.raises(Refusal, match="unpacks to more"):
        Archive(io.BytesIO(data[:at] + locator + data[at:]))


@pytest.mark.parametrize("data", [b"", b"no zip at all", b"PK\x03\x04" + bytes(100), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal):
        Archive(io.BytesIO(data)).people()


def test_a_damaged_entry_spoils_none_of_the_others() -> None:
    data = bytearray(_zipped({"Alice/1.jpg": b"a" * 50, "Alice/2.jpg": b"b" * 50}, zipfile.ZIP_STORED).getvalue())
    data[data.index(b"a" * 50)] ^= 1
    (alice,) = Archive(io.BytesIO(bytes(data))).people()
    with pytest.raises(Refusal, match="damaged"):
        alice.photos[0].read()
    assert alice.photos[1].read() == b"b" * 50
