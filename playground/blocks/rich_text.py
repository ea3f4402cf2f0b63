"""Turns what a member typed into Slack's message text and its `rich_text` block."""

import re
from collections.abc import Callable

from playground.state import Json, new_block_id

_TOKEN = re.compile(
    r"<(?P<kind>[@#!])(?P<id>[A-Za-z0-9]+)(?:\|[^<>]*)?>"
    r"|(?P<url>https?://[^\s<>]+[^\s<>.,;:!?)\]'\"])"
    r"|:(?P<emoji>[a-z+-][a-z0-9_+'-]*):"
    r"|```(?P<pre>.+?)```|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>[^*\n]+)\*(?![\w*])|(?<![\w_])_(?P<italic>[^_\n]+)_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>[^~\n]+)~(?![\w~])",
    re.DOTALL,
)

_SAID = re.compile(r"<(?P<what>[@#!][A-Za-z0-9]+|[a-z]+:[^|>]+)(?:\|(?P<label>[^>]*))?>")


def escape(text: str) -> str:
    """Slack escapes three characters, and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def to_text(typed: str, channel_name: Callable[[str], str]) -> str:
    """Message text: what was typed, escaped, with `<@U…>`, `<#C…|name>`, `<!here>` and links in angle brackets."""
    parts: list[str] = []
    position = 0
    for match in _TOKEN.finditer(typed):
        parts.append(escape(typed[position : match.start()]))
        position = match.end()
        if match["kind"] == "#":
            parts.append(f"<#{match['id']}|{escape(channel_name(match['id']))}>")
        elif match["kind"]:
            parts.append(f"<{match['kind']}{match['id']}>")
        elif match["url"]:
            parts.append(f"<{escape(_address(match))}>")
        else:
            parts.append(escape(match[0]))
    parts.append(escape(typed[position:]))
    return "".join(parts)


def from_text(text: str) -> list[Json]:
    """The `rich_text` block that Slack makes of an app's message that is text alone."""
    elements: list[Json] = []
    position = 0
    for match in _SAID.finditer(text):
        elements += _plain(text[position : match.start()])
        position = match.end()
        elements.append(_reference(match["what"], match["label"]))
    elements += _plain(text[position:])
    return [{"type": "rich_text", "block_id": new_block_id(), "elements": _section(elements)}] if elements else []


def _plain(text: str) -> list[Json]:
    for escaped, meant in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(escaped, meant)
    return [{"type": "text", "text": text}] if text else []


def _reference(what: str, label: str | None) -> Json:
    kind = {"@": "user", "#": "channel", "!": "broadcast"}.get(what[0])
    if kind is not None:
        return {"type": kind, {"broadcast": "range"}.get(kind, f"{kind}_id"): what[1:]}
    return {"type": "link", "url": what, **({"text": label} if label else {})}


def to_blocks(typed: str) -> list[Json]:
    """The `rich_text` block that Slack's own composer would send for what was typed; none for nothing."""
    if not typed:
        return []
    elements: list[Json] = []
    section: list[Json] = []
    position = 0
    for match in _TOKEN.finditer(typed):
        if match.start() > position:
            section.append({"type": "text", "text": typed[position : match.start()]})
        position = match.end()
        if match["pre"]:
            elements += _section(section)
            section = []
            elements.append(
                {"type": "rich_text_preformatted", "border": 0, "elements": [{"type": "text", "text": match["pre"]}]}
            )
        else:
            section.append(_element(match))
    if position < len(typed):
        section.append({"type": "text", "text": typed[position:]})
    elements += _section(section)
    return [{"type": "rich_text", "block_id": new_block_id(), "elements": elements}]


def _address(match: re.Match[str]) -> str:
    """What a link leads to; after a bare `|` would follow what the link is called."""
    return match["url"].replace("|", "%7C")


def mentioned(text: str, user: str) -> bool:
    """Whether message text mentions this user."""
    return re.search(rf"<@{re.escape(user)}(?:\|[^<>]*)?>", text) is not None


def _section(elements: list[Json]) -> list[Json]:
    return [{"type": "rich_text_section", "elements": elements}] if elements else []


def _element(match: re.Match[str]) -> Json:
    if match["kind"] == "@":
        return {"type": "user", "user_id": match["id"]}
    if match["kind"] == "#":
        return {"type": "channel", "channel_id": match["id"]}
    if match["kind"] == "!":
        return {"type": "broadcast", "range": match["id"]}
    if match["url"]:
        return {"type": "link", "url": _address(match)}
    if match["emoji"]:
        return {"type": "emoji", "name": match["emoji"]}
    for style in ("code", "bold", "italic", "strike"):
        if match[style]:
            return {"type": "text", "text": match[style], "style": {style: True}}
    return {"type": "text", "text": match[0]}
