"""Names in any script, drawn with what the bot brings: no font, no library for layout is needed of the machine."""

import unicodedata

import numpy as np
import pytest
from bidi import get_display
from hypothesis import given
from hypothesis import strategies as st

from services.pictures.drawing import bidi, fonts, typefaces
from services.pictures.drawing.fonts import Line

_SCRIPTS = {
    "Latin": "Alice Müller",
    "Vietnamese": "Nguyễn Thị Hạnh",
    "Greek": "Ωμέγα",
    "Cyrillic": "Жанна",
    "Armenian": "Արմեն",
    "Georgian": "გიორგი",
    "Hebrew": "אברהם",
    "Arabic": "محمد بن عبد الله",
    "Devanagari": "प्रिया क्षत्रिय",
    "Bengali": "মৌসুমী",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ",
    "Gujarati": "ગુજરાતી",
    "Oriya": "ଓଡ଼ିଆ",
    "Tamil": "தமிழ்ச்செல்வி",
    "Telugu": "తెలుగు",
    "Kannada": "ಕನ್ನಡ",
    "Malayalam": "മലയാളം",
    "Sinhala": "සිංහල",
    "Thai": "สมชาย",
    "Lao": "ລາວ",
    "Myanmar": "မြန်မာ",
    "Khmer": "ភាសាខ្មែរ",
    "Ethiopic": "አበበ",
    "Chinese": "王小明",
    "Japanese": "田中さくら",
    "Korean": "김민수",
    "emoji": "🎉",
}


@pytest.fixture(autouse=True)
def no_font_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "_installed", lambda: ())
    fonts._runs.cache_clear()


def _line(text: str, size: int = 40) -> Line:
    drawn = fonts.line(text, size)
    assert drawn is not None, text
    return drawn


def _same(one: Line, other: Line) -> bool:
    return one.mask.size == other.mask.size and one.mask.tobytes() == other.mask.tobytes()


@pytest.mark.parametrize("script", _SCRIPTS)
def test_every_script_is_drawn_and_every_letter_of_it(script: str) -> None:
    name = _SCRIPTS[script]
    drawn = _line(name)
    assert drawn.mask.height <= 1.36 * 40, "no taller than a tag has room for"
    assert drawn.width >= 40 * 0.2 * sum(unicodedata.category(c) == "Lo" for c in name)
    for face in {run.face for run in fonts._runs(name)}:
        box = typefaces.font(face, 40, 400)
        shaped = [fonts._shaped(run, box) for run in fonts._runs(name) if run.face is face]
        assert all(glyph.codepoint for buffer in shaped for glyph in buffer.glyph_infos), "no box for a missing letter"


def test_letters_are_joined_and_reordered_as_their_script_does() -> None:
    joined, apart = (np.asarray(_line(word).mask).any(axis=0) for word in ("محمد", "م\u200cح\u200cم\u200cد"))
    assert joined.all()
    assert not apart.all()
    assert not _same(_line("कि"), _line("कई")), "a sign that is written before its letter"
    lone, conjunct = _line("क ष"), _line("क्ष")
    assert conjunct.width < 0.8 * lone.width


def test_hebrew_runs_from_the_right() -> None:
    aleph, both = _line("א"), _line("אב")
    ink = np.asarray(both.mask)[:, -aleph.width :]
    assert np.abs(np.asarray(aleph.mask, int).sum() - ink.astype(int).sum()) < 0.1 * ink.sum()


@given(st.text("abcé12 -אבגשלום٣مح", min_size=1, max_size=24))
def test_the_order_is_unicode_s(text: str) -> None:
    letters = list(zip(bidi.levels(text), text, strict=True))
    assert "".join(bidi.from_the_left(letters)) == get_display(text)


def test_joiners_in_a_line_from_the_right_keep_their_places() -> None:
    assert len(bidi.levels("می\u200cخواهم 1")) == len("می\u200cخواهم 1")
    assert not _same(_line("می\u200cخواهم"), _line("میخواهم"))


def test_a_name_of_many_scripts_has_all_its_parts() -> None:
    parts = ["Alice", "أليس", "王", "🎉"]
    assert _line(" ".join(parts)).width > sum(_line(part).width for part in parts)


def test_an_emoji_of_many_parts_is_one_sign_and_a_flag_is_too() -> None:
    assert _line("👩🏽‍🚀").width < 1.5 * _line("👩").width
    assert _line("🇩🇪").width < 1.6 * _line("👩").width
    assert not _same(_line("❤️"), _line("🇩🇪"))


def test_figures_and_spaces_beside_an_emoji_are_those_of_the_text() -> None:
    assert {run.face for run in fonts._runs("🎉 #1")} == {typefaces.emoji(), fonts._runs("Alice")[0].face}


def test_japanese_and_chinese_write_han_each_in_their_way() -> None:
    faces = [fonts._runs(name)[0].face for name in ("直人", "直の", "直김")]
    assert len({id(face) for face in faces}) == 3


def test_letters_of_mathematics_are_drawn_plain() -> None:
    assert _same(_line("𝓐𝓵𝓲𝓬𝓮"), _line("Alice"))


def test_a_letter_that_no_font_has_leaves_the_name_undrawn_and_a_sign_is_left_out() -> None:
    assert fonts.line("𒀀𒁀", 20) is None
    assert fonts.line("Alice 𒀀", 20) is None
    assert _same(_line("Alice 𝅘𝅥"), _line("Alice"))
    assert fonts.line(" \u200d ", 20) is None


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=12), st.integers(6, 60))
def test_any_text_is_drawn_or_not_and_nothing_is_raised(text: str, size: int) -> None:
    drawn = fonts.line(text, size)
    assert drawn is None or drawn.mask.getbbox() is not None


def test_a_name_is_cut_between_letters() -> None:
    whole = "தமிழ்ச்செல்வி கண்ணன்"
    cut = fonts.fitted(whole, 30, fonts.MEDIUM, 150)
    assert cut is not None
    assert 90 < cut.width <= 150
    ends = list(fonts._clusters("e\u0301👩🏽‍🚀🇩🇪🇫🇷क्"))
    assert ends == ["e\u0301", "👩🏽‍🚀", "🇩🇪", "🇫🇷", "क्"]
