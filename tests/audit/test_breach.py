"""The way through docs/security.md, "If data may have leaked", for an account and a phone in wrong hands."""

from typing import Any

import httpx
from litestar import Litestar

from homeplan.audit import Refusals, verify_all
from homeplan.db import Database
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.world import Api, World

OLD, NEW = "the audit key that somebody has seen", "the audit key that nobody has seen yet"


async def found(desk: httpx.AsyncClient, **wanted: str) -> list[dict[str, Any]]:
    """The trail as the console shows it, page after page."""
    events: list[dict[str, Any]] = []
    before: dict[str, str] = {}
    while True:
        page = (await desk.get("/api/audit-events", params={**wanted, **before})).json()
        events += page["events"]
        if page["nextBefore"] is None:
            return events
        before = {"before": str(page["nextBefore"])}


async def test_a_leak_is_stopped_and_the_trail_names_the_patients_concerned(
    api: Api, litestar: Litestar, db: Database, world: World, clock: FakeClock
) -> None:
    clinic = await world.clinic()
    admin, careless, colleague = await world.admin(clinic), await world.therapist(clinic), await world.therapist(clinic)
    concerned = [await world.patient(clinic, careless) for _ in range(2)]
    untouched, closed = await world.patient(clinic, careless), await world.patient(clinic, colleague)
    await (await api.signed_in(careless)).get(f"/api/patients/{untouched.id}/checkins")
    lost_phone = await api.signed_in(untouched)

    clock.advance(days=1)
    begin = clock.now().isoformat()
    boss, thief = await api.signed_in(admin), await api.signed_in(careless)
    read = [await thief.get(f"/api/patients/{patient.id}/checkins") for patient in concerned]
    assert [answer.status_code for answer in read] == [200, 200]
    assert (await thief.get(f"/api/patients/{closed.id}/checkins")).status_code == 404

    # 1. Stop it.
    assert (await boss.patch(f"/api/staff/members/{careless.id}", json={"disabled": True})).status_code == 200
    assert (await thief.get(f"/api/patients/{untouched.id}/checkins")).status_code == 401
    assert (await boss.delete(f"/api/patients/{untouched.id}/sign-ins")).status_code == 204
    assert (await lost_phone.get("/api/me")).status_code == 401
    await litestar.state.memory.of(Refusals).settled()

    # 3. Look.
    verdicts = await verify_all(db, clock, Settings(audit_key=OLD))
    assert [(verdict.reason, verdict.unkeyed) for verdict in verdicts.values()] == [(None, 0)]
    by_account = await found(boss, person=careless.id, since=begin)
    charts = {event["patientId"]: event for event in by_account if not event["action"].startswith("refused.")}
    assert set(charts) == {patient.id for patient in concerned}
    assert {event["ip"] for event in charts.values()} == {"127.0.0.1"}
    tried = [event for event in by_account if event["action"].startswith("refused.")]
    assert [(event["action"], event["patientId"]) for event in tried] == [("refused.not-found", closed.id)]
    assert {event["requestId"] for event in charts.values()} == {answer.headers["x-request-id"] for answer in read}

    # 5. Afterwards: a new key follows the old one, and the trail stays whole.
    changed = await verify_all(db, clock, Settings(audit_key=NEW, audit_previous_keys=(OLD,)))
    assert [verdict.reason for verdict in changed.values()] == [None]
    assert changed[clinic.id].events > verdicts[clinic.id].events
    alone = await verify_all(db, clock, Settings(audit_key=OLD))
    assert alone[clinic.id].reason == "sealed with another key"
