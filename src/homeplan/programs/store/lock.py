"""The lock for changes to a patient's episodes, needling sessions or program; a change takes it first."""

from homeplan.context import Context


async def lock_patient(ctx: Context, patient_id: str) -> None:
    """Let nobody else change the patient's care until this transaction ends."""
    await ctx.tx.lock(f"programs:{ctx.clinic_id}:{patient_id}")
