"""Block Kit as Slack accepts it: blocks, elements and views are checked, and ids given where there are none.

The limits are those of docs.slack.dev/reference/block-kit. Block types of other surfaces than messages, modals and the
App Home, and the newest ones, are known by name and let through unchecked.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

from playground.blocks.schema import (
    Check,
    Problem,
    anything,
    array,
    boolean,
    by_type,
    every,
    integer,
    one_of,
    record,
    rule,
    string,
)
from playground.state import Json, new_block_id

Surface: TypeAlias = Literal["message", "modal", "home"]
SlackFileKnown: TypeAlias = Callable[[Json], bool]
"""Says whether a `slack_file` object names a picture that the app may show."""

MAX_PROMPT = 4000
MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
UNCHECKED_BLOCKS = (
    "alert", "auth_provider", "call", "card", "carousel", "container", "plan", "table", "task_card",
    "video",
)  # fmt: skip


def _text_object(longest: int, *kinds: str) -> Check:
    tables: dict[str, Check] = {
        "plain_text": record({"type": anything, "text": string(longest)}, {"emoji": boolean}),
        "mrkdwn": record({"type": anything, "text": string(longest)}, {"verbatim": boolean}),
    }
    return by_type(tables, kinds)


def plain(longest: int) -> Check:
    """A `plain_text` object of at most `longest` characters."""
    return _text_object(longest, "plain_text")


def text(longest: int) -> Check:
    """A `plain_text` or `mrkdwn` object of at most `longest` characters."""
    return _text_object(longest, "plain_text", "mrkdwn")


ID = string(255)
URL = string(3000, pattern=r"(?s:https?://.+|mailto:.+|slack://.+|tel:.+)")
IMAGE_URL = string(3000, pattern=r"(?s:https?://.+)")
ALT_TEXT = string(2000)

CONFIRM = record(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)
SLACK_FILE = every(
    record({}, {"id": string(255), "url": string(3000)}),
    rule(lambda value: ("id" in value) != ("url" in value), "must define either `id` or `url`"),
)


def _option(label: Check) -> Check:
    return record({"text": label, "value": string(150)}, {"description": plain(75), "url": URL})


PLAIN_OPTION = _option(plain(75))
ANY_OPTION = _option(text(75))
OPTION_GROUP = record({"label": plain(75), "options": array(PLAIN_OPTION, 100)})
FILTER = record(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = record({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)})

_IMAGE_SOURCE = rule(
    lambda value: ("image_url" in value) != ("slack_file" in value), "must define either `image_url` or `slack_file`"
)


def _element(required: dict[str, Check] | None = None, **optional: Check) -> Check:
    """An interactive element: `type`, `action_id` and `confirm`, `focus_on_load` beside what is its own."""
    return record(
        {"type": anything, **(required or {})},
        {"action_id": ID, "confirm": CONFIRM, "focus_on_load": boolean, **optional},
    )


_ONE_OPTION_SOURCE = rule(
    lambda value: ("options" in value) != ("option_groups" in value), "must define either `options` or `option_groups`"
)


def _initial_among_options(value: Any, at: str) -> list[Problem]:
    """Slack refuses a choice beforehand that is not offered word for word, description included."""
    if not isinstance(value, dict):
        return []
    offered = [_with_flags(each) for each in _offered(value)]
    single = [(value["initial_option"], f"{at}/initial_option")] if "initial_option" in value else []
    several = [(each, f"{at}/initial_options/{place}") for place, each in enumerate(_list(value, "initial_options"))]
    wrong = [pointer for option, pointer in (*single, *several) if _with_flags(option) not in offered]
    return [Problem("must match one of the options", pointer) for pointer in wrong]


def _offered(element: Json) -> list[Any]:
    grouped = [_list(group, "options") for group in _list(element, "option_groups") if isinstance(group, dict)]
    return [*_list(element, "options"), *(option for options in grouped for option in options)]


def _list(value: Json, key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else []


def _with_flags(option: Any) -> Any:
    """An option as Slack reads it, so that two that say the same are the same."""
    completed = copy.deepcopy(option)
    _complete_texts(completed)
    return completed


_USERS = array(string(255), 1000, least=0)
FEEDBACK = record({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})

ELEMENTS: dict[str, Check] = {
    "button": record(
        {"type": anything, "text": plain(75)},
        {
            "action_id": ID,
            "url": URL,
            "value": string(2000, shortest=0),
            "style": one_of("primary", "danger"),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
        },
    ),
    "checkboxes": every(
        _element({"options": array(ANY_OPTION, 10)}, initial_options=array(ANY_OPTION, 10)),
        _initial_among_options,
    ),
    "radio_buttons": every(
        _element({"options": array(ANY_OPTION, 10)}, initial_option=ANY_OPTION), _initial_among_options
    ),
    "overflow": record(
        {"type": anything, "options": array(PLAIN_OPTION, 5)}, {"action_id": ID, "confirm": CONFIRM}
    ),
    "datepicker": _element(initial_date=string(10, pattern=r"\d{4}-\d{2}-\d{2}"), placeholder=plain(150)),
    "timepicker": _element(
        initial_time=string(5, pattern=r"\d{2}:\d{2}"), placeholder=plain(150), timezone=string(255)
    ),
    "datetimepicker": _element(initial_date_time=integer(0, 9_999_999_999)),
    "static_select": every(
        _element(
            placeholder=plain(150),
            options=array(PLAIN_OPTION, 100),
            option_groups=array(OPTION_GROUP, 100),
            initial_option=PLAIN_OPTION,
        ),
        _ONE_OPTION_SOURCE,
        _initial_among_options,
    ),
    "multi_static_select": every(
        _element(
            placeholder=plain(150),
            options=array(PLAIN_OPTION, 100),
            option_groups=array(OPTION_GROUP, 100),
            initial_options=array(PLAIN_OPTION, 100),
            max_selected_items=integer(1, 100),
        ),
        _ONE_OPTION_SOURCE,
        _initial_among_options,
    ),
    "external_select": _element(
        placeholder=plain(150), initial_option=PLAIN_OPTION, min_query_length=integer(0, 100)
    ),
    "multi_external_select": _element(
        placeholder=plain(150),
        initial_options=array(PLAIN_OPTION, 100),
        min_query_length=integer(0, 100),
        max_selected_items=integer(1, 100),
    ),
    "users_select": _element(placeholder=plain(150), initial_user=string(255)),
    "multi_users_select": _element(placeholder=plain(150), initial_users=_USERS, max_selected_items=integer(1, 1000)),
    "conversations_select": _element(
        placeholder=plain(150),
        initial_conversation=string(255),
        default_to_current_conversation=boolean,
        response_url_enabled=boolean,
        filter=FILTER,
    ),
    "multi_conversations_select": _element(
        placeholder=plain(150),
        initial_conversations=_USERS,
        default_to_current_conversation=boolean,
        max_selected_items=integer(1, 1000),
        filter=FILTER,
    ),
    "channels_select": _element(
        placeholder=plain(150), initial_channel=string(255), response_url_enabled=boolean
    ),
    "multi_channels_select": _element(
        placeholder=plain(150), initial_channels=_USERS, max_selected_items=integer(1, 1000)
    ),
    "plain_text_input": record(
        {"type": anything},
        {
            "action_id": ID,
            "initial_value": string(3000, shortest=0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
            "dispatch_action_config": DISPATCH,
            "focus_on_load": boolean,
            "placeholder": plain(150),
        },
    ),
    "email_text_input": record(
        {"type": anything},
        {"action_id": ID, "initial_value": string(3000, shortest=0), "dispatch_action_config": DISPATCH,
         "focus_on_load": boolean, "placeholder": plain(150)},
    ),
    "url_text_input": record(
        {"type": anything},
        {"action_id": ID, "initial_value": string(3000, shortest=0), "dispatch_action_config": DISPATCH,
         "focus_on_load": boolean, "placeholder": plain(150)},
    ),
    "number_input": record(
        {"type": anything, "is_decimal_allowed": boolean},
        {
            "action_id": ID,
            "initial_value": string(255),
            "min_value": string(255, pattern=r"-?\d+(\.\d+)?"),
            "max_value": string(255, pattern=r"-?\d+(\.\d+)?"),
            "dispatch_action_config": DISPATCH,
            "focus_on_load": boolean,
            "placeholder": plain(150),
        },
    ),
    "rich_text_input": record(
        {"type": anything},
        {"action_id": ID, "initial_value": anything, "dispatch_action_config": DISPATCH, "focus_on_load": boolean,
         "placeholder": plain(150)},
    ),
    "file_input": record(
        {"type": anything},
        {"action_id": ID, "filetypes": array(string(50, pattern=r"[A-Za-z0-9]+"), 100), "max_files": integer(1, 10)},
    ),
    "image": every(
        record({"type": anything, "alt_text": ALT_TEXT}, {"image_url": IMAGE_URL, "slack_file": SLACK_FILE}),
        _IMAGE_SOURCE,
    ),
    "feedback_buttons": record(
        {"type": anything, "positive_button": FEEDBACK, "negative_button": FEEDBACK}, {"action_id": ID}
    ),
    "icon_button": record(
        {"type": anything, "icon": one_of("trash"), "text": plain(75)},
        {
            "action_id": ID,
            "value": string(2000, shortest=0),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": _USERS,
        },
    ),
    "mrkdwn": text(3000),
    "plain_text": text(3000),
}  # fmt: skip

_SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
IN_SECTION = ("button", "checkboxes", "datepicker", "image", "overflow", "radio_buttons", "timepicker", *_SELECTS)
IN_ACTIONS = (
    "button", "checkboxes", "datepicker", "datetimepicker", "overflow", "radio_buttons", "rich_text_input",
    "timepicker", *_SELECTS,
)  # fmt: skip
IN_INPUT = (
    "checkboxes", "datepicker", "datetimepicker", "email_text_input", "file_input", "number_input", "plain_text_input",
    "radio_buttons", "rich_text_input", "timepicker", "url_text_input", *_SELECTS,
)  # fmt: skip
INTERACTIVE = tuple(name for name in ELEMENTS if name not in ("image", "mrkdwn", "plain_text"))

RICH_TEXT_ELEMENTS = one_of("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")


def _rich_text_element(value: Any, at: str) -> list[Problem]:
    if not isinstance(value, dict):
        return [Problem("must provide an object", at)]
    if problems := RICH_TEXT_ELEMENTS(value.get("type"), f"{at}/type"):
        return problems
    return array(_rich_text_part, 1000, least=0)(value.get("elements"), f"{at}/elements")


def _rich_text_part(value: Any, at: str) -> list[Problem]:
    known = (
        "broadcast", "channel", "color", "date", "emoji", "link", "rich_text_section", "team", "text", "user",
        "usergroup",
    )  # fmt: skip
    if not isinstance(value, dict):
        return [Problem("must provide an object", at)]
    if value.get("type") not in known:
        return [Problem(f"unsupported type: {value.get('type')}", f"{at}/type")]
    if value["type"] == "text":
        return string(12000)(value.get("text"), f"{at}/text")
    return []


def _block(required: dict[str, Check] | None = None, **optional: Check) -> Check:
    return record({"type": anything, **(required or {})}, {"block_id": ID, **optional})


def _unchecked(value: Any, at: str) -> list[Problem]:
    return ID(value["block_id"], f"{at}/block_id") if "block_id" in value else []


BLOCKS: dict[str, Check] = {
    "actions": _block({"elements": array(by_type(ELEMENTS, IN_ACTIONS), 25)}),
    "context_actions": _block({"elements": array(by_type(ELEMENTS, ("feedback_buttons", "icon_button")), 5)}),
    "context": _block({"elements": array(by_type(ELEMENTS, ("image", "mrkdwn", "plain_text")), 10)}),
    "divider": _block(),
    "file": _block({"external_id": string(255), "source": one_of("remote")}),
    "header": _block({"text": plain(150)}),
    "image": every(
        _block({"alt_text": ALT_TEXT}, image_url=IMAGE_URL, slack_file=SLACK_FILE, title=plain(2000)),
        _IMAGE_SOURCE,
    ),
    "input": _block(
        {"label": plain(2000), "element": by_type(ELEMENTS, IN_INPUT)},
        hint=plain(2000),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "markdown": _block({"text": string(12000)}),
    "rich_text": _block({"elements": array(_rich_text_element, 1000)}),
    "section": every(
        _block(
            text=text(3000),
            fields=array(text(2000), 10),
            accessory=by_type(ELEMENTS, IN_SECTION),
            expand=boolean,
        ),
        rule(lambda value: "text" in value or "fields" in value, "must define either `text` or `fields`", "type"),
    ),
    **dict.fromkeys(UNCHECKED_BLOCKS, _unchecked),
}

_NOT_IN_VIEWS = ("file", "markdown", "plan", "task_card", "context_actions")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "message": tuple(BLOCKS),
    "modal": tuple(name for name in BLOCKS if name not in _NOT_IN_VIEWS),
    "home": tuple(name for name in BLOCKS if name not in _NOT_IN_VIEWS),
}

MODAL = record(
    {"type": anything, "title": plain(24), "blocks": anything},
    {
        "close": plain(24),
        "submit": plain(24),
        "private_metadata": string(3000, shortest=0),
        "callback_id": string(255, shortest=0),
        "external_id": string(255, shortest=0),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
    },
)
HOME = record(
    {"type": anything, "blocks": anything},
    {
        "private_metadata": string(3000, shortest=0),
        "callback_id": string(255, shortest=0),
        "external_id": string(255, shortest=0),
    },
)
VIEWS: dict[str, Check] = {"modal": MODAL, "home": HOME}


def check_blocks(blocks: Any, surface: Surface, file_known: SlackFileKnown, at: str = "/blocks") -> list[Problem]:
    """The problems of a list of blocks meant for `surface`; none when Slack would take them. A null is an absence."""
    blocks = _without_nulls(blocks)
    problems = array(by_type(BLOCKS, _ALLOWED[surface]), MAX_BLOCKS[surface], least=0)(blocks, at)
    if problems or not isinstance(blocks, list):
        return problems
    problems += _check_unique(blocks, at)
    for pointer, holder in _images(blocks, at):
        if "slack_file" in holder and not file_known(holder["slack_file"]):
            reference = "id" if "id" in holder["slack_file"] else "url"
            problems.append(Problem("invalid slack file", f"{pointer}/slack_file.{reference}/slack_file"))
    if surface != "modal":
        problems += [
            Problem("unsupported type: file_input", f"{at}/{index}/element/type") for index in file_inputs(blocks)
        ]
    return problems


def file_inputs(blocks: list[Json]) -> list[int]:
    """Which of the blocks, valid as such, ask for files."""
    return [
        index
        for index, block in enumerate(blocks)
        if block["type"] == "input" and block["element"]["type"] == "file_input"
    ]


def check_view(view: Any, surface: Surface, file_known: SlackFileKnown, at: str = "/view") -> list[Problem]:
    """The problems of a view for `surface`, a modal or an App Home. A null is an absence."""
    view = _without_nulls(view)
    problems = by_type(VIEWS, (surface,))(view, at)
    if isinstance(view, dict) and "blocks" in view:
        problems += check_blocks(view["blocks"], surface, file_known, f"{at}/blocks")
        if (
            not problems
            and any(block["type"] == "input" for block in view["blocks"])
            and not view.get("submit")
            and surface == "modal"
        ):
            problems.append(Problem("missing required field: submit", at))
        problems += [] if problems else _check_focus(view["blocks"], f"{at}/blocks")
    return problems


def _check_focus(blocks: list[Json], at: str) -> list[Problem]:
    """One element at most has the focus when a view opens."""
    places = [
        index
        for index, block in enumerate(blocks)
        if block["type"] not in UNCHECKED_BLOCKS
        for element in elements_of(block)
        if element.get("focus_on_load")
    ]
    return [Problem("only one element may have focus_on_load set to true", f"{at}/{index}") for index in places[1:]]


def check_options(answer: Any) -> list[Problem]:
    """The problems of what an app suggests for a select."""
    either = record(
        {}, {"options": array(PLAIN_OPTION, 100, least=0), "option_groups": array(OPTION_GROUP, 100, least=0)}
    )
    return every(either, _ONE_OPTION_SOURCE)(answer, "")


def check_prompts(prompts: Any) -> list[Problem]:
    """The problems of what an assistant suggests to say."""
    return array(record({"title": string(MAX_PROMPT), "message": string(MAX_PROMPT)}), 4)(prompts, "/prompts")


def complete_blocks(blocks: list[Json]) -> list[Json]:
    """A copy of valid blocks as Slack stores them: without nulls, with a `block_id` and `action_id` everywhere."""
    completed = [_without_nulls(copy.deepcopy(block)) for block in blocks]
    for block in completed:
        block.setdefault("block_id", new_block_id())
        for element in elements_of(block):
            if element.get("type") in INTERACTIVE:
                element.setdefault("action_id", new_block_id())
    for holder in completed:
        _complete_texts(holder)
    return completed


def elements_of(block: Json) -> Iterator[Json]:
    """The elements of a block: of an actions or context block, the accessory of a section, the element of an input."""
    if block["type"] in ("actions", "context", "context_actions"):
        yield from block["elements"]
    elif block["type"] == "section" and "accessory" in block:
        yield block["accessory"]
    elif block["type"] == "input":
        yield block["element"]


def find_element(blocks: list[Json], block_id: str, action_id: str) -> Json | None:
    """The interactive element with these ids, if there is one."""
    for block in blocks:
        if block.get("block_id") == block_id:
            return next((element for element in elements_of(block) if element.get("action_id") == action_id), None)
    return None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value]
    return value


def _complete_texts(value: Any) -> None:
    """Slack answers text objects with the flags it assumed."""
    if isinstance(value, list):
        for entry in value:
            _complete_texts(entry)
    elif isinstance(value, dict):
        if value.get("type") == "plain_text":
            value.setdefault("emoji", True)
        elif value.get("type") == "mrkdwn":
            value.setdefault("verbatim", False)
        for entry in value.values():
            _complete_texts(entry)


def _check_unique(blocks: list[Json], at: str) -> list[Problem]:
    problems: list[Problem] = []
    seen_blocks: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id in seen_blocks:
            problems.append(Problem(f"`block_id` {block_id} already exists", f"{at}/{index}/block_id"))
        if block_id:
            seen_blocks.add(block_id)
        if block["type"] in UNCHECKED_BLOCKS:
            continue
        seen_actions: set[str] = set()
        for place, element in enumerate(elements_of(block)):
            action_id = element.get("action_id")
            if action_id in seen_actions:
                pointer = f"{at}/{index}/elements/{place}/action_id"
                problems.append(Problem(f"`action_id` {action_id} already exists for this block", pointer))
            if action_id:
                seen_actions.add(action_id)
    return problems


def _images(blocks: list[Json], at: str) -> Iterator[tuple[str, Json]]:
    """Every image block and image element, with the pointer to it."""
    for index, block in enumerate(blocks):
        if block["type"] == "image":
            yield f"{at}/{index}", block
        elif block["type"] == "section" and block.get("accessory", {}).get("type") == "image":
            yield f"{at}/{index}/accessory", block["accessory"]
        elif block["type"] == "context":
            for place, element in enumerate(block["elements"]):
                if element["type"] == "image":
                    yield f"{at}/{index}/elements/{place}", element
