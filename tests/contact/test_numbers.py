"""Telephone numbers over HTTP, on both engines."""

from typing import Any

import pytest

from homeplan.contact.numbers import rules
from homeplan.contact.numbers.model import UnusableNumber
from homeplan.contact.worker import erase_overdue
from homeplan.db import Database
from tests.checkins.answers import count, safety_body
from tests.programs.conftest import Desk, refusal
from tests.world import Api

BOTH = {"patient": "303 555 0142", "emergencyContact": {"name": "Rosa Example", "number": "+34 612 34 56 78"}}
LEAVE = {"confirm": "delete-my-data"}


@pytest.mark.parametrize(("typed", "stored"), [
    ("(303) 555-0142", "+13035550142"),
    ("1 303 555 0142", "+13035550142"),
    ("+34 612 34 56 78", "+34612345678"),
])  # fmt: skip
def test_a_number_is_stored_in_one_way_however_it_is_typed(typed: str, stored: str) -> None:
    assert rules.e164(typed, "US", field="patient") == stored


@pytest.mark.parametrize("typed", ["911", "555-0142", "303 555 0142 ext 4", "call me", "+", "٣", "1" * 40])
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(UnusableNumber):
        rules.e164(typed, "US", field="patient")


def test_a_number_is_read_as_the_country_of_the_clinic_writes_it() -> None:
    assert rules.telephone("+13035550142", "US").shown == "(303) 555-0142"
    assert rules.telephone("+13035550142", "ES").shown == "+1 303-555-0142"


async def test_staff_and_patient_enter_the_same_numbers(desk: Desk) -> None:
    chart = desk.path("telephone-numbers")
    assert (await desk.staff.get(chart)).json() == {"patient": None, "emergencyContact": None}
    saved = (await desk.staff.put(chart, json=BOTH)).json()
    assert saved["patient"] == {"number": "+13035550142", "shown": "(303) 555-0142"}
    assert saved["emergencyContact"]["telephone"]["number"] == "+34612345678"
    assert (await desk.phone.get("/api/me/telephone-numbers")).json() == saved
    mine = {"patient": "(303) 555-0199", "emergencyContact": None}
    assert (await desk.phone.put("/api/me/telephone-numbers", json=mine)).status_code == 200
    assert (await desk.staff.get(chart)).json() == {
        "patient": {"number": "+13035550199", "shown": "(303) 555-0199"},
        "emergencyContact": None,
    }


@pytest.mark.parametrize(("changes", "field"), [
    ({"patient": "911"}, "patient"),
    ({"emergencyContact": {"name": "Rosa Example", "number": "12"}}, "emergencyContact.number"),
])  # fmt: skip
async def test_a_wrong_number_stores_nothing(desk: Desk, db: Database, changes: dict[str, Any], field: str) -> None:
    answer = await desk.staff.put(desk.path("telephone-numbers"), json=BOTH | changes)
    assert refusal(answer) == (400, "unusable-number", field)
    assert await count(db, "phone_numbers") == 0


async def test_the_clinic_says_its_country(desk: Desk, api: Api, db: Database) -> None:
    await db.write(lambda tx: tx.execute("UPDATE clinics SET phone_region = 'ES'"))
    saved = await desk.staff.put(
        desk.path("telephone-numbers"), json={"patient": "612345678", "emergencyContact": None}
    )
    assert saved.json()["patient"] == {"number": "+34612345678", "shown": "612 34 56 78"}


async def test_an_open_alert_has_the_number_to_call(desk: Desk) -> None:
    await desk.staff.put(desk.path("telephone-numbers"), json=BOTH)
    await desk.phone.post("/api/me/safety-answers", json=safety_body(desk.clock.now(), "fever"))
    [alert] = (await desk.staff.get("/api/alerts")).json()
    assert alert["telephone"]["number"] == "+13035550142"
    [row] = (await desk.staff.get("/api/worklist")).json()["rows"]
    assert row["telephone"]["shown"] == "(303) 555-0142"


async def test_all_numbers_leave_with_the_patient(desk: Desk, db: Database) -> None:
    await desk.staff.put(desk.path("telephone-numbers"), json=BOTH)
    assert (await desk.phone.get("/api/me/leave")).json() == {"urgentAlert": False, "numberKept": False}
    assert (await desk.phone.post("/api/me/leave", json=LEAVE)).status_code == 200
    assert await count(db, "phone_numbers") == 0


async def left_with_an_alert(desk: Desk) -> dict[str, Any]:
    await desk.staff.put(desk.path("telephone-numbers"), json=BOTH)
    await desk.phone.post("/api/me/safety-answers", json=safety_body(desk.clock.now(), "saddle"))
    assert (await desk.phone.get("/api/me/leave")).json() == {"urgentAlert": True, "numberKept": True}
    assert (await desk.phone.post("/api/me/leave", json=LEAVE)).status_code == 200
    [alert] = (await desk.staff.get("/api/alerts")).json()
    return dict(alert)


async def test_the_number_stays_with_an_urgent_alert_until_it_has_an_outcome(desk: Desk, db: Database) -> None:
    alert = await left_with_an_alert(desk)
    assert alert["telephone"]["number"] == "+13035550142"
    assert (await desk.staff.get(desk.path("telephone-numbers"))).json() == {"patient": None, "emergencyContact": None}
    [row] = (await desk.staff.get("/api/worklist")).json()["rows"]
    assert row["telephone"] is None
    path = desk.path(f"alerts/{alert['id']}/acknowledgement")
    tried = {"note": "No answer.", "outcome": "could-not-reach", "id": "try-1"}
    assert (await desk.staff.post(path, json=tried)).json()["telephone"]["number"] == "+13035550142"
    spoken = {"note": "Went to the hospital.", "outcome": "sent-to-emergency"}
    assert (await desk.staff.post(path, json=spoken)).json()["telephone"] is None
    assert await count(db, "phone_numbers") == 0


async def test_the_number_is_erased_seven_days_after_leaving_at_the_latest(desk: Desk, api: Api, db: Database) -> None:
    await left_with_an_alert(desk)
    almost = desk.clock.advance(days=6, hours=23)
    assert await db.write(lambda tx: erase_overdue(almost, tx)) == 0
    desk.staff = await api.signed_in(desk.therapist)
    assert (await desk.staff.get("/api/alerts")).json()[0]["telephone"] is not None
    late = desk.clock.advance(hours=1)
    desk.staff = await api.signed_in(desk.therapist)
    assert (await desk.staff.get("/api/alerts")).json()[0]["telephone"] is None  # also before the worker comes
    assert await db.write(lambda tx: erase_overdue(late, tx)) == 1
    assert await count(db, "phone_numbers") == 0
