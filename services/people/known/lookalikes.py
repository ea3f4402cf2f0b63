"""People who are too alike to be told apart by the photos that they are enrolled with.

Their user vectors come near to passing the threshold for each other, so that a photo of the one may get the other's
name. More photos of both set them further apart. What is found is names that everybody may list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services import odds
from services.collection import Collection, in_words
from services.records import Person

MOST_AT_ONCE = 300
"""Of more people this is not found out while somebody waits: it takes a search a person, some milliseconds each."""

_MOST_LIKE_ONE = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people who resemble each other, and how similar their user vectors are, in percent."""

    one: Person
    other: Person
    similarity: float


def resembling(collection: Collection, person: Person, threshold: float) -> tuple[Person, ...]:
    """Whom a person resembles at about this threshold, the most similar first. Asks Rekognition once."""
    with in_words():
        similar = _similar(collection, person, odds.with_margin(threshold))
    people = collection.records.people_by_id(list(similar))
    return tuple(people[user_id] for user_id in similar if user_id in people)


def pairs(collection: Collection, people: Sequence[Person], threshold: float) -> tuple[Pair, ...]:
    """All of these people who resemble each other, the most similar first. Asks Rekognition once a person."""
    known = {person.user_id: person for person in people if person.faces}
    found: dict[frozenset[str], float] = {}
    floor = odds.with_margin(threshold)
    with in_words():
        everybody = collection.rekognition.map(lambda person: _similar(collection, person, floor), known.values())
    for user_id, similar in zip(known, everybody, strict=True):
        for other, similarity in similar.items():
            if other in known:
                both = frozenset((user_id, other))
                found[both] = max(similarity, found.get(both, 0.0))
    ranked = sorted(found.items(), key=lambda pair: -pair[1])
    return tuple(_pair([known[user_id] for user_id in both], similarity) for both, similarity in ranked)


def _similar(collection: Collection, person: Person, floor: float) -> dict[str, float]:
    """The similarity of those whose user vectors resemble a person's, the most similar first."""
    try:
        answer = collection.client.search_users(
            CollectionId=collection.id, UserId=person.user_id, UserMatchThreshold=floor, MaxUsers=_MOST_LIKE_ONE
        )
    except collection.client.exceptions.ResourceNotFoundException:  # erased meanwhile, or the collection lacks them
        return {}
    return {match["User"]["UserId"]: match["Similarity"] for match in answer["UserMatches"]}


def _pair(both: Sequence[Person], similarity: float) -> Pair:
    one, other = sorted(both, key=lambda person: person.name)
    return Pair(one, other, similarity)
