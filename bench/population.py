"""Invented patients with six weeks of history, in clinics of any size: the demo clinic's, copied under other ids.

`python -m bench.population CONFIG` writes them into empty databases, and the sign-ins of all into a file.
"""

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from bench.crowd import KEY, SUBJECT
from homeplan.app import create_app
from homeplan.clock import SystemClock, to_ms
from homeplan.db import Database, Tx, migrate, open_database
from homeplan.demo.build import DemoClock, build
from homeplan.demo.patient import PUSH_HOST
from homeplan.settings import Settings

OF_CLINIC = (
    "clinics",
    "staff",
    "needling_settings",
    "needling_pair_choices",
    "needling_certifications",
    "instrument_permissions",
)
OF_PATIENTS = (
    "patients", "care_team", "sign_ins", "episodes", "episode_steps", "needling_sessions", "needling_session_versions",
    "programs", "revisions", "prescriptions", "exercise_logs", "checkins", "safety_answers", "exercise_pauses",
    "alerts", "alert_repeats", "devices", "needling_checks", "needling_consents", "intakes", "plan_steps",
    "after_needling_answers", "adverse_events", "psfs_activities", "outcome_answers",
)  # fmt: skip
"""Tables in the order in which their rows refer to each other."""
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
SIGNED_IN = timedelta(hours=8)

INSERT_STAFF_SIGN_IN = """
INSERT INTO sign_ins (clinic_id, id, token_hash, staff_id, label, created_at, last_seen_at, idle_expires_at, expires_at,
  reauth_at) VALUES (:clinic_id, :id, :token_hash, :staff_id, 'bench', :now, :now, :later, :later, :now)"""

Rows = dict[str, list[dict[str, Any]]]


class Config(Struct, frozen=True, kw_only=True):
    """The file for the people, the databases to fill with them, and the number of patients of each clinic."""

    into: str
    urls: list[str]
    patients: list[int]


class Phone(Struct, frozen=True, kw_only=True):
    """A signed-in patient."""

    patient_id: str
    clinic_id: str
    zone: str
    token: str


class Population(Struct, frozen=True, kw_only=True):
    """The people to send requests for: patients, and the administrator of each clinic by clinic."""

    phones: list[Phone]
    administrators: dict[str, str]
    """Clinic → token."""
    instrument_version: str


async def populate(config: Config) -> Population:
    """Invent the demo clinic in a file of its own, then copy its patients."""
    with tempfile.TemporaryDirectory(prefix="homeplan-bench-") as folder:
        rows, version = await _invented(f"sqlite:///{folder}/demo.sqlite")
    phones: list[Phone] = []
    administrators: dict[str, str] = {}
    for url in config.urls:
        phones, administrators = [], {}
        db = await open_database(url)
        try:
            await migrate(db, SystemClock().now())
            for clinic, count in enumerate(config.patients):
                found, tokens = await _copy_clinic(db, rows, clinic, count)
                phones += found
                administrators |= tokens
            await db.write(lambda tx: tx.execute("ANALYZE"))
        finally:
            await db.close()
    return Population(phones=phones, administrators=administrators, instrument_version=version)


async def _invented(url: str) -> tuple[Rows, str]:
    """All rows of a newly invented demo clinic, by table, and the version of the check-in's questions."""
    db = await open_database(url)
    try:
        now = SystemClock().now()
        await migrate(db, now)
        clock = DemoClock(now)
        settings = Settings(vapid_private_key=KEY, vapid_subject=SUBJECT, push_hosts=(PUSH_HOST,))
        await build(create_app(settings, db, clock), db, clock, now, "a long enough sentence", lambda *_: None)
        rows = {table: await _rows(db, table) for table in (*OF_CLINIC, *OF_PATIENTS)}
    finally:
        await db.close()
    joined = {row["patient_id"] for row in rows["sign_ins"] if row["patient_id"]}
    rows["sign_ins"] = [row for row in rows["sign_ins"] if row["patient_id"] and not row["helper_id"]]
    rows["patients"].sort(key=lambda row: row["id"] not in joined)
    return rows, str(rows["checkins"][0]["instrument_version"])


