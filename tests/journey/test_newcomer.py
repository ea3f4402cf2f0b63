"""What a newcomer does in the page, against the real bot and engine: enrol, post, look, tune, forget."""

import io
import re
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from engine.vision import Weights


def _say(page: Page, text: str) -> None:
    composer = page.locator(".main .composer-input")
    composer.fill(text)
    composer.press("Enter")


def _post(page: Page, photo: bytes, text: str) -> Locator:
    page.locator(".main input[type=file]").set_input_files(
        {"name": "offsite.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    expect(page.locator(".main .tray-done")).to_have_count(1)
    _say(page, text)
    return page.locator(".main .message").filter(has_text=text)


def _thread(page: Page, posted: Locator) -> Locator:
    posted.get_by_role("button", name=re.compile(r"2 replies")).click()
    return page.get_by_role("region", name="Thread")


def test_enrol_post_look_tune_and_forget(page: Page, photos: dict[str, Path], group: bytes, weights: Weights) -> None:
    page.get_by_role("navigation", name="Workspace").get_by_role("button", name="photos").click()

    # Enrol: the modal asks for photos and the statement, and says of each photo what became of it.
    _say(page, "/enroll alice")
    modal = page.get_by_role("dialog", name="Enrol a person")
    # A busy machine that has just begun may take too long for it, as Slack sees it or as the bot does.
    late = page.locator(".main").get_by_text(re.compile("did not respond in time|took me too long"))
    expect(modal.or_(late).first).to_be_visible()
    if late.first.is_visible():
        _say(page, "/enroll alice")
    expect(modal.get_by_label("Name")).to_have_value("Alice")
    modal.locator("input[type=file]").set_input_files([photos["obama.jpg"], photos["obama3.jpg"], photos["biden.jpg"]])
    modal.get_by_role("checkbox").check()
    modal.get_by_role("button", name="Enrol", exact=True).click()
    expect(modal).to_have_count(0)
    result = page.locator(".main .message").filter(has_text="2 of 3 photos added")
    expect(result).to_contain_text("Only visible to you")
    expect(result).to_contain_text("biden.jpg")
    expect(result).to_contain_text("does not look like the other photos of Alice")

    # Post: the thread answers with the annotated photo and the list.
    posted = _post(page, group, "who is at the offsite?")
    expect(posted.get_by_role("button", name=re.compile(r"(eyes|white check mark), 1"))).to_be_visible()
    thread = _thread(page, posted)
    answer = thread.locator(".message").filter(has_text="1 of 3 faces recognised")
    expect(answer).to_contain_text(re.compile(r"1 · Alice — \d+\.\d %"))
    expect(answer).to_contain_text("2 · unknown")
    expect(answer).to_contain_text("3 · unknown")
    expect(answer).to_contain_text("Threshold 99 % · compared with user vectors")
    expect(posted.get_by_role("button", name=re.compile("white check mark, 1"))).to_be_visible()

    # Look at the picture: the boxes are on the faces.
    picture = thread.get_by_role("img", name=re.compile("Alice"))
    expect(picture).to_have_attribute("alt", re.compile("unknown"))
    annotated = _annotated(page, thread)
    _assert_boxes_are_on_faces(annotated, group, weights)

    # Tune: at 99.99 nobody is sure enough.
    _say(page, "/facesearch threshold 100")
    expect(page.locator(".main .message").filter(has_text="The threshold in this channel is now 100 %")).to_be_visible()
    again = _thread(page, _post(page, group, "and now?"))
    expect(again.locator(".message").filter(has_text="0 of 3 faces recognised")).to_be_visible()

    # People and forgetting, which asks first.
    _say(page, "/facesearch people")
    expect(page.locator(".main .message").filter(has_text="I know 1 person")).to_contain_text("Alice — 2 photos")
    _say(page, "/facesearch forget alice")
    asked = page.locator(".main .message").filter(has_text="Erase Alice")
    asked.get_by_role("button", name="Erase").click()
    page.get_by_role("dialog", name="Erase this person?").get_by_role("button", name="Erase").click()
    expect(page.locator(".main .message").filter(has_text="Alice is erased: 2 faces and 2 photos")).to_be_visible()


def test_help_lists_every_command_and_a_typo_gets_a_hint(page: Page) -> None:
    _say(page, "/facesearch help")
    listed = page.locator(".main .message").filter(has_text="Post a photo and I answer")
    for usage in ("/enroll alice", "/facesearch people", "/facesearch forget alice", "/facesearch threshold 90"):
        expect(listed.last).to_contain_text(usage)
    _say(page, "/facesearch treshold 90")
    expect(page.locator(".main .message").filter(has_text="Did you mean /facesearch threshold 90?")).to_be_visible()


def test_a_file_that_is_no_picture_gets_a_sentence(page: Page) -> None:
    posted = _post(page, b"this is a text file named .jpg", "look at this one")
    posted.get_by_role("button", name=re.compile(r"1 reply")).click()
    thread = page.get_by_role("region", name="Thread")
    expect(thread.locator(".message").filter(has_text="not a picture that I can read")).to_be_visible()


def test_a_message_enrols_and_its_group_photo_asks_which_face(page: Page, group: bytes) -> None:
    _post(page, group, "enroll <b> *Eileen*")
    asked = page.locator(".main .message").filter(has_text="They agreed in writing")
    expect(asked).to_contain_text("Has <b> *Eileen* agreed?")
    asked.get_by_role("button", name="They agreed: enrol").click()
    expect(page.locator(".main .message").filter(has_text="You have stated that <b> *Eileen* agreed")).to_be_visible()
    posted = page.locator(".main .message").filter(has_text="enroll <b>")  # the page styles what a member writes
    posted.get_by_role("button", name=re.compile(r"3 replies")).click()
    thread = page.get_by_role("region", name="Thread")
    expect(thread.locator(".message").filter(has_text="There are 3 faces in it")).to_contain_text("<b> *Eileen*")
    thread.get_by_role("combobox", name="Choose a face").click()
    page.get_by_role("option", name="Face 2").click()
    expect(thread.locator(".message").filter(has_text="1 of 1 photo added")).to_be_visible()


def _annotated(page: Page, thread: Locator) -> Image.Image:
    url = thread.locator(".picture img").last.evaluate("image => image.closest('a, button').dataset.url || image.src")
    return Image.open(io.BytesIO(page.request.get(url).body())).convert("RGB")


def _assert_boxes_are_on_faces(annotated: Image.Image, photo: bytes, weights: Weights) -> None:
    """Around every face that bare YuNet finds the picture has changed, and on the face itself it has not."""
    original = Image.open(io.BytesIO(photo)).convert("RGB").resize(annotated.size)
    changed = np.abs(np.asarray(annotated, np.int16) - np.asarray(original, np.int16)).max(axis=2) > 60
    faces = _yunet(original, weights)
    assert len(faces) == 3
    for left, top, width, height in faces:
        rim = changed[top - 12 : top + height + 12, left - 12 : left + width + 12]
        middle = changed[top + height // 4 : top + 3 * height // 4, left + width // 4 : left + 3 * width // 4]
        assert rim.sum() > 1.5 * (width + height), "a box is drawn around the face"
        assert middle.mean() < 0.05, "and the face can be seen"


def _yunet(image: Image.Image, weights: Weights) -> list[tuple[int, int, int, int]]:
    detector = cv2.FaceDetectorYN.create(str(weights.detector), "", image.size, 0.7)
    _, found = detector.detect(cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR))
    boxes: NDArray[np.float32] = found[:, :4]
    return [(round(x), round(y), round(w), round(h)) for x, y, w, h in boxes.tolist()]
