"""Measures what a PostgreSQL database grows by: the figures of docs/scale.md, in about two minutes.

    python bench/growth.py

The bytes of a row of each table that grows every day, with its indexes; the bytes and the pace of the archive of audit
events, in clear and encrypted; the bytes of write-ahead log of a check-in, with its audit event and its part of a seal,
without the full pages after a checkpoint. The last line is one JSON object.
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import asyncpg
from msgspec import structs
from pyrage import x25519

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from bench import servers, stored
from bench.failover_parts.people import add_phones
from bench.failover_parts.phones import Phones
from bench.processes import load
from homeplan import audit
from homeplan.clock import SystemClock, to_ms
from homeplan.context import operator_context
from homeplan.db import Database, migrate, open_database
from homeplan.library.content import starter
from homeplan.settings import Settings
from tests.postgres_server import DURABLE, running_server
from tests.waiting import until

SETTINGS = Settings(audit_key="a key of the bench, which protects nothing")
CHECKINS = 1_000
CONNECTIONS = 8
ROWS = 20_000
"""Rows of each table that are weighed: 200 patients, 100 rows each."""
OWNER = "'019c' || md5('clinic') , '019c' || md5('p' || n % 200)"
"""Clinic and patient; ids have 36 characters, as the product's have."""

WEIGHED = {
    "checkins": """
    INSERT INTO checkins (clinic_id, patient_id, day, client_event_id, stated_at, answered_at, received_at, time_zone,
      pain_now, pain_worst_24h, regions, interference, sleep, anything_new, safety_yes, instrument_version)
    SELECT {owner}, CAST(CURRENT_DATE - n / 200 AS TEXT), '019c' || md5('k' || n), {now}, {now}, {now},
      'America/Denver', 3, 5, '[{{"slug":"low-back","side":"left"}}]', 3, 'some', 'no', '[]', '1.0.0' FROM {rows}""",
    "exercise_logs": """
    INSERT INTO exercise_logs (clinic_id, patient_id, id, prescription_id, day, occurred_at, stated_at, received_at,
      time_zone, outcome, sets_done, reps_done, stopped, revision, counts)
    SELECT {owner}, '019c' || md5('l' || n), '019c' || md5('x' || n % 1000), CAST(CURRENT_DATE - n / 200 AS TEXT),
      {now}, {now}, {now}, 'America/Denver', 'done', 3, 30, 'no', 1, 'done' FROM {rows}""",
    "occurrences": """
    INSERT INTO occurrences (clinic_id, id, reminder_id, patient_id, kind, local_day, slot, time_zone, due_at, asked_at,
      deadline_at, decided_at, nth, planned)
    SELECT '019c' || md5('clinic'), '019c' || md5('o' || n), '019c' || md5('r' || n % 200),
      '019c' || md5('p' || n % 200),
      'checkin', CAST(CURRENT_DATE - n / 200 AS TEXT), 0, 'America/Denver', {now}, {now}, {now}, {now}, 1, 1
    FROM {rows}""",
    "deliveries": """
    INSERT INTO deliveries (clinic_id, id, channel, recipient_kind, recipient_id, address_id, occurrence_id, kind,
      topic, status, outcome, attempts, planned_at, next_attempt_at, deadline_at, sent_at, accepted_at, shown_at)
    SELECT '019c' || md5('clinic'), '019c' || md5('d' || n), 'webpush', 'patient',
      '019c' || md5('p' || n % 200),
      '019c' || md5('a' || n % 200), '019c' || md5('o' || n), 'checkin', left(md5('t' || n), 32), 'sent', 'accepted', 1,
      {now} + n, {now}, {now}, {now}, {now}, {now} FROM {rows}""",
    "audit_events": """
    INSERT INTO audit_events (clinic_id, at, actor_id, role, sign_in_id, action, object_id, patient_id, ip, request_id)
    SELECT '019c' || md5('clinic'), {now} + n, '019c' || md5('s' || n % 10), 'therapist', '019c' || md5('i' || n % 50),
      'patient.read', NULL, '019c' || md5('p' || n % 200), '203.0.113.7', left(md5('q' || n), 32) FROM {rows}""",
    "sign_ins": """
    INSERT INTO sign_ins (clinic_id, id, token_hash, patient_id, label, created_at, last_seen_at, idle_expires_at,
      expires_at, reauth_at)
    SELECT '019c' || md5('clinic'), '019c' || md5('i' || n), md5('t' || n) || md5('u' || n), '019c' || md5('p' || n),
      'iPhone, Safari', {now}, {now}, {now}, {now}, {now} FROM {rows}""",
}
"""A statement per table, without triggers and foreign keys."""


