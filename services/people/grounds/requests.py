"""Members who are being asked whether they may be enrolled: their portraits are kept meanwhile, their faces are not.

Nothing of it is in the collection, so nobody can be found by it before they have said yes.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from services import texts
from services.collection import Collection
from services.errors import Conflict, NotFound
from services.people.photos import Portrait
from services.records import ConsentRequest, KeptPortrait

EXPIRES = timedelta(days=14)


class Requests:
    """The consent requests of one workspace."""

    def __init__(self, collection: Collection) -> None:
        self._workspace = collection.records.workspace
        self._records = collection.records
        self._consents = collection.records.consents
        self._photos = collection.photos

    def get(self, request_id: str, *, member: str) -> ConsentRequest:
        """A request that this member is asked. Raises `NotFound` when there is none any more."""
        request = self._consents.request(request_id)
        if request is None or request.member != member:
            raise NotFound(texts.QUESTION_SETTLED)
        return request

    def begin(self, *, member: str, name: str, asked_by: str, job: str = "") -> ConsentRequest:
        """Start to ask a member; a request that the same `job` was cut short with, before it was shown, goes on.

        Raises `Conflict` while they have another to answer.
        """
        with self._records.alone():
            begun = self.begun(member, job)
            return begun or self._consents.ask(member=member, name=name, asked_by=asked_by, job=job)

    def begun(self, member: str, job: str = "") -> ConsentRequest | None:
        """What the same `job` has begun to ask a member, if anything. Raises as `begin` does."""
        pending = self._consents.request_of(member)
        if pending is not None and (pending.is_put or not job or pending.job != job):  # another may have it under way
            raise Conflict(texts.ASKED_ALREADY.format(date=f"{pending.asked_at.day} {pending.asked_at:%B}"))
        return pending

    def keep(self, request: ConsentRequest, portrait: Portrait) -> None:
        """Keep a portrait until the member has answered. Raises `NotFound` where the request is erased meanwhile."""
        key = f"{self._workspace}/{request.id}/{portrait.digest}.jpg"
        with self._records.alone():  # or an erasure between would leave the photo
            if self._consents.request(request.id) is None:
                raise NotFound(texts.ASKED_NO_MORE)
            self._photos.put(key, portrait.picture)
            self._consents.add_portrait(request.id, KeptPortrait(key, portrait.file, portrait.digest))

    def portraits(self, request: ConsentRequest) -> tuple[Portrait, ...]:
        """The portraits that are kept with a request."""
        kept = self._consents.portraits(request.id)
        return tuple(Portrait(each.file, each.digest, self._photos.get(each.key)) for each in kept)

    def shown(self, request: ConsentRequest, shown: tuple[str, ...]) -> bool:
        """Remember where the member is asked, for when the question is settled; False where it is settled already."""
        return self._consents.shown(request.id, shown)

    def expired(self, now: datetime) -> tuple[ConsentRequest, ...]:
        """Those that have waited for an answer too long."""
        return tuple(request for request in self._consents.requests() if now - request.asked_at >= EXPIRES)

    def erase(self, request: ConsentRequest) -> None:
        """Erase a request and its portraits. The records go last, so that an erasure cut short can be finished."""
        with self._records.alone():
            for key in list(self._photos.keys(f"{self._workspace}/{request.id}/")):
                self._photos.delete(key)
            self._consents.remove(request.id)
