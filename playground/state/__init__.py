"""What this Slack remembers: its manifest and options, people, conversations, messages, files, and what it refuses."""

from playground.state import avatars, seed
from playground.state.errors import RateLimited, Refused, SlackError
from playground.state.files import FileStore, too_large
from playground.state.ids import new_block_id, new_hash, new_id
from playground.state.limits import RateLimit
from playground.state.manifest import Command, Manifest, ManifestError
from playground.state.manifest import load as load_manifest
from playground.state.manifest import parse as parse_manifest
from playground.state.options import Options
from playground.state.panes import Panes
from playground.state.samples import Sample, Samples
from playground.state.tokens import ResponseTarget, ResponseUrls, Triggers
from playground.state.values import (
    Conversation,
    ConversationKind,
    Edited,
    File,
    Json,
    Message,
    Organisation,
    Quiet,
    Reaction,
    Share,
    Team,
    User,
    View,
)
from playground.state.workspace import SLACKBOT, Workspace

__all__ = [
    "SLACKBOT",
    "Command",
    "Conversation",
    "ConversationKind",
    "Edited",
    "File",
    "FileStore",
    "Json",
    "Manifest",
    "ManifestError",
    "Message",
    "Options",
    "Organisation",
    "Panes",
    "Quiet",
    "RateLimit",
    "RateLimited",
    "Reaction",
    "Refused",
    "ResponseTarget",
    "ResponseUrls",
    "Sample",
    "Samples",
    "Share",
    "SlackError",
    "Team",
    "Triggers",
    "User",
    "View",
    "Workspace",
    "avatars",
    "load_manifest",
    "new_block_id",
    "new_hash",
    "new_id",
    "parse_manifest",
    "seed",
    "too_large",
]