async def measure(url: str) -> dict[str, object]:
    """The bytes of rows, and the archive in clear and encrypted."""
    key = str(x25519.Identity.generate().to_public())
    found: dict[str, object] = {}
    for name, settings in (
        ("archive", SETTINGS),
        ("archive_encrypted", structs.replace(SETTINGS, backup_public_key=key)),
    ):
        another = await stored.another(url, name)
        db = await open_database(another)
        await migrate(db, SystemClock().now())
        found["bytes_a_row"] = await weigh(db, another)
        found[name] = await archive(db, settings)
        await db.close()
    return found


async def weigh(db: Database, url: str) -> dict[str, int]:
    """The bytes of a row of each of these tables, with its indexes; `audit_seals` per event that they cover."""
    clock = SystemClock()
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    for statement in WEIGHED.values():
        rows = f"generate_series(0, {ROWS - 1}) n"
        now = f"{to_ms(clock.now())}::bigint"
        await connection.execute(statement.format(owner=OWNER, now=now, rows=rows))
    await connection.execute("INSERT INTO audit_unsealed SELECT clinic_id, seq FROM audit_events")
    while await db.write(lambda tx: audit.seal(operator_context(tx, clock.now(), settings=SETTINGS))):
        pass
    found = {}
    for table in (*WEIGHED, "audit_seals"):
        await connection.execute(f"VACUUM FULL {table}")
        size = await connection.fetchval("SELECT pg_total_relation_size($1::text::regclass)", table)
        found[table] = round(size / ROWS)
    await connection.close()
    return found


async def archive(db: Database, settings: Settings) -> dict[str, int]:
    """The bytes of an archived event in files, and the events that are moved per second."""
    clock, began = SystemClock(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as folder:
        before = clock.now() + timedelta(days=1)
        moved, refused = await audit.archive_all(db, clock, settings, Path(folder), before)
        took = time.monotonic() - began
        size = _size(Path(folder))
    assert not refused, refused
    count = sum(moved.values())
    return {"bytes_an_event": round(size / count), "events_a_second": round(count / took)}


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def log_of_checkins(url: str) -> int:
    """The bytes that PostgreSQL's log grows by with a check-in, sent by phones to a server with its workers."""
    asyncio.run(_add_phones(url))
    with servers.homeplan("homeplan", url) as server:
        return asyncio.run(_sent(url, server.ports))


async def _add_phones(url: str) -> None:
    db, now = await open_database(url), SystemClock().now()
    await migrate(db, now)
    await add_phones(db, CHECKINS, now)
    await db.close()


async def _sent(url: str, ports: Sequence[int]) -> int:
    phones, stop = Phones(ports, CHECKINS, starter().instrument_version), asyncio.Event()
    connection = await asyncpg.connect(url)
    before = await connection.fetchval("SELECT pg_current_wal_lsn()")
    sending = asyncio.create_task(phones.run(CONNECTIONS, stop))
    await until(lambda: len(phones.confirmed) >= CHECKINS or phones.gave_up)
    stop.set()
    await sending
    await until(lambda: connection.fetchval("SELECT NOT EXISTS (SELECT FROM audit_unsealed)"))
    written = await connection.fetchval("SELECT pg_current_wal_lsn() - $1::pg_lsn", before)
    await connection.close()
    assert not phones.faults, phones.faults
    return round(int(written) / len(phones.confirmed))


if __name__ == "__main__":
    with running_server((*DURABLE, "full_page_writes=off")) as running:
        before, checkins = load(), asyncio.run(stored.another(running, "checkins"))
        found = {"log_bytes_a_checkin": log_of_checkins(checkins), **asyncio.run(measure(running))}
        print(json.dumps({"load": [before, load()], **found}))
