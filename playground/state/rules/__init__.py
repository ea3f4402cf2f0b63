"""What an app declares and this Slack allows: its manifest, the options, what works for a while, what is refused."""

from playground.state.rules.emoji import is_emoji
from playground.state.rules.errors import RateLimited, Refused, SlackError
from playground.state.rules.limits import RateLimit
from playground.state.rules.manifest import Command, Manifest, ManifestError
from playground.state.rules.manifest import load as load_manifest
from playground.state.rules.manifest import parse as parse_manifest
from playground.state.rules.options import Options
from playground.state.rules.tokens import ResponseTarget, ResponseUrls, Triggers

__all__ = [
    "Command",
    "Manifest",
    "ManifestError",
    "Options",
    "RateLimit",
    "RateLimited",
    "Refused",
    "ResponseTarget",
    "ResponseUrls",
    "SlackError",
    "Triggers",
    "is_emoji",
    "load_manifest",
    "parse_manifest",
]
