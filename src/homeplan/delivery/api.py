"""Routes of a patient's devices and their tests, of service workers' receipts, and of the therapist's reachability."""

from homeplan.context import Context
from homeplan.delivery import actions, store
from homeplan.delivery.actions import keyring_or_refuse
from homeplan.delivery.model import Delivery, Device, NewDevice, PushKey, Reachability, Receipt, Recipient, StartedTest
from homeplan.delivery.rules import reachability
from homeplan.errors import NotFound
from homeplan.http.routes import chart, me, patient, public


@patient.get("push/key")
async def read_push_key(ctx: Context) -> PushKey:
    """The key to subscribe with. Raises PushNotSetUp."""
    key = keyring_or_refuse(ctx.settings).current
    return PushKey(public_key=key.public, key_id=key.id)


@me.post("devices", audit="device.add")
async def add_device(ctx: Context, data: NewDevice) -> Device:
    """Register this browser's subscription, or refresh it; the app does so at every start."""
    device = await actions.register_device(ctx, _me(ctx), data)
    ctx.object_id = device.id
    return device


@me.get("devices")
async def list_devices(ctx: Context) -> list[Device]:
    """All of the patient's devices; an ended one tells the app that reminders stopped there."""
    return await store.list_devices(ctx, ctx.actor.id)


@me.delete("devices/{device_id}", audit="device.remove")
async def remove_device(ctx: Context, device_id: str) -> None:
    """Switch reminders off on one device. Raises NotFound."""
    await actions.remove_device(ctx, _me(ctx), device_id)


@me.post("devices/{device_id}/test", audit="device.test", status=202)
async def test_device(ctx: Context, device_id: str) -> StartedTest:
    """Send a test reminder; read the delivery to follow its steps. Raises NotFound or TooManyTests."""
    return StartedTest(delivery_id=await actions.start_test(ctx, _me(ctx), device_id))


@me.get("deliveries/{delivery_id}")
async def read_delivery(ctx: Context, delivery_id: str) -> Delivery:
    """The steps of one push to one of the patient's devices. Raises NotFound."""
    return await store.find_delivery(ctx, ctx.actor.id, delivery_id)


@public.post("receipts", status=204)
async def send_receipt(ctx: Context, data: Receipt) -> None:
    """A service worker reports `shown` or `opened`; it is not signed in, the push's own token speaks for it."""
    named = keyring_or_refuse(ctx.settings).read_receipt_token(data.token)
    if named is None:
        raise NotFound
    clinic_id, delivery_id = named
    await actions.receive_receipt(ctx.of_clinic(clinic_id), delivery_id, data.event, data.at)


@chart.get("devices", audit="device.reachability")
async def read_reachability(ctx: Context, patient_id: str) -> Reachability:
    """Whether this patient's reminders arrive, since when, and the last sign of life of each device."""
    return reachability(await store.list_devices(ctx, patient_id), ctx.now)


def _me(ctx: Context) -> Recipient:
    return Recipient("patient", ctx.actor.id)


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
