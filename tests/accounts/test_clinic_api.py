"""The clinic, its staff and its patients over HTTP."""

from typing import Any

import pytest

from homeplan import audit
from homeplan.db import Database
from tests.accounts.test_sign_in_api import HASH, sign_in, sign_in_fully
from tests.conftest import FakeClock
from tests.world import Api, Person, World

COLLEAGUE = {"id": "i", "email": "bea@clinic.example", "role": "therapist"}

PATIENT = {"id": "jose", "givenName": "José", "familyName": "Núñez", "language": "es", "timeZone": "America/Denver"}


@pytest.fixture
async def admin(world: World) -> Person:
    return await world.admin(await world.clinic())


@pytest.fixture
async def therapist(world: World, admin: Person) -> Person:
    return await world.therapist(admin.clinic)


async def test_administrators_change_the_clinic(api: Api, admin: Person, therapist: Person) -> None:
    boss, desk = await api.signed_in(admin), await api.signed_in(therapist)
    changed = await boss.patch("/api/clinic", json={"phone": "555 0199", "draftsAllowed": False})
    assert changed.status_code == 200
    assert (
        (await desk.get("/api/clinic")).json()
        == changed.json()
        == {
            "id": admin.clinic.id,
            "name": "Example Clinic",
            "phone": "555 0199",
            "emergencyNumber": "911",
            "draftsAllowed": False,
            "privacyContact": "",
            "recordYears": None,
            "logo": None,
            "phoneRegion": "US",
            "address": "",
            "defaultLanguage": "en",
        }
    )
    assert (await desk.patch("/api/clinic", json={"phone": "555 0000"})).status_code == 403
    for body in (
        {"name": ""},
        {"phone": "call me"},
        {"emergencyNumber": ""},
        {"draftsAllowed": "yes"},
        {"id": "x"},
        {"phoneRegion": "XX"},
    ):
        assert (await boss.patch("/api/clinic", json=body)).status_code == 400


async def test_administrators_shut_colleagues_out_and_let_them_in_again(
    api: Api, admin: Person, world: World, clock: FakeClock
) -> None:
    bea = await world.therapist(admin.clinic, email="ana@clinic.example", password_hash=HASH)
    boss, client = await api.signed_in(admin), await sign_in_fully(api, clock)
    address = f"/api/staff/members/{bea.id}"
    assert (await client.get("/api/staff/me")).status_code == 200
    assert (await boss.patch(address, json={"disabled": True})).json()["disabledAt"] == "2026-03-02T15:00:30Z"
    assert (await client.get("/api/staff/me")).status_code == 401
    assert (await sign_in(api.anyone)).status_code == 401
    changed = await boss.patch(address, json={"disabled": False})
    assert set(changed.json()) == {"id", "name", "email", "role", "disabledAt"}
    assert changed.json()["disabledAt"] is None
    assert (await client.get("/api/staff/me")).status_code == 401
    assert (await sign_in(api.anyone)).status_code == 200


async def test_a_new_role_signs_a_colleague_out(api: Api, admin: Person, therapist: Person) -> None:
    boss, desk = await api.signed_in(admin), await api.signed_in(therapist)
    assert (await boss.patch(f"/api/staff/members/{therapist.id}", json={"name": "New Name"})).status_code == 200
    assert (await desk.get("/api/staff/me")).json()["name"] == "New Name"
    assert (await boss.patch(f"/api/staff/members/{therapist.id}", json={"role": "admin"})).status_code == 200
    assert (await desk.get("/api/staff/me")).status_code == 401


async def test_the_last_administrator_stays(api: Api, admin: Person) -> None:
    boss = await api.signed_in(admin)
    for change in ({"role": "therapist"}, {"disabled": True}):
        refused = await boss.patch(f"/api/staff/members/{admin.id}", json=change)
        assert (refused.status_code, refused.json()["code"]) == (409, "last-admin")
    assert (await boss.get("/api/staff/me")).status_code == 200


@pytest.mark.parametrize(
    "change", [{"email": "nobody"}, {"role": "patient"}, {"clinicId": "another"}, {"id": "no id"}, {"name": "Bea"}]
)
async def test_a_colleague_who_cannot_be_invited(api: Api, admin: Person, change: dict[str, Any]) -> None:
    boss = await api.signed_in(admin)
    refused = await boss.post("/api/staff/invitations", json=COLLEAGUE | change)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid")
    assert (await boss.get("/api/staff/invitations")).json() == []


async def test_staff_of_another_clinic_do_not_exist(api: Api, admin: Person, world: World) -> None:
    boss, stranger = await api.signed_in(admin), await world.therapist(await world.clinic())
    foreign = await boss.patch(f"/api/staff/members/{stranger.id}", json={"disabled": True})
    absent = await boss.patch("/api/staff/members/absent", json={"disabled": True})
    assert (foreign.status_code, foreign.content) == (404, absent.content)


async def test_a_therapist_registers_a_patient_and_treats_them(api: Api, therapist: Person) -> None:
    desk = await api.signed_in(therapist)
    body = {**PATIENT, "birthYear": 1980, "recordNumber": "A-17", "problem": "Espalda", "goal": "Jugar con mis nietos"}
    added = await desk.post("/api/patients", json=body)
    assert added.status_code == 201
    patient = added.json()
    assert {key: patient[key] for key in body} == body
    assert [member["id"] for member in patient["careTeam"]] == [therapist.id]
    assert (patient["invitation"], patient["joinedAt"]) == (None, None)
    assert (await desk.get(f"/api/patients/{patient['id']}")).json() == patient
    (listed,) = (await desk.get("/api/patients")).json()
    assert listed == {key: patient[key] for key in listed}
    assert "goal" not in listed


