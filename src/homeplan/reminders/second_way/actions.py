"""Changes of a patient's second way: chosen, ended, forgotten when they leave."""

from homeplan.contact.numbers.actions import read_numbers
from homeplan.context import Context
from homeplan.delivery.mail.model import MailNotSetUp
from homeplan.delivery.mail.store import find_address
from homeplan.delivery.model import Recipient
from homeplan.reminders.second_way import store
from homeplan.reminders.second_way.model import (
    NoMailAddress,
    NoTelephone,
    SecondWayChoice,
    SecondWayState,
    SmsNotSetUp,
)
from homeplan.reminders.store import queue


async def read_state(ctx: Context, patient_id: str) -> SecondWayState:
    """The patient's choice, the addresses that it may use, and whether it works now."""
    key = (ctx.clinic_id, patient_id)
    way = (await queue.ways_of(ctx, [key])).get(key)
    set_up = {"mail": ctx.settings.mail_url is not None, "sms": ctx.settings.sms_webhook_url is not None}
    choice = await store.choice_of(ctx, patient_id)
    return SecondWayState(
        choice=choice,
        works=way is not None and way.address is not None and set_up[way.address.channel],
        mail=await find_address(ctx, Recipient("patient", patient_id)),
        telephone=(await read_numbers(ctx, patient_id)).patient,
        mail_set_up=set_up["mail"],
        sms_set_up=set_up["sms"],
    )


async def save_choice(ctx: Context, patient_id: str, choice: SecondWayChoice) -> None:
    """Store the choice; it counts for rings from now on, and its end for those that have rung too.

    Raises MailNotSetUp, NoMailAddress, SmsNotSetUp and NoTelephone for a channel that could not reach the patient. A
    mail address may wait for its confirmation.
    """
    match choice.channel:
        case None:
            await store.delete_choice(ctx, patient_id)
            return
        case "mail":
            if ctx.settings.mail_url is None:
                raise MailNotSetUp
            if await find_address(ctx, Recipient("patient", patient_id)) is None:
                raise NoMailAddress
        case "sms":
            if ctx.settings.sms_webhook_url is None:
                raise SmsNotSetUp
            if (await read_numbers(ctx, patient_id)).patient is None:
                raise NoTelephone
    await store.save_choice(ctx, patient_id, choice)
