"""Refusals are in the audit trail of the clinic they concern, once per hour, and never without limit."""

from collections import Counter
from typing import Any

import pytest
from litestar import Litestar

from homeplan.actor import NOBODY
from homeplan.audit import Refusal, Refusals, refusals
from homeplan.db import Database
from homeplan.errors import Unavailable
from tests.conftest import FakeClock
from tests.world import START, Api, Person, World

PATIENT_CHART = "/api/patients/{}/checkins"


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


async def refused(litestar: Litestar, db: Database) -> list[dict[str, Any]]:
    """The refusals in the trail, in order."""
    await litestar.state.memory.of(Refusals).settled()
    rows = await db.read(lambda tx: tx.fetch("SELECT * FROM audit_events WHERE action LIKE 'refused.%' ORDER BY seq"))
    return [dict(row) for row in rows]


async def test_a_chart_that_is_not_open_to_a_colleague_is_on_record_with_the_patient(
    api: Api, litestar: Litestar, db: Database, world: World, therapist: Person
) -> None:
    patient = await world.patient(therapist.clinic, await world.therapist(therapist.clinic))
    desk = await api.signed_in(therapist)
    answer = await desk.get(PATIENT_CHART.format(patient.id))
    assert answer.status_code == 404
    [event] = await refused(litestar, db)
    assert (event["action"], event["clinic_id"], event["actor_id"], event["patient_id"]) == (
        "refused.not-found",
        therapist.clinic.id,
        therapist.id,
        patient.id,
    )
    assert event["request_id"] == answer.headers["x-request-id"]


async def test_what_is_typed_into_an_address_is_not_stored(
    api: Api, litestar: Litestar, db: Database, world: World, therapist: Person
) -> None:
    elsewhere = await world.patient(await world.clinic())
    desk = await api.signed_in(therapist)
    for typed in ("Ana-Example-born-1961", elsewhere.id):
        await desk.get(PATIENT_CHART.format(typed))
    events = await refused(litestar, db)
    assert [(event["clinic_id"], event["patient_id"]) for event in events] == [(therapist.clinic.id, None)] * 2
    assert "Ana" not in str(events)


async def test_a_screen_of_administrators_is_refused_on_record(
    api: Api, litestar: Litestar, db: Database, therapist: Person
) -> None:
    desk = await api.signed_in(therapist)
    for _ in range(3):
        assert (await desk.get("/api/audit-events")).status_code == 403
    assert [event["action"] for event in await refused(litestar, db)] == ["refused.forbidden"], "once per hour"


async def test_a_refused_sign_in_is_on_record_for_the_account_without_what_was_typed(
    api: Api, litestar: Litestar, db: Database, therapist: Person
) -> None:
    email = getattr(therapist.who, "email", "")
    for typed in (email, "nobody@clinic.example"):
        answer = await api.anyone.post("/api/staff/sign-in", json={"email": typed, "password": "not the password"})
        assert answer.status_code == 401
    [event] = await refused(litestar, db)
    assert (event["action"], event["actor_id"], event["object_id"]) == ("refused.sign-in-refused", "", therapist.id)
    assert email not in str(event)


async def test_throttled_tries_for_an_account_are_on_record(
    api: Api, litestar: Litestar, db: Database, therapist: Person
) -> None:
    body = {"email": getattr(therapist.who, "email", ""), "password": "not the password"}
    met = Counter([(await api.anyone.post("/api/staff/sign-in", json=body)).status_code for _ in range(12)])
    assert met[429] > 0
    assert {event["action"] for event in await refused(litestar, db)} == {"refused.sign-in-refused", "refused.too-many"}


async def test_a_refusal_by_the_rules_of_the_work_is_no_denial(
    api: Api, litestar: Litestar, db: Database, world: World, therapist: Person
) -> None:
    patient = await world.patient(therapist.clinic, therapist)
    desk = await api.signed_in(therapist)
    assert (await desk.delete(f"/api/patients/{patient.id}/alerts/none/snooze")).status_code == 404
    assert await refused(litestar, db) == []


def _refusal(number: int, hour: int = 0) -> Refusal:
    at = START.replace(hour=15 + hour)
    return Refusal(at=at, clinic_id="c", actor=NOBODY, code="not-found", target=f"/{number}", object_id=f"o{number}")


async def test_many_refusals_leave_a_limited_number_of_events_and_one_that_says_so(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "MOST_PER_HOUR", 5)
    noted = Refusals()
    for hour in (0, 1):
        for number in range(50):
            noted.note(db, _refusal(number, hour))
        await noted.settled()
    rows = await db.read(lambda tx: tx.fetch("SELECT action FROM audit_events ORDER BY seq"))
    assert [row["action"] for row in rows] == [*["refused.not-found"] * 5, "refused.more"] * 2


async def test_refusals_that_cannot_be_stored_are_in_the_log_and_stop_nothing(
    db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def full(_: object) -> None:
        raise Unavailable

    noted = Refusals()
    with monkeypatch.context() as patched:
        patched.setattr(db, "write", full)
        noted.note(db, _refusal(1))
        await noted.settled()
    assert caplog.messages == ["1 refusals not stored in the audit trail: Unavailable"]
    noted.note(db, _refusal(2))
    await noted.settled()
    assert await db.read(lambda tx: tx.fetch_value("SELECT COUNT(*) FROM audit_events")) == 1
