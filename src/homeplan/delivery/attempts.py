"""One claimed delivery: composed, sent, and written down."""

import asyncio
import logging
import random
import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from homeplan.clock import to_ms
from homeplan.context import Context, operator_context
from homeplan.delivery import payload
from homeplan.delivery.incidents import Incident, add
from homeplan.delivery.model import PUT_OFF_S, AuthRefused, Claimed, Gone, Held, Outcome, Refused, Retry, Sent, WrongKey
from homeplan.delivery.rules import settle, ttl_s
from homeplan.delivery.sender import Message
from homeplan.delivery.store import Result, close_deliveries, end_device, note_devices, settle_deliveries
from homeplan.delivery.store.devices import NOTE_ACCEPTED, NOTE_FAILING, NOTE_WRONG_KEY
from homeplan.delivery.vapid import Keyring


class Carrier(Protocol):
    """A sender of pushes: a Sender, or a Courier that runs one in another process."""

    keyring: Keyring
    site: str

    async def send(self, message: Message, now: datetime) -> Outcome:
        """Send one push and return its outcome; it raises nothing."""
        ...


log = logging.getLogger(__name__)


async def attempt(carrier: Carrier, claimed: Claimed, now: datetime) -> Result:
    """Send a delivery that was claimed at `now`. Every error is returned as a result, never raised."""
    clock = asyncio.get_running_loop().time
    started = clock()
    if claimed.deadline_at <= now:
        return _result(claimed, Held(0.0, "late"), now, now)
    try:
        outcome: Outcome = await carrier.send(_message(carrier, claimed, now), now) if claimed.endpoint else Gone(410)
    except Exception as failed:
        # One that cannot be sent for a reason nobody thought of must neither stop nor spin the loop. The error's own
        # words stay out of the log: they might repeat an endpoint.
        where = traceback.extract_tb(failed.__traceback__)[-1]
        log.error("a delivery could not be sent: %s at %s:%s", type(failed).__name__, where.filename, where.lineno)
        outcome = Held(PUT_OFF_S, "broken")
    return _result(claimed, outcome, now, now + timedelta(seconds=clock() - started))


def give_back(claimed: Claimed, now: datetime) -> Result:
    """The result of a delivery that was not attempted, because this worker stops."""
    return _result(claimed, Held(0.0, "stopped"), now, now)


def _message(carrier: Carrier, claimed: Claimed, now: datetime) -> Message:
    return Message(
        endpoint=claimed.endpoint,
        p256dh=claimed.p256dh,
        auth=claimed.auth,
        key_id=claimed.key_id,
        plaintext=payload.build(
            claimed.kind,
            claimed.language,
            site=carrier.site,
            tag=claimed.topic,
            receipt=carrier.keyring.receipt_token(claimed.clinic_id, claimed.id),
        ),
        ttl_s=ttl_s(now, claimed.deadline_at),
        topic=claimed.topic,
    )


def _result(claimed: Claimed, outcome: Outcome, began: datetime, at: datetime) -> Result:
    settled = settle(
        outcome,
        at=at,
        attempts=claimed.attempts,
        deadline=claimed.deadline_at,
        spread=random.uniform(-1, 1),  # noqa: S311 - spreads load, guards nothing
    )
    return Result(claimed, outcome, settled, began, at)


_NOTES: tuple[tuple[str, tuple[type, ...]], ...] = (
    (NOTE_ACCEPTED, (Sent,)),
    (NOTE_WRONG_KEY, (WrongKey,)),
    (NOTE_FAILING, (Retry, AuthRefused, Refused, Held)),
)


_NO_FAULT_OF_THE_DEVICE = ("late", "queued", "stopped", "broken")
"""Held back by this server; `held` is trouble of the push service, which all its devices share."""


async def record(ctx: Context, results: Sequence[Result]) -> None:
    """Store the outcomes of deliveries, and their consequences for the devices, in one transaction."""
    await settle_deliveries(ctx, results)
    for statement, kinds in _NOTES:
        rows = [
            {"clinic_id": result.claimed.clinic_id, "id": result.claimed.device_id, "at": to_ms(result.at)}
            for result in results
            if isinstance(result.outcome, kinds) and result.settled.outcome not in _NO_FAULT_OF_THE_DEVICE
        ]
        # One order for all workers, so that two of them never wait for each other's devices.
        await note_devices(ctx, statement, sorted(rows, key=lambda row: (row["clinic_id"], row["id"])))
    for result in results:
        if isinstance(result.outcome, Gone):
            await end_device(
                operator_context(ctx.tx, result.at, result.claimed.clinic_id), result.claimed.device_id, "gone"
            )
            await close_deliveries(ctx.of_clinic(result.claimed.clinic_id), result.claimed.device_id, "gone", "gone")
    if refused := sum(isinstance(result.outcome, AuthRefused) for result in results):
        await add(ctx, Incident.SIGNATURE_REFUSED, refused)
