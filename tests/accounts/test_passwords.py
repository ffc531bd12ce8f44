"""The refusal of weak passwords, and a check that takes as long for an unknown email."""

from typing import Any

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from homeplan.accounts import passwords
from homeplan.accounts.model import WeakPassword
from homeplan.accounts.passwords import check_password, hash_password, verify_in_pool

EMAIL = "ana.lopez@clinic.example"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "ñandú corre lejos del río",
        "ключ лежит под ковром",
        "鍵は玄関の敷物の下にある。",
        "🦔🐢🦀🌵 unter dem Dach",
        "Kx7#92834756",
        ("Ab3 éß漢" * 20)[:128],
    ],
)
def test_long_passwords_of_any_script_are_accepted(password: str) -> None:
    check_password(password, EMAIL)


@pytest.mark.parametrize("length", [0, 1, 11, 129, 512])
def test_passwords_outside_12_to_128_characters_are_refused(length: int) -> None:
    with pytest.raises(WeakPassword) as refused:
        check_password(("vQ7 zK2-pW9 " * 43)[:length], EMAIL)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2024!",
        "Passwordpassword",
        "1loveyou2024!",
        "qwertyuiop12",
        "!!Welcome2026!!",
        "DragonMonkey12",
        "physicaltherapy1",
        "contraseña123",
        "dry needling 2026",
    ],
)
def test_common_passwords_are_refused_however_they_are_dressed(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password)


@pytest.mark.parametrize(
    "password", ["aaaaaaaaaaaa", "abcabcabcabc", "123456789012", "890123456789", "abababababab!"[:12]]
)
def test_passwords_that_repeat_or_count_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password)


def test_a_password_made_of_the_own_email_is_refused() -> None:
    with pytest.raises(WeakPassword):
        check_password("ana.lopez.1234", EMAIL)


def test_hashes_are_argon2id_with_19_mebibytes_and_two_rounds() -> None:
    parameters = extract_parameters(hash_password("correct horse battery staple"))
    assert (parameters.type, parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (
        Type.ID,
        19 * 1024,
        2,
        1,
    )


async def test_a_password_typed_on_another_keyboard_still_fits() -> None:
    composed, decomposed = "pan\u0303uelo azul de lino", "pa\u00f1uelo azul de lino"
    assert await verify_in_pool(composed, hash_password(decomposed))
    assert not await verify_in_pool("panuelo azul de lino", hash_password(decomposed))


async def test_nobodys_password_is_verified_against_a_hash_of_the_same_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    def spy(password: str, password_hash: str) -> bool:
        verified.append(password_hash)
        return True

    monkeypatch.setattr(passwords, "_verify", spy)
    assert not await verify_in_pool("anything at all", None)
    assert await verify_in_pool("anything at all", hash_password("anything at all"))
    nobody, somebody = (extract_parameters(found) for found in verified)
    assert nobody == somebody


async def test_a_hash_that_is_none_lets_nobody_in() -> None:
    assert not await verify_in_pool("!", "!")
    assert not await verify_in_pool("", "")


def test_the_common_words_are_a_few_hundred_and_lower_case() -> None:
    words: Any = passwords._common_words()
    assert 300 < len(words) < 1000
    assert all(word == word.casefold().strip() for word in words)