async def _rows(db: Database, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.read(lambda tx: tx.fetch(f"SELECT * FROM {table}"))]


async def _copy_clinic(db: Database, rows: Rows, clinic: int, count: int) -> tuple[list[Phone], dict[str, str]]:
    """Write one clinic with `count` patients; its patients with a phone, and its administrator's token."""
    now = SystemClock().now()
    ids = {row[name] for table in OF_CLINIC for row in rows[table] for name in ("id", "clinic_id") if name in row}
    phones: list[Phone] = []
    administrator = next(row["id"] for row in rows["staff"] if row["role"] == "owner")
    token = _token(f"staff-{clinic}")

    async def work(tx: Tx) -> None:
        for table in OF_CLINIC:
            await _insert(tx, table, [_renamed(row, "", f"-{clinic}", ids) for row in rows[table]])
        clinic_id = rows["clinics"][0]["clinic_id"] + f"-{clinic}"
        times = {"now": to_ms(now), "later": to_ms(now + SIGNED_IN)}
        await tx.execute(
            INSERT_STAFF_SIGN_IN,
            clinic_id=clinic_id,
            id=f"bench-{clinic}",
            token_hash=_hash(token),
            staff_id=f"{administrator}-{clinic}",
            **times,
        )
        for number in range(count):
            await copy_patient(tx, number, clinic_id, times)

    async def copy_patient(tx: Tx, number: int, clinic_id: str, times: dict[str, int]) -> None:
        original = rows["patients"][number % len(rows["patients"])]["id"]
        suffix = f"-{clinic}-{number}"
        owned = list(_rows_about(rows, original))
        for table, found in owned:
            copied = [_renamed(row, suffix, f"-{clinic}", ids) for row in found]
            for row in copied if table == "sign_ins" else ():
                token = _token(suffix)
                row |= {"token_hash": _hash(token), "last_seen_at": times["now"], "idle_expires_at": times["later"]}
                zone = next(each["time_zone"] for each in rows["patients"] if each["id"] == original)
                phones.append(Phone(patient_id=row["patient_id"], clinic_id=clinic_id, zone=zone, token=token))
            await _insert(tx, table, copied)

    await db.write(work)
    return phones, {rows["clinics"][0]["clinic_id"] + f"-{clinic}": token}


def _rows_about(rows: Rows, patient_id: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The patient's rows by table; a row without the patient's id belongs to one that has it."""
    known = {patient_id}
    for table in OF_PATIENTS:
        found = [
            row
            for row in rows[table]
            if row.get("patient_id", row["id"] if table == "patients" else None) == patient_id
            or {row.get(name) for name in ("episode_id", "session_id", "program_id", "alert_id")} & known
        ]
        known |= {row["id"] for row in found if "id" in row}
        yield table, found


def _renamed(row: dict[str, Any], suffix: str, clinic_suffix: str, of_clinic: set[str]) -> dict[str, Any]:
    """The row under other ids: those of the clinic and its staff get one suffix, all others the patient's."""

    def rename(match: re.Match[str]) -> str:
        return match[0] + (clinic_suffix if match[0] in of_clinic else suffix)

    renamed = {name: ID.sub(rename, value) if isinstance(value, str) else value for name, value in row.items()}
    if "email" in row:
        renamed["email"] = clinic_suffix + row["email"]
    if "endpoint_hash" in row:
        renamed["endpoint_hash"] = _hash(row["endpoint_hash"] + suffix)
    return renamed


async def _insert(tx: Tx, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = ", ".join(rows[0])
        values = ", ".join(f":{name}" for name in rows[0])
        await tx.execute_many(f"INSERT INTO {table} ({columns}) VALUES ({values})", rows)


def _token(of: str) -> str:
    return hashlib.sha256(f"bench{of}".encode()).hexdigest()[:43]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


if __name__ == "__main__":
    config = msgspec.json.decode(sys.argv[1], type=Config)
    found = uvloop.run(populate(config))
    Path(config.into).write_bytes(msgspec.json.encode(found))
    print(json.dumps({"phones": len(found.phones)}))
