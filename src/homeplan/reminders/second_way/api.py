"""Routes of the second way: the patient's choice and mail address, and the one click that ends the mails."""

from homeplan.actor import Role
from homeplan.context import Context
from homeplan.delivery.mail.actions import LINKS, give_address, remove_address, unsubscribe
from homeplan.delivery.mail.model import NewMailAddress
from homeplan.delivery.model import Recipient
from homeplan.http.routes import me, page
from homeplan.reminders.second_way import actions
from homeplan.reminders.second_way.model import SecondWayChoice, SecondWayState

ONE_CLICK = ("List-Unsubscribe", "One-Click")
"""The field of the form, and its value."""


@me.get("second-way")
async def read_second_way(ctx: Context) -> SecondWayState:
    """My choice, the addresses that it may use, and whether it works now."""
    return await actions.read_state(ctx, ctx.actor.id)


@me.put("second-way", audit="reminder.second-way")
async def save_second_way(ctx: Context, data: SecondWayChoice) -> SecondWayState:
    """Choose the second way of my reminders, or none.

    Raises MailNotSetUp, NoMailAddress, SmsNotSetUp and NoTelephone.
    """
    ctx.object_id = ctx.actor.id
    await actions.save_choice(ctx, ctx.actor.id, data)
    return await actions.read_state(ctx, ctx.actor.id)


@me.put("mail-address", audit="mail-address.give", limit=LINKS)
async def give_mail_address(ctx: Context, data: NewMailAddress) -> SecondWayState:
    """Give my mail address for reminders; a link is sent to it. Raises BadMailAddress and MailNotSetUp."""
    address = await give_address(ctx, Recipient("patient", ctx.actor.id), data)
    ctx.object_id = address.id
    return await actions.read_state(ctx, ctx.actor.id)


@me.delete("mail-address", audit="mail-address.remove")
async def remove_mail_address(ctx: Context) -> None:
    """Forget my mail address; without one nothing happens."""
    ctx.object_id = ctx.actor.id
    await remove_address(ctx, Recipient("patient", ctx.actor.id))


@page.post("mail/stop/{token}", audit="mail-address.unsubscribe", status=200, form=ONE_CLICK)
async def unsubscribe_mail_address(ctx: Context, token: str) -> None:
    """End the mails to an address by one click in a mail program (RFC 8058); nobody is signed in.

    The body is a form with `List-Unsubscribe=One-Click`. Once more, or with an unknown token, the answer is the same.
    """
    owner = await unsubscribe(ctx, token)
    if owner is not None:
        ctx.act_as(ctx.clinic_id, owner.id, Role.PATIENT)
        ctx.object_id = owner.id


routes = [
    read_second_way,
    save_second_way,
    give_mail_address,
    remove_mail_address,
    unsubscribe_mail_address,
]
