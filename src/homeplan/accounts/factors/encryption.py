"""The secrets of authenticator apps as the database holds them: encrypted with HOMEPLAN_FACTOR_KEY, if that is set.

AES-256-GCM, bound to the member of staff, so that a stored text is of no use in another row. What was stored before
the key was set, or under an earlier key, is stored again under the key in use when its next code is entered.
"""

import base64
import logging
from os import urandom
from typing import TYPE_CHECKING

from homeplan.context import Context

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

log = logging.getLogger(__name__)

PREFIX = "aes256gcm:"
"""No base32 text has it."""
NONCE_BYTES = 12


def encrypted(ctx: Context, staff_id: str, secret: str) -> str:
    """The text to store for the member's secret: base32 as it is where no key is set."""
    if not ctx.settings.factor_secrets:
        return secret
    nonce = urandom(NONCE_BYTES)
    sealed = _cipher(ctx.settings.factor_secrets[0]).encrypt(nonce, secret.encode(), _owner(ctx, staff_id))
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def decrypted(ctx: Context, staff_id: str, stored: str) -> str | None:
    """The member's secret; None, with a line in the log, when none of the keys fits."""
    if not stored.startswith(PREFIX):
        return stored
    from cryptography.exceptions import InvalidTag

    both = base64.urlsafe_b64decode(stored.removeprefix(PREFIX))
    for key in ctx.settings.factor_secrets:
        try:
            return _cipher(key).decrypt(both[:NONCE_BYTES], both[NONCE_BYTES:], _owner(ctx, staff_id)).decode()
        except InvalidTag:
            continue
    log.error("the secret of an authenticator app cannot be read: HOMEPLAN_FACTOR_KEY is missing or another one")
    return None


def _cipher(key: bytes) -> "AESGCM":
    # Imported with the first secret: it takes a twelfth of the memory of a server that has none.
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"homeplan authenticator apps").derive(key))


def _owner(ctx: Context, staff_id: str) -> bytes:
    return f"{ctx.clinic_id}\n{staff_id}".encode()
