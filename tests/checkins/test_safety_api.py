"""Safety answers over HTTP, in a check-in and outside: the alerts they raise and the pauses they start."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from tests.checkins.answers import PATH, acknowledge, body, count, lift, safety_body
from tests.conftest import FakeClock
from tests.world import Api, Person, World


@pytest.mark.parametrize(("yes", "level", "severity", "paused"), [
    (["saddle"], "emergency", "critical", "emergency"),
    (["weight", "fever"], "urgent", "high", "urgent"),
    (["night"], "soon", "normal", None),
    (["cough_after_chest"], "emergency", "critical", "emergency"),
])  # fmt: skip
async def test_a_safety_yes_in_a_checkin_alerts_and_pauses_by_its_level(
    phone: httpx.AsyncClient,
    desk: httpx.AsyncClient,
    clock: FakeClock,
    yes: list[str],
    level: str,
    severity: str,
    paused: str | None,
) -> None:
    saved = (await phone.put(PATH, json=body(clock.now(), anythingNew=True, safetyYes=yes))).json()
    assert saved["safetyLevel"] == level
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["rule"], alert["severity"], alert["inputs"]["items"]) == ("safety-yes", severity, sorted(yes))
    pause = (await phone.get("/api/me/exercise-pause")).json()["pause"]
    assert (pause and pause["reason"]) == paused


async def test_a_safety_yes_counts_although_the_gate_says_no(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, clock: FakeClock
) -> None:
    saved = (await phone.put(PATH, json=body(clock.now(), anythingNew=False, safetyYes=["saddle"]))).json()
    assert saved["safetyLevel"] == "emergency"
    assert len((await desk.get("/api/alerts")).json()) == 1


async def test_withdrawing_a_safety_yes_closes_no_alert(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, clock: FakeClock
) -> None:
    await phone.put(PATH, json=body(clock.now(), safetyYes=["saddle"]))
    saved = (await phone.put(PATH, json=body(clock.advance(minutes=5)))).json()
    assert saved["safetyLevel"] is None
    assert len((await desk.get("/api/alerts")).json()) == 1
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"] is not None


async def test_a_safety_yes_that_a_later_answer_replaced_still_raises_one_alert(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    replaced = body(clock.now(), safetyYes=["saddle"])
    later = (await phone.put(PATH, json=body(clock.advance(minutes=5)))).json()
    for _ in range(2):
        assert (await phone.put(PATH, json=replaced)).json() == later
        assert [alert["inputs"]["items"] for alert in (await desk.get("/api/alerts")).json()] == [["saddle"]]
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"]["reason"] == "emergency"
    [kept] = (await desk.get(f"/api/patients/{patient.id}/safety-answers")).json()
    assert (kept["id"], kept["safetyYes"]) == (replaced["clientEventId"], ["saddle"])


async def test_repeating_an_answer_that_was_edited_since_raises_no_new_alert(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    sent = body(clock.now(), safetyYes=["saddle"])
    await phone.put(PATH, json=sent)
    await phone.put(PATH, json=body(clock.advance(minutes=5)))
    [alert] = (await desk.get("/api/alerts")).json()
    path = f"/api/patients/{patient.id}/alerts/{alert['id']}/acknowledgement"
    called = {"note": "Called.", "outcome": "spoke-continue"}
    assert (await desk.post(path, json=called)).status_code < 300
    clock.advance(minutes=5)
    await phone.put(PATH, json=sent)
    assert (await desk.get("/api/alerts")).json() == []


async def test_a_safety_answer_outside_a_checkin_is_stored_once(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, db: Database, patient: Person, clock: FakeClock
) -> None:
    sent = safety_body(clock.now(), "breath")
    first = await phone.post("/api/me/safety-answers", json=sent)
    assert (first.status_code, first.json()["safetyLevel"]) == (201, "emergency")
    clock.advance(minutes=1)
    again = await phone.post("/api/me/safety-answers", json=sent)
    assert (again.status_code, again.content) == (200, first.content)
    assert await count(db, "safety_answers") == await count(db, "alerts") == await count(db, "exercise_pauses") == 1
    assert (await desk.get(f"/api/patients/{patient.id}/safety-answers")).json() == [first.json()]


@pytest.mark.parametrize("zone", ["Etc/Unknown", "Mars/Phobos", ""])
async def test_a_safety_answer_from_an_unknown_zone_alerts_and_pauses(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, clock: FakeClock, zone: str
) -> None:
    sent = safety_body(clock.now(), "saddle", timeZone=zone)
    answer = await phone.post("/api/me/safety-answers", json=sent)
    assert answer.status_code == 201
    assert len((await desk.get("/api/alerts")).json()) == 1
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"]["reason"] == "emergency"


async def test_something_new_without_a_ticked_sign_counts_as_another_worry(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, clock: FakeClock
) -> None:
    sent = body(clock.now(), anythingNew=True, note="My leg gave way on the stairs.")
    for _ in range(2):
        saved = (await phone.put(PATH, json=sent)).json()
        assert (saved["safetyYes"], saved["safetyLevel"]) == (["other"], "urgent")
        [alert] = (await desk.get("/api/alerts")).json()
        assert (alert["rule"], alert["severity"], alert["inputs"]["items"]) == ("safety-yes", "high", ["other"])
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"]["reason"] == "urgent"


async def test_a_ticked_sign_is_not_joined_by_another_worry(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    saved = (await phone.put(PATH, json=body(clock.now(), anythingNew=True, safetyYes=["night"]))).json()
    assert (saved["safetyYes"], saved["safetyLevel"]) == (["night"], "soon")


async def test_another_worry_that_a_later_answer_replaced_is_stored(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    replaced = body(clock.now(), anythingNew=True)
    await phone.put(PATH, json=body(clock.advance(minutes=5)))
    await phone.put(PATH, json=replaced)
    [kept] = (await desk.get(f"/api/patients/{patient.id}/safety-answers")).json()
    assert (kept["id"], kept["safetyYes"], kept["safetyLevel"]) == (replaced["clientEventId"], ["other"], "urgent")


async def test_a_safety_screen_answered_with_no_is_stored_and_alerts_nobody(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    answer = await phone.post("/api/me/safety-answers", json=safety_body(clock.now()))
    assert (answer.status_code, answer.json()["safetyLevel"]) == (201, None)
    assert await count(db, "alerts") == await count(db, "exercise_pauses") == 0


async def test_a_safety_answer_of_a_phone_with_a_wrong_clock_is_accepted(
    phone: httpx.AsyncClient, clock: FakeClock
) -> None:
    answer = await phone.post("/api/me/safety-answers", json=safety_body(datetime(1970, 1, 1, tzinfo=UTC), "saddle"))
    assert (answer.status_code, answer.json()["answeredAt"]) == (201, "2026-03-02T15:00:00Z")


@pytest.mark.parametrize(("changes", "field"), [
    ({"id": ""}, "id"), ({"id": "a b"}, "id"), ({"safetyYes": ["no no"]}, "safetyYes[0]"),
    ({"safetyYes": "breath"}, "safetyYes"),
    ({"timeZone": 7}, "timeZone"),
    ({"answeredAt": "now"}, "answeredAt"), ({"patientId": "x"}, "patientId"),
])  # fmt: skip
async def test_an_invalid_safety_answer_is_refused_with_its_field(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock, changes: dict[str, Any], field: str
) -> None:
    answer = await phone.post("/api/me/safety-answers", json=safety_body(clock.now()) | changes)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    is_warning = field.startswith("safetyYes")  # a warning sign was meant, and is kept all the same
    assert await count(db, "safety_answers") == int(is_warning)


async def test_two_patients_may_use_one_id_and_see_only_their_own(
    api: Api, world: World, therapist: Person, phone: httpx.AsyncClient, clock: FakeClock
) -> None:
    other = await api.signed_in(await world.patient(therapist.clinic, therapist))
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "saddle"))
    theirs = await other.post("/api/me/safety-answers", json=safety_body(clock.now()))
    assert theirs.json()["safetyYes"] == []
    await phone.put(PATH, json=body(clock.now()))
    assert (await other.get("/api/me/checkins")).json() == []


async def test_exercise_stays_paused_until_the_clinic_has_acknowledged_and_lifts_it(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, db: Database, patient: Person, clock: FakeClock
) -> None:
    chart = f"/api/patients/{patient.id}/exercise-pause"
    assert (await desk.get(chart)).json() == {"pause": None, "warning": None, "needling": None, "followUp": None}
    refused = await lift(desk, patient, clock.now())
    assert (refused.status_code, refused.json()["code"]) == (409, "not-paused")
    await phone.put(PATH, json=body(clock.now(), safetyYes=["fever"]))
    assert (await desk.get(chart)).json()["pause"]["reason"] == "urgent"
    early = await lift(desk, patient, clock.now())
    assert (early.status_code, early.json()["code"]) == (409, "not-acknowledged")
    alert_id = await acknowledge(desk, patient)
    assert (await lift(desk, patient, clock.now())).status_code == 200
    [lifted] = await db.read(lambda tx: tx.fetch("SELECT acknowledged_alert FROM exercise_pauses"))
    assert lifted["acknowledged_alert"] == alert_id
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"] is None
    await phone.put(PATH, json=body(clock.advance(minutes=5), safetyYes=["fever"], note="edited"))
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"] is None
    await phone.put(PATH, json=body(clock.advance(minutes=5), safetyYes=["fever", "saddle"]))
    assert (await phone.get("/api/me/exercise-pause")).json()["pause"]["reason"] == "emergency"


async def test_an_emergency_becomes_and_stays_the_reason_of_a_pause(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    async def reason() -> Any:
        return (await phone.get("/api/me/exercise-pause")).json()["pause"]["reason"]

    await phone.put(PATH, json=body(clock.now(), safetyYes=["fever"]))
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "saddle"))
    assert await reason() == "emergency"
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "fever", id="safety-2"))
    assert await reason() == "emergency"
