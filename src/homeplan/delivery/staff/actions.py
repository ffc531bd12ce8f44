"""Notices to staff: planned on each channel of a member, closed when they are settled.

Other features call `notify`, `settled` and `working_channels`. Their context has the settings of the process: without
them no channel is set up.
"""

from collections.abc import Sequence

from homeplan.context import Context
from homeplan.delivery.model import ChannelName, NewDelivery, Recipient, StaffText
from homeplan.delivery.staff import rules, store
from homeplan.delivery.staff.model import StaffAddress, StaffChoice
from homeplan.delivery.store import add_deliveries
from homeplan.ids import new_id, opaque_id
from homeplan.settings import Settings


async def notify(ctx: Context, staff_id: str, text: StaffText, *, about: str, critical: bool) -> bool:
    """Plan a notice to every address of the member's chosen channels, in the caller's transaction.

    `about` names what it is about, for example an alert's id: a later notice about the same takes the place of the
    earlier one, in the queue and on the device. A critical one goes at once and is tried again within seconds; another
    one waits for the end of the member's quiet hours. An address that fails is tried too.

    False when no channel of the member works (`working_channels`), so that somebody else must be told.
    """
    choice = (await store.choices_of(ctx, [staff_id]))[staff_id]
    addresses = (await store.addresses_of_staff(ctx, [staff_id]))[staff_id]
    topic = topic_of(ctx.clinic_id, about)
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
                urgent=critical,
            )
            for address in wanted(addresses, choice, ctx.settings)
        ],
    )
    return bool(rules.working(addresses, choice, channels_set_up(ctx.settings), ctx.now))


async def settled(ctx: Context, about: str) -> None:
    """Nobody needs to be told about this any more: what is still open is not sent."""
    await store.close_about(ctx, topic_of(ctx.clinic_id, about))


async def working_channels(ctx: Context, staff_ids: Sequence[str]) -> dict[str, list[ChannelName]]:
    """The channels by which a notice reaches each of these members: set up, chosen, proved and not failing.

    A device is proved by a push that it showed, a mail address by the link that was sent to it. A member whom nothing
    reaches has an empty list.
    """
    choices = await store.choices_of(ctx, staff_ids)
    addresses = await store.addresses_of_staff(ctx, staff_ids)
    set_up = channels_set_up(ctx.settings)
    return {each: rules.working(addresses[each], choices[each], set_up, ctx.now) for each in staff_ids}


def channels_set_up(settings: Settings) -> list[ChannelName]:
    """The channels that this server can send by."""
    found: list[ChannelName] = []
    if settings.vapid_private_key is not None:
        found.append("webpush")
    if settings.mail_url is not None:
        found.append("mail")
    return found


def topic_of(clinic_id: str, about: str) -> str:
    """The same for all notices about one thing. It says nothing about it."""
    return opaque_id("staff", clinic_id, about)


def wanted(addresses: Sequence[StaffAddress], choice: StaffChoice, settings: Settings) -> list[StaffAddress]:
    """The addresses of the channels that are set up and chosen."""
    set_up = channels_set_up(settings)
    return [each for each in addresses if each.channel in set_up and choice.wants(each.channel)]
