"""The Web API: one function per method, in a table with the scopes and token each needs."""

from playground.webapi.endpoint import METHODS, handle

__all__ = ["METHODS", "handle"]
