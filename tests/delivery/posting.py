"""Pushes written by hand, to see what the tests' own push service makes of them."""

import json
from typing import Any

import aiohttp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from homeplan.delivery.webpush.address import Receiver
from homeplan.delivery.webpush.vapid import Keyring, VapidKey, decode, encode
from tests.push_service import PushService
from tests.world import START

PRIVATE = VapidKey.generate()
KEYS = Keyring(PRIVATE, subject="mailto:operator@clinic.example")


def headers(service: PushService, **changes: str | None) -> dict[str, str]:
    usual = {
        "TTL": "3600",
        "Urgency": "high",
        "Topic": "A" * 24,
        "Content-Encoding": "aes128gcm",
        "Authorization": KEYS.authorization(KEYS.current, service.origin, START),
    }
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in {**usual, **named}.items() if value is not None}


def token(**claims: Any) -> str:
    """An Authorization header with any claims, those too that py_vapid would refuse to sign."""
    private = ec.derive_private_key(int.from_bytes(decode(PRIVATE), "big"), ec.SECP256R1())
    signed = f'{encode(b"""{"typ":"JWT","alg":"ES256"}""")}.{encode(json.dumps(claims).encode())}'
    r, s = utils.decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={KEYS.current.public}"


def sealed(subscription: dict[str, Any], plaintext: bytes = b"{}".ljust(256)) -> bytes:
    return Receiver(**subscription["keys"]).encrypt(plaintext)


async def post(client: aiohttp.ClientSession, endpoint: str, body: bytes, sent: dict[str, str]) -> int:
    async with client.post(endpoint, data=body, headers=sent) as answer:
        return answer.status
