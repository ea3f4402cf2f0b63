"""What came of what was posted while much went wrong, for `benchmarks.faults`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.mishaps.posting import Post, Poster
from bot import app
from bot.settings import Settings
from services.collection import UNFINISHED
from services.collection.rekognition import QUERY_PREFIX


@dataclass(slots=True)
class Tally:
    """What came of it. All but the first block must be nought."""

    kills: int = 0
    pauses: int = 0
    stops_in_commits: int = 0
    database_crashes: int = 0
    slack_away: int = 0
    photos: int = 0
    enrolments: int = 0
    struck: dict[str, int] = field(default_factory=dict)
    instead: list[str] = field(default_factory=list)  # what was said instead of an answer
    left_to_the_sweep: int = 0
    unanswered: int = 0
    answered_twice: int = 0
    told_of_failure: int = 0
    falsely_unknown: int = 0
    not_searched: int = 0
    enrolments_in_part: int = 0
    stray_vectors: int = 0
    stray_photos: int = 0
    stray_uploads: int = 0

    @property
    def wrong(self) -> int:
        return (
            self.unanswered
            + self.answered_twice
            + self.told_of_failure
            + self.falsely_unknown
            + self.not_searched
            + self.enrolments_in_part
            + self.stray_vectors
            + self.stray_photos
            + self.stray_uploads
        )


def judge_answers(poster: Poster, tally: Tally) -> None:
    for post in poster.posts:
        said, pictures = _answer(poster, post)
        tally.photos += not post.enrols
        tally.enrolments += post.enrols
        tally.unanswered += not said or (not post.enrols and not pictures)
        tally.answered_twice += said.total() > 1 or pictures > 1
        expected = "2 of 2 photos added" if post.enrols else "recognised"
        if not any(expected in line for line in said):
            _note(post, said, pictures, tally)
            tally.enrolments_in_part += post.enrols
            tally.told_of_failure += not post.enrols
        elif not post.enrols and not any(post.who in line for line in said):
            _note(post, said, pictures, tally)
            tally.falsely_unknown += 1
    tally.stray_uploads = poster.stray_uploads()


def _answer(poster: Poster, post: Post) -> tuple[Counter[str], int]:
    """What was said, and how many pictures came."""
    replies = poster.replies(post)
    texts = [str(reply["text"]) for reply in replies if not reply.get("files")]
    said = Counter(text for text in texts if "who is it?" not in text)  # which is asked besides, about strangers
    return said, sum(bool(reply.get("files")) for reply in replies)


def _note(post: Post, said: Counter[str], pictures: int, tally: Tally) -> None:
    what = "enrolment" if post.enrols else "photo"
    tally.instead.append(f"{what} {post.ts} of {post.who or 'one of them'}, {pictures} pictures: {list(said)}")


def judge_records(settings: Settings, tally: Tally) -> None:
    """What lies in the engine and in the photos, against what the records know."""
    with app.open_workspaces(settings) as workspaces:
        workspace = workspaces.open()
        faces = [face for person in workspace.people.all() for face in workspace.records.faces(person.user_id)]
        listed = list(workspace.collection.faces())
        kept = set(app.open_photos(settings).keys(""))
        # A search cut short leaves its vectors, which match nobody, and a photo half written, to the next sweep.
        queries = sum(face.name.startswith(QUERY_PREFIX) for face in listed)
        tally.left_to_the_sweep = queries + sum(1 for _ in (settings.data_dir / "photos" / UNFINISHED).glob("*"))
        vectors = {face.face_id for face in listed if not face.name.startswith(QUERY_PREFIX)}
        tally.stray_vectors = len(vectors ^ {face.face_id for face in faces})
        tally.stray_photos = len(kept ^ {face.photo for face in faces})
        tally.enrolments_in_part += len(faces) != 2 * tally.enrolments
