"""Slack as the handlers need it: fetch a file, answer where the person is, show a picture, and find it all again."""

from handlers.slack import replies, thumbnails
from handlers.slack.client import JobClient, setback
from handlers.slack.pace import Pace
from handlers.slack.replies import Underway
from handlers.slack.slack import Slack
from handlers.slack.values import (
    Home,
    Member,
    Message,
    Place,
    SlackFile,
    is_direct,
    is_member,
    mentioned,
    pictures_of,
    unescape,
)
from handlers.slack.visitors import Visitors

__all__ = [
    "Home",
    "JobClient",
    "Member",
    "Message",
    "Pace",
    "Place",
    "Slack",
    "SlackFile",
    "Underway",
    "Visitors",
    "is_direct",
    "is_member",
    "mentioned",
    "pictures_of",
    "replies",
    "setback",
    "thumbnails",
    "unescape",
]
