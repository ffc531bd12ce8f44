"""Duplicates: found, merged without mixing two courses of care, and undone."""

import asyncio
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from tests.world import Api, Person, World

VISIT = {"kind": "other", "day": "2026-03-20", "wallTime": "14:30:00", "timeZone": "America/Denver"}


@pytest.fixture
async def admin(world: World) -> Person:
    return await world.admin(await world.clinic())


@pytest.fixture
async def office(api: Api, admin: Person) -> httpx.AsyncClient:
    return await api.signed_in(admin)


@pytest.fixture
async def pair(world: World, admin: Person, office: httpx.AsyncClient) -> tuple[Person, Person]:
    """A record with a course of care, and one that was registered again at the desk."""
    kept = await world.patient(admin.clinic, await world.therapist(admin.clinic), given_name="Ana", birth_year=1980)
    again = await world.patient(admin.clinic, await world.therapist(admin.clinic), given_name="ANA", record_number="R7")
    address = f"/api/patients/{again.id}"
    numbers = {"patient": "303 555 0142", "emergencyContact": None}
    assert (await office.put(f"{address}/telephone-numbers", json=numbers)).is_success
    assert (await office.post(f"{address}/visits", json={**VISIT, "id": "v1"})).is_success
    return kept, again


async def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows that a merge may touch."""
    found = {}
    for table in ("patients", "care_team", "phone_numbers", "visits"):
        columns = {
            "patients": "id, birth_year, record_number, merged_into, archived_at, search_key",
            "care_team": "patient_id, staff_id",
            "phone_numbers": "patient_id, whose, number",
            "visits": "id, patient_id, state",
        }[table]
        statement = f"SELECT {columns} FROM {table} ORDER BY 1, 2"
        found[table] = [tuple(row) for row in await db.read(lambda tx, sql=statement: tx.fetch(sql))]  # type: ignore[misc]
    return found


async def test_records_of_one_person_are_found(office: httpx.AsyncClient, pair: tuple[Person, Person]) -> None:
    [found] = (await office.get("/api/duplicates")).json()
    assert found["likeness"] == "name"
    assert {found["first"]["id"], found["second"]["id"]} == {each.id for each in pair}


async def test_a_merge_gives_what_is_said_of_the_person_and_an_undo_puts_all_back(
    api: Api, office: httpx.AsyncClient, pair: tuple[Person, Person], db: Database
) -> None:
    kept, merged = pair
    before = await everything(db)
    entry = {"kept": kept.id, "merged": merged.id}
    assert (await office.put("/api/patient-merges/m", json=entry)).status_code == 204
    assert (await office.put("/api/patient-merges/m", json=entry)).is_success, "sent again it stays one merge"
    chart = (await office.get(f"/api/patients/{kept.id}")).json()
    assert (chart["birthYear"], chart["recordNumber"], len(chart["careTeam"])) == (1980, "R7", 2)
    assert chart["earlierRecords"] == [merged.id]
    assert [each["id"] for each in (await office.get(f"/api/patients/{kept.id}/visits")).json()] == ["v1"]
    assert (await office.get(f"/api/patients/{kept.id}/telephone-numbers")).json()["patient"]["number"] == (
        "+13035550142"
    )
    assert (await office.get("/api/duplicates")).json() == []
    assert [each["id"] for each in (await office.get("/api/patients")).json()] == [kept.id]
    assert (await office.get(f"/api/patients/{merged.id}")).json()["mergedInto"] == kept.id
    refused = await office.patch(f"/api/patients/{merged.id}", json={"givenName": "Eva"})
    assert (refused.status_code, refused.json()["code"]) == (409, "patient-merged")
    assert (await office.delete("/api/patient-merges/m")).status_code == 204
    assert await everything(db) == before
    assert (await office.delete("/api/patient-merges/m")).json()["code"] == "merge-undone"


async def test_a_phone_of_the_merged_record_is_signed_out_while_it_is_merged(
    api: Api, office: httpx.AsyncClient, pair: tuple[Person, Person], db: Database
) -> None:
    kept, merged = pair
    phone = await api.signed_in(merged)
    refused = await office.put("/api/patient-merges/m", json={"kept": kept.id, "merged": merged.id})
    assert (refused.status_code, refused.json()["code"]) == (409, "cannot-merge")
    assert (await phone.get("/api/me")).status_code == 200
    await db.write(
        lambda tx: tx.execute("UPDATE patients SET merged_into = :kept WHERE id = :id", kept=kept.id, id=merged.id)
    )
    assert (await phone.get("/api/me")).status_code == 401
    await db.write(lambda tx: tx.execute("UPDATE patients SET merged_into = NULL WHERE id = :id", id=merged.id))
    assert (await phone.get("/api/me")).status_code == 200


async def test_two_merges_of_one_pair_at_once_end_as_one(
    office: httpx.AsyncClient, pair: tuple[Person, Person], db: Database
) -> None:
    one, other = pair
    answers = await asyncio.gather(
        office.put("/api/patient-merges/a", json={"kept": one.id, "merged": other.id}),
        office.put("/api/patient-merges/b", json={"kept": other.id, "merged": one.id}),
    )
    assert sorted(each.status_code for each in answers) == [204, 400]
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM patients WHERE merged_into IS NOT NULL")) == 1


async def test_a_record_of_another_clinic_is_not_merged(
    office: httpx.AsyncClient, pair: tuple[Person, Person], world: World
) -> None:
    stranger = await world.patient(await world.clinic())
    refused = await office.put("/api/patient-merges/m", json={"kept": pair[0].id, "merged": stranger.id})
    assert refused.status_code == 404
