"""`files.*`: uploads in three steps, and what is known of files."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace

from playground.blocks import accept_blocks, file_json
from playground.slack import Draft, messaging
from playground.state import Conversation, File, Json, SlackError
from playground.webapi.call import Call, Method, invalid_argument

TYPES = frozenset({"all", "gdocs", "images", "pdfs", "posts", "snippets", "spaces", "zips"})
MAX_ALT_TEXT = 1_000
CHANNEL_ID = r"[CGDZ][A-Z0-9]{8,}"


def get_upload_url_external(call: Call) -> Json:
    """Step one: an id, and an address to send the bytes to."""
    name = call.args.required("filename")
    call.args.required("length")
    length = call.args.integer("length", 0)
    if length <= 0:
        raise SlackError("missing_argument")
    if length > call.slack.options.max_upload_bytes:
        raise SlackError("file_upload_size_restricted")
    alt_txt = call.args.text("alt_txt") or None
    if alt_txt is not None and len(alt_txt) > MAX_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file, ticket = call.slack.files.expect(call.workspace, call.bot, name, name, alt_txt)
    return {"upload_url": f"{call.slack.base_url}/upload/v1/{ticket}", "file_id": file.id}


def complete_upload_external(call: Call) -> Json:
    """Step three: the files become real, and are shared a little later."""
    files = [_uploaded(call, entry) for entry in _entries(call)]
    conversations = [_share_target(call, each) for each in _channels(call)]
    draft = _comment(call)
    for file in files:
        call.workspace.files[file.id] = file
    answered = [file_json(call.workspace, file, call.slack.base_url, with_shares=True) for file in files]
    ids = [file.id for file in files]
    for conversation in conversations:
        thread_ts = _parent(call, conversation)
        later = replace(draft, thread_ts=thread_ts)
        call.slack.background.start(messaging.share_later(call.slack, call.workspace, conversation, ids, later))
    if not conversations:
        call.slack.background.start(messaging.ready_later(call.slack, call.workspace, ids))
    return {"files": answered}


def info(call: Call) -> Json:
    file = _visible(call)
    rendered = file_json(call.workspace, file, call.slack.base_url, with_shares=True)
    return {"file": rendered, "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(call: Call) -> Json:
    file = _visible(call)
    if file.user != call.bot:
        raise SlackError("cant_delete_file")
    messaging.delete_file(call.slack, call.workspace, file)
    return {}


def list_files(call: Call) -> Json:
    """Files the app sees, newest first; `channel`, `user` and `types` narrow it down."""
    channel, user, types = call.args.text("channel"), call.args.text("user"), call.args.words("types")
    if user and user not in call.workspace.users:
        raise SlackError("user_not_found")
    if not TYPES.issuperset(types):
        raise SlackError("unknown_type")
    first, last = _moment(call, "ts_from", 0.0), _moment(call, "ts_to", math.inf)
    found = [
        file
        for file in call.workspace.files.values()
        if call.workspace.file_for(call.bot, file.id) is not None
        and (not channel or any(share.channel == channel for share in file.shares))
        and (not user or file.user == user)
        and ("images" not in types or file.mimetype.startswith("image/"))
        and first <= file.created <= last
    ]
    found.sort(key=lambda file: file.created, reverse=True)
    count, number = max(1, call.args.integer("count", 100)), max(1, call.args.integer("page", 1))
    shown = found[(number - 1) * count : number * count]
    pages = -(-len(found) // count)
    return {
        "files": [file_json(call.workspace, file, call.slack.base_url, with_shares=True) for file in shown],
        "paging": {"count": count, "total": len(found), "page": number, "pages": pages},
    }


def _moment(call: Call, name: str, default: float) -> float:
    """Seconds since 1970. Raises SlackError `invalid_arguments`."""
    given = call.args.text(name)
    if given and not re.fullmatch(r"\d+(\.\d+)?", given):
        raise invalid_argument(f"must be a timestamp [json-pointer:/{name}]")
    return float(given) if given else default


def _visible(call: Call) -> File:
    file = call.workspace.file_for(call.bot, call.args.required("file"))
    if file is None:
        raise SlackError("file_not_found")
    return file


def _entries(call: Call) -> list[Json]:
    entries = call.args.parsed("files")
    if (
        not isinstance(entries, list)
        or not entries
        or not all(isinstance(each, dict) and "id" in each for each in entries)
    ):
        raise invalid_argument("missing required field: files [json-pointer:/files]")
    return entries


def _uploaded(call: Call, entry: Json) -> File:
    file = call.workspace.files.get(str(entry["id"]))
    if file is None or file.user != call.bot or file.path is None or file.completed:
        raise SlackError("file_not_found")
    return replace(file, title=str(entry.get("title") or file.title), completed=True)


def _channels(call: Call) -> list[str]:
    named = [*call.args.words("channels")]
    if call.args.text("channel_id"):
        named.insert(0, call.args.text("channel_id"))
    for each in named:
        if not re.fullmatch(CHANNEL_ID, each):
            raise invalid_argument(f"input must match regex pattern: ^{CHANNEL_ID}$ [json-pointer:/channel_id]")
    return list(dict.fromkeys(named))


def _share_target(call: Call, channel: str) -> Conversation:
    conversation = call.workspace.conversations.get(channel)
    if conversation is None or (conversation.kind != "channel" and call.bot not in conversation.members):
        raise SlackError("channel_not_found")
    if call.bot not in conversation.members:
        raise SlackError("not_in_channel")
    return conversation


def _parent(call: Call, conversation: Conversation) -> str | None:
    """A thread's parent; Slack shares beside the thread where `thread_ts` names nothing."""
    thread_ts = call.args.text("thread_ts")
    parent = call.workspace.message(conversation.id, thread_ts) if thread_ts else None
    if parent is None:
        return None
    return parent.thread_ts if parent.is_reply else parent.ts


def _comment(call: Call) -> Draft:
    """The words with the files: `initial_comment`, or else `blocks`."""
    comment = call.args.text("initial_comment")
    if comment:
        return Draft(comment)
    blocks = call.args.raw("blocks")
    return Draft("", accept_blocks(call.workspace, blocks) if blocks else [])


METHODS: Mapping[str, Method] = {
    "files.completeUploadExternal": Method(complete_upload_external, ("files:write",)),
    "files.delete": Method(delete, ("files:write",)),
    "files.getUploadURLExternal": Method(get_upload_url_external, ("files:write",)),
    "files.info": Method(info, ("files:read",)),
    "files.list": Method(list_files, ("files:read",)),
}
