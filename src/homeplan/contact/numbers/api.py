"""Routes of telephone numbers, for the chart and the patient's phone."""

from homeplan.contact.numbers import actions
from homeplan.contact.numbers.model import NumbersEntry, TelephoneNumbers
from homeplan.context import Context
from homeplan.http.routes import chart, me


@chart.get("telephone-numbers", audit="telephone.read", desk=True)
async def read_telephone_numbers(ctx: Context, patient_id: str) -> TelephoneNumbers:
    """The numbers at which the patient and one emergency contact are called."""
    return await actions.read_numbers(ctx, patient_id)


@chart.put("telephone-numbers", audit="telephone.save", desk=True)
async def save_telephone_numbers(ctx: Context, patient_id: str, data: NumbersEntry) -> TelephoneNumbers:
    """Store the numbers of a patient, typed in any usual way."""
    return await actions.save_numbers(ctx, patient_id, data)


@me.get("telephone-numbers")
async def read_my_telephone_numbers(ctx: Context) -> TelephoneNumbers:
    """The numbers that my clinic has of me and of my emergency contact."""
    return await actions.read_numbers(ctx, ctx.actor.id)


@me.put("telephone-numbers", audit="telephone.save")
async def save_my_telephone_numbers(ctx: Context, data: NumbersEntry) -> TelephoneNumbers:
    """Tell my clinic the numbers at which it may call me and one person whom I trust."""
    return await actions.save_numbers(ctx, ctx.actor.id, data)


routes = [read_telephone_numbers, save_telephone_numbers, read_my_telephone_numbers, save_my_telephone_numbers]
