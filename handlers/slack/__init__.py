"""Slack as the handlers need it: fetch a file, answer where the person is, show a picture, and find it all again."""

from handlers.slack import refusals
from handlers.slack.answering import Screens, Underway, replies, reply, thumbnails
from handlers.slack.archive import Leaf, Past
from handlers.slack.client import JobClient, Refused, Wire, setback
from handlers.slack.gallery import Glimpse
from handlers.slack.incoming import Kind, OwnEvents, Posted, Removed, SlackFile, number_in, object_in, shape_of, text_in
from handlers.slack.originals import Files
from handlers.slack.outgoing import Pace, Shown, fits
from handlers.slack.refusals import Gone
from handlers.slack.roster import Roster
from handlers.slack.slack import Slack
from handlers.slack.values import (
    Home,
    Member,
    Message,
    Place,
    Said,
    Upload,
    is_direct,
    is_member,
    mentioned,
    mentions,
    unescape,
)
from handlers.slack.visitors import MEMBERSHIP_KEPT, Visitors

__all__ = [
    "MEMBERSHIP_KEPT",
    "Files",
    "Glimpse",
    "Gone",
    "Home",
    "JobClient",
    "Kind",
    "Leaf",
    "Member",
    "Message",
    "OwnEvents",
    "Pace",
    "Past",
    "Place",
    "Posted",
    "Refused",
    "Removed",
    "Roster",
    "Said",
    "Screens",
    "Shown",
    "Slack",
    "SlackFile",
    "Underway",
    "Upload",
    "Visitors",
    "Wire",
    "fits",
    "is_direct",
    "is_member",
    "mentioned",
    "mentions",
    "number_in",
    "object_in",
    "refusals",
    "replies",
    "reply",
    "setback",
    "shape_of",
    "text_in",
    "thumbnails",
    "unescape",
]
