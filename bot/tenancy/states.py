"""The states that an installation carries from Slack's page back to ours: signed, and kept only once they are used."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from datetime import UTC, datetime

import sqlalchemy as sa
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

_STATE = re.compile(r"(?P<until>\d{1,12})\.[\w-]{22}\.(?P<signature>[0-9a-f]{64})")


class States(SQLAlchemyOAuthStateStore):
    """Anybody may ask for as many as they like: of a state that never comes back nothing is there to be kept."""

    def __init__(self, seconds: int, engine: sa.Engine, *, secret: str) -> None:
        super().__init__(seconds, engine)
        self._key = hashlib.sha256(b"states of installations\0" + secret.encode()).digest()

    def issue(self, *args: object, **kwargs: object) -> str:
        """One that works once, until its time is over."""
        said = f"{int(time.time()) + self.expiration_seconds}.{secrets.token_urlsafe(16)}"
        return f"{said}.{self._signature(said)}"

    def consume(self, state: str) -> bool:
        """Whether it is one of ours, in time, and has not been used."""
        parts = _STATE.fullmatch(state)
        if parts is None or int(parts["until"]) < time.time():
            return False
        if not hmac.compare_digest(self._signature(state.rpartition(".")[0]), parts["signature"]):
            return False
        return self._use(state, datetime.fromtimestamp(int(parts["until"]), UTC))

    def _signature(self, said: str) -> str:
        return hmac.new(self._key, said.encode(), hashlib.sha256).hexdigest()

    def _use(self, state: str, until: datetime) -> bool:
        used = self.oauth_states
        with self.engine.begin() as db:
            db.execute(sa.delete(used).where(used.c.expire_at < datetime.now(UTC).replace(tzinfo=None)))
            if db.execute(sa.select(used.c.id).where(used.c.state == state)).first() is not None:
                return False
            db.execute(sa.insert(used).values(state=state, expire_at=until.replace(tzinfo=None)))
        return True
