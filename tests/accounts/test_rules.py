"""The pure decisions of accounts."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeplan.accounts.rules import (
    CODE_ALPHABET,
    LIFETIMES,
    clean_code,
    clean_email,
    device_label,
    idle_until,
    is_worth_touching,
    search_key,
)
from homeplan.actor import Role

SEARCH: Any = json.loads((Path(__file__).parents[1] / "vectors" / "search.json").read_text("utf-8"))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_idle_end_never_lies_behind_the_absolute_end() -> None:
    assert idle_until(Role.THERAPIST, NOON, NOON + timedelta(hours=1)) == NOON + timedelta(minutes=15)
    assert idle_until(Role.ADMIN, NOON, NOON + timedelta(hours=1)) == NOON + timedelta(minutes=10)
    assert idle_until(Role.PATIENT, NOON, NOON + timedelta(days=400)) == NOON + timedelta(days=90)
    assert idle_until(Role.THERAPIST, NOON, NOON + timedelta(minutes=3)) == NOON + timedelta(minutes=3)


def test_sign_ins_last_as_long_as_the_page_about_security_says() -> None:
    page = " ".join((Path(__file__).parents[2] / "docs/security.md").read_text("utf-8").split())
    assert (
        "A patient's phone stays signed in (90 days idle, 400 absolute, revocable); staff lock after 15 minutes" in page
    )
    assert "(administrators 10) and sign in again after 12 hours (8)." in page
    for role, life in LIFETIMES.items():
        if role in (Role.PATIENT, Role.HELPER):
            expected = timedelta(days=90), timedelta(days=400)
        else:
            minutes, hours = (10, 8) if role.administers else (15, 12)
            expected = timedelta(minutes=minutes), timedelta(hours=hours)
        assert (life.idle, life.absolute) == expected, role


def test_last_use_is_written_at_most_once_a_minute() -> None:
    assert not is_worth_touching(NOON, NOON + timedelta(seconds=59))
    assert is_worth_touching(NOON, NOON + timedelta(seconds=60))


@given(st.text(CODE_ALPHABET, min_size=10, max_size=10))
def test_a_code_survives_lower_case_spaces_and_dashes(code: str) -> None:
    typed = f" {code[:4].lower()}-{code[4:7]} {code[7:].lower()} "
    assert clean_code(typed) == code


def test_misread_letters_of_a_code_are_forgiven() -> None:
    assert clean_code("OIL0 iiiLL O") == "0110111110"


@pytest.mark.parametrize("typed", ["", "123456789", "12345678901", "12345U7890", "1234567890\x00", "ÄBCDEFGHJK"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert clean_code(typed) is None


@given(st.text(max_size=40))
def test_any_text_typed_as_a_code_has_an_answer(typed: str) -> None:
    code = clean_code(typed)
    assert code is None or (len(code) == 10 and set(code) <= set(CODE_ALPHABET))


def test_emails_compare_without_case_and_blanks() -> None:
    assert clean_email(" Ana.Lopez@Clinic.EXAMPLE ") == "ana.lopez@clinic.example"


def test_patients_are_found_without_accents_and_case() -> None:
    assert search_key("Núñez", "José  María", None, "A-17") == "nunez jose maria a-17"
    assert search_key("MÜLLER") == search_key("muller")


@pytest.mark.parametrize("case", SEARCH["folded"], ids=lambda case: case["text"])
def test_texts_are_folded_as_in_the_console(case: dict[str, str]) -> None:
    assert search_key(case["text"]) == case["folded"]


@pytest.mark.parametrize("case", SEARCH["found"], ids=lambda case: case["query"])
def test_the_key_holds_what_a_keyboard_without_the_letter_types(case: dict[str, str]) -> None:
    words = search_key(case["familyName"], case["givenName"]).split()
    assert any(word.startswith(search_key(case["query"])) for word in words)


def test_each_letter_of_western_alphabets_is_plain() -> None:
    letters = [c for c in map(chr, range(0xC0, 0x180)) if c.isalpha()]
    assert [c for c in letters if not search_key(c).replace("·", "").replace("ʼ", "").isascii()] == []


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "A browser on an unknown system"),
    ],
)
def test_a_device_is_named_in_words(user_agent: str, expected: str) -> None:
    assert device_label(user_agent) == expected
