"""A workspace: what it is made of, what is in it and who may see it, and how one begins."""

from playground.state.workspace import seed
from playground.state.workspace.ids import new_block_id, new_hash, new_id
from playground.state.workspace.panes import Panes
from playground.state.workspace.values import (
    Conversation,
    ConversationKind,
    Edited,
    File,
    Json,
    Message,
    Organisation,
    Picture,
    Quiet,
    Reaction,
    Share,
    Team,
    Thumbnail,
    User,
    View,
)
from playground.state.workspace.workspace import SLACKBOT, Workspace

__all__ = [
    "SLACKBOT",
    "Conversation",
    "ConversationKind",
    "Edited",
    "File",
    "Json",
    "Message",
    "Organisation",
    "Panes",
    "Picture",
    "Quiet",
    "Reaction",
    "Share",
    "Team",
    "Thumbnail",
    "User",
    "View",
    "Workspace",
    "new_block_id",
    "new_hash",
    "new_id",
    "seed",
]
