"""Reads an app manifest: what the app is called, may do, offers and listens to."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import yaml

EVENT_SCOPES: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "assistant_thread_context_changed": ("assistant:write",),
    "assistant_thread_started": ("assistant:write",),
    "channel_archive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_id_changed": ("channels:read", "groups:read", "mpim:read"),
    "channel_left": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unshared": ("channels:read", "groups:read"),
    "file_change": ("files:read",),
    "file_created": ("files:read",),
    "file_deleted": ("files:read",),
    "file_shared": ("files:read",),
    "file_unshared": ("files:read",),
    "group_archive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read", "mpim:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "team_join": ("users:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
}
"""The scopes, any of which lets an app subscribe to an event (docs.slack.dev/reference/events)."""


class ManifestError(Exception):
    """The manifest cannot be used; the text says why and what to change."""


@dataclass(frozen=True, slots=True)
class Command:
    command: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Shortcut:
    type: Literal["message", "global"]
    name: str
    callback_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the playground uses of an app manifest.

    `messages_tab_read_only` is True unless the manifest says otherwise, as for an app newly made at Slack: members
    cannot write to it directly ("Sending messages to this app has been turned off"). `assistant` is what it is beside
    that: an assistant has threads of its own in the direct message with it, an agent has the direct message itself.
    """

    name: str
    bot_name: str
    scopes: tuple[str, ...]
    events: frozenset[str]
    commands: tuple[Command, ...]
    shortcuts: tuple[Shortcut, ...]
    interactivity: bool
    home_tab: bool
    messages_tab: bool
    messages_tab_read_only: bool
    assistant: Literal["assistant", "agent"] | None

    def command(self, name: str) -> Command | None:
        return next((command for command in self.commands if command.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((shortcut for shortcut in self.shortcuts if shortcut.callback_id == callback_id), None)

    def allows(self, *any_of: str) -> bool:
        """Whether the app has one of these scopes; asking for none is always allowed."""
        return not any_of or any(scope in self.scopes for scope in any_of)

    def hears(self, event: str) -> bool:
        """Whether the app is subscribed to `event` (such as `message.channels`) and holds a scope for it."""
        return event in self.events and self.allows(*EVENT_SCOPES.get(event, ()))


def load(path: Path) -> Manifest:
    """Read the manifest at `path`, YAML or JSON. Raises ManifestError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ManifestError(
            f"Cannot read the app manifest {path}: {error.strerror}. Say where it is: --manifest FILE"
        ) from error
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ManifestError(f"The app manifest {path} is not YAML: {error}") from error
    if not isinstance(document, dict):
        raise ManifestError(f"The app manifest {path} is empty; see docs.slack.dev/reference/app-manifest")
    return parse(document)


def parse(document: Mapping[str, Any]) -> Manifest:
    """The manifest in a parsed document. Raises ManifestError where something is missing or contradicts itself."""
    features = _section(document, "features")
    settings = _section(document, "settings")
    home = _section(features, "app_home")
    name = _section(document, "display_information").get("name")
    if not isinstance(name, str) or not name:
        raise ManifestError("The app manifest has no display_information.name; give the app one.")
    manifest = Manifest(
        name=name,
        bot_name=str(_section(features, "bot_user").get("display_name") or name),
        scopes=tuple(_section(_section(document, "oauth_config"), "scopes").get("bot") or ()),
        events=frozenset(_section(settings, "event_subscriptions").get("bot_events") or ()),
        commands=tuple(_command(item) for item in features.get("slash_commands") or ()),
        shortcuts=tuple(_shortcut(item) for item in features.get("shortcuts") or ()),
        interactivity=bool(_section(settings, "interactivity").get("is_enabled")),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", True)),
        assistant="agent" if "agent_view" in features else "assistant" if "assistant_view" in features else None,
    )
    _check(manifest)
    return manifest


def _section(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = document.get(key) or {}
    if not isinstance(section, dict):
        raise ManifestError(f"In the app manifest, {key} must be a mapping.")
    return section


def _command(item: Mapping[str, Any]) -> Command:
    name = str(item.get("command") or "")
    if not name.startswith("/"):
        raise ManifestError(f"In the app manifest, the slash command {name!r} must begin with a slash.")
    return Command(
        name, str(item.get("description") or ""), str(item.get("usage_hint") or ""), bool(item.get("should_escape"))
    )


def _shortcut(item: Mapping[str, Any]) -> Shortcut:
    kind = item.get("type")
    if kind not in ("message", "global") or not item.get("name") or not item.get("callback_id"):
        raise ManifestError(
            "In the app manifest, a shortcut needs a type (message or global), a name and a callback_id."
        )
    return Shortcut(
        cast(Literal["message", "global"], kind),
        str(item["name"]),
        str(item["callback_id"]),
        str(item.get("description") or ""),
    )


def _check(manifest: Manifest) -> None:
    """Refuse what Slack refuses when an app is made from a manifest."""
    for event in sorted(manifest.events):
        needed = EVENT_SCOPES.get(event)
        if needed is None:
            raise ManifestError(f"In the app manifest, the event {event} is not known to the playground.")
        if not manifest.allows(*needed):
            raise ManifestError(f"In the app manifest, the event {event} needs the bot scope {' or '.join(needed)}.")
    if manifest.assistant and "assistant:write" not in manifest.scopes:
        raise ManifestError("In the app manifest, assistant_view and agent_view need the bot scope assistant:write.")
    if (manifest.commands or manifest.shortcuts) and "commands" not in manifest.scopes:
        raise ManifestError("In the app manifest, slash commands and shortcuts need the bot scope commands.")
    if manifest.shortcuts and not manifest.interactivity:
        raise ManifestError("In the app manifest, shortcuts need settings.interactivity.is_enabled.")
