"""The records of the clinic's patients as they are compared."""

from homeplan.accounts.store import list_known
from homeplan.context import Context
from homeplan.registry.identity import Identity


async def identities(ctx: Context) -> list[Identity]:
    """All patients of the clinic who have not left, archived ones too."""
    return [
        Identity(
            id=each.id,
            given_name=each.given_name,
            family_name=each.family_name,
            birth_year=each.birth_year,
            record_number=each.record_number,
        )
        for each in await list_known(ctx)
    ]
