"""Staff passwords: which are refused, and argon2id in threads of their own so that the event loop never waits."""

import asyncio
import logging
import os
import re
import sys
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache, partial
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from threading import Lock, get_native_id

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret_raw

from homeplan.accounts.breached import is_breached
from homeplan.accounts.model import WeakPassword

log = logging.getLogger(__name__)

MIN_ALONE = 15
"""Characters while there is no second factor (NIST SP 800-63B-4, 3.1.1.2)."""
MIN_WITH_FACTOR = 12
MAX_LENGTH = 128
MIN_DIFFERENT = 5
MAX_COMMON_WORDS = 3
MIN_GUESSES_LOG10 = 11
"""Guesses that zxcvbn expects an attacker to need, as a power of ten: at 20 ms each, six decades of a hundred cores."""
ESTIMATED_LENGTH = 40
"""Characters that zxcvbn looks at, because its time grows faster than the length; if they are hard to guess, all is."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's second choice for argon2id (19 MiB, t=2, p=1; Password Storage Cheat Sheet, 2025): about 20 ms."""
STRANGERS_NICENESS = 10
"""Added to that of the process: of a busy processor the other threads then get nine tenths."""


def _lower_priority() -> None:
    """Lower the priority of this thread alone, on Linux. Elsewhere it keeps its priority."""
    if sys.platform != "linux":
        return
    thread = get_native_id()
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + STRANGERS_NICENESS)


_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_STRANGERS_POOL = ThreadPoolExecutor(1, thread_name_prefix="argon2-strangers", initializer=_lower_priority)
"""For the passwords of devices that never signed in before, so that a flood of them slows nobody else down."""
_ESTIMATING = Lock()
"""zxcvbn keeps the words of the person it works for in a module."""
_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")
_UNDISGUISED = str.maketrans("0134578@$!|+", "oleastbasiit")


def check_password(
    password: str,
    own_words: Iterable[str] = (),
    *,
    second_factor: bool,
    field: str = "password",
    breached: str | None = None,
) -> None:
    """Accept 15 to 128 characters of any script, from 12 on with a second factor. Raises WeakPassword with the reason.

    `own_words` are what an attacker knows of the person: email, name, the clinic's name; `breached` is the file of
    breached passwords, where the operator has one. Takes up to 100 ms: never call
    it inside a transaction.
    """
    plain = _normal(password)
    shortest = MIN_WITH_FACTOR if second_factor else MIN_ALONE
    if len(plain) < shortest:
        raise WeakPassword(f"Use at least {shortest} characters; a short sentence is easy to remember.", field=field)
    if len(plain) > MAX_LENGTH:
        raise WeakPassword(f"Use at most {MAX_LENGTH} characters.", field=field)
    folded = plain.casefold()
    if len(set(folded)) < MIN_DIFFERENT or _repeats(folded) or _counts(folded):
        raise WeakPassword("This repeats or counts. Use a few words that do not belong together.", field=field)
    own = _parts(own_words)
    if _is_common(folded, own) or _guesses_log10(folded, own) < MIN_GUESSES_LOG10:
        raise WeakPassword("Passwords like this are tried first. Use a few words of your own.", field=field)
    if breached and any(_is_breached(each, Path(breached)) for each in {plain, password}):
        raise WeakPassword("This password was found in a data breach. Use a few words of your own.", field=field)


def _is_breached(password: str, file: Path) -> bool:
    try:
        return is_breached(password, file)
    except OSError as failed:  # the other checks hold; nobody is kept from changing a password
        log.error("the file of breached passwords cannot be read: %s", type(failed).__name__)
        return False


async def check_in_pool(
    password: str,
    own_words: Iterable[str],
    *,
    second_factor: bool,
    field: str = "password",
    breached: str | None = None,
) -> None:
    """`check_password` without holding up the event loop. Raises WeakPassword."""
    check = partial(check_password, password, own_words, second_factor=second_factor, field=field, breached=breached)
    await asyncio.get_running_loop().run_in_executor(_POOL, check)


def hash_password(password: str) -> str:
    """The argon2id hash as a PHC string. Takes about 20 ms: never call it inside a transaction."""
    return _HASHER.hash(_normal(password))


