"""VAPID (RFC 8292): our key pairs, the signed token of each origin, and receipt tokens derived from the same secret."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from homeplan.settings import Settings

VALID_FOR = timedelta(hours=12)
"""Push services accept at most 24 h."""

RENEW_AFTER = timedelta(hours=6)

_HEADER = b'{"typ":"JWT","alg":"ES256"}'
_CURVE_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class VapidKey:
    """One key pair. `private` is the raw scalar, 32 bytes base64url. Raises ValueError if it is not one."""

    def __init__(self, private: str):
        raw = decode(private)
        secret = int.from_bytes(raw, "big")
        if len(raw) != 32 or not 0 < secret < _CURVE_ORDER:
            raise ValueError("a VAPID private key is 32 bytes in base64url")
        self._key = ec.derive_private_key(secret, ec.SECP256R1())
        self.public_raw = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.public = encode(self.public_raw)
        self.id = hashlib.sha256(self.public_raw).hexdigest()[:12]
        self._receipts = hmac.digest(raw, b"homeplan push receipts", "sha256")

    @classmethod
    def generate(cls) -> str:
        """A new private key, as `HOMEPLAN_VAPID_PRIVATE_KEY` takes it."""
        secret = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        return encode(secret.to_bytes(32, "big"))

    def sign(self, claims: dict[str, str | int]) -> str:
        """A JWT (RFC 7519) with ES256."""
        body = f"{encode(_HEADER)}.{encode(msgspec.json.encode(claims))}"
        r, s = utils.decode_dss_signature(self._key.sign(body.encode(), ec.ECDSA(SHA256())))
        return f"{body}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

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
            token = key.sign({"aud": origin, "exp": expires, "sub": self.subject})
            header = f"vapid t={token}, k={key.public}"
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
