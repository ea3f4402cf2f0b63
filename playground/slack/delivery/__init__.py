"""How payloads reach the app, over sockets or HTTP, and all that can go wrong on the way."""

from playground.slack.delivery.delivery import Delivery, NotDelivered, TooLate, Transport
from playground.slack.delivery.faults import NOT_READY_FOR, Faults, FaultyAnswers, FaultySockets, Refusals
from playground.slack.delivery.http_requests import SignedHttp
from playground.slack.delivery.socket_mode import SocketMode

__all__ = [
    "NOT_READY_FOR",
    "Delivery",
    "Faults",
    "FaultyAnswers",
    "FaultySockets",
    "NotDelivered",
    "Refusals",
    "SignedHttp",
    "SocketMode",
    "TooLate",
    "Transport",
]
