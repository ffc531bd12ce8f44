"""Routes of a member of staff's own notifications: devices, mail address, quiet hours, tests."""

from homeplan.accounts.store import find_staff
from homeplan.actor import Role
from homeplan.context import Context
from homeplan.delivery.actions import register_device, remove_device
from homeplan.delivery.mail.actions import LINKS, confirm_address, give_address, remove_address
from homeplan.delivery.mail.model import AddressConfirmation, MailAddress, NewMailAddress
from homeplan.delivery.model import Device, NewDevice, Recipient
from homeplan.delivery.staff import actions, store
from homeplan.delivery.staff.model import Reach, StaffChoice, StaffDelivery, StartedTests
from homeplan.delivery.staff.rules import TESTS
from homeplan.http.routes import public, staff


@staff.get("staff/me/notifications")
async def read_my_notifications(ctx: Context) -> Reach:
    """My devices, mail address, channels and quiet hours, and by which channels a notice reaches me."""
    return await actions.read_reach(ctx, ctx.actor.id)


@staff.put("staff/me/notifications", audit="staff.notifications")
async def save_my_notifications(ctx: Context, data: StaffChoice) -> Reach:
    """Choose channels and quiet hours. Raises Invalid."""
    ctx.object_id = ctx.actor.id
    await actions.save_choice(ctx, ctx.actor.id, data)
    return await actions.read_reach(ctx, ctx.actor.id)


@staff.post("staff/me/devices", audit="staff.add-device")
async def add_my_device(ctx: Context, data: NewDevice) -> Device:
    """Register this browser's subscription, or refresh it; the console does so at every start."""
    device = await register_device(ctx, _me(ctx), data)
    ctx.object_id = device.id
    return device


@staff.delete("staff/me/devices/{device_id}", audit="staff.remove-device")
async def remove_my_device(ctx: Context, device_id: str) -> None:
    """Switch notifications off on one of my devices. Raises NotFound."""
    await remove_device(ctx, _me(ctx), device_id)


@staff.put("staff/me/mail-address", audit="staff.give-address", limit=LINKS, confirmed=True)
async def give_my_address(ctx: Context, data: NewMailAddress) -> MailAddress:
    """Give my mail address for notices; a link is sent to it. Raises BadMailAddress and MailNotSetUp."""
    address = await give_address(ctx, _me(ctx), data)
    ctx.object_id = address.id
    return address


@staff.delete("staff/me/mail-address", audit="staff.remove-address", confirmed=True)
async def remove_my_address(ctx: Context) -> None:
    """Forget my mail address; without one nothing happens."""
    ctx.object_id = ctx.actor.id
    await remove_address(ctx, _me(ctx))


@public.post("mail-addresses/confirm", audit="mail-address.confirm", status=204)
async def confirm_mail_address(ctx: Context, data: AddressConfirmation) -> None:
    """The reader of the mail confirms the address; nobody is signed in. Raises LinkUsed."""
    owner = await confirm_address(ctx, data.token)
    role = (await find_staff(ctx, owner.id)).role if owner.kind == "staff" else Role.PATIENT
    ctx.act_as(ctx.clinic_id, owner.id, role)
    ctx.object_id = owner.id


@staff.post("staff/me/test-notification", audit="staff.test-notification", status=202, limit=TESTS)
async def test_my_notifications(ctx: Context) -> StartedTests:
    """Send a test to each of my addresses; read the deliveries to follow their steps.

    Raises NoAddressToTest and TooManyTests.
    """
    ctx.object_id = ctx.actor.id
    return StartedTests(deliveries=await actions.start_tests(ctx, ctx.actor.id))


@staff.get("staff/me/deliveries/{delivery_id}")
async def read_my_delivery(ctx: Context, delivery_id: str) -> StaffDelivery:
    """The steps of one notice to one of my addresses. Raises NotFound."""
    return await store.find_staff_delivery(ctx, ctx.actor.id, delivery_id)


def _me(ctx: Context) -> Recipient:
    return Recipient("staff", ctx.actor.id)


routes = [
    read_my_notifications,
    save_my_notifications,
    add_my_device,
    remove_my_device,
    give_my_address,
    remove_my_address,
    confirm_mail_address,
    test_my_notifications,
    read_my_delivery,
]
