"""Whom somebody means who names a person after a subcommand: by name, by a mention, or oneself."""

from __future__ import annotations

from typing import NoReturn

from handlers.facesearch import typed
from handlers.facesearch.table import Asked
from handlers.slack import mentioned
from services import names, texts
from services.errors import NotFound
from services.records import Person

_MOST_NEAR = 3  # people who are suggested


def named(asked: Asked, example: str) -> Person:
    """The person that a subcommand names, or oneself by «me». Raises `NotFound`."""
    name = typed.name(asked.rest)
    if not name:
        raise NotFound(texts.SAY_WHOM.format(example=example))
    person = find(asked, name)
    if person is None and is_oneself(name):
        raise NotFound(texts.YOU_ARE_NOT_ENROLLED)
    if person is None and mentioned(name):
        raise NotFound(texts.MEMBER_NOT_ENROLLED)
    return person or nobody(asked, name, example)


def nobody(asked: Asked, name: str, example: str) -> NoReturn:
    """Raises `NotFound`, with those who may be meant by a name that nobody has."""
    near = names.nearest(name, [person.name for person in asked.workspace.people.all()])[:_MOST_NEAR]
    if not near:
        raise NotFound(texts.KNOWS_NOBODY_CALLED.format(name=names.quoted(name)))
    lines = [f"`/facesearch {example.split()[0]} {each}`" for each in near]
    raise NotFound(texts.KNOWS_NOBODY_BUT.format(name=names.quoted(name), near=texts.OR_ALSO.join(lines)))


def half(asked: Asked) -> bool:
    """Whether only one of two names was typed: nothing, or all of it is whom we know."""
    one = typed.name(asked.rest)
    return not one or find(asked, one) is not None


def find(asked: Asked, name: str) -> Person | None:
    """The person of that name, or who the mentioned member is, or oneself by «me»."""
    records = asked.workspace.records
    member = asked.user if is_oneself(name) else mentioned(name)
    return records.find_member(member) if member else records.find(name)


def is_oneself(name: str) -> bool:
    return names.key(name) == names.ONESELF
