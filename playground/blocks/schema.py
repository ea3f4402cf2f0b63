"""Small checks that combine into the rules of Block Kit, reporting problems in Slack's words at a JSON pointer."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `pointer` is a JSON pointer into what the app sent."""

    message: str
    pointer: str

    def __str__(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"


Check: TypeAlias = Callable[[Any, str], list[Problem]]
"""Takes a value and the pointer to it, gives the problems found; none when it is as it should be."""


def string(longest: int, *, shortest: int = 1, pattern: str | None = None) -> Check:
    """A string of `shortest` to `longest` characters."""

    def check(value: Any, at: str) -> list[Problem]:
        if not isinstance(value, str):
            return [Problem("must be a string", at)]
        if len(value) > longest:
            return [Problem(f"must be less than {longest + 1} characters", at)]
        if len(value) < shortest:
            return [Problem(f"must be more than {shortest - 1} characters", at)]
        if pattern is not None and not re.fullmatch(pattern, value):
            return [Problem(f"input must match regex pattern: ^{pattern}$", at)]
        return []

    return check


def integer(least: int, most: int) -> Check:
    def check(value: Any, at: str) -> list[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            return [Problem("must be an integer", at)]
        if value < least:
            return [Problem(f"must be greater than {least - 1}", at)]
        return [Problem(f"must be less than {most + 1}", at)] if value > most else []

    return check


def boolean(value: Any, at: str) -> list[Problem]:
    return [] if isinstance(value, bool) else [Problem("must be a boolean", at)]


def anything(value: Any, at: str) -> list[Problem]:
    return []


def one_of(*allowed: str) -> Check:
    def check(value: Any, at: str) -> list[Problem]:
        return [] if value in allowed else [Problem("must be a valid enum value", at)]

    return check


def array(item: Check, most: int, *, least: int = 1) -> Check:
    def check(value: Any, at: str) -> list[Problem]:
        if not isinstance(value, list):
            return [Problem("must be an array", at)]
        if len(value) > most:
            return [Problem(f"no more than {most} items allowed", at)]
        if len(value) < least:
            return [Problem(f"no less than {least} items allowed", at)]
        return [problem for index, entry in enumerate(value) for problem in item(entry, f"{at}/{index}")]

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with all of `required`, perhaps some of `optional`, and nothing else."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem("must provide an object", at)]
        problems = [Problem(f"missing required field: {key}", at) for key in required if key not in value]
        problems += [Problem(f"invalid additional property: {key}", at) for key in value if key not in known]
        for key, entry in value.items():
            if key in known:
                problems += known[key](entry, f"{at}/{key}")
        return problems

    return check


def by_type(table: Mapping[str, Check], allowed: Collection[str] | None = None) -> Check:
    """An object whose `type` says which check of `table` applies; only the `allowed` types are, where that is given."""

    def check(value: Any, at: str) -> list[Problem]:
        if not isinstance(value, dict):
            return [Problem("must provide an object", at)]
        kind = value.get("type")
        if not isinstance(kind, str):
            return [Problem("missing required field: type", at)]
        if kind not in table or (allowed is not None and kind not in allowed):
            return [Problem(f"unsupported type: {kind}", f"{at}/type")]
        return table[kind](value, at)

    return check


def every(*checks: Check) -> Check:
    def check(value: Any, at: str) -> list[Problem]:
        return [problem for each in checks for problem in each(value, at)]

    return check


def rule(holds: Callable[[dict[str, Any]], bool], message: str, field: str = "") -> Check:
    """Something that must hold for an object as a whole; `field` says where to point."""

    def check(value: Any, at: str) -> list[Problem]:
        if not isinstance(value, dict) or holds(value):
            return []
        return [Problem(message, f"{at}/{field}" if field else at)]

    return check
