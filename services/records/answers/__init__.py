"""What the bot has answered to which photos, what it has still to answer, and what was said against it."""

from services.records.answers.answers import Answers, Source, Standing
from services.records.answers.crowds import CrowdFace, Crowds
from services.records.answers.denials import Denials
from services.records.answers.digests import Digest, Digests, WaitingPhoto, posted_before

__all__ = [
    "Answers",
    "CrowdFace",
    "Crowds",
    "Denials",
    "Digest",
    "Digests",
    "Source",
    "Standing",
    "WaitingPhoto",
    "posted_before",
]
