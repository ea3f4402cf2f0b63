"""What messages and views are made of: Block Kit checked and completed, text, forms, and Slack's JSON of it all."""

from playground.blocks import form
from playground.blocks.appblocks import accept_blocks, accept_options, accept_view, slack_file_of
from playground.blocks.blocks import check_prompts, find_element
from playground.blocks.render import (
    bot_profile,
    conversation_json,
    file_json,
    message_json,
    profile_json,
    reactions_json,
    user_json,
    view_json,
    with_stubs,
)
from playground.blocks.rich_text import escape, from_text, mentioned, to_blocks, to_text
from playground.blocks.views import Views

__all__ = [
    "Views",
    "accept_blocks",
    "accept_options",
    "accept_view",
    "bot_profile",
    "check_prompts",
    "conversation_json",
    "escape",
    "file_json",
    "find_element",
    "form",
    "from_text",
    "mentioned",
    "message_json",
    "profile_json",
    "reactions_json",
    "slack_file_of",
    "to_blocks",
    "to_text",
    "user_json",
    "view_json",
    "with_stubs",
]
