"""Fills a PostgreSQL database with patients of whom little is known, by the hundred thousand.

    python bench/stored.py      the bytes of a row of each table that grows every day, with its indexes; a minute

The last line is one JSON object.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import asyncpg

if not __package__:  # run as a program: imports count from the root of the repository
    sys.path[0] = str(Path(__file__).parents[1])

from homeplan import audit
from homeplan.clock import SystemClock, to_ms
from homeplan.context import operator_context
from homeplan.db import migrate, open_database
from homeplan.settings import Settings
from tests.postgres_server import DURABLE, running_server

# Clinic n has the patients with the numbers from (n - 1) * 500 + 1 on. `now` in ms.
FILL = (
    """INSERT INTO clinics (clinic_id, name, phone, emergency_number, created_at)
    SELECT 'c' || n, 'Clinic ' || n, '555 0100', '911', {now} FROM generate_series(1, ({patients} + 499) / 500) n""",
    """INSERT INTO staff (clinic_id, id, email, name, role, password_hash, created_at)
    SELECT 'c' || n, 's' || n, 's' || n || '@clinic.example', 'Invented', 'therapist', '', {now}
    FROM generate_series(1, ({patients} + 499) / 500) n""",
    """INSERT INTO patients (clinic_id, id, given_name, family_name, search_key, language, time_zone, created_at)
    SELECT 'c' || (n + 499) / 500, 'p' || n, 'Invented', 'Example', 'example invented ' || n, 'en', 'UTC', {now}
    FROM generate_series(1, {patients}) n""",
    """INSERT INTO care_team (clinic_id, patient_id, staff_id, since)
    SELECT 'c' || (n + 499) / 500, 'p' || n, 's' || (n + 499) / 500, {now} FROM generate_series(1, {patients}) n""",
    """INSERT INTO episodes (clinic_id, id, patient_id, opened_at)
    SELECT 'c' || (n + 499) / 500, 'e' || n, 'p' || n, {now} FROM generate_series(1, {patients}) n""",
    """INSERT INTO sign_ins (clinic_id, id, token_hash, patient_id, label, created_at, last_seen_at, idle_expires_at,
      expires_at, reauth_at)
    SELECT 'c' || (n + 499) / 500, 'i' || n, md5(n::text) || md5('more' || n), 'p' || n, 'phone', {now},
      {now}, {now} + 86400000, {now} + 86400000, {now} FROM generate_series(1, {patients}) n""",
    """INSERT INTO checkins (clinic_id, patient_id, day, client_event_id, stated_at, answered_at, received_at,
      time_zone, pain_now, pain_worst_24h, anything_new, safety_yes, instrument_version)
    SELECT 'c' || (n + 499) / 500, 'p' || n, CURRENT_DATE - d,
      'k' || n || '-' || d, {now} - d * 86400000, {now} - d * 86400000, {now} - d * 86400000, 'UTC',
      3, 5, 'no', '[]', '1' FROM generate_series(1, {patients}) n, generate_series(1, 7) d""",
    """INSERT INTO reminders (clinic_id, id, patient_id, kind, weekdays, wall_time, zone_policy, enabled_at, updated_at)
    SELECT 'c' || (n + 499) / 500, 'r' || n, 'p' || n, 'checkin', 127, '19:00', 'home', 0, 0
    FROM generate_series(1, {patients}) n""",
    """INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
    SELECT {now} + 86400000 + n, 'c' || (n + 499) / 500, 'r' || n, 0, '2030-01-01', {now}
    FROM generate_series(1, {patients}) n""",
    # What workers would do with these patients is not part of the measurement.
    "UPDATE worklist SET due_at = {now} + 86400000, rank = 99 WHERE id LIKE 'p%'",
    "DELETE FROM reviews_due WHERE patient_id LIKE 'p%'",
)


async def another(url: str, name: str) -> str:
    """The URL of a new, empty database of the same server."""
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return url.rsplit("/", 1)[0] + f"/{name}"


async def fill(url: str, patients: int) -> float:
    """Add patients, and return the seconds that it took."""
    began, now = time.monotonic(), to_ms(SystemClock().now())
    connection = await asyncpg.connect(url)
    for statement in FILL:
        await connection.execute(statement.format(patients=patients, now=f"{now}::bigint"), timeout=3600)
    await connection.execute("VACUUM ANALYZE", timeout=3600)
    await connection.execute("CHECKPOINT", timeout=3600)
    await connection.close()
    return time.monotonic() - began


async def size(url: str) -> int:
    """The bytes of the database."""
    connection = await asyncpg.connect(url)
    found = int(await connection.fetchval("SELECT pg_database_size(current_database())"))
    await connection.close()
    return found


async def pages(url: str) -> int:
    """The pages of the database that its processes have asked for so far, whether they were in memory or not."""
    connection = await asyncpg.connect(url)
    found = await connection.fetchval(
        "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
    )
    await connection.close()
    return int(found)


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


async def weigh(url: str) -> dict[str, int]:
    """The bytes of a row of each of these tables, with its indexes; `audit_seals` per event that they cover."""
    settings, clock = Settings(audit_key="a key of the bench, which protects nothing"), SystemClock()
    db = await open_database(url)
    await migrate(db, clock.now())
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    for statement in WEIGHED.values():
        rows = f"generate_series(0, {ROWS - 1}) n"
        now = f"{to_ms(clock.now())}::bigint"
        await connection.execute(statement.format(owner=OWNER, now=now, rows=rows))
    await connection.execute("INSERT INTO audit_unsealed SELECT clinic_id, seq FROM audit_events")
    while await db.write(lambda tx: audit.seal(operator_context(tx, clock.now(), settings=settings))):
        pass
    found = {}
    for table in (*WEIGHED, "audit_seals"):
        await connection.execute(f"VACUUM FULL {table}")
        size = await connection.fetchval("SELECT pg_total_relation_size($1::text::regclass)", table)
        found[table] = round(size / ROWS)
    await connection.close()
    await db.close()
    return found


if __name__ == "__main__":
    with running_server(DURABLE) as server:
        print(json.dumps(asyncio.run(weigh(server))))