async def hash_in_pool(password: str) -> str:
    """`hash_password` without holding up the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, hash_password, password)


async def hash_code_in_pool(code: str, salt: str) -> str:
    """The argon2id hash of a recovery code with the salt of its set (both hex), at the cost of a password."""
    work = partial(
        hash_secret_raw,
        code.encode(),
        bytes.fromhex(salt),
        time_cost=_HASHER.time_cost,
        memory_cost=_HASHER.memory_cost,
        parallelism=_HASHER.parallelism,
        hash_len=32,
        type=Type.ID,
    )
    return (await asyncio.get_running_loop().run_in_executor(_POOL, work)).hex()


async def verify_in_pool(password: str, password_hash: str | None, *, of_stranger: bool = False) -> bool:
    """Whether the password fits; without a hash (nobody has that email) it takes as long and says no.

    That of a stranger is checked at a lower priority than everything else in the process.
    """
    pool = _STRANGERS_POOL if of_stranger else _POOL
    check = partial(_verify, password, password_hash or _nobody())
    return await asyncio.get_running_loop().run_in_executor(pool, check) and password_hash is not None


def _verify(password: str, password_hash: str) -> bool:
    try:
        return _HASHER.verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("the hash of an account that does not exist")


def _normal(password: str) -> str:
    """NFKC, so that one password typed on two keyboards is one password (NIST SP 800-63B, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def _repeats(folded: str) -> bool:
    """Whether a block of at most six characters is all there is, over and over."""
    return any(all(a == b for a, b in zip(folded, folded[n:], strict=False)) for n in range(1, 7))


def _counts(folded: str) -> bool:
    """Whether it only goes up or down by one, 9 before 0: 123456789012, zyxwvutsrqpo."""
    circle = "0123456789"
    if set(folded) <= set(circle):
        steps = {(circle.index(b) - circle.index(a)) % 10 for a, b in pairwise(folded)}
        return steps <= {1} or steps <= {9}
    steps = {ord(b) - ord(a) for a, b in pairwise(folded)}
    return steps <= {1} or steps <= {-1}


def _parts(own_words: Iterable[str]) -> frozenset[str]:
    """The person's own words and their parts of three letters or more, folded, also written in one word."""
    found: set[str] = set()
    for text in own_words:
        words = re.findall(r"[^\W_]+", _normal(text).casefold())
        found.update(word for word in words if len(word) > 2)
        found.update("".join(words[:n]) for n in range(2, len(words) + 1))
    return frozenset(found)


def _is_common(folded: str, own: frozenset[str]) -> bool:
    """Whether it is a famous phrase, or made of one to three common or own words, with anything around them."""
    spelled = [re.sub(r"[\W\d_]+", "", text) for text in (folded, _undisguised(folded))]
    return any(
        letters and (_is_phrase(letters) or _made_of(letters, _common_words() | own, MAX_COMMON_WORDS))
        for letters in spelled
    )


def _is_phrase(letters: str) -> bool:
    """Whether a famous phrase is nearly all of it."""
    return any(phrase in letters and len(letters) - len(phrase) < MIN_WITH_FACTOR // 2 for phrase in _phrases())


def _guesses_log10(folded: str, own: frozenset[str]) -> float:
    """The lower estimate of the password without its signs, and of what it says when 0 is an o and @ an a.

    Each different sign counts as one guess in ten. zxcvbn sees none of them: with many it takes seconds.
    """
    from zxcvbn import zxcvbn  # at its first use: its lists of words take 10 MB

    words = [*sorted(own), *sorted(_common_words())]
    signs = set(_SIGNS.findall(folded))
    spelled = {_SIGNS.sub("", text.replace(" ", ""))[:ESTIMATED_LENGTH] for text in (folded, _undisguised(folded))}
    if not all(spelled):
        return 0.0  # signs alone: a row of the keyboard with shift
    with _ESTIMATING:
        return min(float(zxcvbn(text, user_inputs=words)["guesses_log10"]) for text in spelled) + len(signs)


def _undisguised(folded: str) -> str:
    """The password without digits and signs around it, and with letters for those inside."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded).translate(_UNDISGUISED)


def _made_of(letters: str, words: frozenset[str], at_most: int) -> bool:
    if not letters:
        return True
    if at_most == 0:
        return False
    return any(letters[:n] in words and _made_of(letters[n:], words, at_most - 1) for n in range(len(letters), 0, -1))


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    return frozenset(_lines("common_passwords.txt"))


@lru_cache(maxsize=1)
def _phrases() -> frozenset[str]:
    """Lines of songs, films and prayers, and passwords that are famous for being good: letters only."""
    return frozenset(_lines("famous_phrases.txt"))


def _lines(name: str) -> list[str]:
    lines = files(__package__).joinpath(name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
