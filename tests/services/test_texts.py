"""Every sentence that people read stands in the module of all texts, once, whole and in use."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from services import texts
from services.texts import Counted

ROOT = Path(__file__).parents[2]
WALKED = ("services", "handlers")
TEXTS = ROOT / "services" / "texts.py"

ALLOWED = {
    **dict.fromkeys(("admin added", "admin removed", "channel excluded", "channel included"), "an action in the log"),
    "export oneself": "an action in the log",
    "command line": "an actor in the log",
    "the audit log is append-only": "the database says it to whoever writes its SQL",
    **dict.fromkeys(("/enroll alice", "enroll alice", "/facesearch {}", "admins add @robin"), "typed as it stands"),
    **dict.fromkeys(("people ali", "show alice", "rename alice → Alicia", "merge alice ally"), "typed as it stands"),
    **dict.fromkeys(("forget alice", "export me", "mode users", "auto off"), "typed as it stands"),
    **dict.fromkeys(("forget me", "guests on", "shared on", "photos alice", "photos off"), "typed as it stands"),
    **dict.fromkeys(("photos me and alice since monday", "tell me on", "tell me off"), "typed as it stands"),
    **dict.fromkeys(("/facesearch enroll alice", "/facesearch {} {}", "/facesearch help"), "typed as it stands"),
    "`/facesearch {} {}`": "typed as it stands",
    "Slack refused: {}": "an error for the log",
    "slack file": "Slack's words",
    "no error": "for that one",
    "Bearer {}": "a header of HTTP",
    "facesearch {} {}": "a process in pg_stat_activity",
}
"""What stands elsewhere and is no sentence for people, and why."""

_WORDS = re.compile(r"[A-Za-z’]{2,}[,;:]? +[A-Za-z]{2,}|[A-Za-z’]{2,}[.,;:]? +\{|\}[.,;:]? +[A-Za-z’]{2,}")
_SQL = re.compile(r"(CREATE|DROP|SELECT|INSERT|UPDATE|DELETE|PRAGMA|ALTER|SET) ")
_FOR_PROGRAMMERS = {"ValueError", "RuntimeError", "AssertionError", "TypeError"}
_MARKUP = re.compile(r"<[!@#]|(?<!\w)\*\S[^*]*\*(?!\w)|(?<!\w)_\S[^_]*_(?!\w)")
_LOGGER = {"debug", "info", "warning", "error", "exception", "critical", "log"}
# The first text that these are given names a step of a job.
_STEPS = {"step", "_step", "keep", "become", "put", "say", "show", "show_if_taken", "tell", "_try"}


def _all() -> dict[str, list[str | Counted]]:
    """Every text by name; a table of texts has several."""
    return {name: list(_leaves(value)) for name, value in vars(texts).items() if name.isupper()}


def _leaves(value: object) -> Iterator[str | Counted]:
    if isinstance(value, str | Counted):
        yield value
    elif isinstance(value, dict):
        yield from _leaves(tuple(value.values()))
    elif isinstance(value, tuple):
        for each in value:
            yield from _leaves(each)
    else:
        raise TypeError(f"no text: {value!r}")


def _forms(text: str | Counted) -> tuple[str, ...]:
    return (text.one, text.many) if isinstance(text, Counted) else (text,)


def _places(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


EVERY_FORM = [(name, form) for name, several in _all().items() for text in several for form in _forms(text)]


def _sentences(source: str) -> Iterator[tuple[int, str]]:
    """The line and the text of every literal that reads like a sentence, those for programmers left out."""
    tree = ast.parse(source)
    aside = {id(each) for node in ast.walk(tree) for each in _aside(node)}
    for node in ast.walk(tree):
        if id(node) not in aside and isinstance(node, ast.Constant | ast.JoinedStr):
            text = _text(node)
            if _WORDS.search(text) and not _SQL.match(text):
                yield node.lineno, text


def _aside(node: ast.AST) -> Iterator[ast.AST]:
    """What within a node is none for people: docstrings, parts of an f-string, and what programmers are told."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from node.values
    elif isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if called in _FOR_PROGRAMMERS or (called in _LOGGER and "logger" in ast.unparse(owner or node)):
            yield from (each for argument in node.args for each in ast.walk(argument))
        elif called in _STEPS:
            yield from node.args[:2]
        elif called == "partial" and ast.unparse(node.args[0]) == "step":
            yield node.args[1]


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)


@pytest.mark.parametrize("folder", WALKED)
def test_no_sentence_stands_elsewhere(folder: str) -> None:
    elsewhere = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != TEXTS
        for line, text in _sentences(path.read_text("utf-8"))
        if text not in ALLOWED
    ]
    assert not elsewhere, "these belong in services/texts.py:\n" + "\n".join(elsewhere)


def test_a_sentence_elsewhere_would_be_found() -> None:
    source = 'def f(n):\n    """Not this one."""\n    _logger.info("nor this one")\n    return f"{n} photos, or more"\n'
    assert list(_sentences(source)) == [(4, "{} photos, or more")]


def test_what_is_allowed_elsewhere_stands_there() -> None:
    sources = (path.read_text("utf-8") for folder in WALKED for path in (ROOT / folder).rglob("*.py") if path != TEXTS)
    stand = {text for source in sources for _, text in _sentences(source)}
    assert sorted(ALLOWED.keys() - stand) == []


def test_no_text_is_said_twice_or_never() -> None:
    tree = ast.parse(TEXTS.read_text("utf-8"))
    assigned = [
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    assert [name for name, times in Counter(assigned).items() if times > 1] == [], "the later one would win"
    sources = (path for folder in (*WALKED, "bot") for path in (ROOT / folder).rglob("*.py") if path != TEXTS)
    used = {name for path in sources for name in re.findall(r"\btexts\.([A-Z_]+)", path.read_text("utf-8"))}
    assert sorted(_all().keys() - used) == [], "nobody reads these"


def test_places_are_named() -> None:
    places = [(name, place) for name, form in EVERY_FORM for place in _places(form)]
    assert [(name, place) for name, place in places if not re.fullmatch(r"[a-z_]+(\.day)?", place)] == []


def test_both_forms_of_a_count_have_the_same_places() -> None:
    counted = ((name, text) for name, several in _all().items() for text in several if isinstance(text, Counted))
    other = [name for name, text in counted if (set(_places(text.one)) ^ set(_places(text.many))) - {"n"}]
    assert other == []


def test_no_text_has_markup_of_its_own() -> None:
    assert [form for _, form in EVERY_FORM if _MARKUP.search(form)] == []
    assert [form for _, form in EVERY_FORM if form.count("`") % 2] == [], "a backtick is open"
