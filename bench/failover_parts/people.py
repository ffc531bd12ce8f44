"""The people of the drill, written into the tables: phones that send check-ins, and phones that are reminded."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bench import crowd
from homeplan.clock import to_ms
from homeplan.db import Database, Tx

CHECKING_IN = (
    """INSERT INTO clinics (clinic_id, name, phone, emergency_number, created_at)
    VALUES ('checks', 'Invented', '555 0100', '911', :now)""",
    """INSERT INTO patients (clinic_id, id, given_name, family_name, search_key, language, time_zone, created_at)
    SELECT 'checks', 'q' || n, 'Invented', 'Example', 'example invented ' || n, 'en', 'UTC', CAST(:now AS BIGINT)
    FROM generate_series(0, :most) n""",
    """INSERT INTO sign_ins (clinic_id, id, token_hash, patient_id, label, created_at, last_seen_at, idle_expires_at,
      expires_at, reauth_at)
    SELECT 'checks', 'i' || n,
      encode(sha256(CAST('token-' || lpad(CAST(n AS TEXT), 37, '0') AS BYTEA)), 'hex'), 'q' || n,
      'phone',
      CAST(:now AS BIGINT), CAST(:now AS BIGINT), CAST(:later AS BIGINT), CAST(:later AS BIGINT), CAST(:now AS BIGINT)
    FROM generate_series(0, :most) n""",
)
"""Patients who have a phone and no reminder."""


def token_of(patient: int) -> str:
    return f"token-{patient:037}"


async def add_phones(db: Database, count: int, now: datetime) -> None:
    """`count` patients of one clinic, each signed in on a phone."""
    times = {"now": to_ms(now), "later": to_ms(now + timedelta(days=30)), "most": count - 1}

    async def work(tx: Tx) -> None:
        for statement in CHECKING_IN:
            await tx.execute(statement, **{name: times[name] for name in times if f":{name}" in statement})

    await db.write(work)


async def make_due(db: Database, patients: Sequence[int], *, now: datetime, within_s: float) -> None:
    """One reminder of each of these patients of `crowd`, spread over the next seconds."""
    rows: list[dict[str, Any]] = []
    for place, patient in enumerate(patients):
        due = now + timedelta(seconds=within_s * (place + 1) / len(patients))
        rows.append(
            {
                "c": "c0",
                "p": f"p{patient}",
                "r": f"r{patient}",
                "wall_time": f"{now:%H:%M}",  # the queue's own time is later, and the minute has begun
                "due_at": to_ms(due),
                "day": f"{now:%Y-%m-%d}",
            }
        )

    async def work(tx: Tx) -> None:
        await crowd.insert(tx, crowd.INSERT_REMINDER, rows)
        await crowd.insert(tx, crowd.INSERT_DUE, rows)

    await db.write(work)
