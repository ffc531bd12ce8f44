"""Notices to staff: planned on each channel of a member, closed when they are settled.

Other features call `notify`, `settled` and `working_channels`. Their context has the settings of the process: without
them no channel is set up.
"""

from collections.abc import Sequence
from datetime import datetime

from homeplan.accounts.notices import SignInNotice
from homeplan.context import Context
from homeplan.delivery.actions import plan_test
from homeplan.delivery.mail.store import find_address
from homeplan.delivery.model import NewDelivery, PushKey, Recipient, StaffChannel, StaffText
from homeplan.delivery.staff import rules, store
from homeplan.delivery.staff.model import NoAddressToTest, NoticeDelivery, Reach, StaffChoice, StaffDelivery
from homeplan.delivery.store import add_deliveries, list_staff_devices
from homeplan.delivery.webpush.vapid import keyring_of
from homeplan.ids import new_id, opaque_id


async def notify(
    ctx: Context, staff_id: str, text: StaffText, *, about: str, critical: bool, urgent: bool = False
) -> bool:
    """Plan a notice to every address of the member's chosen channels, in the caller's transaction.

    `about` names what it is about, for example an alert's id: a later notice about the same takes the place of the
    earlier one, in the queue and on the device. A critical one goes at once; another one waits for the end of the
    member's quiet hours. A critical or `urgent` one is tried again within seconds. An address that fails is tried too.

    False when no channel of the member works (`working_channels`), so that somebody else must be told.
    """
    choice = (await store.choices_of(ctx, [staff_id]))[staff_id]
    addresses = (await store.addresses_of_staff(ctx, [staff_id]))[staff_id]
    topic = _topic(ctx, about)
    due_at = rules.due_at(choice, ctx.now, critical=critical)
    await store.replace_open(ctx, staff_id, topic)
    await add_deliveries(
        ctx,
        [
            NewDelivery(
                clinic_id=ctx.clinic_id,
                id=new_id(ctx.now),
                channel=address.channel,
                recipient=Recipient("staff", staff_id),
                address_id=address.id,
                kind=text,
                topic=topic,
                due_at=due_at,
                deadline_at=due_at + rules.LIFE,
                urgent=critical or urgent,
            )
            for address in rules.wanted(addresses, choice, ctx.settings)
        ],
    )
    return bool(rules.working(addresses, choice, rules.channels_set_up(ctx.settings), ctx.now))


async def tell_of_sign_in(ctx: Context, staff_id: str, notice: SignInNotice) -> None:
    """Tell the member of a sign-in, or of a change of it, that may be somebody else's: each by a notice of its own."""
    await notify(ctx, staff_id, notice, about=f"{notice}-{new_id(ctx.now)}", critical=False)


async def settled(ctx: Context, about: str) -> None:
    """Nobody needs to be told about this any more: what is still open is not sent."""
    await store.close_about(ctx, _topic(ctx, about))


async def working_channels(ctx: Context, staff_ids: Sequence[str]) -> dict[str, list[StaffChannel]]:
    """The channels by which a notice reaches each of these members: set up, chosen, proved and not failing.

    A device is proved by a push that it showed, a mail address by the link that was sent to it. A member whom nothing
    reaches has an empty list.
    """
    choices = await store.choices_of(ctx, staff_ids)
    addresses = await store.addresses_of_staff(ctx, staff_ids)
    set_up = rules.channels_set_up(ctx.settings)
    return {each: rules.working(addresses[each], choices[each], set_up, ctx.now) for each in staff_ids}


async def deliveries_about(ctx: Context, about: str, planned_at: Sequence[datetime]) -> list[NoticeDelivery]:
    """The notices about this that were planned at these times, each with its end."""
    return await store.deliveries_about(ctx, _topic(ctx, about), planned_at) if planned_at else []


async def save_choice(ctx: Context, staff_id: str, choice: StaffChoice) -> None:
    """Store the member's channels and quiet hours; they count for notices planned from now on. Raises Invalid."""
    rules.check_choice(choice)
    await store.save_choice(ctx, staff_id, choice)


async def start_tests(ctx: Context, staff_id: str) -> list[StaffDelivery]:
    """Send a test to every device and the confirmed mail address of the member, whether their channel is chosen or not.

    Raises NoAddressToTest and TooManyTests.
    """
    addresses = (await store.addresses_of_staff(ctx, [staff_id]))[staff_id]
    reachable = [each for each in addresses if each.channel in rules.channels_set_up(ctx.settings)]
    if not reachable:
        raise NoAddressToTest
    me = Recipient("staff", staff_id)
    started = [await plan_test(ctx, me, each.channel, each.id) for each in reachable]
    return [await store.find_staff_delivery(ctx, staff_id, delivery_id) for delivery_id in started]


async def read_reach(ctx: Context, staff_id: str) -> Reach:
    """All that decides whether notices reach the member."""
    keyring = keyring_of(ctx.settings)
    return Reach(
        push_key=None if keyring is None else PushKey(public_key=keyring.current.public, key_id=keyring.current.id),
        mail_set_up="mail" in rules.channels_set_up(ctx.settings),
        choice=(await store.choices_of(ctx, [staff_id]))[staff_id],
        devices=await list_staff_devices(ctx, staff_id, ctx.now - rules.SHOWN_ENDED),
        mail=await find_address(ctx, Recipient("staff", staff_id)),
        working=(await working_channels(ctx, [staff_id]))[staff_id],
    )


def _topic(ctx: Context, about: str) -> str:
    """The same for all notices about one thing. It says nothing about it."""
    return opaque_id("staff", ctx.clinic_id, about)
