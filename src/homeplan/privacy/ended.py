"""Deletes what let a person in or reached a phone, and ended longer ago than the operator keeps it."""

from datetime import datetime
from functools import partial
from typing import Any

from homeplan.accounts.store.ended import DELETE_ENDED, SELECT_ENDED
from homeplan.clock import to_ms
from homeplan.db import Database, Tx
from homeplan.delivery.store.retention import DELETE_ENDED_DEVICE, SELECT_ENDED_DEVICES
from homeplan.worker_loop import Pace

STATEMENTS = (
    *((SELECT_ENDED[table], DELETE_ENDED[table]) for table in SELECT_ENDED),
    (SELECT_ENDED_DEVICES, DELETE_ENDED_DEVICE),
)
"""For each table one that looks through it in pages, and one that deletes a row."""
PAGE = 1_000
"""Rows that one statement looks at."""
FIRST = ("", "")
"""Before every clinic and id."""


async def delete_ended(db: Database, before: datetime, pace: Pace) -> int:
    """Delete what ended before then, a few rows per transaction; returns the number of rows.

    Rows are found beside the requests, and each is deleted only while it still fits.
    """
    deleted = 0
    for find, delete in STATEMENTS:
        after: tuple[str, str] | None = FIRST
        while after is not None:
            ended, after = await db.read_aside(partial(_next_page, find, before, after))
            for first in range(0, len(ended), pace.batch):
                await pace.ready()
                batch = ended[first : first + pace.batch]
                await db.write(lambda tx, delete=delete, batch=batch: tx.execute_many(delete, batch))  # type: ignore[misc]
                pace.spend(len(batch))
            deleted += len(ended)
    return deleted


async def _next_page(
    statement: str, before: datetime, after: tuple[str, str], tx: Tx
) -> tuple[list[dict[str, Any]], tuple[str, str] | None]:
    """The rows of the next page that ended before then, and the last row of the page; None for the last page."""
    clinic_id, row_id = after
    rows = await tx.fetch(statement, before=to_ms(before), clinic_id=clinic_id, id=row_id, most=PAGE)
    ended = [{"clinic_id": row["clinic_id"], "id": row["id"], "before": to_ms(before)} for row in rows if row["ended"]]
    return ended, (rows[-1]["clinic_id"], rows[-1]["id"]) if len(rows) == PAGE else None
