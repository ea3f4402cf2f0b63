"""Files: uploads in three steps, late shares, private downloads, what pictures turn into."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pillow_heif
import pytest
import requests
from PIL import Image
from playground_kit import FAST, Json, Member, Running, Start, eventually, jpeg, manifest_without

from playground.state import Options, seed


def fetch(url: str, token: str | None = "xoxb-playground") -> requests.Response:
    return requests.get(url, headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=60)


def once_shared(slack: Running, file_id: str) -> Json:
    """files.info, once the file is shared."""

    def probe() -> Json | None:
        file: Json = slack.client.files_info(file=file_id)["file"]
        return file if file["shares"] else None

    return eventually(probe, "the share")


def encoded(image: Image.Image, format_: str, **save: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **save)
    return buffer.getvalue()


def test_an_upload_is_shared_in_a_thread_a_little_later(slack: Running) -> None:
    robin = slack.member()
    parent = robin.post(seed.PHOTOS, "who is this?")
    answer = slack.client.files_upload_v2(
        file=jpeg(1280, 960),
        filename="Annotated Photo.JPG",
        title="Annotated",
        alt_txt="1: Alice",
        channel=seed.PHOTOS,
        thread_ts=parent,
        initial_comment="Here",
    )
    early = answer["file"]
    assert (early["shares"], early["mimetype"], early["title"]) == ({}, "", "Annotated")
    file = once_shared(slack, early["id"])
    share = file["shares"]["public"][seed.PHOTOS][0]
    assert share["thread_ts"] == parent
    assert (file["channels"], file["groups"], file["ims"]) == ([seed.PHOTOS], [], [])
    assert (file["mimetype"], file["filetype"], file["pretty_type"]) == ("image/jpeg", "jpg", "JPEG")
    assert (file["original_w"], file["original_h"], file["alt_txt"]) == (1280, 960, "1: Alice")
    assert file["name"] == "Annotated Photo.JPG"
    assert file["url_private"] == f"{slack.url}/files-pri/{seed.TEAM.id}-{file['id']}/annotated_photo.jpg"
    reply = robin.hears("message", channel=seed.PHOTOS)
    reply = slack.client.conversations_replies(channel=seed.PHOTOS, ts=parent)["messages"][1]
    assert (reply["ts"], reply["text"], reply["subtype"]) == (share["ts"], "Here", "file_share")
    assert (reply["user"], reply["bot_id"], reply["thread_ts"]) == (seed.BOT_USER, seed.BOT_ID, parent)
    assert reply["files"][0]["id"] == file["id"]


def test_several_files_make_one_message_with_blocks(slack: Running) -> None:
    ids = [_sent(slack, f"{number}.jpg", jpeg(100 + number, 100)) for number in range(2)]
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "two"}}]
    slack.api(
        "files.completeUploadExternal", files=[{"id": each} for each in ids], channel_id=seed.PHOTOS, blocks=blocks
    )
    once_shared(slack, ids[1])
    message = slack.client.conversations_history(channel=seed.PHOTOS)["messages"][0]
    assert [each["id"] for each in message["files"]] == ids
    assert message["blocks"][0]["text"]["text"] == "two"


def test_an_upload_without_a_channel_stays_private_and_becomes_usable(slack: Running) -> None:
    file_id = _sent(slack, "crop.png", encoded(Image.new("RGB", (64, 64)), "PNG"))
    slack.api("files.completeUploadExternal", files=[{"id": file_id}])
    image = [{"type": "image", "slack_file": {"id": file_id}, "alt_text": "a crop"}]
    too_soon = slack.api("chat.postMessage", channel=seed.PHOTOS, text="crop", blocks=image)
    assert too_soon["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file.id/slack_file]"]
    eventually(lambda: slack.client.files_info(file=file_id)["file"]["mimetype"], "processing")
    assert slack.client.files_info(file=file_id)["file"]["shares"] == {}
    assert slack.api("chat.postMessage", channel=seed.PHOTOS, text="crop", blocks=image)["ok"]
    by_url = [
        {
            "type": "image",
            "slack_file": {"url": f"{slack.url}/files-pri/T0PLAYGRND-{file_id}/crop.png"},
            "alt_text": "a",
        }
    ]
    assert slack.api("chat.postMessage", channel=seed.PHOTOS, text="crop", blocks=by_url)["ok"]
    robin = slack.member()
    block = robin.messages(seed.PHOTOS)[0]["blocks"][0]
    assert requests.get(slack.url + block["file"]["url"], timeout=60).headers["content-type"] == "image/png"


def _sent(slack: Running, name: str, content: bytes) -> str:
    """Steps one and two of an upload."""
    ticket = slack.api("files.getUploadURLExternal", filename=name, length=len(content))
    assert requests.post(ticket["upload_url"], data=content, timeout=60).text == f"OK - {len(content)}"
    file_id = ticket["file_id"]
    assert isinstance(file_id, str)
    return file_id


def test_the_upload_address_takes_forms_too(slack: Running) -> None:
    content = jpeg()
    ticket = slack.api("files.getUploadURLExternal", filename="a.jpg", length=len(content))
    answer = requests.post(ticket["upload_url"], files={"file": ("a.jpg", content)}, timeout=60)
    assert answer.text == f"OK - {len(content)}"
    slack.api("files.completeUploadExternal", files=[{"id": ticket["file_id"]}], channel_id=seed.PHOTOS)
    assert fetch(once_shared(slack, ticket["file_id"])["url_private"]).content == content


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"length": 5}, "invalid_arguments"),
        ({"filename": "a.jpg"}, "invalid_arguments"),
        ({"filename": "a.jpg", "length": 0}, "missing_argument"),
        ({"filename": "a.jpg", "length": 60 * 2**20}, "file_upload_size_restricted"),
        ({"filename": "a.jpg", "length": 5, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ],
)
def test_uploads_that_are_not_begun(shared: Running, body: Json, error: str) -> None:
    assert shared.api("files.getUploadURLExternal", **body)["error"] == error


def test_uploads_that_are_not_completed(slack: Running) -> None:
    complete = "files.completeUploadExternal"
    assert slack.api(complete)["error"] == "invalid_arguments"
    assert slack.api(complete, files=[{"id": "F0NOTHING0"}])["error"] == "file_not_found"
    unsent = slack.api("files.getUploadURLExternal", filename="a.jpg", length=5)["file_id"]
    assert slack.api(complete, files=[{"id": unsent}])["error"] == "file_not_found"
    files = [{"id": _sent(slack, "a.jpg", jpeg())}]
    by_member = slack.api(complete, files=files, channel_id=seed.ADMIN)
    assert by_member["error"] == "invalid_arguments"
    words = "[ERROR] input must match regex pattern: ^[CGDZ][A-Z0-9]{8,}$ [json-pointer:/channel_id]"
    assert by_member["response_metadata"]["messages"] == [words]
    assert slack.api(complete, files=files, channel_id="C0NOWHERE0")["error"] == "channel_not_found"
    assert slack.api(complete, files=files, channel_id=seed.RANDOM)["error"] == "not_in_channel"
    assert slack.api(complete, files=files, channel_id=seed.PHOTOS)["ok"]
    assert slack.api(complete, files=files, channel_id=seed.PHOTOS)["error"] == "file_not_found"
    members = slack.member().upload("theirs.jpg", jpeg())["id"]
    assert slack.api(complete, files=[{"id": members}])["error"] == "file_not_found"


def test_too_many_bytes_are_refused_while_they_come(start: Start) -> None:
    slack = start(Options(max_upload_bytes=1000))
    ticket = slack.api("files.getUploadURLExternal", filename="a.jpg", length=5)
    assert requests.post(ticket["upload_url"], data=b"x" * 1001, timeout=60).status_code == 413
    chunks = iter([b"x" * 600] * 2)
    assert requests.post(ticket["upload_url"], data=chunks, timeout=60).status_code == 413
    assert requests.post(f"{slack.url}/upload/v1/nonsense", data=b"x", timeout=60).status_code == 404
    refused = slack.member().upload("big.jpg", b"x" * 200_000)
    assert (refused["status"], refused["ok"]) == (413, False)


def posted_file(slack: Running, member: Member, name: str, content: bytes, channel: str = seed.PHOTOS) -> Json:
    """A member posts a file; its object as the app sees it."""
    uploaded = member.upload(name, content)
    member.post(channel, files=[uploaded["id"]])
    file: Json = slack.client.files_info(file=uploaded["id"])["file"]
    return file


def test_downloads_take_a_token_with_the_scope(slack: Running, start: Start) -> None:
    content = jpeg()
    file = posted_file(slack, slack.member(), "a.jpg", content)
    for url in (file["url_private"], file["url_private_download"]):
        answer = fetch(url)
        assert (answer.content, answer.headers["content-type"]) == (content, "image/jpeg")
        for token in (None, "xoxb-wrong", "xapp-playground"):
            refused = fetch(url, token)
            assert refused.status_code == 200
            assert refused.headers["content-type"].startswith("text/html")
            assert b"Sign in" in refused.content
    assert "attachment" in fetch(file["url_private_download"]).headers["content-disposition"]
    without = start(manifest=manifest_without("files:read"))
    robin = without.member()
    uploaded = robin.upload("a.jpg", content)
    robin.post(seed.PHOTOS, files=[uploaded["id"]])
    url = f"{without.url}/files-pri/{seed.TEAM.id}-{uploaded['id']}/a.jpg"
    assert fetch(url).headers["content-type"].startswith("text/html")


def test_the_app_sees_only_files_that_were_shared_with_it(slack: Running) -> None:
    robin = slack.member()
    unshared = robin.upload("mine.jpg", jpeg())
    elsewhere = robin.upload("random.jpg", jpeg())
    robin.post(seed.RANDOM, files=[elsewhere["id"]])
    for file_id in (unshared["id"], elsewhere["id"]):
        assert slack.api("files.info", file=file_id)["error"] == "file_not_found"
        url = f"{slack.url}/files-pri/{seed.TEAM.id}-{file_id}/a.jpg"
        assert fetch(url).headers["content-type"].startswith("text/html")
    assert slack.client.files_list()["files"] == []


def test_files_list(slack: Running) -> None:
    robin = slack.member()
    photo = posted_file(slack, robin, "a.jpg", jpeg())
    note = posted_file(slack, robin, "note.txt", b"hello", seed.GENERAL)
    everything = slack.client.files_list()
    assert {each["id"] for each in everything["files"]} == {photo["id"], note["id"]}
    assert everything["paging"]["total"] == 2
    assert [each["id"] for each in slack.client.files_list(channel=seed.GENERAL)["files"]] == [note["id"]]
    assert [each["id"] for each in slack.client.files_list(types="images")["files"]] == [photo["id"]]
    assert slack.client.files_list(user=seed.SECOND)["files"] == []


def test_deleting_a_file(slack: Running) -> None:
    robin = slack.member()
    theirs = posted_file(slack, robin, "a.jpg", jpeg())
    assert slack.api("files.delete", file=theirs["id"])["error"] == "cant_delete_file"
    ours = slack.client.files_upload_v2(file=jpeg(), filename="b.jpg", channel=seed.PHOTOS)["file"]
    url = once_shared(slack, ours["id"])["url_private"]
    slack.client.files_delete(file=ours["id"])
    assert slack.api("files.info", file=ours["id"])["error"] == "file_not_found"
    assert fetch(url).headers["content-type"].startswith("text/html")
    message = slack.client.conversations_history(channel=seed.PHOTOS)["messages"][0]
    assert message["files"] == [{"id": ours["id"], "mode": "tombstone"}]
    robin.hears("message_changed", channel=seed.PHOTOS)


def test_deleting_a_message_ends_the_share(slack: Running) -> None:
    robin = slack.member()
    uploaded = robin.upload("a.jpg", jpeg())
    ts = robin.post(seed.PHOTOS, files=[uploaded["id"]])
    robin.do("delete", channel=seed.PHOTOS, ts=ts)
    assert slack.api("files.info", file=uploaded["id"])["error"] == "file_not_found"


def test_thumbnails(shared: Running) -> None:
    file = posted_file(shared, shared.member(), "wide.jpg", jpeg(1500, 750))
    sides = {360: (360, 180), 480: (480, 240), 720: (720, 360), 800: (800, 400), 960: (960, 480), 1024: (1024, 512)}
    for side, (width, height) in sides.items():
        assert (file[f"thumb_{side}_w"], file[f"thumb_{side}_h"]) == (width, height)
        with Image.open(io.BytesIO(fetch(file[f"thumb_{side}"]).content)) as thumbnail:
            assert thumbnail.size == (width, height)
    for side in (64, 80, 160):
        with Image.open(io.BytesIO(fetch(file[f"thumb_{side}"]).content)) as thumbnail:
            assert thumbnail.size == (side, side)
    assert fetch(file["thumb_360"], "xoxb-wrong").headers["content-type"].startswith("text/html")
    small = posted_file(shared, shared.member(), "small.png", encoded(Image.new("RGB", (200, 100)), "PNG"))
    assert (small["thumb_360_w"], small["thumb_360_h"]) == (200, 100)
    assert "thumb_480" not in small


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(shared: Running, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.new("RGB", (1200, 800), "white")
    upright.paste((255, 0, 0), (0, 0, 200, 200))
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transpose that makes each orientation come out upright
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    file = posted_file(shared, shared.member(), "a.jpg", encoded(stored, "JPEG", exif=exif, quality=95))
    assert (file["original_w"], file["original_h"]) == (1200, 800)
    assert file.get("image_exif_rotation", 1) == orientation
    with Image.open(io.BytesIO(fetch(file["thumb_360"]).content)) as thumbnail:
        assert thumbnail.size == (360, 240)
        red, green, blue = thumbnail.convert("RGB").getpixel((20, 20))  # type: ignore[misc]
        assert red > 200
        assert max(green, blue) < 80


@pytest.mark.parametrize("size", [(2000, 1), (1, 2000)])
def test_a_picture_as_thin_as_a_line_is_one(shared: Running, size: tuple[int, int]) -> None:
    file = posted_file(shared, shared.member(), "line.jpg", encoded(Image.new("RGB", size), "JPEG"))
    assert (file["original_w"], file["original_h"]) == size


def heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.linear_gradient("L").resize((300, 200)).convert("RGB")).save(buffer)
    return buffer.getvalue()


def test_heic_gets_thumbnails_that_browsers_show(shared: Running) -> None:
    file = posted_file(shared, shared.member(), "IMG_0001.HEIC", heic())
    assert (file["mimetype"], file["filetype"], file["original_w"]) == ("image/heic", "heic", 300)
    assert fetch(file["thumb_360"]).headers["content-type"] == "image/jpeg"


def blank_png(width: int, height: int) -> bytes:
    """A valid black-and-white PNG of any size, small as a file."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((1 + (width + 7) // 8) * height), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


