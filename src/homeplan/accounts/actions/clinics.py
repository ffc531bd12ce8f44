"""Adding and changing a clinic."""

from msgspec import UNSET, structs

from homeplan.accounts import store
from homeplan.accounts.model import Clinic, ClinicChanges
from homeplan.context import Context
from homeplan.errors import Invalid
from homeplan.ids import new_id
from homeplan.values import changed


async def add_clinic(
    ctx: Context, *, name: str, phone: str = "", emergency_number: str = "911", drafts_allowed: bool = False
) -> Clinic:
    """A new clinic without staff and patients."""
    clinic = Clinic(
        id=new_id(ctx.now), name=name, phone=phone, emergency_number=emergency_number, drafts_allowed=drafts_allowed
    )
    await store.insert_clinic(ctx, clinic)
    return clinic


async def change_clinic(ctx: Context, changes: ClinicChanges) -> Clinic:
    """Change the details of the actor's clinic. Raises Invalid for a country without telephone numbers."""
    from phonenumbers import SUPPORTED_REGIONS  # as in contact/numbers/rules.py

    if changes.phone_region is not UNSET and changes.phone_region not in SUPPORTED_REGIONS:
        raise Invalid("There are no telephone numbers of this country.", field="phoneRegion")
    clinic = structs.replace(await store.find_clinic(ctx), **changed(changes))
    await store.save_clinic(ctx, clinic)
    return clinic


async def allow_password_alone(ctx: Context) -> None:
    """Let staff of the demo clinic sign in without a second factor; nothing else does so."""
    await store.allow_password_alone(ctx)
