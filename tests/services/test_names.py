import pytest
from hypothesis import given
from hypothesis import strategies as st

from services import names
from services.errors import Refusal


def _resemble(name: str, others: list[str]) -> bool:
    """Whether a name passes for one of the others."""
    return any(not names.likenesses(name).isdisjoint(names.likenesses(other)) for other in others)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Alice \n Martin ", "Alice Martin"),
        ("Zoë", "Zoë"),
        ("علي", "علي"),
        ("李小龍", "李小龍"),
        ("e\u0301", "é"),
        ("Ali\u202ece\u202c", "Alice"),
        ("\u200bAlice\ufeff", "Alice"),
        ("<b> *bold*", "<b> *bold*"),
        ("Al\u200dice", "Alice"),
        ("e\u200b\u0301", "é"),
        ("\u3164Alice\u2800", "Alice"),
        ("نیما\u200cزاده", "نیما\u200cزاده"),
        ("Al\ufe0fice", "Alice"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("Alice:", "Alice"),
        ("Dr. Alice Martin, Ph.D.,", "Dr. Alice Martin, Ph.D."),
        ("`/facesearch forget me`", "’/facesearch forget me’"),
    ],
)
def test_a_name_is_kept_as_typed_without_what_only_steers_a_display(typed: str, kept: str) -> None:
    assert names.clean(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u202e\u200b", "\u200d", "x" * 81])
def test_an_empty_or_endless_name_is_refused(typed: str) -> None:
    with pytest.raises(Refusal):
        names.clean(typed)


@pytest.mark.parametrize(
    "typed", ["<!here>", "<!channel|@channel>", "Everyone", "@here", "HERE", "unknown", "every\u200bone"]
)
def test_what_is_no_one_persons_name_is_refused(typed: str) -> None:
    with pytest.raises(Refusal, match="no one person's name"):
        names.clean(typed)


@pytest.mark.parametrize("typed", ["<@U0SASHAQUI>", "<@U0SASHAQUI|sasha>", "Ally <@U1>", "<#C0PHOTOS01|photos>"])
def test_a_mention_is_no_name(typed: str) -> None:
    with pytest.raises(Refusal, match="A mention is no name"):
        names.clean(typed)


@pytest.mark.parametrize("typed", [".", "?!", "-", "…", "«»"])
def test_punctuation_is_no_name(typed: str) -> None:
    with pytest.raises(Refusal, match="no letter"):
        names.clean(typed)


def test_the_first_name_that_can_be_one_is_taken() -> None:
    assert names.usable([".", "Everyone", "Alice Martin", "Alice"]) == "Alice Martin"
    with pytest.raises(Refusal):
        names.usable(["", "."])


@given(st.text(max_size=120))
def test_whatever_is_typed_is_found_by_what_is_kept_of_it(typed: str) -> None:
    try:
        kept = names.clean(typed)
    except Refusal:
        return
    assert names.key(typed) == names.key(kept)
    assert names.likenesses(typed) == names.likenesses(kept)


@given(st.text(max_size=120))
def test_cleaning_is_idempotent_and_keeps_within_the_limit(typed: str) -> None:
    try:
        kept = names.clean(typed)
    except Refusal:
        return
    assert names.clean(kept) == kept
    assert 0 < len(kept) <= names.MAX_LENGTH
    assert all(character.isprintable() or character in "\u200c\u200d" for character in kept)


def test_spellings_of_one_name_share_a_key() -> None:
    assert (
        len({names.key(name) for name in ("ALICE", "alice", "Ａｌｉｃｅ", "Al\u200bice", "Al\u200dice", "“Alice”:")})
        == 1
    )
    assert names.key("نیما\u200cزاده") == names.key("نیمازاده")
    assert names.key("Alice") != names.key("Alicia")
    assert names.key("O`Neill") == names.key(names.clean("O`Neill"))


def test_a_name_typed_in_lower_case_is_suggested_as_written() -> None:
    assert names.suggest("alice martin") == "Alice Martin"
    assert names.suggest("bell O'Neill") == "bell O'Neill"


@pytest.mark.parametrize("name", ["me", "ME", "“me”"])
def test_nobody_else_is_called_me(name: str) -> None:
    with pytest.raises(Refusal, match="whoever says it"):
        names.clean(name)


def test_quotation_marks_around_a_name_are_no_part_of_it() -> None:
    assert names.clean('"Eve"') == "Eve"
    assert names.clean("Bell O'Neill") == "Bell O'Neill"


@pytest.mark.parametrize(
    "typed",
    [
        "robin",
        "ROBIN",
        "Róbin",
        "Rоbin",  # a Cyrillic о
        "R0bin",
        "Ｒobin",
        "𝓡obin",
        "Ro\u200bbin",
        "Робин",
        "robin.",
    ],
)
def test_a_name_passes_for_another_as_people_take_it(typed: str) -> None:
    assert _resemble(typed, ["Robin"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Quill, Sasha", "Sasha Quill"),
        ("Рaul", "Paul"),  # a Cyrillic Р, which is read R
        ("AIice", "Alice"),
        ("Łukasz", "lukasz"),
        ("Müller", "muller"),
        ("O'Neill", "O’Neill"),
        ("Jean-Luc", "jean luc"),
        ("李小龍", "李小龍"),
    ],
)
def test_order_punctuation_and_look_alikes_make_no_other_name(one: str, other: str) -> None:
    assert _resemble(one, [other])
    assert _resemble(other, [one])


@pytest.mark.parametrize("typed", ["Robina", "Rob", "Alice", "", "😀", "Robin Hood"])
def test_other_names_are_other_names(typed: str) -> None:
    assert not _resemble(typed, ["Robin", "", "Sasha Quill"])


@given(st.text(max_size=120))
def test_a_name_passes_for_itself_unless_it_has_no_letters(typed: str) -> None:
    assert _resemble(typed, [typed]) is bool(names.likenesses(typed))
