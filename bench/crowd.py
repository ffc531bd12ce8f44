"""Patients with one phone and several reminders each, written by the thousand for measurements."""

import base64
import hashlib
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from homeplan.clock import to_ms
from homeplan.db import Database, Tx
from homeplan.delivery.webpush.vapid import VapidKey

KEY = "Kw8gLnOEgTYyLpf5yQTrPNHy0rpI6GLs5vJCoeQjWwg"
SUBJECT = "mailto:operator@clinic.example"

INSERT_CLINIC = (
    "INSERT INTO clinics (clinic_id, name, phone, emergency_number, created_at) VALUES (:c, 'C', '1', '911', 0)"
)
INSERT_PATIENT = """
INSERT INTO patients (clinic_id, id, given_name, family_name, search_key, language, time_zone, created_at)
VALUES (:c, :p, 'Invented', 'Example', 'example', 'en', 'UTC', 0)"""
INSERT_SETTINGS = "INSERT INTO reminder_settings (clinic_id, patient_id, daily_cap) VALUES (:c, :p, 10)"
INSERT_SESSION = """
INSERT INTO sign_ins (clinic_id, id, token_hash, patient_id, label, created_at, last_seen_at, idle_expires_at,
  expires_at, reauth_at)
VALUES (:c, :s, :hash, :p, 'phone', :now, :now, :later, :later, :now)"""
INSERT_DEVICE = """
INSERT INTO devices (clinic_id, id, patient_id, sign_in_id, endpoint, endpoint_hash, p256dh, auth, key_id, language,
  platform, created_at, unshown)
VALUES (:c, :d, :p, :s, :endpoint, :hash, :p256dh, :auth, :key_id, 'en', 'android', 0, 0)"""
INSERT_REMINDER = """
INSERT INTO reminders (clinic_id, id, patient_id, kind, weekdays, wall_time, zone_policy, enabled_at, updated_at)
VALUES (:c, :r, :p, 'checkin', 127, :wall_time, 'home', 0, 0)"""
INSERT_DUE = """
INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
VALUES (:due_at, :c, :r, 0, :day, :due_at)"""

# Ten reminders a patient, in one statement each: both engines know recursive queries.
STORED_AT_ONCE = 50_000
"""Reminders of one transaction; a statement may take 30 s. Ten of a patient lie in one."""
STORE_PATIENTS = """
INSERT INTO patients (clinic_id, id, given_name, family_name, search_key, language, time_zone, created_at)
WITH RECURSIVE n (i) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :last)
SELECT 'c0', 'stored-' || CAST(i AS TEXT), 'Invented', 'Example', 'example', 'en', 'UTC', 0 FROM n"""
STORE_REMINDERS = """
INSERT INTO reminders (clinic_id, id, patient_id, kind, weekdays, wall_time, zone_policy, enabled_at, updated_at)
WITH RECURSIVE n (i) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :last)
SELECT 'c0', 'stored-' || CAST(i AS TEXT), 'stored-' || CAST(i / 10 AS TEXT), 'checkin', 127, '19:00', 'home', 0, 0
FROM n"""
STORE_DUE = """
INSERT INTO reminder_due (due_at, clinic_id, reminder_id, slot, day, asked_at)
WITH RECURSIVE n (i) AS (SELECT CAST(:first AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :last)
SELECT CAST(:due_at AS BIGINT) + i, 'c0', 'stored-' || CAST(i AS TEXT), 0, '2026-03-03', CAST(:due_at AS BIGINT) + i
FROM n"""


def subscriptions(count: int, origin: str) -> list[dict[str, Any]]:
    """Subscriptions of `count` browsers, each with its own key pair."""
    return [
        {
            "endpoint": f"{origin}/wpush/v2/{os.urandom(24).hex()}",
            "keys": {"p256dh": _encode(_point()), "auth": _encode(os.urandom(16))},
        }
        for _ in range(count)
    ]


async def add_patients(db: Database, phones: Sequence[dict[str, Any]], *, clinics: int, now: datetime) -> None:
    """A patient for each subscription, spread over `clinics` clinics, signed in and without quiet hours."""
    rows = [
        {
            "c": f"c{i % clinics}",
            "p": f"p{i}",
            "s": f"s{i}",
            "d": f"d{i}",
            "hash": hashlib.sha256(f"token-{i}".encode()).hexdigest(),
            "endpoint": phone["endpoint"],
            **phone["keys"],
            "key_id": VapidKey(KEY).id,
            "now": to_ms(now),
            "later": to_ms(now + timedelta(days=30)),
        }
        for i, phone in enumerate(phones)
    ]

    async def work(tx: Tx) -> None:
        await tx.execute_many(INSERT_CLINIC, [{"c": f"c{c}"} for c in range(clinics)])
        for statement in (INSERT_PATIENT, INSERT_SETTINGS, INSERT_SESSION, INSERT_DEVICE):
            await insert(tx, statement, rows)

    await db.write(work)


async def make_due(db: Database, patients: int, *, clinics: int, turn: str, now: datetime) -> None:
    """A reminder of each patient comes up now. `turn` tells the bursts of one day apart."""
    minute = now.replace(second=0, microsecond=0)
    rows = [
        {
            "c": f"c{i % clinics}",
            "p": f"p{i}",
            "r": f"{turn}-{i}",
            "wall_time": f"{minute:%H:%M}",
            "due_at": to_ms(minute),
            "day": f"{minute:%Y-%m-%d}",
        }
        for i in range(patients)
    ]

    async def work(tx: Tx) -> None:
        await insert(tx, INSERT_REMINDER, rows)
        await insert(tx, INSERT_DUE, rows)

    await db.write(work)


async def store(db: Database, count: int) -> None:
    """Store `count` reminders that are due in ten years."""
    due_at = to_ms(datetime(2036, 3, 3, 19, tzinfo=UTC))

    async def work(tx: Tx, first: int, last: int) -> None:
        await tx.execute(STORE_PATIENTS, first=first // 10, last=last // 10)
        await tx.execute(STORE_REMINDERS, first=first, last=last)
        await tx.execute(STORE_DUE, first=first, last=last, due_at=due_at)

    for first in range(0, count, STORED_AT_ONCE):
        await db.write(partial(work, first=first, last=min(first + STORED_AT_ONCE, count) - 1))


async def insert(tx: Tx, statement: str, rows: Sequence[dict[str, Any]]) -> None:
    names = re.findall(r":(\w+)", statement)
    await tx.execute_many(statement, [{name: row[name] for name in names} for row in rows])


def _point() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
