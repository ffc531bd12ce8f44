"""Pushes written by hand, to see what the tests' own push service makes of them."""

from typing import Any

import aiohttp

from homeplan.delivery.encryption import encrypt, receiver
from homeplan.delivery.vapid import Keyring, VapidKey
from tests.push_service import PushService
from tests.world import START

KEYS = Keyring(VapidKey.generate(), subject="mailto:operator@clinic.example")


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


def sealed(subscription: dict[str, Any], plaintext: bytes = b"{}".ljust(256)) -> bytes:
    return encrypt(receiver(**subscription["keys"]), plaintext)


async def post(client: aiohttp.ClientSession, endpoint: str, body: bytes, sent: dict[str, str]) -> int:
    async with client.post(endpoint, data=body, headers=sent) as answer:
        return answer.status
