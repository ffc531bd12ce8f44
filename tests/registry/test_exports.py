"""CSV exports: of the clinic and of one patient, safe in a spreadsheet, with a dictionary of every column."""

import csv
import io

import httpx
import pytest

from homeplan.db import Database
from homeplan.registry.exports.datasets import DATASETS
from homeplan.registry.exports.rules import dictionary, lines
from homeplan.registry.imports.reading import read_table
from tests.conftest import FakeClock
from tests.privacy.conftest import in_care
from tests.world import Api, Person, World


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(begins: str) -> None:
    [[cell, number]] = csv.reader(io.StringIO(lines([[f"{begins}SUM(A1)", -1]]), newline=""))
    assert (cell, number) == (f"'{begins}SUM(A1)", "-1")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_dictionary_tells_of_every_column(language: str) -> None:
    found = list(csv.DictReader(io.StringIO(dictionary(language).removeprefix("\ufeff"), newline="")))  # type: ignore[arg-type]
    expected = [(name, each.name) for name, dataset in DATASETS.items() for each in dataset.columns]
    assert [(one["dataset"], one["column"]) for one in found if one["column"] != "patient_id"] == expected
    assert all(one["kind"] and one["meaning"] for one in found)


async def test_a_clinic_exports_all_datasets_and_only_its_own_patients(
    api: Api, db: Database, world: World, clock: FakeClock
) -> None:
    care = await in_care(db, world, clock)
    await world.patient(await world.clinic(), given_name="Stranger")
    await world.patient(care.patient.clinic, given_name="=cmd|calc")
    office = await api.signed_in(await world.admin(care.patient.clinic))
    found = {name: rows(await office.get(f"/api/exports/{name}")) for name in DATASETS}
    assert {one["given_name"] for one in found["patients"]} == {care.patient.who.given_name, "'=cmd|calc"}  # type: ignore[union-attr]
    assert {one["patient_id"] for name in DATASETS for one in found[name]} <= {
        one["patient_id"] for one in found["patients"]
    }
    assert found["check-ins"]
    assert found["needling-sessions"][0]["muscles"].startswith("[")
    events = "SELECT COUNT(*) FROM audit_events WHERE action = 'clinic.export'"
    assert await db.read(lambda tx: tx.fetch_value(events)) == len(DATASETS)


async def test_one_patient_is_exported_to_staff_who_may_see_them(
    api: Api, db: Database, world: World, clock: FakeClock
) -> None:
    care = await in_care(db, world, clock)
    other = await world.patient(care.patient.clinic, care.therapist)
    desk = await api.signed_in(care.therapist)
    address = f"/api/patients/{care.patient.id}/exports"
    assert {one["patient_id"] for one in rows(await desk.get(f"{address}/check-ins"))} == {care.patient.id}
    assert rows(await desk.get(f"/api/patients/{other.id}/exports/check-ins")) == []
    events = "SELECT patient_id FROM audit_events WHERE action = 'patient.export' ORDER BY seq"
    assert [row["patient_id"] for row in await db.read(lambda tx: tx.fetch(events))] == [care.patient.id, other.id]
    assert (await desk.get(f"{address}/nothing")).status_code == 404
    stranger = await api.signed_in(await world.therapist(care.patient.clinic))
    assert (await stranger.get(f"{address}/check-ins")).status_code == 404


async def test_an_export_needs_a_fresh_proof_of_identity(api: Api, world: World, clock: FakeClock) -> None:
    office = await api.signed_in(await world.admin(await world.clinic()))
    clock.advance(minutes=6)
    refused = await office.get("/api/exports/patients")
    assert (refused.status_code, refused.json()["code"]) == (403, "confirm-identity")


async def test_more_patients_than_one_piece_holds_are_all_exported(api: Api, world: World) -> None:
    admin = await world.admin(await world.clinic())
    for _ in range(60):
        await world.patient(admin.clinic)
    exported = rows(await (await api.signed_in(admin)).get("/api/exports/patients"))
    assert len({one["patient_id"] for one in exported}) == 60


async def test_an_export_can_be_imported_elsewhere(api: Api, world: World) -> None:
    admin: Person = await world.admin(await world.clinic())
    await world.patient(admin.clinic, given_name="-Ana", birth_year=1980)
    exported = await (await api.signed_in(admin)).get("/api/exports/patients")
    [(_, cells)] = read_table(exported.content.decode()).rows
    assert (cells["given-name"], cells["birth-year"]) == ("-Ana", "1980")
