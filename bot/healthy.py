"""Asks the bot on this machine whether it lives, for a container's healthcheck: 0 when it does."""

from __future__ import annotations

import os
import sys
from http.client import HTTPConnection, HTTPException

_PATIENCE = 3  # seconds


def main() -> int:
    """What `/healthz` on METRICS_PORT answers."""
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("METRICS_PORT") or 9464), timeout=_PATIENCE)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
    except (OSError, HTTPException) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    print(answer.read().decode())  # noqa: T201
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
