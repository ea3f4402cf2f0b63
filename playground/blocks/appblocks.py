"""Takes blocks and views from the app: checked against this workspace's files, completed, or refused as Slack does."""

import json
from typing import Any, Literal

from playground.blocks.blocks import check_blocks, check_options, check_view, complete_blocks, file_inputs
from playground.blocks.schema import Problem
from playground.state import File, Json, SlackError, Workspace

MAX_VIEW_BYTES = 250_000
MAX_MESSAGE_TEXT = 11_000
"""How many characters all blocks of a message may have. Undocumented: 11,341 are known to have been refused."""


def accept_blocks(workspace: Workspace, blocks: Any, *, limited: bool = True) -> list[Json]:
    """The blocks of a message, ready to store.

    Raises SlackError `invalid_blocks_format`, `invalid_blocks`, or where they are `limited` `msg_blocks_too_long`.
    """
    if isinstance(blocks, str):
        try:
            blocks = json.loads(blocks)
        except json.JSONDecodeError as error:
            raise SlackError("invalid_blocks_format") from error
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    problems = check_blocks(blocks, "message", lambda reference: file_known(workspace, reference))
    if problems:
        raise _refusal("invalid_blocks", problems)
    if limited and _characters(blocks) > MAX_MESSAGE_TEXT:
        raise SlackError("msg_blocks_too_long")
    return complete_blocks(blocks)


def accept_view(workspace: Workspace, view: Any, surface: Literal["modal", "home"]) -> Json:
    """A view's definition, ready to store. Raises SlackError `invalid_arguments` or `view_too_large`."""
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except json.JSONDecodeError as error:
            raise _refusal("invalid_arguments", [Problem("must provide an object", "/view")]) from error
    problems = check_view(view, surface, lambda reference: file_known(workspace, reference))
    if problems:
        raise _refusal("invalid_arguments", problems)
    scopes = workspace.installation.manifest.scopes
    if "files:read" not in scopes and file_inputs(view["blocks"]):
        raise SlackError("missing_scope", needed="files:read", provided=",".join(scopes))
    if len(json.dumps(view).encode()) > MAX_VIEW_BYTES:
        raise SlackError("view_too_large")
    completed = {key: value for key, value in view.items() if value is not None}
    completed["blocks"] = complete_blocks(view["blocks"])
    return completed


def accept_options(answer: Any) -> Json:
    """What the app suggests for a select: `options` or `option_groups`. Raises SlackError `invalid_options`."""
    problems = check_options(answer)
    if problems:
        raise _refusal("invalid_options", problems)
    checked: Json = answer
    return checked


def slack_file_of(workspace: Workspace, reference: Json) -> File | None:
    """The file that a `slack_file` object names, by id or by one of its addresses."""
    file_id = reference.get("id")
    if file_id is None:
        url = str(reference.get("url", ""))
        file_id = next((each for each in workspace.files if f"-{each}/" in url or f"/{each}/" in url), "")
    return workspace.files.get(str(file_id))


def file_known(workspace: Workspace, reference: Json) -> bool:
    """Whether a `slack_file` names a picture that the app may show and that is processed."""
    file = slack_file_of(workspace, reference)
    if file is None or workspace.file_for(workspace.bot.id, file.id) is None or workspace.pictures == "none":
        return False
    if workspace.pictures == "shared" and not file.shares:
        return False
    return file.ready and file.picture is not None


def _characters(node: Any) -> int:
    """How many characters of text are in blocks."""
    if isinstance(node, list):
        return sum(_characters(each) for each in node)
    if not isinstance(node, dict):
        return 0
    return sum(
        len(value) if key == "text" and isinstance(value, str) else _characters(value) for key, value in node.items()
    )


def _refusal(code: str, problems: list[Problem]) -> SlackError:
    words = [str(problem) for problem in problems]
    details = {"errors": words} if code == "invalid_blocks" else {}
    return SlackError(code, messages=[f"[ERROR] {each}" for each in words], **details)
