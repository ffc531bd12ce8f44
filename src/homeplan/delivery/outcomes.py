"""Records the outcomes of deliveries, and their consequences for devices, in one transaction."""

from collections.abc import Sequence

from homeplan.clock import to_ms
from homeplan.context import Context, operator_context
from homeplan.delivery.incidents import Incident, add
from homeplan.delivery.model import AuthRefused, Gone, Held, Refused, Retry, Sent, WrongKey
from homeplan.delivery.store import Result, close_deliveries, end_device, note_devices, settle_deliveries
from homeplan.delivery.store.devices import NOTE_ACCEPTED, NOTE_FAILING, NOTE_WRONG_KEY

_NOTES: tuple[tuple[str, tuple[type, ...]], ...] = (
    (NOTE_ACCEPTED, (Sent,)),
    (NOTE_WRONG_KEY, (WrongKey,)),
    (NOTE_FAILING, (Retry, AuthRefused, Refused, Held)),
)

_NO_FAULT_OF_THE_DEVICE = ("late", "queued", "stopped", "broken")
"""Held back by this server; `held` is trouble of the push service, which all its devices share."""


async def record(ctx: Context, results: Sequence[Result]) -> None:
    """Store the outcomes of deliveries; note devices that fail, end those that are gone, count refused signatures."""
    await settle_deliveries(ctx, results)
    pushes = [result for result in results if result.claimed.channel == "webpush"]
    for statement, kinds in _NOTES:
        rows = [
            {"clinic_id": result.claimed.clinic_id, "id": result.claimed.address_id, "at": to_ms(result.at)}
            for result in pushes
            if isinstance(result.outcome, kinds) and result.settled.outcome not in _NO_FAULT_OF_THE_DEVICE
        ]
        # One order for all workers, so that two of them never wait for each other's devices.
        await note_devices(ctx, statement, sorted(rows, key=lambda row: (row["clinic_id"], row["id"])))
    for result in pushes:
        if isinstance(result.outcome, Gone):
            of_clinic = operator_context(ctx.tx, result.at, result.claimed.clinic_id)
            await end_device(of_clinic, result.claimed.address_id, "gone")
            await close_deliveries(of_clinic, result.claimed.address_id, "gone", "gone")
    if refused := sum(isinstance(result.outcome, AuthRefused) for result in pushes):
        await add(ctx, Incident.SIGNATURE_REFUSED, refused)
