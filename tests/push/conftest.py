"""A push service on this machine and a sender that may talk to it."""

import os
import ssl
from collections.abc import AsyncIterator
from typing import Any

import pytest

from homeplan.push.endpoint import AllowedServices
from homeplan.push.pace import ALONE, Pace
from homeplan.push.sender import Message, Sender
from homeplan.push.vapid import Keyring, VapidKey
from tests.conftest import VAPID_KEY, FakeClock
from tests.push_service import PushService

OLD_KEY = VapidKey.generate()
SITE = "https://homeplan.example"


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    """The key of the tests' settings, and one from before."""
    return Keyring(VAPID_KEY, subject="mailto:operator@clinic.example", previous=[OLD_KEY])


@pytest.fixture
async def service(clock: FakeClock) -> AsyncIterator[PushService]:
    """A push service whose time is the test's clock. A test leaves no violation behind."""
    async with PushService(now=clock.now) as running:
        yield running
    assert running.violations == []


@pytest.fixture
async def sender(service: PushService, keyring: Keyring) -> AsyncIterator[Sender]:
    async with sender_for(service, keyring) as ready:
        yield ready


def sender_for(service: PushService, keyring: Keyring, pace: Pace = ALONE, **options: Any) -> Sender:
    tls = ssl.create_default_context(cafile=service.certificate) if service.certificate else None
    return Sender(keyring, AllowedServices([service.origin]), site=SITE, pace=pace, tls=tls, **options)


def message(subscription: dict[str, Any], keyring: Keyring, **changes: Any) -> Message:
    facts = {
        "endpoint": subscription["endpoint"],
        "p256dh": subscription["keys"]["p256dh"],
        "auth": subscription["keys"]["auth"],
        "key_id": keyring.current.id,
        "plaintext": os.urandom(8).hex().encode().ljust(256),
        "ttl_s": 3600,
        "topic": "A" * 24,
    }
    return Message(**{**facts, **changes})
