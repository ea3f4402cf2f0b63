"""Answers: those of jobs, which leave a trace; of commands and clicks; and what modals and the Home show."""

from handlers.slack.answering import replies, thumbnails
from handlers.slack.answering.replies import Underway
from handlers.slack.answering.responses import Reply, reply
from handlers.slack.answering.screens import Screens

__all__ = ["Reply", "Screens", "Underway", "replies", "reply", "thumbnails"]
