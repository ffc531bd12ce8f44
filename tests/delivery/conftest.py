"""A push service on this machine and a sender that may talk to it."""

import os
import ssl
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from homeplan.db import Database
from homeplan.delivery.model import Subscription
from homeplan.delivery.webpush.address import AllowedServices
from homeplan.delivery.webpush.compose import Message
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.webpush.vapid import Keyring, VapidKey
from homeplan.settings import Settings
from tests.conftest import VAPID_KEY, FakeClock
from tests.delivery.phones import Live, Phone, make_phone
from tests.push_service import PushService
from tests.world import World

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
async def sender(service: PushService, keyring: Keyring) -> AsyncIterator[WebPush]:
    async with sender_for(service, keyring) as ready:
        yield ready


@pytest.fixture
async def phone(db: Database, world: World, service: PushService, keyring: Keyring) -> Phone:
    return await make_phone(db, world, service, keyring.current)


@pytest.fixture
def live(
    service: PushService,
    sender: WebPush,
    keyring: Keyring,
    settings: Settings,
    with_settings: Callable[[Settings], None],
) -> Live:
    with_settings(
        Settings(
            origin=settings.origin,
            vapid_private_key=settings.vapid_private_key,
            vapid_subject=settings.vapid_subject,
            push_hosts=(service.origin,),
        )
    )
    return Live(service, sender, keyring)


def sender_for(service: PushService, keyring: Keyring, **options: Any) -> WebPush:
    tls = ssl.create_default_context(cafile=service.certificate) if service.certificate else None
    return WebPush(keyring, AllowedServices([service.origin]), site=SITE, tls=tls, **options)


def message(subscription: dict[str, Any], keyring: Keyring, **changes: Any) -> Message:
    """A push to the subscription; the parts of its address are changed by their names."""
    address = {
        "endpoint": subscription["endpoint"],
        "p256dh": subscription["keys"]["p256dh"],
        "auth": subscription["keys"]["auth"],
        "key_id": keyring.current.id,
    }
    facts = {"plaintext": os.urandom(8).hex().encode().ljust(256), "ttl_s": 3600, "topic": "A" * 24}
    to = Subscription(**{name: changes.pop(name, value) for name, value in address.items()})
    return Message(**{"to": to, **facts, **changes})
