"""What the page talks to: all that a member can do and see, under /client."""

from playground.client.endpoint import ROUTES

__all__ = ["ROUTES"]
