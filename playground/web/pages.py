"""The open pages of each member, and what the server tells them as it happens."""

import asyncio
from collections.abc import Iterable

from playground.state import Json

QUEUE_LENGTH = 1000


class Pages:
    """Sends to every page that a member has open. A page that does not keep up is dropped and reloads by itself."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[Json | None]]] = {}

    def open(self, user: str) -> asyncio.Queue[Json | None]:
        """A queue of what `user` must be told; None ends it."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue(QUEUE_LENGTH)
        self._queues.setdefault(user, set()).add(queue)
        return queue

    def close(self, user: str, queue: asyncio.Queue[Json | None]) -> None:
        self._queues.get(user, set()).discard(queue)

    def tell(self, user: str, news: Json) -> None:
        for queue in tuple(self._queues.get(user, ())):
            self._put(user, queue, news)

    def tell_all(self, users: Iterable[str], news: Json) -> None:
        for user in users:
            self.tell(user, news)

    def tell_everyone(self, news: Json) -> None:
        self.tell_all(tuple(self._queues), news)

    def close_all(self) -> None:
        for user, queues in self._queues.items():
            for queue in tuple(queues):
                self._end(user, queue)

    def _put(self, user: str, queue: asyncio.Queue[Json | None], news: Json) -> None:
        try:
            queue.put_nowait(news)
        except asyncio.QueueFull:
            self._end(user, queue)

    def _end(self, user: str, queue: asyncio.Queue[Json | None]) -> None:
        self.close(user, queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)
