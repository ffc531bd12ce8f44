"""Message encryption for web push, RFC 8291 (aes128gcm, RFC 8188): one record, a fresh key pair a message."""

import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from homeplan.push.vapid import decode

KEYS_REMEMBERED = 8192
"""Parsed subscription keys kept in memory, about 1 KiB each; parsing costs a third of an encryption."""

_CURVE = ec.SECP256R1()
_ECDH = ec.ECDH()
_RECORD_SIZE = (4096).to_bytes(4, "big")
_LAST_RECORD = b"\x02"


class Receiver:
    """A subscription's public half: `p256dh`, a point on P-256, and `auth`, 16 bytes; else ValueError."""

    __slots__ = ("auth", "key", "raw")

    def __init__(self, p256dh: str, auth: str):
        self.raw = decode(p256dh)
        self.auth = decode(auth)
        if len(self.raw) != 65 or len(self.auth) != 16:
            raise ValueError("p256dh must be an uncompressed point of 65 bytes, auth 16 bytes")
        self.key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, self.raw)


@lru_cache(maxsize=KEYS_REMEMBERED)
def receiver(p256dh: str, auth: str) -> Receiver:
    """The parsed keys of a subscription, remembered. Raises ValueError."""
    return Receiver(p256dh, auth)


def encrypt(to: Receiver, plaintext: bytes) -> bytes:
    """The request body for one push: 103 bytes longer than `plaintext`."""
    # A fresh pair every time: RFC 8291 section 3.1 forbids to use one for two messages.
    return _encrypt(to, plaintext, ec.generate_private_key(_CURVE), os.urandom(16))


def _encrypt(to: Receiver, plaintext: bytes, ours: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    public = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    # HKDF (RFC 5869) with outputs of one block each: extract, then a single expand step.
    secret = _hmac(to.auth, ours.exchange(_ECDH, to.key))
    secret = _hmac(salt, _hmac(secret, b"WebPush: info\0" + to.raw + public + b"\x01"))
    key = _hmac(secret, b"Content-Encoding: aes128gcm\0\x01")[:16]
    nonce = _hmac(secret, b"Content-Encoding: nonce\0\x01")[:12]
    header = salt + _RECORD_SIZE + bytes([len(public)]) + public
    return header + AESGCM(key).encrypt(nonce, plaintext + _LAST_RECORD, None)


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")
