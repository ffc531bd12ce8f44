"""Message encryption for web push (RFC 8291) by pywebpush, for subscriptions whose keys are checked first."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from pywebpush import WebPusher

from homeplan.delivery.vapid import decode, encode

KEYS_REMEMBERED = 8192
"""Subscriptions whose keys are kept in memory, checked, about 1 KiB each."""


class Receiver:
    """A subscription's public half: `p256dh`, a point on P-256, and `auth`, 16 bytes; else ValueError."""

    __slots__ = ("pusher",)

    def __init__(self, p256dh: str, auth: str):
        point, secret = decode(p256dh), decode(auth)
        # pywebpush takes keys of any length, and skips characters that are not base64url.
        if len(point) != 65 or len(secret) != 16:
            raise ValueError("p256dh must be an uncompressed point of 65 bytes, auth 16 bytes")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        self.pusher = WebPusher({"endpoint": "", "keys": {"p256dh": encode(point), "auth": encode(secret)}})


@lru_cache(maxsize=KEYS_REMEMBERED)
def receiver(p256dh: str, auth: str) -> Receiver:
    """The checked keys of a subscription, remembered. Raises ValueError."""
    return Receiver(p256dh, auth)


def encrypt(to: Receiver, plaintext: bytes) -> bytes:
    """The request body for one push, 103 bytes longer than `plaintext`: one record, under a new key pair and salt."""
    body: bytes = to.pusher.encode(plaintext)["body"]
    return body
