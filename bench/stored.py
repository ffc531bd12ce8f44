"""Fills a PostgreSQL database with patients of whom little is known, by the hundred thousand."""

import time

import asyncpg

from homeplan.clock import SystemClock, to_ms

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
