"""A patient's devices and their tests, receipts from service workers, and what a therapist sees of reachability."""

from datetime import timedelta

from homeplan.context import Context
from homeplan.errors import NotFound
from homeplan.http.routes import chart, me, patient, public
from homeplan.ids import new_id
from homeplan.push import store
from homeplan.push.encryption import Receiver
from homeplan.push.endpoint import AllowedServices
from homeplan.push.model import (
    BadSubscription,
    Delivery,
    Device,
    NewDelivery,
    NewDevice,
    PushKey,
    PushNotSetUp,
    Reachability,
    Receipt,
    StartedTest,
    TooManyTests,
    UnknownPushKey,
)
from homeplan.push.rules import reachability, topic
from homeplan.push.vapid import Keyring, keyring_of
from homeplan.settings import Settings

TEST_LIFE = timedelta(minutes=5)
"""How long a test push may take; after that the patient has put the phone away."""

TESTS_PER_LIFE = 5
"""Tests of one device within `TEST_LIFE`."""


@patient.get("push/key")
async def read_push_key(ctx: Context) -> PushKey:
    """The key to subscribe with. Raises PushNotSetUp."""
    key = _keyring(ctx.settings).current
    return PushKey(public_key=key.public, key_id=key.id)


@me.post("devices", audit="device.add")
async def add_device(ctx: Context, data: NewDevice) -> Device:
    """Register this browser's subscription, or refresh it; the app does so at every start."""
    check_subscription(data, ctx.settings)
    device = await store.add_device(ctx, data)
    ctx.object_id = device.id
    return device


def check_subscription(device: NewDevice, settings: Settings) -> None:
    """Raises BadEndpoint, BadSubscription or UnknownPushKey for what could never be sent to."""
    AllowedServices(settings.push_hosts).check(device.endpoint)
    try:
        Receiver(device.keys.p256dh, device.keys.auth)
    except ValueError:
        raise BadSubscription(field="keys") from None
    if _keyring(settings).get(device.key_id) is None:
        raise UnknownPushKey(field="keyId")


@me.get("devices", audit="device.list")
async def list_devices(ctx: Context) -> list[Device]:
    """All of the patient's devices; an ended one tells the app that reminders stopped there."""
    return await store.list_devices(ctx, ctx.actor.id)


@me.delete("devices/{device_id}", audit="device.remove")
async def remove_device(ctx: Context, device_id: str) -> None:
    """Switch reminders off on one device. Raises NotFound."""
    await store.remove_device(ctx, device_id)


@me.post("devices/{device_id}/test", audit="device.test", status=202)
async def test_device(ctx: Context, device_id: str) -> StartedTest:
    """Send a test reminder; read the delivery to follow its steps. Raises NotFound or TooManyTests."""
    delivery_id = await start_test(ctx, device_id)
    return StartedTest(delivery_id=delivery_id)


async def start_test(ctx: Context, device_id: str) -> str:
    """Plan a test push, or return the one that is still under way."""
    await store.find_live_device(ctx, device_id)
    recent = await store.recent_tests(ctx, device_id, ctx.now - TEST_LIFE)
    under_way = [test for test in recent if test.status in ("pending", "leased") and test.deadline_at > ctx.now]
    if under_way:
        return under_way[0].id
    if len(recent) >= TESTS_PER_LIFE:
        raise TooManyTests(retry_after_s=int(TEST_LIFE.total_seconds()))
    test = NewDelivery(
        clinic_id=ctx.clinic_id,
        id=new_id(ctx.now),
        device_id=device_id,
        kind="test",
        topic=topic("test", ctx.clinic_id, device_id),
        due_at=ctx.now,
        deadline_at=ctx.now + TEST_LIFE,
    )
    await store.add_deliveries(ctx, [test])
    return test.id


@me.get("deliveries/{delivery_id}", audit="delivery.read")
async def read_delivery(ctx: Context, delivery_id: str) -> Delivery:
    """The steps of one push to one of the patient's devices. Raises NotFound."""
    return await store.find_delivery(ctx, ctx.actor.id, delivery_id)


@public.post("receipts", status=204)
async def send_receipt(ctx: Context, data: Receipt) -> None:
    """A service worker reports `shown` or `opened`; it has no session, the push's own token speaks for it."""
    named = _keyring(ctx.settings).read_receipt_token(data.token)
    if named is None:
        raise NotFound
    clinic_id, delivery_id = named
    await store.receive(ctx.of_clinic(clinic_id), delivery_id, data.event, data.at)


@chart.get("devices", audit="device.reachability")
async def read_reachability(ctx: Context, patient_id: str) -> Reachability:
    """Whether this patient's reminders arrive, since when, and the last sign of life of each device."""
    devices = await store.list_devices(ctx, patient_id)
    return reachability(devices, ctx.now)


def _keyring(settings: Settings) -> Keyring:
    keyring = keyring_of(settings)
    if keyring is None:
        raise PushNotSetUp
    return keyring


routes = [
    read_push_key,
    add_device,
    list_devices,
    remove_device,
    test_device,
    read_delivery,
    send_receipt,
    read_reachability,
]
