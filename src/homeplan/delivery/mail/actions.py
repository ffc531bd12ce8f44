"""Changes of mail addresses: given, confirmed by the link in a mail, removed."""

import secrets
from datetime import timedelta

from homeplan.context import Context
from homeplan.delivery.mail import store
from homeplan.delivery.mail.address import validate
from homeplan.delivery.mail.model import LinkUsed, MailAddress, MailNotSetUp, NewMailAddress
from homeplan.delivery.model import NewDelivery, Recipient
from homeplan.delivery.store import add_deliveries, close_deliveries
from homeplan.ids import new_id, opaque_id
from homeplan.limits.model import Limit

CONFIRM_WITHIN = timedelta(hours=24)
"""Lifetime of the link that confirms an address."""

LINKS = Limit(name="mail-confirmations", most=5, within=timedelta(hours=1))
"""Links that one person may have sent: the address may be somebody else's."""


async def give_address(ctx: Context, owner: Recipient, new: NewMailAddress) -> MailAddress:
    """Replace the owner's address and mail a link to the new one; until it is used, nothing else goes there.

    The same confirmed address again changes only the language. Raises BadMailAddress and MailNotSetUp.
    """
    validate(new.email)
    if ctx.settings.mail_url is None:
        raise MailNotSetUp
    known = await store.find_address(ctx, owner)
    if known is not None and known.email == new.email and known.in_use:
        return await store.save_language(ctx, known.id, new.language)
    await remove_address(ctx, owner)
    confirm_token = secrets.token_urlsafe(32)
    unsubscribe_token = secrets.token_urlsafe(32) if owner.kind == "patient" else None
    added = await store.insert_address(ctx, owner, new_id(ctx.now), new, confirm_token, unsubscribe_token)
    link = NewDelivery(
        clinic_id=ctx.clinic_id,
        id=new_id(ctx.now),
        channel="mail",
        recipient=owner,
        address_id=added.id,
        kind="confirm-address",
        topic=opaque_id("confirm-address", ctx.clinic_id, added.id),
        due_at=ctx.now,
        deadline_at=ctx.now + CONFIRM_WITHIN,
    )
    await add_deliveries(ctx, [link])
    return added


async def confirm_address(ctx: Context, token: str) -> Recipient:
    """Use the link in a mail; returns the address's owner. Raises LinkUsed for an unknown, used or old one."""
    found = await store.find_to_confirm(ctx, token, ctx.now - CONFIRM_WITHIN)
    if found is None:
        raise LinkUsed
    ctx.clinic_id, address_id, owner = found
    if not await store.confirm_address(ctx, address_id, token):
        raise LinkUsed
    return owner


async def unsubscribe(ctx: Context, token: str) -> Recipient | None:
    """End the mails to the address of this token, also again; returns its patient, None for an unknown token."""
    found = await store.find_to_unsubscribe(ctx, token)
    if found is None:
        return None
    ctx.clinic_id, address_id, patient_id = found
    await close_deliveries(ctx, address_id, "superseded", "unsubscribed")
    await store.unsubscribe_address(ctx, address_id)
    return Recipient("patient", patient_id)


async def remove_address(ctx: Context, owner: Recipient) -> None:
    """Forget the owner's address, if there is one; what is open for it is not sent."""
    known = await store.find_address(ctx, owner)
    if known is not None:
        await close_deliveries(ctx, known.id, "superseded", "removed")
        await store.delete_address(ctx, known.id)
