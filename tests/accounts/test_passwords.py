"""The refusal of weak passwords, and a check that takes as long for an unknown email."""

import hashlib
import os
import sys
from pathlib import Path
from threading import get_native_id
from typing import Any

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from homeplan.accounts import passwords
from homeplan.accounts.breached import is_breached
from homeplan.accounts.model import WeakPassword
from homeplan.accounts.passwords import check_password, hash_password, verify_in_pool

OWN = ("ana.lopez@northside.example", "Ana López", "Northside Physical Therapy")
"""Texts that an attacker knows of the person: email, name, clinic."""


CHOSEN = (
    "p@$$w0rdp@$$w0rd1",
    "!@#$%^&*()_+{}|",
    "p-a-s-s-w-o-r-d-1-2-3",
    "correcthorsebatterystaple",
    "correct horse battery staple",
    "Correct-Horse-Battery-Staple1",
    "spongebob123",
    "spongebobsquarepants",
    "spongebob squarepants 1",
    "Northside2026!!",
    "NorthsidePhysicalTherapy2026",
    "Northside Physical Therapy 1",
    "northsidept2026!",
    "Ana López 1985",
    "analopez19850412",
    "AnaLopez@Northside1",
    "ana.lopez@northside.example",
    "iloveyouforever",
    "iloveyousomuch123",
    "iloveyou iloveyou",
    "ilovemydaughteremma",
    "maytheforcebewithyou",
    "May the force be with you!",
    "tobeornottobe123",
    "thequickbrownfox1",
    "Winter is coming 2026",
    "letmeinletmeinletmein",
    "passwordpassword1",
    "P@ssw0rdP@ssw0rd",
    "MyPassword123456",
    "mypasswordissecret",
    "thisismypassword",
    "this is my password",
    "Password2026Password",
    "adminadministrator",
    "administrator2026!",
    "welcome to the clinic",
    "Welcome2026Welcome",
    "qwertyuiopasdfgh",
    "1qaz2wsx3edc4rfv",
    "zxcvbnmasdfghjkl",
    "qwerty1234567890",
    "asdfasdfasdf1234",
    "12345678901234567",
    "2026-11-29-2026",
    "january february 2026",
    "Summer2026Summer!",
    "Spring2026!Spring",
    "monday tuesday wednesday",
    "harrypotter1234",
    "harrypottergryffindor",
    "starwarsdarthvader",
    "batmanandrobin123",
    "pikachupokemon123",
    "minecraft12345678",
    "liverpoolfc2026!",
    "yankeesbaseball27",
    "contraseña123456",
    "micontraseña2026",
    "teamomucho12345",
    "te quiero mucho 123",
    "hola mundo 123456",
    "barcelonafutbol10",
    "virgendeguadalupe",
    "diosesamor123456",
    "physicaltherapy123",
    "physical therapy rocks",
    "dryneedling2026!",
    "backpainbackpain",
    "abcdefghijklmnop",
    "aaaaaaaaaaaaaaa1",
    "trustno1trustno1",
    "changemechangeme",
    "jesusislord12345",
    "jesuschristismylord",
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
)
"""Passwords as people choose them: famous phrases, heroes, clinics, months, keyboards, in English and Spanish."""

GOOD = (
    "purple elephants juggle slowly",
    "a long enough sentence for a test",
    "ñandú corre lejos del río",
    "ключ лежит под ковром",
    "鍵は玄関の敷物の下にある。今日",
    "🦔🐢🦀🌵 unter dem Dach",
    "Kx7#92834756qL!",
    "vQ7zK2pW9xRt4Lm",
    "gravel teapot ninety violins",
    "mi abuela colecciona tornillos verdes",
    "seven damp otters file taxes",
    "wobbly-lantern-cactus-41",
    "El tren olvidó su sombrero amarillo",
    "zinc marmalade orbit fennel",
    "Kitchen tiles hum after midnight",
    "the plumber owes me nine pears",
    "violet anchors beneath Tuesday soup",
    "k!9#%v&@2)x$Q*w_",
    "T7#mQ!x2@Lp9$v&Z",
    "vQ7zK2pW9xRt",
)


@pytest.mark.parametrize("password", CHOSEN)
def test_a_password_as_people_choose_it_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, OWN, second_factor=True)


@pytest.mark.parametrize("password", GOOD)
def test_a_password_that_is_hard_to_guess_is_accepted(password: str) -> None:
    check_password(password, OWN, second_factor=True)


def test_the_longest_password_is_accepted() -> None:
    check_password(("Ab3 éß漢wobbly" * 20)[:128], OWN, second_factor=False)


