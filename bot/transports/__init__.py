"""How the bot and Slack reach each other: the bot calls Slack by Socket Mode, or Slack calls the bot over HTTP."""

from bot.transports.sockets import playground, socket_mode

__all__ = [
    "playground",
    "socket_mode",
]
