"""Reads the rows of an export, some patients at a time."""

from collections.abc import Sequence

from homeplan.accounts.store import everybody
from homeplan.context import Context
from homeplan.db import Row
from homeplan.registry.exports.datasets import STATEMENTS

AT_ONCE = 50
"""Patients per transaction, so that a large clinic holds up nobody."""


async def patients(ctx: Context) -> list[str]:
    """All patients of the clinic, archived ones and those who left too."""
    return await everybody(ctx)


async def rows_of(ctx: Context, dataset: str, patient_ids: Sequence[str]) -> list[Row]:
    """The rows of the dataset about these patients."""
    return await ctx.tx.fetch(STATEMENTS[dataset], clinic_id=ctx.clinic_id, patient_ids=list(patient_ids))
