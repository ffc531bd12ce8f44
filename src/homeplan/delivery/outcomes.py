"""Records the outcomes of deliveries, and their consequences for devices and mail addresses, in one transaction."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from homeplan.clock import to_ms
from homeplan.context import Context, operator_context
from homeplan.delivery.incidents import Incident, add
from homeplan.delivery.mail.store import NOTE_MAIL_ACCEPTED, NOTE_MAIL_FAILING, NOTE_MAIL_GONE, note_addresses
from homeplan.delivery.model import AuthRefused, Gone, Held, Refused, Retry, Sent, WrongKey
from homeplan.delivery.store import Result, close_deliveries, end_device, note_devices, settle_deliveries
from homeplan.delivery.store.devices import NOTE_ACCEPTED, NOTE_FAILING, NOTE_WRONG_KEY

_Kinds = tuple[type, ...]

_DEVICE_NOTES: tuple[tuple[str, _Kinds], ...] = (
    (NOTE_ACCEPTED, (Sent,)),
    (NOTE_WRONG_KEY, (WrongKey,)),
    (NOTE_FAILING, (Retry, AuthRefused, Refused, Held)),
)

_MAIL_NOTES: tuple[tuple[str, _Kinds], ...] = (
    (NOTE_MAIL_ACCEPTED, (Sent,)),
    (NOTE_MAIL_FAILING, (Retry, AuthRefused, Refused, Held)),
    (NOTE_MAIL_GONE, (Gone,)),
)

_NO_FAULT_OF_THE_ADDRESS = ("late", "queued", "stopped", "broken", "not-set-up")
"""Held back by this server; `held` is trouble of the service, which all its addresses share."""

_Note = Callable[[Context, str, Sequence[Mapping[str, Any]]], Awaitable[None]]


async def record(ctx: Context, results: Sequence[Result]) -> None:
    """Store the outcomes of deliveries; note addresses that fail, end those that are gone, count what refuses us."""
    await settle_deliveries(ctx, results)
    pushes = [result for result in results if result.claimed.channel == "webpush"]
    mails = [result for result in results if result.claimed.channel == "mail"]
    await _note(ctx, pushes, _DEVICE_NOTES, note_devices)
    await _note(ctx, mails, _MAIL_NOTES, note_addresses)
    for result in results:
        if isinstance(result.outcome, Gone):
            of_clinic = operator_context(ctx.tx, result.at, result.claimed.clinic_id)
            if result.claimed.channel == "webpush":
                await end_device(of_clinic, result.claimed.address_id, "gone")
            await close_deliveries(of_clinic, result.claimed.address_id, "gone", "gone")
    for incident, sent in ((Incident.SIGNATURE_REFUSED, pushes), (Incident.MAIL_REFUSED, mails)):
        if refused := sum(isinstance(result.outcome, AuthRefused) for result in sent):
            await add(ctx, incident, refused)


async def _note(ctx: Context, results: Sequence[Result], notes: Sequence[tuple[str, _Kinds]], note: _Note) -> None:
    for statement, kinds in notes:
        rows = [
            {"clinic_id": result.claimed.clinic_id, "id": result.claimed.address_id, "at": to_ms(result.at)}
            for result in results
            if isinstance(result.outcome, kinds) and result.settled.outcome not in _NO_FAULT_OF_THE_ADDRESS
        ]
        # One order for all workers, so that two of them never wait for each other's addresses.
        await note(ctx, statement, sorted(rows, key=lambda row: (row["clinic_id"], row["id"])))
