"""Tokens that continue a listing where it stopped: signed, bound to what was listed, good after a restart."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from .errors import invalid_pagination_token

_SIGNATURE = 16
_PLACE = 8


class Paginator:
    """Issues tokens and takes them back. `secret` is the store's: all its processes understand each other's tokens."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def issue(self, listing: object, after: int) -> str:
        """A token for what comes after the id `after` of `listing`, which is any JSON that says what is listed."""
        place = after.to_bytes(_PLACE)
        return base64.urlsafe_b64encode(place + self._sign(listing, place)).decode()

    def resume(self, listing: object, token: str | None) -> int:
        """The id after which to go on, 0 without a token.

        Raises EngineError (InvalidPaginationTokenException) for a token that was not issued for this very listing.
        """
        if token is None:
            return 0
        try:
            content = base64.b64decode(token, altchars=b"-_", validate=True)
        except ValueError as error:
            raise invalid_pagination_token() from error
        place, signature = content[:_PLACE], content[_PLACE:]
        if not hmac.compare_digest(signature, self._sign(listing, place)):
            raise invalid_pagination_token()
        return int.from_bytes(place)

    def _sign(self, listing: object, place: bytes) -> bytes:
        message = json.dumps(listing).encode() + place
        return hmac.digest(self._secret, message, hashlib.sha256)[:_SIGNATURE]
