"""The demo clinic can be invented at any time of day, and shows a newcomer all that a clinic has."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from homeplan.app import create_app
from homeplan.db import migrate, open_database
from homeplan.demo import build as demo
from homeplan.demo.cast import CAST
from homeplan.demo.patient import PUSH_HOST, InventedPatient
from homeplan.demo.visitor import Desk
from homeplan.settings import Settings
from tests.conftest import VAPID_KEY

MINUTES = range(0, 24 * 60, 10)


def test_the_first_day_happens_in_its_order_whenever_the_demo_is_started() -> None:
    unused: Any = None
    for role in (role for role in CAST if role.joined == 0):
        midnight = datetime(2026, 3, 4, tzinfo=ZoneInfo(role.zone)).astimezone(UTC)
        for until in (midnight + timedelta(minutes=minutes) for minutes in MINUTES):
            patient = InventedPatient(role, unused, unused, unused, unused, unused, until)
            registered, needled, prescribed, joined = (event.at for event in patient.events()[:4])
            assert registered < needled < prescribed < joined <= until, until


SEEN = ("Steady", "Quiet", "Sore", "Warning", "Ejemplo", "Busy", "No-Floor")
"""Patients of the demo that have between them all that passes between a clinic and a patient."""
PASSWORD = "a long enough sentence for a test"
SET_ASIDE = re.compile(r"\+1303555 ?01\d\d")


async def test_a_newcomer_sees_all_that_passes_between_a_clinic_and_its_patients(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "CAST", [role for role in CAST if role.name in SEEN])
    now = datetime(2026, 3, 4, 17, tzinfo=UTC)
    settings = Settings(
        vapid_private_key=VAPID_KEY, vapid_subject="mailto:operator@clinic.example", push_hosts=(PUSH_HOST,)
    )
    db = await open_database(f"sqlite:///{tmp_path}/demo.sqlite")
    await migrate(db, now)
    clock = demo.DemoClock(now)
    app = create_app(settings, db, clock)
    await demo.build(app, db, clock, now, PASSWORD, lambda _done, _all: None)

    desk = Desk(app, clock, demo.STAFF[-1][1], PASSWORD)
    charts = {each["givenName"]: f"/api/patients/{each['id']}" for each in await desk.get("/api/patients")}
    of: dict[str, list[Any]] = {
        what: [one for chart in charts.values() for one in await desk.get(f"{chart}/{what}")]
        for what in ("visits", "contacts", "alerts")
    }
    assert {visit["state"] for visit in of["visits"]} == {"planned", "took-place", "missed", "cancelled", "moved"}
    assert {visit["kind"] for visit in of["visits"]} >= {"needling", "follow-up"}
    assert any(visit["sessionId"] for visit in of["visits"])
    assert {contact["reached"] for contact in of["contacts"]} == {True, False}
    assert {contact["spokeWith"] for contact in of["contacts"]} == {None, "patient", "emergency-contact"}
    assert any(contact["nextStepDue"] for contact in of["contacts"])
    assert any(contact["patientWords"] for contact in of["contacts"])
    assert any(alert["attempts"] for alert in of["alerts"])
    assert any(alert["acknowledgement"] for alert in of["alerts"])

    numbers = {name: await desk.get(f"{chart}/telephone-numbers") for name, chart in charts.items()}
    called = [one["patient"]["number"] for one in numbers.values() if one["patient"]]
    called += [one["emergencyContact"]["telephone"]["number"] for one in numbers.values() if one["emergencyContact"]]
    assert called
    assert all(SET_ASIDE.fullmatch(number) for number in called), "an invented number could be somebody's"
    assert numbers["No-Floor"] == {"patient": None, "emergencyContact": None}

    threads = {name: await desk.get(f"{chart}/messages") for name, chart in charts.items()}
    assert threads["Sore"]["waitsSince"] is not None
    assert any(message["answeredAt"] for message in threads["Steady"]["messages"])
    assert await desk.get("/api/saved-replies")
    duty = await desk.get("/api/duty")
    assert duty["hours"]["holidays"]
    assert {entry["kind"] for entry in duty["roster"]["entries"]} == {"duty", "on-call"}
    await db.close()
