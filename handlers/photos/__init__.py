"""A photo from Slack to its answer, alone or among many, and all that can become of the answer afterwards.

`photos.py` has the jobs, `photo.py` answers one photo, `gathering.py` many, and `digest.py` those of a day.
`drawn.py` is how it is drawn and listed, and `redrawing.py` does so once more, from what `kept.py` keeps of an answer
that stands.
"""

from slack_bolt import App

from handlers.desk import Desk
from handlers.photos import answers, attached, comparing, digest, drawn, gathering, kept, photos, redrawing, unshared
from handlers.photos.attached import Attached
from handlers.photos.kept import Listed
from handlers.photos.photos import JOB, answer, submit, submit_asked


def register(app: App, desk: Desk) -> None:
    """The jobs, and the buttons and menus below an answer that are about the photo."""
    photos.register(app, desk)
    comparing.register(app, desk)
    redrawing.register(desk)
    gathering.register(desk)
    digest.register(desk)
    answers.register(app, desk)
    unshared.register(desk)


__all__ = [
    "JOB",
    "Attached",
    "Listed",
    "answer",
    "answers",
    "attached",
    "digest",
    "drawn",
    "gathering",
    "kept",
    "redrawing",
    "register",
    "submit",
    "submit_asked",
    "unshared",
]
