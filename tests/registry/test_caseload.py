"""Caseloads: moved to a colleague, covered for some days, and patients who are archived."""

import httpx
import pytest

from homeplan.db import Database
from tests.conftest import FakeClock
from tests.messages.conftest import words
from tests.world import Api, Person, World


@pytest.fixture
async def admin(world: World) -> Person:
    return await world.admin(await world.clinic())


@pytest.fixture
async def office(api: Api, admin: Person) -> httpx.AsyncClient:
    return await api.signed_in(admin)


async def names(client: httpx.AsyncClient, query: str = "") -> list[str]:
    return [each["givenName"] for each in (await client.get(f"/api/patients{query}")).json()]


async def on_worklist(client: httpx.AsyncClient) -> int:
    return int((await client.get("/api/worklist")).json()["patients"])


async def test_a_caseload_moves_to_a_colleague(
    api: Api, world: World, admin: Person, office: httpx.AsyncClient, db: Database
) -> None:
    first, second = await world.therapist(admin.clinic), await world.therapist(admin.clinic)
    for name in ("Ana", "Eva"):
        await world.patient(admin.clinic, first, given_name=name)
    both = await world.patient(admin.clinic, first, given_name="Both")
    await office.put(f"/api/patients/{both.id}/care-team/{second.id}")
    moved = await office.post("/api/caseloads/transfer", json={"fromStaff": first.id, "toStaff": second.id})
    assert (moved.status_code, moved.json()) == (200, {"patients": 3})
    assert await names(await api.signed_in(first)) == []
    assert await names(await api.signed_in(second)) == ["Ana", "Both", "Eva"]
    assert [(each["staffId"], each["patients"]) for each in (await office.get("/api/caseloads")).json()] == [
        (second.id, 3)
    ]
    events = "SELECT COUNT(*) FROM audit_events WHERE action = 'care-team.transfer'"
    assert await db.read(lambda tx: tx.fetch_value(events)) == 3


async def test_a_cover_person_sees_the_patients_on_those_days_only(
    api: Api, world: World, admin: Person, office: httpx.AsyncClient, clock: FakeClock
) -> None:
    away, cover = await world.therapist(admin.clinic), await world.therapist(admin.clinic)
    patient = await world.patient(admin.clinic, away, given_name="Ana")
    entry = {
        "staffId": away.id,
        "coverId": cover.id,
        "firstDay": "2026-03-03",
        "lastDay": "2026-03-03",
        "timeZone": "America/Denver",
    }
    assert (await office.put("/api/care-covers/c", json=entry)).status_code == 200
    seen = []
    for hours in (0, 17, 23):  # 2 March 08:00, 3 March 01:00, 4 March 00:00 in Denver
        clock.advance(hours=hours)
        desk = await api.signed_in(cover)
        seen.append((await names(desk), (await desk.get(f"/api/patients/{patient.id}")).status_code))
    assert seen == [([], 404), (["Ana"], 200), ([], 404)]
    assert (await (await api.signed_in(admin)).get("/api/care-covers")).json() == []


@pytest.mark.parametrize("change", [{"lastDay": "2026-03-01"}, {"coverId": "nobody"}, {"staffId": "nobody"}])
async def test_an_unfit_cover_is_refused(
    world: World, admin: Person, office: httpx.AsyncClient, change: dict[str, str]
) -> None:
    away, cover = await world.therapist(admin.clinic), await world.therapist(admin.clinic)
    entry = {"staffId": away.id, "coverId": cover.id, "firstDay": "2026-03-03", "lastDay": "2026-03-04"}
    refused = await office.put("/api/care-covers/c", json={**entry, "timeZone": "America/Denver", **change})
    assert (refused.status_code, refused.json()["code"]) == (400, "unfit-cover")


async def test_an_archived_patient_is_on_no_list_until_somebody_must_look_again(
    api: Api, world: World, admin: Person, clock: FakeClock
) -> None:
    therapist = await world.therapist(admin.clinic)
    patient = await world.patient(admin.clinic, therapist, given_name="Ana")
    desk, phone = await api.signed_in(therapist), await api.signed_in(patient)
    address = f"/api/patients/{patient.id}"
    assert (await desk.put(f"{address}/archive")).status_code == 204
    assert (await names(desk), await names(desk, "?archived=true"), await on_worklist(desk)) == ([], ["Ana"], 0)
    assert (await desk.delete(f"{address}/archive")).status_code == 204
    assert (await names(desk), await on_worklist(desk)) == (["Ana"], 1)
    await desk.put(f"{address}/archive")
    sent = await phone.put("/api/me/messages/m1", json=words(clock.now(), "May I swim?"))
    assert sent.is_success, sent.text
    assert (await names(desk), await on_worklist(desk)) == (["Ana"], 1)
    assert (await desk.put(f"{address}/archive")).json()["code"] == "still-in-care"


async def test_a_patient_in_care_is_not_archived(api: Api, world: World, admin: Person) -> None:
    therapist = await world.therapist(admin.clinic)
    patient = await world.patient(admin.clinic, therapist)
    desk = await api.signed_in(therapist)
    opened = await desk.post(f"/api/patients/{patient.id}/episodes", json={"id": "e", "problem": "Back"})
    assert opened.is_success, opened.text
    assert (await desk.put(f"/api/patients/{patient.id}/archive")).json()["code"] == "still-in-care"
