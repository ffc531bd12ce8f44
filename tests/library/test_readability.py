from hypothesis import given
from hypothesis import strategies as st

from homeplan.library.readability import reading_grade, syllables_of


def test_grade_follows_the_published_formula() -> None:
    # 13 words, 2 sentences, 16 syllables by hand: 0.39 * 6.5 + 11.8 * 16 / 13 - 15.59
    lines = ["Lie on your back with both knees bent.", "Then tighten your belly gently."]
    assert round(reading_grade(lines), 2) == round(0.39 * 13 / 2 + 11.8 * 16 / 13 - 15.59, 2)


def test_plain_words_read_far_easier_than_clinical_ones() -> None:
    assert reading_grade(["Lift your foot and hold it still."]) < 3
    assert reading_grade(["Facilitate contralateral musculature stabilization through isometric activation."]) > 15


def test_line_without_a_full_stop_still_ends_a_sentence() -> None:
    assert reading_grade(["Sit tall", "Breathe out"]) == reading_grade(["Sit tall.", "Breathe out."])


def test_text_without_words_has_no_grade() -> None:
    assert reading_grade([]) == reading_grade(["", "30 %"]) == 0


def test_syllables_leave_out_silent_endings() -> None:
    counted = {word: syllables_of(word) for word in ("knee", "hold", "move", "lifted", "raised", "little", "exercise")}
    assert counted == {"knee": 1, "hold": 1, "move": 1, "lifted": 2, "raised": 1, "little": 2, "exercise": 3}


@given(st.text(max_size=30))
def test_every_word_has_at_least_one_syllable(word: str) -> None:
    assert syllables_of(word) >= 1


@given(st.lists(st.text(max_size=60), max_size=6))
def test_any_text_has_a_finite_grade(lines: list[str]) -> None:
    assert -20 < reading_grade(lines) < 10_000
