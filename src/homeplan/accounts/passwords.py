"""Staff passwords: which are refused, and argon2id in two threads of their own so that the event loop never waits."""

import asyncio
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from importlib.resources import files
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from homeplan.accounts.model import WeakPassword

MIN_LENGTH = 12
MAX_LENGTH = 128
MIN_DIFFERENT = 5
MAX_COMMON_WORDS = 3

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's second choice for argon2id (19 MiB, t=2, p=1; Password Storage Cheat Sheet, 2025): about 20 ms."""
_POOL = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_UNDISGUISED = str.maketrans("0134578@$!|+", "oleastbasiit")


def check_password(password: str, email: str = "", *, field: str = "password") -> None:
    """Accept 12 to 128 characters of any script. Raises WeakPassword with the reason."""
    plain = _normal(password)
    if len(plain) < MIN_LENGTH:
        raise WeakPassword(f"Use at least {MIN_LENGTH} characters; a short sentence is easy to remember.", field=field)
    if len(plain) > MAX_LENGTH:
        raise WeakPassword(f"Use at most {MAX_LENGTH} characters.", field=field)
    folded = plain.casefold()
    if len(set(folded)) < MIN_DIFFERENT or _repeats(folded) or _counts(folded):
        raise WeakPassword("This repeats or counts. Use a few words that do not belong together.", field=field)
    if _is_common(folded, email):
        raise WeakPassword("Passwords like this are tried first. Use a few words of your own.", field=field)


def hash_password(password: str) -> str:
    """The argon2id hash as a PHC string. Takes about 20 ms: never call it inside a transaction."""
    return _HASHER.hash(_normal(password))


async def hash_in_pool(password: str) -> str:
    """`hash_password` without holding up the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, hash_password, password)


async def verify_in_pool(password: str, password_hash: str | None) -> bool:
    """Whether the password fits; without a hash (nobody has that email) it takes as long and says no."""
    check = partial(_verify, password, password_hash or _nobody())
    return await asyncio.get_running_loop().run_in_executor(_POOL, check) and password_hash is not None


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


def _is_common(folded: str, email: str) -> bool:
    without_me = folded.replace(email.split("@")[0].casefold(), "") if email else folded
    if len(without_me) < MIN_LENGTH // 2:
        return True
    undisguised = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", without_me).translate(_UNDISGUISED)
    return any(
        letters and _made_of_common_words(letters, MAX_COMMON_WORDS)
        for letters in (re.sub(r"[\W\d_]+", "", spelled) for spelled in (without_me, undisguised))
    )


def _made_of_common_words(letters: str, at_most: int) -> bool:
    if not letters:
        return True
    if at_most == 0:
        return False
    words = _common_words()
    return any(
        letters[:n] in words and _made_of_common_words(letters[n:], at_most - 1) for n in range(len(letters), 0, -1)
    )


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    lines = files(__package__).joinpath("common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
