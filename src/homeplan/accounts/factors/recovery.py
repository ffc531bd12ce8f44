"""Recovery codes: made at random, hashed like passwords, because 50 bits alone do not withstand a stolen database."""

import asyncio
import secrets

from homeplan.accounts.factors.model import CodeSet
from homeplan.accounts.factors.rules import RECOVERY_CODES, RECOVERY_LENGTH, shown_code
from homeplan.accounts.passwords import hash_code_in_pool
from homeplan.accounts.rules import CODE_ALPHABET

SALT_BYTES = 16


async def new_code_set() -> CodeSet:
    """Ten new codes and their hashes. Takes about 200 ms: never call it inside a transaction."""
    codes = ["".join(secrets.choice(CODE_ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    salt = secrets.token_hex(SALT_BYTES)
    hashes = await asyncio.gather(*(hash_code_in_pool(code, salt) for code in codes))
    return CodeSet(codes=tuple(map(shown_code, codes)), salt=salt, hashes=tuple(hashes))
