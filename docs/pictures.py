"""Makes the pictures of these documents from a running playground, with faces of people who do not exist.

    python docs/pictures.py ../shared/data/synthetic-faces

The folder holds one file a photo, `face_10.jpeg`, `face_10_0.jpeg` … being one person's.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from playground.state import seed

DOCS = Path(__file__).resolve().parent
PORT = 3999
KNOWN = {"Alice": 10, "Bruno": 5, "Amara": 7, "Chiara": 12}
SELF = 15  # who looks at their App Home
ASKED = 14  # who is asked whether they may be enrolled
MINE = ((15, 10), (15,), (7, 15), (15,), (12, 15), (15, 5))  # photos of their album
GROUP = (10, 5, 3, 7, 14, 12)  # who is in the photo; two are not enrolled
MANY = ((10,), (5, 7), (12,), (10, 3), (7,), (3,), (12, 5))  # who is in each of several photos


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faces", type=Path)
    faces: Path = parser.parse_args().faces
    with _bot(), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1280, "height": 860}, device_scale_factor=1.5, locale="en-GB")
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        page.goto(f"http://127.0.0.1:{PORT}/#C0PHOTOS01")
        for name, person in KNOWN.items():
            _enroll(page, name, sorted(faces.glob(f"face_{person}_?.jpeg")))
        _post(page, _group(faces))
        page.screenshot(path=DOCS / "answer.png")
        _compare(page)
        page.screenshot(path=DOCS / "comparison.png")
        _post_many(page, [_side_by_side(faces, people, n) for n, people in enumerate(MANY)])
        page.screenshot(path=DOCS / "sheet.png")
        _enroll_oneself(page, sorted(faces.glob(f"face_{SELF}_?.jpeg")))
        _album(page, [_side_by_side(faces, people, n) for n, people in enumerate(MINE)])
        page.screenshot(path=DOCS / "album.png")
        _home(page)
        page.screenshot(path=DOCS / "home.png")
        _question(page, sorted(faces.glob(f"face_{ASKED}_?.jpeg"))[:2])
        page.screenshot(path=DOCS / "question.png")
        _invitation(page)
        page.screenshot(path=DOCS / "invitation.png")
        chromium.close()


@contextmanager
def _bot() -> Iterator[None]:
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {"DATA_DIR": data, "PLAYGROUND_PORT": str(PORT), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "bot", "start"]
        process = subprocess.Popen(command, cwd=DOCS.parent, env=environment, stdout=subprocess.PIPE, text=True)
        for line in process.stdout or ():
            if "Ctrl-C stops" in line:
                break
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _enroll(page: Page, name: str, photos: list[Path]) -> None:
    _say(page, f"/enroll {name.lower()}")
    modal = page.get_by_role("dialog", name="Enrol a person")
    modal.locator("input[type=file]").set_input_files(photos)
    modal.get_by_role("checkbox").check()
    if name == next(iter(KNOWN)):
        expect(modal.locator(".tray-done")).to_have_count(len(photos))
        page.screenshot(path=DOCS / "enrol.png")
    modal.get_by_role("button", name="Enrol", exact=True).click()
    expect(_message(page, f"{name}: ")).to_be_visible()


def _post(page: Page, photo: bytes) -> None:
    file = {"name": "stand-up.jpg", "mimeType": "image/jpeg", "buffer": photo}
    page.locator(".main input[type=file]").set_input_files(file)
    expect(page.locator(".main .tray-done")).to_have_count(1)
    _say(page, "Everybody at today's stand-up?")
    posted = _message(page, "Everybody at today's stand-up?")
    posted.get_by_role("button", name=re.compile("2 replies")).click()
    expect(page.get_by_role("region", name="Thread").locator(".message").last).to_contain_text("recognised")
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)  # pictures fade in


def _post_many(page: Page, photos: list[bytes]) -> None:
    """Photos of one message, and the sheet and the list in its thread."""
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo} for n, photo in enumerate(photos, 1)]
    page.locator(".main input[type=file]").set_input_files(files)
    expect(page.locator(".main .tray-done")).to_have_count(len(photos))
    _say(page, "The photos of our day out")
    _message(page, "The photos of our day out").get_by_role("button", name=re.compile("replies")).click()
    thread = page.get_by_role("region", name="Thread")
    answer = thread.locator(".message").filter(has_text="people recognised in")
    expect(answer).to_be_visible()
    expect(thread.get_by_role("button", name="Who is it?")).to_be_visible()  # what is said last of them
    answer.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.wait_for_timeout(1_000)


def _compare(page: Page) -> None:
    """The same photo searched both ways, in a large view of the picture."""
    thread = page.get_by_role("region", name="Thread")
    thread.get_by_role("button", name="Compare").click()
    expect(thread.locator(".message").last).to_contain_text("single faces find")
    thread.locator(".message").filter(has_text="single-faces-and-user-vectors.jpg").scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)


def _enroll_oneself(page: Page, photos: list[Path]) -> None:
    _say(page, "/enroll @Robin")  # this Enter completes the name
    page.locator(".main .composer-input").press("Enter")
    modal = page.get_by_role("dialog", name="Enrol a person")
    modal.locator("input[type=file]").set_input_files(photos)
    modal.get_by_role("checkbox").last.check()
    modal.get_by_role("button", name="Enrol", exact=True).click()
    expect(_message(page, f"Robin: {len(photos)} of {len(photos)} photos added")).to_be_visible()


def _album(page: Page, photos: list[bytes]) -> None:
    """All photos of oneself, once some have been posted since one said so."""
    page.get_by_role("button", name="Close the thread").click()
    _say(page, "/facesearch photos")
    _message(page, "Shall I keep which photos show you?").get_by_role("button", name="Keep them from now on").click()
    expect(_message(page, "From now on I keep")).to_be_visible()
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo} for n, photo in enumerate(photos, 1)]
    page.locator(".main input[type=file]").set_input_files(files)
    expect(page.locator(".main .tray-done")).to_have_count(len(photos))
    _say(page, "The offsite")
    expect(_message(page, "The offsite").get_by_role("button", name=re.compile("white check mark, 1"))).to_be_visible()
    page.wait_for_timeout(3_000)  # what is kept is kept after the answer
    _say(page, "/facesearch photos")
    answer = _message(page, f"{len(photos)} photos of you")
    expect(answer.get_by_role("img").last).to_be_visible()
    answer.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)


def _home(page: Page) -> None:
    """The App Home of a member who has enrolled themselves and keeps an album."""
    page.get_by_role("button", name="Facesearch").first.click()
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_text(f"I keep {len(MINE)} photos that show you")).to_be_visible()
    page.get_by_role("heading", name="Photos of you").evaluate("heading => heading.scrollIntoView()")
    page.wait_for_timeout(1_000)


def _question(page: Page, photos: list[Path]) -> None:
    """What a member is asked whom another wants to enrol, as they see it."""
    page.goto(f"http://127.0.0.1:{PORT}/#C0PHOTOS01")
    _say(page, "/enroll @Sasha")  # this Enter completes the name
    page.locator(".main .composer-input").press("Enter")
    modal = page.get_by_role("dialog", name="Enrol a person")
    modal.locator("input[type=file]").set_input_files(photos)
    expect(modal.locator(".tray-done")).to_have_count(len(photos))
    modal.get_by_role("button", name="Enrol", exact=True).click()
    expect(_message(page, "is asked first")).to_be_visible()
    page.goto(f"http://127.0.0.1:{PORT}/?user={seed.SECOND}#D0SASHAAPP")
    expect(_message(page, "would like me to know you").locator("img").last).to_be_visible()
    page.wait_for_timeout(500)


def _invitation(page: Page) -> None:
    """What a member gets whom an admin invites to be known."""
    page.goto(f"http://127.0.0.1:{PORT}/?user={seed.ADMIN}#C0PHOTOS01")
    _say(page, "/facesearch invite everyone")
    page.get_by_role("button", name=re.compile(r"Ask \d+ member")).click()
    page.goto(f"http://127.0.0.1:{PORT}/?user={seed.THIRD}#D0JULESAPP")
    expect(_message(page, "would like me to know you, so")).to_be_visible()
    page.wait_for_timeout(500)


def _say(page: Page, text: str) -> None:
    composer = page.locator(".main .composer-input")
    composer.fill(text)
    composer.press("Enter")


def _message(page: Page, text: str) -> Locator:
    return page.locator(".main .message").filter(has_text=text)


def _side_by_side(faces: Path, people: Sequence[int], number: int) -> bytes:
    """A photo of one or two people, every other one of them upright."""
    canvas = Image.new("RGB", (600 * len(people), 600))
    for index, person in enumerate(people):
        with Image.open(faces / f"face_{person}.jpeg") as photo:
            canvas.paste(photo.convert("RGB").resize((600, 600)), (600 * index, 0))
    if len(people) == 1 and number % 2 == 0:
        canvas = canvas.crop((75, 0, 525, 600))
    buffer = io.BytesIO()
    canvas.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def _group(faces: Path) -> bytes:
    """A video call: six people in tiles."""
    width, height, gap = 420, 340, 10
    call = Image.new("RGB", (3 * width + 4 * gap, 2 * height + 3 * gap), (24, 24, 32))
    for index, person in enumerate(GROUP):
        with Image.open(faces / f"face_{person}.jpeg") as photo:
            tile = photo.convert("RGB").resize((width, width)).crop((0, 20, width, 20 + height))
        mask = Image.new("L", (width * 2, height * 2), 0)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, width * 2, height * 2), 36, fill=255)
        at = (gap + index % 3 * (width + gap), gap + index // 3 * (height + gap))
        call.paste(tile, at, mask.resize((width, height)))
    buffer = io.BytesIO()
    call.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
