"""Slack as the handlers need it: fetch a file, answer where the person is, show a picture, and find it all again."""

from handlers.slack import refusals, replies, thumbnails
from handlers.slack.client import JobClient, setback
from handlers.slack.pace import Pace
from handlers.slack.pictured import Picture
from handlers.slack.replies import Underway
from handlers.slack.responses import Reply
from handlers.slack.screens import Screens
from handlers.slack.slack import Slack
from handlers.slack.values import (
    Member,
    Message,
    Place,
    Said,
    SlackFile,
    is_direct,
    is_member,
    mentioned,
    pictures_of,
    unescape,
)

__all__ = [
    "JobClient",
    "Member",
    "Message",
    "Pace",
    "Picture",
    "Place",
    "Reply",
    "Said",
    "Screens",
    "Slack",
    "SlackFile",
    "Underway",
    "is_direct",
    "is_member",
    "mentioned",
    "pictures_of",
    "refusals",
    "replies",
    "setback",
    "thumbnails",
    "unescape",
]
