"""The web server on this machine: whom it answers, what goes on behind an answer, and what members' pages are told."""

from playground.web.background import Background
from playground.web.page_json import (
    SLACKBOT_JSON,
    file_proof,
    page_conversation,
    page_file,
    page_message,
    page_user,
    page_view,
)
from playground.web.pages import Pages
from playground.web.security import LocalOnly
from playground.web.server import ANY, LOOPBACK, PortBusy, Server, listen, serve

__all__ = [
    "ANY",
    "LOOPBACK",
    "SLACKBOT_JSON",
    "Background",
    "LocalOnly",
    "Pages",
    "PortBusy",
    "Server",
    "file_proof",
    "listen",
    "page_conversation",
    "page_file",
    "page_message",
    "page_user",
    "page_view",
    "serve",
]
