"""A patient's devices and their tests, receipts from service workers, and what a therapist sees of reachability."""

from datetime import datetime, timedelta

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from homeplan.accounts.audit import record
from homeplan.accounts.model import Scope
from homeplan.clock import Clock
from homeplan.db import Database, Tx
from homeplan.errors import NotFound
from homeplan.http.access import Access
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


@get("/api/push/key", access=Access.PATIENT, operation_id="readPushKey", sync_to_thread=False)
def read_push_key(settings: NamedDependency[Settings]) -> PushKey:
    """The key to subscribe with. Raises PushNotSetUp."""
    key = _keyring(settings).current
    return PushKey(public_key=key.public, key_id=key.id)


@post("/api/me/devices", access=Access.PATIENT, operation_id="addDevice", status_code=201, audit="device.add")
async def add_device(
    data: JSONBody[NewDevice],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Settings],
) -> Device:
    """Register this browser's subscription, or refresh it; the app does so at every start."""
    check_subscription(data, settings)
    now = clock.now()

    async def work(tx: Tx) -> Device:
        device = await store.add_device(tx, who, data, now)
        await record(tx, who, now, action="device.add", object_id=device.id, patient_id=who.actor_id)
        return device

    return await db.write(work)


def check_subscription(device: NewDevice, settings: Settings) -> None:
    """Raises BadEndpoint, BadSubscription or UnknownPushKey for what could never be sent to."""
    AllowedServices(settings.push_hosts).check(device.endpoint)
    try:
        Receiver(device.keys.p256dh, device.keys.auth)
    except ValueError:
        raise BadSubscription(field="keys") from None
    if _keyring(settings).get(device.key_id) is None:
        raise UnknownPushKey(field="keyId")


@get("/api/me/devices", access=Access.PATIENT, operation_id="listDevices", audit="device.list")
async def list_devices(
    who: NamedDependency[Scope], db: NamedDependency[Database], clock: NamedDependency[Clock]
) -> list[Device]:
    """All of the patient's devices; an ended one tells the app that reminders stopped there."""

    async def work(tx: Tx) -> list[Device]:
        devices = await store.list_devices(tx, who.clinic_id, who.actor_id)
        await record(tx, who, clock.now(), action="device.list", patient_id=who.actor_id)
        return devices

    return await db.write(work)


@delete(
    "/api/me/devices/{device_id:str}",
    access=Access.PATIENT,
    operation_id="removeDevice",
    status_code=204,
    audit="device.remove",
)
async def remove_device(
    device_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> None:
    """Switch reminders off on one device. Raises NotFound."""
    now = clock.now()

    async def work(tx: Tx) -> None:
        await store.remove_device(tx, who, device_id, now)
        await record(tx, who, now, action="device.remove", object_id=device_id, patient_id=who.actor_id)

    await db.write(work)


@post(
    "/api/me/devices/{device_id:str}/test",
    access=Access.PATIENT,
    operation_id="testDevice",
    status_code=202,
    audit="device.test",
)
async def test_device(
    device_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> StartedTest:
    """Send a test reminder; read the delivery to follow its steps. Raises NotFound or TooManyTests."""
    now = clock.now()

    async def work(tx: Tx) -> StartedTest:
        delivery_id = await start_test(tx, who, device_id, now)
        await record(tx, who, now, action="device.test", object_id=device_id, patient_id=who.actor_id)
        return StartedTest(delivery_id=delivery_id)

    return await db.write(work)


async def start_test(tx: Tx, scope: Scope, device_id: str, now: datetime) -> str:
    """Plan a test push, or return the one that is still under way."""
    await store.find_live_device(tx, scope, device_id)
    recent = await store.recent_tests(tx, scope.clinic_id, device_id, now - TEST_LIFE)
    under_way = [test for test in recent if test.status in ("pending", "leased") and test.deadline_at > now]
    if under_way:
        return under_way[0].id
    if len(recent) >= TESTS_PER_LIFE:
        raise TooManyTests(retry_after_s=int(TEST_LIFE.total_seconds()))
    test = NewDelivery(
        clinic_id=scope.clinic_id,
        id=new_id(now),
        device_id=device_id,
        kind="test",
        topic=topic("test", scope.clinic_id, device_id),
        due_at=now,
        deadline_at=now + TEST_LIFE,
    )
    await store.add_deliveries(tx, [test], now)
    return test.id


@get("/api/me/deliveries/{delivery_id:str}", access=Access.PATIENT, operation_id="readDelivery", audit="delivery.read")
async def read_delivery(
    delivery_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Delivery:
    """The steps of one push to one of the patient's devices. Raises NotFound."""

    async def work(tx: Tx) -> Delivery:
        delivery = await store.find_delivery(tx, who.clinic_id, who.actor_id, delivery_id)
        await record(tx, who, clock.now(), action="delivery.read", object_id=delivery_id, patient_id=who.actor_id)
        return delivery

    return await db.write(work)


@post("/api/receipts", access=Access.PUBLIC, operation_id="sendReceipt", status_code=204)
async def send_receipt(
    data: JSONBody[Receipt],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
    settings: NamedDependency[Settings],
) -> None:
    """A service worker reports `shown` or `opened`; it has no session, the push's own token speaks for it."""
    named = _keyring(settings).read_receipt_token(data.token)
    if named is None:
        raise NotFound
    clinic_id, delivery_id = named
    await db.write(lambda tx: store.receive(tx, clinic_id, delivery_id, data.event, data.at, clock.now()))


@get(
    "/api/patients/{patient_id:str}/devices",
    access=Access.CHART,
    operation_id="readReachability",
    audit="device.reachability",
)
async def read_reachability(
    patient_id: FromPath[str],
    who: NamedDependency[Scope],
    db: NamedDependency[Database],
    clock: NamedDependency[Clock],
) -> Reachability:
    """Whether this patient's reminders arrive, since when, and the last sign of life of each device."""
    now = clock.now()

    async def work(tx: Tx) -> Reachability:
        devices = await store.list_devices(tx, who.clinic_id, patient_id)
        await record(tx, who, now, action="device.reachability", patient_id=patient_id)
        return reachability(devices, now)

    return await db.write(work)


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
