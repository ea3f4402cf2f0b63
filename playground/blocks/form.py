"""Reads what a member entered: the values of input elements, checked against the blocks that asked for them."""

import re
from collections.abc import Iterator
from typing import Any

from playground.blocks.blocks import elements_of
from playground.blocks.render import file_json
from playground.state import Json, Refused, Workspace

MAX_FILE_INPUT_BYTES = 10 * 1024 * 1024
"""Slack's limit for each file of a file_input."""

VALUE_FIELDS = {
    "channels_select": "selected_channel",
    "checkboxes": "selected_options",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "datetimepicker": "selected_date_time",
    "email_text_input": "value",
    "external_select": "selected_option",
    "file_input": "files",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "multi_external_select": "selected_options",
    "multi_static_select": "selected_options",
    "multi_users_select": "selected_users",
    "number_input": "value",
    "plain_text_input": "value",
    "radio_buttons": "selected_option",
    "rich_text_input": "rich_text_value",
    "static_select": "selected_option",
    "timepicker": "selected_time",
    "url_text_input": "value",
    "users_select": "selected_user",
}
"""Where the value of each element is in `state.values`."""

_FROM_OPTIONS = ("checkboxes", "multi_static_select", "radio_buttons", "static_select", "overflow")
_FROM_APP = ("external_select", "multi_external_select")
_EMPTY: tuple[Any, ...] = (None, "", [], {})


def inputs(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every element that holds a value, with its block."""
    for block in blocks:
        for element in elements_of(block):
            if element.get("type") in VALUE_FIELDS:
                yield block, element


def read_values(workspace: Workspace, user: str, blocks: list[Json], given: Json, base_url: str) -> Json:
    """`state.values` for these blocks: what was given, or else the initial value, or null. Raises Refused."""
    values: Json = {}
    for block, element in inputs(blocks):
        action_id = element["action_id"]
        entered = (given.get(block["block_id"]) or {}).get(action_id)
        if entered is None:
            value = _initial(element)
        else:
            value = chosen(workspace, user, element, entered.get(VALUE_FIELDS[element["type"]]), base_url)
        entry = {"type": element["type"], VALUE_FIELDS[element["type"]]: value}
        values.setdefault(block["block_id"], {})[action_id] = entry
    return values


def chosen(workspace: Workspace, user: str, element: Json, value: Any, base_url: str) -> Any:
    """One value, as the app may trust it: options are the element's own, files are whole objects. Raises Refused."""
    if value in _EMPTY:
        return [] if VALUE_FIELDS.get(element["type"], "").endswith("s") and isinstance(value, list) else None
    if element["type"] in _FROM_OPTIONS:
        return _from_options(_options(element), value)
    if element["type"] in _FROM_APP:
        initial = [element["initial_option"]] if "initial_option" in element else element.get("initial_options") or []
        offered = workspace.offered.get((user, element["action_id"]), {})
        return _from_options([*offered.values(), *initial], value)
    if element["type"] == "file_input":
        return [_file(workspace, user, each, base_url) for each in value]
    return value


def problems(blocks: list[Json], values: Json) -> dict[str, str]:
    """What Slack's own form would not let pass, by block id, in words for the member."""
    found: dict[str, str] = {}
    for block, element in inputs(blocks):
        if block["type"] != "input":
            continue
        value = values[block["block_id"]][element["action_id"]][VALUE_FIELDS[element["type"]]]
        if value in _EMPTY:
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif words := _problem(element, value):
            found[block["block_id"]] = words
    return found


def file_ids(values: Json) -> list[str]:
    """The files in `state.values`."""
    return [
        file["id"]
        for actions in values.values()
        for entry in actions.values()
        if entry["type"] == "file_input"
        for file in entry["files"] or ()
    ]


def _initial(element: Json) -> Any:
    field = VALUE_FIELDS[element["type"]]
    if field == "value":
        return element.get("initial_value")
    initial = element.get(field.replace("selected_", "initial_"))
    return [] if initial is None and field in ("files", "selected_options", "selected_users") else initial


def _options(element: Json) -> list[Json]:
    groups = element.get("option_groups") or ()
    return [*(element.get("options") or ()), *(option for group in groups for option in group["options"])]


def _from_options(options: list[Json], value: Any) -> Any:
    known = {option["value"]: option for option in options}
    try:
        if isinstance(value, list):
            return [known[each["value"]] for each in value]
        return known[value["value"]]
    except (KeyError, TypeError) as error:
        raise Refused("That choice is no longer offered.") from error


def _file(workspace: Workspace, user: str, given: Any, base_url: str) -> Json:
    file_id = given.get("id") if isinstance(given, dict) else given
    file = workspace.files.get(str(file_id))
    if file is None or file.user != user or file.path is None:
        raise Refused("One of these files is not here any more; choose it again.")
    return file_json(workspace, file, base_url)


def _problem(element: Json, value: Any) -> str | None:
    if element["type"] == "file_input":
        return _file_problem(element, value)
    if element["type"] == "number_input":
        return _number_problem(element, str(value))
    if element["type"] == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(value)):
        return "Please enter a valid email address."
    if element["type"] == "url_text_input" and not re.fullmatch(r"https?://\S+", str(value)):
        return "Please enter a valid URL."
    if element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(value) <= most:
            return f"Please enter between {least} and {most} characters."
    return None


def _number_problem(element: Json, value: str) -> str | None:
    pattern = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(pattern, value):
        return "Please enter a valid number."
    if float(value) < float(element.get("min_value", value)):
        return f"Please enter a number that is {element['min_value']} or more."
    if float(value) > float(element.get("max_value", value)):
        return f"Please enter a number that is {element['max_value']} or less."
    return None


def _file_problem(element: Json, files: list[Json]) -> str | None:
    most = element.get("max_files", 10)
    if len(files) > most:
        return f"Please choose at most {most} file{'s' if most > 1 else ''}."
    allowed = {each.lower() for each in element.get("filetypes") or ()}
    for file in files:
        if file["size"] > MAX_FILE_INPUT_BYTES:
            return f"{file['name']} is larger than 10 MB."
        extension = file["name"].rpartition(".")[2].lower()
        if allowed and extension not in allowed:
            return f"{file['name']} is not one of the allowed types: {', '.join(sorted(allowed))}."
    return None
