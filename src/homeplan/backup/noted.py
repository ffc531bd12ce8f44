"""Notes beside the SQLite file who left and whose access ended: a restore from before must not bring them back.

One JSON object per line, with ids and codes only. The worker follows the audit trail, some seconds behind.
"""

import asyncio
import contextlib
import logging
import os
from pathlib import Path

import msgspec

from homeplan.accounts.access.model import Noted
from homeplan.accounts.store import find_staff, left_as
from homeplan.audit import events_after
from homeplan.audit.store import Followed
from homeplan.clock import Clock
from homeplan.context import Context, operator_context
from homeplan.db import Database
from homeplan.db.sqlite_copy import flush
from homeplan.errors import NotFound
from homeplan.store_facts import keep_number, read_number
from homeplan.worker_loop import run_rounds

log = logging.getLogger(__name__)

IDLE_S = 5.0
BATCH = 500
KEEP_EVERY = 5_000
"""Events after which the position is stored although nobody was noted."""
POSITION = "noted-event"


def notes_of(database: Path) -> Path:
    """The file of the notes that belongs to the database."""
    return database.with_name(database.name + ".left")


def read_notes(file: Path) -> list[Noted]:
    """All notes, the oldest first; none without a file. A line that was cut off is left out."""
    try:
        lines = file.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        with contextlib.suppress(msgspec.DecodeError):
            found.append(msgspec.json.decode(line, type=Noted))
    return found


def add_notes(file: Path, notes: list[Noted]) -> None:
    """Append the notes durably. Raises OSError."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b") as writing:
        end = writing.seek(0, os.SEEK_END)
        if end and (writing.seek(end - 1), writing.read(1))[1] != b"\n":  # an append that was cut off
            writing.write(b"\n")
        writing.write(b"".join(msgspec.json.encode(note) + b"\n" for note in notes))
    flush(file)


async def run(db: Database, file: Path, clock: Clock, stop: asyncio.Event) -> None:
    """Note until `stop` is set."""
    follower = Follower(db, file, clock)
    await run_rounds(follower.step, stop, idle_s=IDLE_S, log=log, task="noting who left")


class Follower:
    """Follows the audit trail from the stored position on."""

    def __init__(self, db: Database, file: Path, clock: Clock):
        self._db, self._file, self._clock = db, file, clock
        self._at: int | None = None
        self._stored = 0

    async def step(self) -> bool:
        """Note the next events; whether there may be more of them."""
        if self._at is None:
            known = await self._db.read(lambda tx: read_number(self._context(tx), POSITION))
            self._at = self._stored = known or 0
        after = self._at
        events = await self._db.read(lambda tx: events_after(self._context(tx), after, most=BATCH))
        if not events:
            return False
        notes = await self._db.read(lambda tx: _notes(self._context(tx), events))
        if notes:
            await asyncio.to_thread(add_notes, self._file, notes)
        last = self._at = events[-1].seq
        if notes or last - self._stored > KEEP_EVERY:
            await self._db.write(lambda tx: keep_number(self._context(tx), POSITION, last))
            self._stored = last
        return len(events) == BATCH

    def _context(self, tx: object) -> Context:
        return operator_context(tx, self._clock.now())  # type: ignore[arg-type]


async def _notes(ctx: Context, events: list[Followed]) -> list[Noted]:
    found = [await _note(ctx.of_clinic(event.clinic_id), event) for event in events]
    return [note for note in found if note is not None]


async def _note(ctx: Context, event: Followed) -> Noted | None:
    if event.action == "me.leave" and event.patient_id:
        code = await left_as(ctx, event.patient_id)
        return None if code is None else Noted(clinic_id=ctx.clinic_id, patient_id=event.patient_id, code=code)
    if event.action == "staff.save" and event.object_id:
        try:
            member = await find_staff(ctx, event.object_id)
        except NotFound:
            return None
        return Noted(clinic_id=ctx.clinic_id, staff_id=member.id, has_access=member.disabled_at is None)
    return None
