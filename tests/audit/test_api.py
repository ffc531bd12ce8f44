"""Administrators read their clinic's trail, filtered and a page at a time; that is an event as well."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar

import homeplan
from homeplan.accounts.api import audit as api_of_audit
from homeplan.audit import append, refusals, verify_all
from homeplan.db import Database
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.test_access_matrix import routes_of
from tests.world import START, Api, Person, World


@pytest.fixture
async def admin(world: World) -> Person:
    return await world.admin(await world.clinic())


@pytest.fixture
async def desk(api: Api, admin: Person) -> httpx.AsyncClient:
    return await api.signed_in(admin)


async def record(db: Database, person: Person, clock: FakeClock, action: str, patient_id: str | None = None) -> None:
    now = clock.advance(minutes=1)
    await db.write(lambda tx: append(person.context(tx, now), action, object_id="object-1", patient_id=patient_id))


async def read(desk: httpx.AsyncClient, **wanted: Any) -> list[tuple[str, str | None]]:
    answer = await desk.get("/api/audit-events", params=wanted)
    assert answer.status_code == 200, answer.text
    return [(event["action"], event["patientId"]) for event in answer.json()["events"]]


async def test_the_trail_is_filtered_by_person_patient_area_and_time(
    db: Database, world: World, clock: FakeClock, admin: Person, desk: httpx.AsyncClient
) -> None:
    therapist = await world.therapist(admin.clinic)
    one, other = await world.patient(admin.clinic, therapist), await world.patient(admin.clinic, therapist)
    await record(db, therapist, clock, "checkin.read", one.id)
    await record(db, therapist, clock, "checkin.read", other.id)
    await record(db, admin, clock, "checkins.of-another-area", one.id)
    await record(db, admin, clock, "patient.save", one.id)
    assert await read(desk, person=therapist.id) == [("checkin.read", other.id), ("checkin.read", one.id)]
    about_one = [("patient.save", one.id), ("checkins.of-another-area", one.id), ("checkin.read", one.id)]
    assert await read(desk, patient=one.id) == about_one
    assert await read(desk, area="checkin") == [("checkin.read", other.id), ("checkin.read", one.id)]
    second, third = (START + timedelta(minutes=minutes) for minutes in (2, 3))
    assert await read(desk, since=second.isoformat(), until=third.isoformat()) == [("checkin.read", other.id)]


async def test_the_trail_of_another_clinic_is_not_shown(
    db: Database, world: World, clock: FakeClock, desk: httpx.AsyncClient
) -> None:
    elsewhere = await world.therapist(await world.clinic())
    await record(db, elsewhere, clock, "checkin.read", "p-1")
    assert await read(desk) == []
    assert await read(desk, person=elsewhere.id) == []


async def test_pages_follow_each_other_without_a_gap_and_without_a_repeat(
    db: Database, clock: FakeClock, admin: Person, desk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_of_audit, "PAGE", 2)
    for number in range(5):
        await record(db, admin, clock, f"checkin.number-{number}")
    met: list[str] = []
    before: dict[str, int] = {}
    for _ in range(3):
        page = (await desk.get("/api/audit-events", params={"area": "checkin", **before})).json()
        met += [event["action"] for event in page["events"]]
        before = {"before": page["nextBefore"]}
    assert met == [f"checkin.number-{number}" for number in (4, 3, 2, 1, 0)]
    assert page["nextBefore"] is None


async def test_reading_the_trail_is_in_the_trail_with_the_patient_it_was_read_about(
    world: World, admin: Person, desk: httpx.AsyncClient
) -> None:
    patient = await world.patient(admin.clinic)
    await read(desk, patient=patient.id)
    await read(desk, patient="typed-text")
    assert await read(desk, area="audit") == [("audit.read", None), ("audit.read", patient.id)]


async def test_the_last_verification_is_shown(
    db: Database, clock: FakeClock, admin: Person, desk: httpx.AsyncClient, settings: Settings
) -> None:
    assert (await desk.get("/api/audit-events")).json()["lastCheck"] is None
    await verify_all(db, clock, settings)
    check = (await desk.get("/api/audit-events")).json()["lastCheck"]
    assert check == {"checkedAt": "2026-03-02T15:00:00Z", "events": 1, "intact": True}


def test_every_action_has_its_words_on_the_console_in_both_languages(litestar: Litestar) -> None:
    """Its area and its verb; the words of English and Spanish have the same names by their type."""
    words = (Path(__file__).parents[2] / "web/src/console/i18n/audit.ts").read_text("utf-8")
    english = words.split("const es")[0]
    known = [set(re.findall(r'^    "?([a-z-]+)"?: "', part, re.MULTILINE)) for part in english.split("  verbs: {")]
    sources = "\n".join(path.read_text("utf-8") for path in (Path(homeplan.__file__).parent).rglob("*.py"))
    named = {str(name) for route in routes_of(litestar) if (name := route.handler.opt.get("audit"))}
    named |= set(re.findall(r'append\([\w.()]*, "([a-z-]+\.[a-z-]+)"', sources)) | {refusals.OVERFLOW}
    named |= {
        f"refused.{code}"
        for code in ("not-found", "forbidden", "sign-in-refused", "factor-refused", "not-signed-in", "too-many")
    }
    missing = {
        action for action in named for part, one in zip(known, action.split("."), strict=True) if one not in part
    }
    assert missing == set()
    spanish = words.split("const es")[1]
    assert [name for part in known for name in part if f"{name}: " not in spanish.replace('"', "")] == []
