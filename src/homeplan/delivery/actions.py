"""Changes of devices and deliveries: registering and removing a device, starting a test, receiving a receipt."""

import hashlib
from datetime import datetime, timedelta

from homeplan.clock import from_ms
from homeplan.context import Context
from homeplan.delivery import store
from homeplan.delivery.mail.actions import remove_address
from homeplan.delivery.model import (
    ChannelName,
    Device,
    NewDelivery,
    NewDevice,
    PushNotSetUp,
    Recipient,
    Subscription,
    SubscriptionEnded,
    TooManyTests,
)
from homeplan.delivery.webpush.address import AllowedServices, validate
from homeplan.delivery.webpush.vapid import Keyring, keyring_of
from homeplan.errors import NotFound
from homeplan.ids import new_id, opaque_id
from homeplan.settings import Settings

TEST_LIFE = timedelta(minutes=5)
"""Longest time that a test may take; nobody waits for later ones."""

TESTS_PER_LIFE = 5
"""Tests of one address within `TEST_LIFE`."""


async def register_device(ctx: Context, owner: Recipient, device: NewDevice) -> Device:
    """Check and add this browser's subscription, or refresh it; the app does so at every start.

    Raises BadEndpoint, BadSubscription, UnknownPushKey and SubscriptionEnded.
    """
    check_subscription(device, ctx.settings)
    return await add_device(ctx, owner, device)


def check_subscription(device: NewDevice, settings: Settings) -> None:
    """Raises BadEndpoint, BadSubscription or UnknownPushKey for a subscription that could never be sent to."""
    to = Subscription(endpoint=device.endpoint, p256dh=device.keys.p256dh, auth=device.keys.auth, key_id=device.key_id)
    validate(to, AllowedServices(settings.push_hosts), keyring_or_refuse(settings))


async def add_device(ctx: Context, owner: Recipient, device: NewDevice) -> Device:
    """Add the owner's device, or refresh it. Raises SubscriptionEnded for an endpoint that is gone.

    Another person's device with the same endpoint ends: the phone was handed on. So does the oldest device of a
    person with too many.
    """
    endpoint_hash = hashlib.sha256(device.endpoint.encode()).hexdigest()
    if await store.is_gone(ctx, endpoint_hash):
        raise SubscriptionEnded
    handed_on = await store.end_devices_of_others(ctx, owner, endpoint_hash)
    fresh_id = new_id(ctx.now)
    added = await store.upsert_device(ctx, owner, device, endpoint_hash, fresh_id)
    ctx.repeated = added.id != fresh_id
    for ended in (*handed_on, *await store.end_surplus_devices(ctx, owner)):
        await store.close_deliveries(ctx, ended, "superseded", "removed")
    return added


async def remove_device(ctx: Context, owner: Recipient, device_id: str) -> None:
    """Switch pushes off on one of the owner's devices. Raises NotFound."""
    await store.find_live_device(ctx, owner, device_id)
    await store.end_device(ctx, device_id, "removed")
    await store.close_deliveries(ctx, device_id, "superseded", "removed")


async def start_test(ctx: Context, owner: Recipient, device_id: str) -> str:
    """Plan a test push, or return the id of the one that is under way. Raises NotFound and TooManyTests."""
    await store.find_live_device(ctx, owner, device_id)
    return await plan_test(ctx, owner, "webpush", device_id)


async def plan_test(ctx: Context, owner: Recipient, channel: ChannelName, address_id: str) -> str:
    """Plan a test to one address, or return the id of the one that is under way. Raises TooManyTests."""
    recent = await store.recent_tests(ctx, address_id, ctx.now - TEST_LIFE)
    under_way = [test for test in recent if test.status in ("pending", "leased") and test.deadline_at > ctx.now]
    if under_way:
        return under_way[0].id
    if len(recent) >= TESTS_PER_LIFE:
        raise TooManyTests(retry_after_s=int(TEST_LIFE.total_seconds()))
    test = NewDelivery(
        clinic_id=ctx.clinic_id,
        id=new_id(ctx.now),
        channel=channel,
        recipient=owner,
        address_id=address_id,
        kind="test",
        topic=opaque_id("test", ctx.clinic_id, address_id),
        due_at=ctx.now,
        deadline_at=ctx.now + TEST_LIFE,
    )
    await store.add_deliveries(ctx, [test])
    return test.id


async def receive_receipt(ctx: Context, delivery_id: str, event: str, at: datetime) -> None:
    """Record a receipt, `shown` or `opened`; the first of each counts. Raises NotFound.

    A push that was shown was also accepted: a receipt settles a delivery whose answer was lost, so that it is not sent
    again. A phone's clock may be wrong, so `at` is kept between planning and now.
    """
    planned = await store.find_planned(ctx, delivery_id)
    if planned is None:
        raise NotFound
    if planned[f"{event}_at"] is not None:
        return
    seen_at = min(max(at, from_ms(planned["planned_at"])), ctx.now)
    await store.save_receipt(ctx, delivery_id, planned["address_id"], event, seen_at)


async def forget(ctx: Context, patient_id: str) -> None:
    """End all devices of a patient who leaves, and delete their mail address."""
    patient = Recipient("patient", patient_id)
    for device in await store.list_devices(ctx, patient_id):
        if device.end is None:
            await remove_device(ctx, patient, device.id)
    await remove_address(ctx, patient)


def keyring_or_refuse(settings: Settings) -> Keyring:
    """The VAPID keys. Raises PushNotSetUp without one."""
    keyring = keyring_of(settings)
    if keyring is None:
        raise PushNotSetUp
    return keyring
