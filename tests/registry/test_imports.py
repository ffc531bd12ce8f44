"""Patients from a CSV file over HTTP: previewed, registered once, and taken back."""

import asyncio
import re

import httpx
import pytest

from homeplan.db import Database
from homeplan.registry.imports.store import SELECT_UNTOUCHED
from tests.world import Api, Person, World

ROWS = 500
FILLED_BY_AN_IMPORT = {"care_team", "phone_numbers", "worklist"}


def file_of(rows: int) -> str:
    lines = [f"Given{n},Example,{1930 + n % 70},R-{n},(303) 555-{n:04d}" for n in range(1, rows + 1)]
    return "\n".join(["First name,Last name,Birth year,Record number,Phone", *lines])


def body(csv: str, **more: object) -> dict[str, object]:
    return {"csv": csv, "timeZone": "America/Denver", **more}


@pytest.fixture
async def admin(world: World) -> Person:
    return await world.admin(await world.clinic())


@pytest.fixture
async def office(api: Api, admin: Person) -> httpx.AsyncClient:
    return await api.signed_in(admin)


async def patients(db: Database) -> int:
    return int(await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM patients")))


async def test_a_preview_stores_nothing(office: httpx.AsyncClient, db: Database) -> None:
    seen = await office.post("/api/patient-imports/preview", json=body(file_of(3)))
    assert (seen.status_code, seen.json()["new"], await patients(db)) == (200, 3, 0)


async def test_five_hundred_rows_are_registered_once_however_often_they_are_imported(
    office: httpx.AsyncClient, db: Database
) -> None:
    csv = file_of(ROWS)
    first = await office.put("/api/patient-imports/one", json=body(csv))
    assert (first.status_code, first.json()["added"]) == (200, ROWS)
    assert (await office.put("/api/patient-imports/one", json=body(csv))).json() == first.json()
    assert (await office.put("/api/patient-imports/one", json=body(file_of(2)))).json()["code"] == "sent-before"
    again = await office.put("/api/patient-imports/two", json=body(csv))
    assert (again.json()["added"], again.json()["leftOut"], await patients(db)) == (0, ROWS, ROWS)
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM phone_numbers")) == ROWS
    events = "SELECT COUNT(*) FROM audit_events WHERE action = 'patient.import'"
    assert await db.read(lambda tx: tx.fetch_value(events)) == ROWS


async def test_two_imports_at_once_register_nobody_twice(office: httpx.AsyncClient, db: Database) -> None:
    csv = file_of(20)
    await asyncio.gather(*(office.put(f"/api/patient-imports/{n}", json=body(csv)) for n in ("a", "b")))
    assert await patients(db) == 20


async def test_an_import_is_taken_back_but_for_patients_somebody_worked_with(
    office: httpx.AsyncClient, db: Database, world: World, admin: Person, api: Api
) -> None:
    tom = await world.therapist(admin.clinic, email="tom@clinic.example")
    csv = "First name,Last name,Phone,Therapist\nAna,Example,303 555 0142,tom@clinic.example\nEva,Example,,\n"
    assert (await office.put("/api/patient-imports/one", json=body(csv))).json()["added"] == 2
    desk = await api.signed_in(tom)
    [ana] = (await desk.get("/api/patients")).json()
    assert (await desk.get(f"/api/patients/{ana['id']}/telephone-numbers")).json()["patient"]["number"] == (
        "+13035550142"
    )
    visit = {"id": "v", "kind": "other", "day": "2026-03-20", "wallTime": "14:30:00", "timeZone": "America/Denver"}
    assert (await desk.post(f"/api/patients/{ana['id']}/visits", json=visit)).status_code == 201
    assert (await office.delete("/api/patient-imports/one")).status_code == 204
    [record] = (await office.get("/api/patient-imports")).json()
    assert (record["kept"], record["undoneAt"] is None, await patients(db)) == (1, False, 1)
    assert (await office.delete("/api/patient-imports/one")).json()["code"] == "import-undone"
    assert (await office.put("/api/patient-imports/two", json=body(csv))).json()["added"] == 1


async def test_taking_an_import_back_leaves_nothing_of_it(office: httpx.AsyncClient, db: Database) -> None:
    await office.put("/api/patient-imports/one", json=body(file_of(3)))
    await office.delete("/api/patient-imports/one")
    for table in ("patients", "phone_numbers", "care_team", "worklist"):
        assert await db.read(lambda tx, name=table: tx.fetch_value(f"SELECT COUNT(*) FROM {name}")) == 0  # type: ignore[misc]


async def test_therapists_import_nobody(api: Api, world: World, admin: Person) -> None:
    desk = await api.signed_in(await world.therapist(admin.clinic))
    assert (await desk.put("/api/patient-imports/one", json=body(file_of(1)))).status_code == 403


async def test_an_import_counts_every_table_about_a_patient(db: Database) -> None:
    """A row about a patient in any table keeps them when an import is taken back."""
    if db.engine != "sqlite":
        return
    tables = await db.read(
        lambda tx: tx.fetch(
            "SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'patient_id' "
            "JOIN pragma_foreign_key_list(m.name) f ON f.\"table\" = 'patients' WHERE m.type = 'table'"
        )
    )
    looked_at = set(re.findall(r"FROM (\w+) x", SELECT_UNTOUCHED))
    assert {row["name"] for row in tables} - FILLED_BY_AN_IMPORT - looked_at == set()