@pytest.mark.parametrize(("second_factor", "shortest"), [(False, 15), (True, 12)])
def test_the_shortest_password_depends_on_the_second_factor(second_factor: bool, shortest: int) -> None:
    long = "vQ7zK2pW9xRt4Lm" * 9
    check_password(long[:shortest], OWN, second_factor=second_factor)
    for length in (0, 1, shortest - 1, 129):
        with pytest.raises(WeakPassword) as refused:
            check_password(long[:length], OWN, second_factor=second_factor)
        assert refused.value.field == "password"


def test_many_signs_do_not_hold_the_check_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """zxcvbn tries each letter that each sign may mean, which takes seconds; it is shown letters and digits only."""
    seen: list[str] = []

    def spy(text: str, user_inputs: list[str]) -> dict[str, float]:
        seen.append(text)
        return {"guesses_log10": 20}

    monkeypatch.setattr("zxcvbn.zxcvbn", spy)
    check_password("4@8({[<63691!|1705$7+2z" * 5, second_factor=True)
    assert seen
    assert all(text.isalnum() and len(text) <= passwords.ESTIMATED_LENGTH for text in seen)


@pytest.mark.parametrize("password", ["aaaaaaaaaaaa", "abcabcabcabc", "123456789012", "890123456789", "abababababab"])
def test_passwords_that_repeat_or_count_are_refused(password: str) -> None:
    with pytest.raises(WeakPassword, match="repeats or counts"):
        check_password(password, second_factor=True)


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


async def test_a_password_is_compared_whole_and_as_it_was_typed() -> None:
    password = "Nine lanterns under a quiet bridge, and then the sea. " * 2
    stored = hash_password(password)
    assert await verify_in_pool(password, stored)
    for other in (password[:-1], password[:64], password.strip(), password.lower(), f"{password}x"):
        assert not await verify_in_pool(other, stored)


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


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
async def test_a_strangers_password_is_checked_at_a_lower_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    niceness: list[int] = []

    def spy(password: str, password_hash: str) -> bool:
        niceness.append(os.getpriority(os.PRIO_PROCESS, get_native_id()))
        return True

    monkeypatch.setattr(passwords, "_verify", spy)
    for of_stranger in (False, True):
        await verify_in_pool("anything at all", "a hash", of_stranger=of_stranger)
    known, strangers = niceness
    assert strangers == min(19, known + passwords.STRANGERS_NICENESS)


async def test_a_hash_that_is_none_lets_nobody_in() -> None:
    assert not await verify_in_pool("!", "!")
    assert not await verify_in_pool("", "")


def test_the_common_words_are_a_few_hundred_and_lower_case() -> None:
    words: Any = passwords._common_words()
    assert 300 < len(words) < 1000
    assert len(passwords._phrases()) > 50
    assert all(word == word.casefold().strip() for word in words)


def test_each_breached_password_that_zxcvbn_has_is_refused_where_it_is_long_enough() -> None:
    long_enough = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= passwords.MIN_WITH_FACTOR]
    assert len(long_enough) > 200
    for password in long_enough:
        with pytest.raises(WeakPassword):
            check_password(password, second_factor=True)


def test_a_password_in_the_operators_file_of_breaches_is_refused_wherever_it_is_in_the_file(tmp_path: Path) -> None:
    breached = sorted(
        f"{hashlib.sha1(text.encode()).hexdigest().upper()}:{len(text)}" for text in [*GOOD, *map(str, range(500))]
    )
    file = tmp_path / "breached.txt"
    for end in ("\n", "\r\n"):
        file.write_text("".join(line + end for line in breached), newline="")
        for password in GOOD:
            with pytest.raises(WeakPassword, match="data breach"):
                check_password(password, second_factor=True, breached=str(file))
        assert all(is_breached(str(number), file) for number in range(500))
        assert not any(is_breached(str(number), file) for number in range(500, 1500))
    check_password("nine lanterns under a quiet bridge", second_factor=True, breached=str(file))


@pytest.mark.parametrize("content", ["", "\n", "not a list of hashes"])
def test_a_file_of_breaches_that_says_nothing_refuses_nothing(tmp_path: Path, content: str) -> None:
    file = tmp_path / "breached.txt"
    file.write_text(content)
    assert not is_breached("anything", file)


def test_a_file_of_breaches_that_cannot_be_read_is_logged_and_keeps_nobody_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    check_password(GOOD[0], second_factor=True, breached=str(tmp_path / "gone"))
    assert caplog.messages == ["the file of breached passwords cannot be read: FileNotFoundError"]
