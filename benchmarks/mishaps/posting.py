"""A member of the playground who posts photos, enrols people and counts answers, for `benchmarks.faults`."""

from __future__ import annotations

import io
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from PIL import Image

from artifacts.photos import fetch_photos
from benchmarks.house import Member
from handlers.views.enroll.statement import STATE

MOST_OPEN = 20  # posts that may be without an answer before another is made
MOST_ENROLMENTS = 90  # of two people by two photos each: a person has at most a hundred faces
TOGETHER = 4  # photos of some messages, which get one sheet and one list
MOST_CUT = 11  # pixels from the left and from above by which variants of a photo differ
CHANNELS = ("photos", "general", "back-office")
PEOPLE = {"barack": ("obama.jpg", "obama2.jpg"), "joe": ("biden.jpg", "biden.jpg")}


@dataclass(frozen=True, slots=True)
class Draft:
    """Something to post: photos that enrol somebody, or that ask; and who must be in the answer, if that is known."""

    photos: tuple[bytes, ...]
    enrols: bool
    who: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """Something posted, where, whether it enrols or asks, and who must be in the answer."""

    channel: str
    ts: str
    enrols: bool
    who: str = ""


class Poster(ABC):
    """Posts one thing after the other, in three channels, and waits for the answers."""

    def __init__(self, member: Member, dice: Random) -> None:
        self._member = member
        self._dice = Random(dice.random())
        self._numbers = count()
        self._channels = [member.channels[name] for name in CHANNELS]
        self.most_open = MOST_OPEN
        self.posts: list[Post] = []
        self._open: list[Post] = []

    @abstractmethod
    def draft(self) -> Draft | None:
        """What to post next; None where that depends on what is not answered yet."""

    @property
    def photos(self) -> int:
        """How many are posted that ask."""
        return sum(not post.enrols for post in self.posts)

    @property
    def enrolments(self) -> int:
        return len(self.posts) - self.photos

    def faults(self, rates: Mapping[str, float], seed: int) -> dict[str, int]:
        struck: dict[str, int] = self._member.do("faults", rates=dict(rates), seed=seed)["struck"]
        return struck

    def keep_posting(self, stopped: threading.Event) -> None:
        while not stopped.wait(self._dice.uniform(0.1, 0.8)):
            self._open = [post for post in self._open if not self._begun(post)]
            self._state(self._open)
            if len(self._open) < self.most_open and (draft := self.draft()):
                self.post(draft)

    def post(self, draft: Draft) -> Post:
        channel = self._dice.choice(self._channels)
        ts = self._member.post(channel, *draft.photos, text=f"enroll {draft.who}" if draft.enrols else "")
        post = Post(channel, ts, draft.enrols, draft.who)
        self.posts.append(post)
        self._open.append(post)
        return post

    def wait(self, seconds: float, longer: float = 3.0, *, for_last: int | None = None) -> None:
        """Until everything is answered, or what was posted last, and a little `longer` for what should not come."""
        deadline = time.monotonic() + seconds
        waiting = self.posts[-for_last:] if for_last else list(self.posts)
        while waiting and time.monotonic() < deadline:
            waiting = [post for post in waiting if not self.whole(post)]
            self._state(waiting)
            time.sleep(0.5)
        time.sleep(longer)

    def replies(self, post: Post) -> list[dict[str, Any]]:
        return self._member.replies(post.channel, post.ts)

    def whole(self, post: Post) -> bool:
        return len(self.replies(post)) >= (1 if post.enrols else 2)

    def stray_uploads(self) -> int:
        """Files of the bot's that are complete, and shown nowhere."""
        answer = self._member.ask("files.list", count=100_000)
        return sum(not file["shares"] for file in answer["files"] if file["name"] in {"who-is-in-it.jpg", "photos.jpg"})

    def variant(self, photo: bytes) -> bytes:
        """A photo with bytes and pixels of its own, so that it is no other one's twin."""
        with Image.open(io.BytesIO(photo)) as image:
            number = next(self._numbers)
            cuts = MOST_CUT + 1
            left, top, quality = number % cuts, number // cuts % cuts, 95 - number // cuts**2 % 12
            buffer = io.BytesIO()
            image.convert("RGB").crop((left, top, image.width, image.height)).save(buffer, "JPEG", quality=quality)
        return buffer.getvalue()

    def _begun(self, post: Post) -> bool:
        return bool(self.replies(post))

    def _state(self, waiting: Iterable[Post]) -> None:
        """State that whoever is to be enrolled agreed, where that is asked; a click that got lost is made again."""
        for channel in {post.channel for post in waiting if post.enrols}:
            with suppress(RuntimeError):  # settled meanwhile
                self._member.click_all(channel, STATE)


class TwoPeople(Poster):
    """Posts photos of two people, who are enrolled all the while, so that nobody can say who must be in an answer."""

    def __init__(self, member: Member, dice: Random) -> None:
        super().__init__(member, dice)
        self._photos = {name: path.read_bytes() for name, path in fetch_photos().items()}

    def draft(self) -> Draft:
        if len(self.posts) % 5 == 1 and self.enrolments < MOST_ENROLMENTS:
            # In turn, or one of them would have more photos than a person can have.
            name = sorted(PEOPLE)[self.enrolments % len(PEOPLE)]
            return Draft(self._variants(PEOPLE[name]), enrols=True, who=name)
        asked = (self._dice.choice(["obama3.jpg", "biden.jpg"]),) * (TOGETHER if len(self.posts) % 7 == 3 else 1)
        return Draft(self._variants(asked), enrols=False)

    def _variants(self, names: Iterable[str]) -> tuple[bytes, ...]:
        return tuple(self.variant(self._photos[name]) for name in names)


@contextmanager
def meanwhile(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Have it done in a thread, which is told in the end."""
    stopped = threading.Event()
    thread = threading.Thread(target=work, args=(stopped,))
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
