"""A container's healthcheck is well while the bot answers on its port, and only then."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot import healthy
from bot.transports import web


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_it_says_what_healthz_says(status: int, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Starlette(routes=[Route("/healthz", lambda _: PlainTextResponse("so", status))])
    with web.listening(site, "127.0.0.1", 0) as port:
        monkeypatch.setenv("METRICS_PORT", str(port))
        assert healthy.main() == code
    assert healthy.main() == 1, "where nobody listens"
