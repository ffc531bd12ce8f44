"""Deletes what let a person in or reached a phone, and ended longer ago than the operator keeps it."""

from collections.abc import Sequence
from datetime import datetime

from homeplan.accounts.store.ended import DELETE_ENDED, SELECT_ENDED
from homeplan.clock import to_ms
from homeplan.db import Database, Tx
from homeplan.delivery.store.retention import DELETE_ENDED_DEVICE, SELECT_ENDED_DEVICES
from homeplan.worker_loop import Pace

STATEMENTS = (
    *((SELECT_ENDED[table], DELETE_ENDED[table]) for table in SELECT_ENDED),
    (SELECT_ENDED_DEVICES, DELETE_ENDED_DEVICE),
)
"""For each table one that finds rows, which reads all of it in the end, and one that deletes a row."""

Ids = Sequence[tuple[str, str]]
"""Clinic and id of each row."""


async def delete_ended(db: Database, before: datetime, pace: Pace) -> int:
    """Delete what ended before then, a few rows per transaction; returns the number of rows.

    Rows are found beside the requests, and each is deleted only while it still fits.
    """
    deleted = 0
    for find, delete in STATEMENTS:
        after: tuple[str, str] | None = ("", "")
        while after is not None:
            await pace.ready()
            ids = await _find(db, find, before, after, pace.batch)
            if ids:
                await _delete(db, delete, before, ids)
                pace.spend(len(ids))
                deleted += len(ids)
            after = ids[-1] if len(ids) == pace.batch else None
    return deleted


async def _find(db: Database, statement: str, before: datetime, after: tuple[str, str], most: int) -> Ids:
    async def work(tx: Tx) -> Ids:
        clinic_id, row_id = after
        rows = await tx.fetch(statement, before=to_ms(before), clinic_id=clinic_id, id=row_id, most=most)
        return [(row["clinic_id"], row["id"]) for row in rows]

    return await db.read_aside(work)


async def _delete(db: Database, statement: str, before: datetime, ids: Ids) -> None:
    rows = [{"clinic_id": clinic_id, "id": row_id, "before": to_ms(before)} for clinic_id, row_id in ids]
    await db.write(lambda tx: tx.execute_many(statement, rows))
