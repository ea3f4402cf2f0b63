"""A port that somebody else has."""

import socket

import pytest
from starlette.applications import Starlette

from bot import web
from services.errors import Refusal


def test_a_taken_port_is_refused_by_its_number() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refusal, match=str(port)), web.listening(Starlette(), "127.0.0.1", port):
            pass