KINDS: list[tuple[str, bytes, str, str, bool]] = [
    ("really-a-png.jpg", encoded(Image.new("RGB", (9, 9)), "PNG"), "image/png", "png", True),
    ("a.webp", encoded(Image.new("RGB", (9, 9)), "WEBP"), "image/webp", "webp", True),
    ("a.gif", encoded(Image.new("P", (9, 9)), "GIF"), "image/gif", "gif", True),
    ("cmyk.jpg", encoded(Image.new("CMYK", (9, 9)), "JPEG"), "image/jpeg", "jpg", True),
    ("deep.png", encoded(Image.new("I;16", (9, 9)), "PNG"), "image/png", "png", True),
    ("palette.png", encoded(Image.new("P", (9, 9)), "PNG"), "image/png", "png", True),
    ("note.txt", b"hello", "text/plain", "text", False),
    ("note", "grüße".encode(), "text/plain", "text", False),
    ("blob", b"\x00\x01\x02\xff", "application/octet-stream", "binary", False),
    ("doc.pdf", b"%PDF-1.4", "application/pdf", "pdf", False),
    ("text-called.jpg", b"not a picture", "image/jpeg", "jpg", False),
    ("nothing.jpg", b"", "image/jpeg", "jpg", False),
]


@pytest.mark.parametrize(("name", "content", "mimetype", "filetype", "picture"), KINDS, ids=[each[0] for each in KINDS])
def test_what_a_file_is_comes_from_its_content_then_its_name(
    shared: Running, name: str, content: bytes, mimetype: str, filetype: str, picture: bool
) -> None:
    file = posted_file(shared, shared.member(), name, content)
    assert (file["mimetype"], file["filetype"], "original_w" in file) == (mimetype, filetype, picture)
    assert fetch(file["url_private"]).content == content


def test_a_truncated_picture_has_a_size_but_no_thumbnails(shared: Running) -> None:
    file = posted_file(shared, shared.member(), "cut.jpg", jpeg(800, 600)[:3000])
    assert (file["original_w"], file["original_h"]) == (800, 600)
    assert "thumb_360" not in file


@pytest.mark.parametrize("size", [(11_000, 11_000), (20_000, 20_000)])
def test_a_picture_bomb_is_kept_but_not_decoded(shared: Running, size: tuple[int, int]) -> None:
    file = posted_file(shared, shared.member(), "bomb.png", blank_png(*size))
    assert file["mimetype"] == "image/png"
    assert "thumb_360" not in file


def test_the_defaults_take_fifty_megabytes() -> None:
    assert FAST.max_upload_bytes == 50 * 2**20
