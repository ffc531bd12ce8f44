"""Refusals in the audit trail: failed sign-ins, throttled tries, and what a signed-in person was not allowed.

A stranger can cause any number of refusals, so their number in the trail is limited: one event per hour for the same
person, code and address, and at most `MOST_PER_HOUR` per clinic and process; one event says that there were more.
They are appended beside the requests: no answer waits for it, so that its time tells nothing.
"""

import asyncio
import logging
from datetime import datetime

import msgspec

from homeplan.actor import Actor
from homeplan.audit.store import append
from homeplan.context import operator_context
from homeplan.db import Database, Tx

log = logging.getLogger(__name__)

MOST_PER_HOUR = 500
"""Events of refusals per clinic, hour and process."""
MOST_WAITING = 1_000
"""Refusals of all clinics that wait to be appended."""
OVERFLOW = "refused.more"
"""The action of the event that stands for all further refusals of the hour."""


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A refused request of a clinic."""

    at: datetime
    clinic_id: str
    actor: Actor
    code: str
    """The code of the problem, for example "forbidden"."""
    target: str
    """The address that was asked for; it is compared, and never stored."""
    object_id: str | None = None
    patient_id: str | None = None
    """A patient of the clinic who exists; what was typed into an address is not stored."""


class Refusals:
    """The refusals of one process."""

    def __init__(self) -> None:
        self._hour = -1
        self._seen: set[tuple[str, str, str, str]] = set()
        self._count: dict[str, int] = {}
        self._waiting: list[tuple[str, Refusal]] = []
        self._task: asyncio.Task[None] | None = None

    def note(self, db: Database, refusal: Refusal) -> None:
        """Append the refusal soon, unless the like was noted within the hour."""
        hour = int(refusal.at.timestamp() // 3600)
        if hour != self._hour:
            self._hour, self._seen, self._count = hour, set(), {}
        key = (refusal.clinic_id, refusal.actor.id or refusal.object_id or "", refusal.code, refusal.target)
        count = self._count.get(refusal.clinic_id, 0)
        if key in self._seen or count > MOST_PER_HOUR or len(self._waiting) >= MOST_WAITING:
            return
        self._count[refusal.clinic_id] = count + 1
        if count == MOST_PER_HOUR:
            self._waiting.append((OVERFLOW, msgspec.structs.replace(refusal, object_id=None, patient_id=None)))
        else:
            self._seen.add(key)
            self._waiting.append((f"refused.{refusal.code}", refusal))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._append(db))

    async def settled(self) -> None:
        """Wait until every refusal noted until now is appended."""
        if self._task is not None:
            await self._task

    async def _append(self, db: Database) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await db.write(lambda tx, batch=batch: _append_all(tx, batch))  # type: ignore[misc]
            except Exception as failed:  # the disk is full, or the process ends: the log has what the trail has not
                log.error("%d refusals not stored in the audit trail: %s", len(batch), type(failed).__name__)


async def _append_all(tx: Tx, batch: list[tuple[str, Refusal]]) -> None:
    for action, refusal in batch:
        ctx = operator_context(tx, refusal.at).of_clinic(refusal.clinic_id, refusal.actor)
        await append(ctx, action, object_id=refusal.object_id, patient_id=refusal.patient_id)
