"""Retention after the end of care: contact with a patient goes after the operator's days, the record stays."""

from datetime import timedelta

import pytest

from homeplan.clock import to_ms
from homeplan.db import Database
from homeplan.privacy.worker import delete_due
from homeplan.programs.episode import Stage
from homeplan.settings import Settings
from homeplan.worker_loop import Pace
from tests.checkins.answers import safety_body
from tests.conftest import FakeClock
from tests.contact.test_visits import visit
from tests.messages.conftest import words
from tests.programs.care import Care
from tests.world import Api, World

TABLES = ("messages", "message_versions", "contacts", "visits", "escalation_notices")
NOTICE = """
INSERT INTO escalation_notices (clinic_id, alert_id, at, staff_id, step, channels)
VALUES (:clinic_id, :alert_id, :at, :staff_id, 0, '[]')"""
KEEP = Settings(after_care_days=400)
CONTACT = {
    "kind": "call",
    "reached": True,
    "spokeWith": "patient",
    "note": "Better.",
    "patientWords": "The stairs are fine.",
}


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    therapist = await world.therapist(await world.clinic())
    care = Care(db, clock, therapist, await world.patient(therapist.clinic, therapist))
    await care.step(Stage.ACTIVE)
    return care


async def fill(api: Api, care: Care) -> None:
    """An edited message, a corrected contact, a visit, and a notice about an alert that is closed."""
    desk, phone = await api.signed_in(care.therapist), await api.signed_in(care.patient)
    chart, now = f"/api/patients/{care.patient.id}", care.clock.now()
    await phone.put("/api/me/messages/m1", json=words(now, "Left."))
    await phone.put("/api/me/messages/m1", json=words(now + timedelta(seconds=1), "Right."))
    contact = CONTACT | {"startedAt": now.isoformat()}
    for answer in (
        await desk.post(f"{chart}/contacts", json=contact | {"id": "c1"}),
        await desk.put(f"{chart}/contacts/c1", json=contact | {"basedOn": 1, "note": "Much better."}),
        await desk.post(f"{chart}/visits", json=visit()),
    ):
        assert answer.status_code in (200, 201)
    await phone.post("/api/me/safety-answers", json=safety_body(now, "saddle"))
    [alert] = (await desk.get(f"{chart}/alerts")).json()
    await care.db.write(
        lambda tx: tx.execute(
            NOTICE, clinic_id=care.clinic_id, alert_id=alert["id"], at=to_ms(now), staff_id=care.therapist.id
        )
    )
    acted = {"note": "Went to the hospital.", "outcome": "sent-to-emergency"}
    assert (await desk.post(f"{chart}/alerts/{alert['id']}/acknowledgement", json=acted)).status_code == 201


async def stored(db: Database) -> list[int]:
    return [await count(db, table) for table in TABLES]


async def count(db: Database, table: str) -> int:
    return int(await db.read(lambda tx: tx.fetch_value(f"SELECT COUNT(*) FROM {table}")))


async def delete(care: Care, settings: Settings = KEEP) -> None:
    await delete_due(settings, care.db, care.clock.now(), Pace())


async def test_contact_goes_when_care_has_ended_for_the_time_that_the_operator_sets(api: Api, care: Care) -> None:
    await fill(api, care)
    await care.step(Stage.GOAL_REACHED)
    care.clock.advance(days=9)
    await care.step(Stage.DISCHARGED)
    assert await stored(care.db) == [1, 1, 2, 1, 1]
    care.clock.advance(days=399)
    await delete(care)
    assert await stored(care.db) == [1, 1, 2, 1, 1]
    care.clock.advance(days=2)
    await delete(care, Settings())
    assert await stored(care.db) == [1, 1, 2, 1, 1], "without the setting it stays as long as the record"
    await delete(care)
    assert await stored(care.db) == [0, 0, 0, 0, 0]
    assert await count(care.db, "episodes") == 1


async def test_a_patient_in_care_keeps_all_of_it(api: Api, care: Care) -> None:
    await fill(api, care)
    care.clock.advance(days=3000)
    await delete(care)
    assert await stored(care.db) == [1, 1, 2, 1, 1]


async def test_a_late_call_after_the_discharge_is_kept_for_its_own_time(api: Api, care: Care) -> None:
    await care.step(Stage.GOAL_REACHED)
    await care.step(Stage.DISCHARGED)
    care.clock.advance(days=401)
    desk = await api.signed_in(care.therapist)
    late = CONTACT | {"startedAt": care.clock.now().isoformat(), "id": "late"}
    assert (await desk.post(f"/api/patients/{care.patient.id}/contacts", json=late)).status_code == 201
    await delete(care)
    assert (await stored(care.db))[2] == 1
    care.clock.advance(days=401)
    await delete(care)
    assert (await stored(care.db))[2] == 0


async def test_patients_of_all_clinics_go_page_by_page(
    db: Database, world: World, api: Api, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("homeplan.privacy.worker.PAGE", 2)
    cares = []
    for _ in range(5):
        therapist = await world.therapist(await world.clinic())
        care = Care(db, clock, therapist, await world.patient(therapist.clinic, therapist))
        await care.step(Stage.ACTIVE)
        phone = await api.signed_in(care.patient)
        await phone.put("/api/me/messages/m1", json=words(clock.now(), "Hello."))
        await care.step(Stage.GOAL_REACHED)
        await care.step(Stage.DISCHARGED)
        cares.append(care)
    assert (await stored(db))[0] == 5
    clock.advance(days=401)
    await delete(cares[0])
    assert (await stored(db))[0] == 0
