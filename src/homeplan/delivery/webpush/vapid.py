"""VAPID (RFC 8292): our key pairs, the signed token of each origin, and receipt tokens derived from the same secret.

py_vapid signs. A header is kept per key and origin, since a signature costs as much as a message.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from homeplan.settings import Settings

VALID_FOR = timedelta(hours=12)
"""Push services accept at most 24 h."""

RENEW_AFTER = timedelta(hours=6)

_CHECKED_ALREADY = {"no-strict": True}
"""py_vapid refuses an https: subject with a path; settings.py has checked the subject."""


class VapidKey:
    """One key pair. `private` is the raw scalar, 32 bytes base64url. Raises ValueError if it is not one."""

    def __init__(self, private: str):
        # Imported with the first key: a server without push does without.
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
        from py_vapid import Vapid02

        raw = decode(private)
        if len(raw) != 32:
            raise ValueError("a VAPID private key is 32 bytes in base64url")
        key = ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1())
        self._signer = Vapid02(key, conf=_CHECKED_ALREADY)
        self.public_raw = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public = encode(self.public_raw)
        self.id = hashlib.sha256(self.public_raw).hexdigest()[:12]
        self._receipts = hmac.digest(raw, b"homeplan push receipts", "sha256")

    @classmethod
    def generate(cls) -> str:
        """A new private key, as `HOMEPLAN_VAPID_PRIVATE_KEY` takes it."""
        from cryptography.hazmat.primitives.asymmetric import ec

        secret = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        return encode(secret.to_bytes(32, "big"))

    def authorization(self, claims: dict[str, str | int]) -> str:
        """The Authorization header with a JWT (ES256) of these claims: `vapid t=…,k=…`."""
        signed: dict[str, str] = self._signer.sign(claims)
        return signed["Authorization"]

    def receipt_mac(self, clinic_id: str, delivery_id: str) -> str:
        """The secret part of a receipt token: 128 bits, the same for every attempt of one delivery."""
        return encode(hmac.digest(self._receipts, f"{clinic_id}.{delivery_id}".encode(), "sha256")[:16])


class Keyring:
    """The current key and the previous ones, which stay valid until their devices have subscribed again."""

    def __init__(self, private: str, *, subject: str, previous: Sequence[str] = ()):
        """`subject` is a mailto: or https: address at which push services reach the operator."""
        self.current = VapidKey(private)
        self.subject = subject
        self._keys = {key.id: key for key in [*(VapidKey(old) for old in previous), self.current]}
        self._tokens: dict[tuple[str, str], tuple[datetime, str]] = {}

    def get(self, key_id: str) -> VapidKey | None:
        return self._keys.get(key_id)

    def authorization(self, key: VapidKey, origin: str, now: datetime) -> str:
        """The Authorization header for one origin: valid 12 h, signed again after 6 h or if the clock was set back."""
        issued, header = self._tokens.get((key.id, origin), (None, ""))
        if issued is None or not timedelta(0) <= now - issued < RENEW_AFTER:
            expires = int((now + VALID_FOR).timestamp())
            header = key.authorization({"aud": origin, "exp": expires, "sub": self.subject})
            self._tokens[key.id, origin] = (now, header)
        return header

    def receipt_token(self, clinic_id: str, delivery_id: str) -> str:
        """The token that a push carries for its receipts. Nothing of it is stored."""
        return f"{clinic_id}.{delivery_id}.{self.current.receipt_mac(clinic_id, delivery_id)}"

    def read_receipt_token(self, token: str) -> tuple[str, str] | None:
        """The clinic and the delivery that a genuine token names; None for anything else."""
        try:
            clinic_id, delivery_id, mac = token.split(".")
            genuine = any(
                hmac.compare_digest(mac, key.receipt_mac(clinic_id, delivery_id)) for key in self._keys.values()
            )
        except (ValueError, TypeError):  # not three parts, or characters outside ASCII
            return None
        return (clinic_id, delivery_id) if genuine else None


@lru_cache(maxsize=4)
def keyring_of(settings: Settings) -> Keyring | None:
    """The keys of these settings; None when the operator has not made any, so that nothing is pushed."""
    if settings.vapid_private_key is None:
        return None
    return Keyring(
        settings.vapid_private_key,
        subject=settings.vapid_subject or settings.origin,
        previous=settings.vapid_previous_keys,
    )


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """base64url with or without padding. Raises ValueError for any other character."""
    bare = text.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), altchars=b"-_", validate=True)
