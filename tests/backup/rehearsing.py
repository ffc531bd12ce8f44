"""A rehearsal: a kept database is upgraded, perhaps killed and started again, and then everything is checked."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from homeplan import audit
from homeplan.accounts.store import find_clinic, find_patient, find_staff
from homeplan.app import create_litestar
from homeplan.audit import Refusals
from homeplan.backup import copies
from homeplan.context import operator_context
from homeplan.db import Database, Tx, database_file, migrate, open_database
from homeplan.http.envelope import Envelope
from homeplan.settings import Settings
from homeplan.store_facts import read_fact
from tests.backup.upgrading import (
    BACKUPS,
    NEWEST,
    Old,
    Rows,
    path_with_postgres,
    read_rows,
    run_upgrade,
    upgrade_until,
)
from tests.checkins.answers import body
from tests.conftest import FakeClock
from tests.db.releases import MEANT_TO_CHANGE, SECRET, migrations_up_to
from tests.world import ORIGIN, START, Api, Person

SELECT_IN_CARE = """
SELECT p.clinic_id, p.id AS patient_id, c.staff_id FROM patients p
JOIN care_team c ON c.clinic_id = p.clinic_id AND c.patient_id = p.id
WHERE p.left_at IS NULL ORDER BY p.id LIMIT 1"""


async def rehearse(old: Old, kill_at: int | None) -> bool:
    """Upgrade, killed before that step and started again, and check what is there. Whether it was killed.

    Raises AssertionError for the first thing that is not as it should be.
    """
    killed = not await upgrade_until(old, kill_at)
    if killed:
        await _way_back_is_there(old)
        await run_upgrade(old, FakeClock(START.replace(hour=20)))
    backups = complete_backups(old)
    assert len(backups) in ((0,) if old.version == NEWEST else (1, 2)), backups
    await _way_back_is_there(old)
    db = await open_database(old.url)
    try:
        await _has_all_rows(db, old)
        assert await db.read(lambda tx: read_fact(operator_context(tx, START), "upgrading")) is None
        await _trails_are_sound(db)
        await _serves(db)
    finally:
        await db.close()
    return killed


def spread(steps: Sequence[object], count: int) -> list[int]:
    """`count` of the steps, from the first to the last."""
    return sorted({round(n * (len(steps) - 1) / max(1, count - 1)) for n in range(count)})


def complete_backups(old: Old) -> list[Path]:
    return sorted(file.with_suffix("") for file in (old.folder / BACKUPS).glob("homeplan-*.json"))


async def _way_back_is_there(old: Old) -> None:
    """Each complete backup verifies. That of SQLite opens with the old migrations and has the old rows."""
    os.environ["PATH"] = path_with_postgres()
    for file in complete_backups(old):
        assert file.name.startswith(f"homeplan-upgrade-from-{old.version:04d}-")
        copies.verify(file, None)
        if database_file(old.url) is None:
            continue
        put_back = old.folder / "put-back.sqlite"
        copies.take_out(file, None, put_back)
        db = await open_database(f"sqlite:///{put_back}")
        then = migrations_up_to(old.version, old.folder / f"then-{old.version}")
        assert await migrate(db, START, then) == []
        assert await read_rows(db, list(old.rows)) == old.rows
        await db.close()
        for leftover in old.folder.glob("put-back*"):
            leftover.unlink()


async def restored_dump(old: Old, url: str) -> Rows:
    """The rows of the dump before the upgrade, put into the empty PostgreSQL database of the URL."""
    [file] = complete_backups(old)
    program = Path(path_with_postgres().split(":")[0]) / "pg_restore"
    putting_back = await asyncio.create_subprocess_exec(program, f"--dbname={url}", file)
    assert await putting_back.wait() == 0
    db = await open_database(url)
    try:
        then = migrations_up_to(old.version, old.folder / f"then-{old.version}")
        assert await migrate(db, START, then) == []
        return await read_rows(db, list(old.rows))
    finally:
        await db.close()


async def _has_all_rows(db: Database, old: Old) -> None:
    after = await read_rows(db, list(old.rows))
    for table, rows in old.rows.items():
        shared = rows[0].keys() & after[table][0].keys() - MEANT_TO_CHANGE.get(table, set())
        found, expected = (sorted(map(repr, (_only(shared, row) for row in each))) for each in (after[table], rows))
        assert found == expected, table
    if db.engine == "sqlite":
        assert await db.read(lambda tx: tx.fetch("PRAGMA foreign_key_check")) == []
        assert await db.read(lambda tx: tx.fetch_value("PRAGMA integrity_check")) == "ok"
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM schema_migration")) == NEWEST


def _only(names: set[str], row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in sorted(names)}


async def _trails_are_sound(db: Database) -> None:
    verdicts = await audit.verify_all(db, FakeClock(), Settings(audit_key=SECRET))
    assert verdicts
    assert [each.broken_at for each in verdicts.values() if each.broken_at is not None] == []


async def _serves(db: Database) -> None:
    """A patient's check-in is stored, and the therapist's chart shows it."""
    clock = FakeClock(START.replace(day=6))
    settings = Settings(origin=ORIGIN, audit_key=SECRET)
    litestar = create_litestar(settings, db, clock)
    api = Api(Envelope(litestar, ORIGIN), db, clock)
    patient, therapist = await _in_care(db)
    phone, desk = await api.signed_in(patient), await api.signed_in(therapist)
    answer = await phone.put("/api/me/checkins/2026-03-06", json=body(clock.now()))
    assert answer.is_success, answer.text
    chart = await desk.get(f"/api/patients/{patient.id}")
    assert chart.is_success, chart.text
    days = [each["day"] for each in (await desk.get(f"/api/patients/{patient.id}/checkins")).json()]
    assert "2026-03-06" in days
    await api.close()
    await litestar.state.memory.of(Refusals).settled()


async def _in_care(db: Database) -> tuple[Person, Person]:
    async def work(tx: Tx) -> tuple[Person, Person]:
        row = await tx.fetch_one(SELECT_IN_CARE)
        assert row is not None
        ctx = operator_context(tx, START, row["clinic_id"])
        clinic = await find_clinic(ctx)
        return (
            Person(clinic, await find_patient(ctx, row["patient_id"])),
            Person(clinic, await find_staff(ctx, row["staff_id"])),
        )

    return await db.read(work)