@pytest.mark.parametrize(
    "change",
    [
        {"givenName": ""},
        {"language": "de"},
        {"timeZone": "Mars/Olympus"},
        {"birthYear": 1899},
        {"birthYear": "1980"},
        {"goal": "x" * 501},
        {"id": "no id"},
        {"clinicId": "another"},
        {"createdAt": "2026-01-01T00:00:00Z"},
    ],
)
async def test_a_patient_who_cannot_be_registered(
    api: Api, therapist: Person, change: dict[str, Any], db: Database
) -> None:
    desk = await api.signed_in(therapist)
    assert (await desk.post("/api/patients", json={**PATIENT, **change})).status_code == 400
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM patients")) == 0


async def test_a_patients_details_are_corrected_one_by_one(api: Api, therapist: Person) -> None:
    desk = await api.signed_in(therapist)
    patient = (await desk.post("/api/patients", json={**PATIENT, "birthYear": 1980})).json()
    address = f"/api/patients/{patient['id']}"
    changed = await desk.patch(address, json={"familyName": "Nuñez García", "birthYear": None})
    assert changed.status_code == 200
    assert changed.json() == {**patient, "familyName": "Nuñez García", "birthYear": None}
    assert (await desk.patch(address, json={"timeZone": "x"})).status_code == 400
    assert (await desk.patch(address, json={"careTeam": []})).status_code == 400


async def test_a_colleague_sees_a_patient_from_joining_to_leaving(api: Api, therapist: Person, world: World) -> None:
    colleague = await world.therapist(therapist.clinic)
    patient = await world.patient(therapist.clinic, therapist)
    desk, other = await api.signed_in(therapist), await api.signed_in(colleague)
    chart, seat = f"/api/patients/{patient.id}", f"/api/patients/{patient.id}/care-team/{colleague.id}"
    assert (await other.get(chart)).status_code == 404
    assert (await other.put(seat)).status_code == 404
    assert (await desk.put(seat)).status_code == 204
    assert (await desk.put(seat)).status_code == 204
    assert (await other.get(chart)).status_code == 200
    assert len((await desk.get(chart)).json()["careTeam"]) == 2
    assert (await desk.delete(seat)).status_code == 204
    assert (await other.get(chart)).status_code == 404
    assert (await desk.delete(seat)).status_code == 404


async def test_the_chart_tells_of_the_invitation_and_the_first_phone(api: Api, therapist: Person, world: World) -> None:
    patient = await world.patient(therapist.clinic, therapist)
    desk = await api.signed_in(therapist)
    chart = f"/api/patients/{patient.id}"
    code = (await desk.post(f"{chart}/invitation", json={"id": "invitation-1"})).json()["pairingCode"]
    waiting = (await desk.get(chart)).json()
    assert waiting["invitation"] == {"createdAt": "2026-03-02T15:00:00Z", "expiresAt": "2026-03-05T15:00:00Z"}
    await api.anyone.post("/api/pairings", json={"id": "sign-in-1", "deviceLabel": "phone", "pairingCode": code})
    joined = (await desk.get(chart)).json()
    assert (joined["invitation"], joined["joinedAt"]) == (None, "2026-03-02T15:00:00Z")


async def test_what_was_done_over_http_is_in_the_audit_trail(
    api: Api, therapist: Person, world: World, db: Database
) -> None:
    patient = await world.patient(therapist.clinic, therapist)
    desk, phone = await api.signed_in(therapist), await api.signed_in(patient)
    await desk.get("/api/patients")
    answer = await desk.get(f"/api/patients/{patient.id}")
    await phone.get("/api/me")
    await phone.patch("/api/me", json={"language": "es"})
    rows = await db.read(
        lambda tx: tx.fetch("SELECT actor_id, role, action, patient_id, request_id FROM audit_events ORDER BY seq")
    )
    assert [(row["actor_id"], row["role"], row["action"], row["patient_id"]) for row in rows] == [
        (therapist.id, "therapist", "patient.list", None),
        (therapist.id, "therapist", "patient.read", patient.id),
        (patient.id, "patient", "me.save", patient.id),
    ]
    assert rows[1]["request_id"] == answer.headers["x-request-id"]
    verdict = await db.read(lambda tx: audit.verify(therapist.context(tx)))
    assert (verdict.unsealed, verdict.broken_at) == (3, None)


async def test_administrators_fill_in_what_the_privacy_notice_says_and_take_it_back(api: Api, admin: Person) -> None:
    boss = await api.signed_in(admin)
    notice = {"privacyContact": "Example Desk, privacy@clinic.example", "recordYears": 7}
    assert notice.items() <= (await boss.patch("/api/clinic", json=notice)).json().items()
    assert notice.items() <= (await boss.get("/api/clinic")).json().items()
    assert (await boss.patch("/api/clinic", json={"recordYears": None})).json()["recordYears"] is None
    assert (await boss.patch("/api/clinic", json={"recordYears": 0})).status_code == 400
