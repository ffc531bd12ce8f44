"""The work list over HTTP, on both engines."""

from typing import Any

import pytest

from homeplan.db import Database
from tests.alerts.test_lifecycle import finding
from tests.alerts.test_store import INPUTS, listed, report
from tests.world import Api, Person, World


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


@pytest.fixture
async def patient(world: World, therapist: Person) -> Person:
    return await world.patient(therapist.clinic, therapist)


@pytest.fixture
async def path(db: Database, patient: Person) -> str:
    """The acknowledgement of an open alert."""
    await report(db, patient, finding())
    [alert] = await listed(db, patient)
    return f"/api/patients/{patient.id}/alerts/{alert.id}/acknowledgement"


async def events(db: Database) -> list[tuple[str, str | None]]:
    rows = await db.read(lambda tx: tx.fetch("SELECT action, patient_id FROM audit_events ORDER BY seq"))
    return [(row["action"], row["patient_id"]) for row in rows]


async def test_a_therapist_finds_acknowledges_and_no_longer_finds_an_alert(
    api: Api, db: Database, therapist: Person, patient: Person, path: str
) -> None:
    desk = await api.signed_in(therapist)
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["rule"], alert["patientId"], alert["inputs"]) == ("soreness-high", patient.id, INPUTS)
    answer = await desk.post(path, json={"note": "Called, settling."})
    assert answer.status_code == 201
    assert answer.json()["acknowledgement"]["ownerId"] == therapist.id
    assert (await desk.get("/api/alerts")).json() == []
    [closed] = (await desk.get(f"/api/patients/{patient.id}/alerts")).json()
    assert closed["closedReason"] == "acknowledged"
    assert await events(db) == [
        ("alert.list", None),
        ("alert.acknowledge", patient.id),
        ("alert.list", None),
        ("alert.read", patient.id),
    ]


async def test_a_second_acknowledgement_is_a_conflict(api: Api, therapist: Person, path: str) -> None:
    desk = await api.signed_in(therapist)
    await desk.post(path, json={"note": ""})
    again = await desk.post(path, json={"note": "Called."})
    assert (again.status_code, again.json()["code"]) == (409, "alert-closed")


@pytest.mark.parametrize(("body", "field"), [
    ({}, "note"),
    ({"note": 4}, "note"),
    ({"note": None}, "note"),
    ({"note": "x" * 1001}, "note"),
    ({"note": "a\x00b"}, "note"),
    ({"note": "", "owner": "no such"}, "owner"),
    ({"note": "", "owner": "nobody"}, "owner"),
    ({"note": "", "clinicId": "c"}, "clinicId"),
    ({"note": "", "patientId": "p"}, "patientId"),
])  # fmt: skip
async def test_a_body_that_does_not_fit_is_refused_with_its_field(
    api: Api, db: Database, therapist: Person, patient: Person, path: str, body: Any, field: str
) -> None:
    answer = await (await api.signed_in(therapist)).post(path, json=body)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "invalid", field)
    assert (await listed(db, patient))[0].closed_at is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"note": "\\ud800"}', b'{"note": "", "note": ""}', b"\xff"])
async def test_what_is_not_json_is_refused(
    api: Api, db: Database, therapist: Person, patient: Person, path: str, body: bytes
) -> None:
    desk = await api.signed_in(therapist)
    answer = await desk.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert (await listed(db, patient))[0].closed_at is None


@pytest.mark.parametrize("alert_id", ["absent", "%00", "a%00b", "%ED%A0%80", "%FF", "x" * 300, "9223372036854775808"])
async def test_an_absent_alert_is_not_found_under_any_id(
    api: Api, therapist: Person, patient: Person, alert_id: str
) -> None:
    desk = await api.signed_in(therapist)
    answer = await desk.post(f"/api/patients/{patient.id}/alerts/{alert_id}/acknowledgement", json={"note": ""})
    assert answer.status_code in (400, 404)


async def test_foreign_and_absent_alerts_answer_alike(
    api: Api, world: World, db: Database, therapist: Person, path: str
) -> None:
    other = await world.therapist(therapist.clinic)
    stranger = await world.therapist(await world.clinic("Elsewhere"))
    own = await world.patient(therapist.clinic, therapist)
    absent = f"/api/patients/{own.id}/alerts/absent/acknowledgement"
    answers = [
        await (await api.signed_in(other)).post(path, json={"note": ""}),
        await (await api.signed_in(stranger)).post(path, json={"note": ""}),
        await (await api.signed_in(therapist)).post(absent, json={"note": ""}),
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


async def test_a_patient_and_a_visitor_do_not_reach_the_work_list(api: Api, patient: Person, path: str) -> None:
    for client in (api.anyone, await api.signed_in(patient)):
        assert (await client.get("/api/alerts")).status_code == 401
        assert (await client.post(path, json={"note": ""})).status_code == 401
