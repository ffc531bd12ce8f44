"""The log of contacts over HTTP, on both engines; lifting a pause after one."""

from typing import Any

import pytest

from homeplan.db import Database
from tests.checkins.answers import acknowledge, count, lift, safety_body
from tests.programs.conftest import Desk, refusal
from tests.world import Person, World


def contact(desk: Desk, **changes: Any) -> dict[str, Any]:
    return {
        "id": "contact-1",
        "kind": "call",
        "reached": True,
        "spokeWith": "patient",
        "startedAt": desk.clock.now().isoformat(),
        "minutes": 4,
        "note": "Sleeps better.",
    } | changes


async def test_a_call_is_logged_once(desk: Desk, db: Database) -> None:
    sent = contact(desk, outcome="spoke-continue", nextStep="Call again", nextStepDue="2026-03-05")
    answers = [await desk.staff.post(desk.path("contacts"), json=sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    [logged] = (await desk.staff.get(desk.path("contacts"))).json()
    assert (logged["version"], logged["by"], logged["minutes"]) == (1, desk.therapist.id, 4)
    assert (logged["nextStep"], logged["nextStepDue"], logged["nextStepDoneAt"]) == ("Call again", "2026-03-05", None)
    other = await desk.staff.post(desk.path("contacts"), json=sent | {"note": "Another."})
    assert refusal(other)[:2] == (409, "sent-before")


@pytest.mark.parametrize(("changes", "field"), [
    ({"spokeWith": None}, "spokeWith"),
    ({"reached": False}, "spokeWith"),
    ({"reached": False, "spokeWith": None, "outcome": "spoke-continue"}, "outcome"),
    ({"nextStep": "Call"}, "nextStepDue"),
    ({"nextStepDue": "2026-03-05"}, "nextStep"),
    ({"nextStep": "Call", "nextStepDue": "2025-03-05"}, "nextStepDue"),
    ({"startedAt": "2026-03-02T16:00:00Z"}, "startedAt"),
    ({"startedAt": "2025-03-02T16:00:00Z"}, "startedAt"),
])  # fmt: skip
async def test_a_contact_that_does_not_fit_together_is_refused(
    desk: Desk, db: Database, changes: dict[str, Any], field: str
) -> None:
    answer = await desk.staff.post(desk.path("contacts"), json=contact(desk, **changes))
    assert refusal(answer) == (400, "unfit-contact", field)
    assert await count(db, "contacts") == 0


async def test_a_correction_keeps_the_version_before(desk: Desk, db: Database) -> None:
    await desk.staff.post(desk.path("contacts"), json=contact(desk))
    path = desk.path("contacts/contact-1")
    corrected = {name: value for name, value in contact(desk, note="Sleeps worse.").items() if name != "id"}
    answers = [await desk.staff.put(path, json=corrected | {"basedOn": 1}) for _ in range(2)]
    assert [(one.status_code, one.json()["version"]) for one in answers] == [(200, 2), (200, 2)]
    late = await desk.staff.put(path, json=corrected | {"basedOn": 1, "note": "Third."})
    assert refusal(late)[:2] == (409, "contact-changed")
    [logged] = (await desk.staff.get(desk.path("contacts"))).json()
    assert logged["note"] == "Sleeps worse."
    notes = await db.read(lambda tx: tx.fetch("SELECT note FROM contacts ORDER BY version"))
    assert [row["note"] for row in notes] == ["Sleeps better.", "Sleeps worse."]


async def test_a_next_step_is_done(desk: Desk) -> None:
    await desk.staff.post(desk.path("contacts"), json=contact(desk, nextStep="Call again", nextStepDue="2026-03-05"))
    done = await desk.staff.post(desk.path("contacts/contact-1/next-step/done"))
    assert (done.status_code, done.json()["nextStepDoneAt"] is None) == (200, False)
    await desk.staff.post(desk.path("contacts"), json=contact(desk, id="without"))
    assert (await desk.staff.post(desk.path("contacts/without/next-step/done"))).status_code == 404


async def test_own_words_leave_with_the_patient_and_the_record_stays(desk: Desk, db: Database) -> None:
    await desk.staff.post(desk.path("contacts"), json=contact(desk, patientWords="It burns like fire"))
    await desk.phone.post("/api/me/leave", json={"confirm": "delete-my-data"})
    [row] = await db.read(lambda tx: tx.fetch("SELECT note, patient_words FROM contacts"))
    assert (row["note"], row["patient_words"]) == ("Sleeps better.", None)


async def test_a_call_about_an_alert_is_logged_with_its_outcome(desk: Desk) -> None:
    await desk.phone.post("/api/me/safety-answers", json=safety_body(desk.clock.now(), "saddle"))
    [alert] = (await desk.staff.get("/api/alerts")).json()
    path = desk.path(f"alerts/{alert['id']}/acknowledgement")
    call = {"kind": "call", "startedAt": desk.clock.now().isoformat()}
    tried = {"note": "No answer.", "outcome": "could-not-reach", "id": "try-1"}
    for status in (201, 200):
        sent = await desk.staff.post(path, json=tried | {"contact": call | {"id": "call-1"}})
        assert sent.status_code == status
    desk.clock.advance(minutes=10)
    spoke = call | {"id": "call-2", "spokeWith": "patient", "minutes": 6}
    outcome = {"note": "Goes to the hospital now.", "outcome": "sent-to-emergency", "contact": spoke}
    assert (await desk.staff.post(path, json=outcome)).status_code == 201
    logged = (await desk.staff.get(desk.path("contacts"))).json()
    assert {(one["id"], one["reached"], one["outcome"], one["alert"]) for one in logged} == {
        ("call-1", False, None, alert["id"]),
        ("call-2", True, "sent-to-emergency", alert["id"]),
    }


async def test_a_pause_is_lifted_with_who_spoke_with_whom_and_the_advice_only(desk: Desk, world: World) -> None:
    await desk.phone.post("/api/me/safety-answers", json=safety_body(desk.clock.now(), "fever"))
    await acknowledge(desk.staff, desk.patient, "spoke-stay-paused")
    now = desk.clock.now()
    assert refusal(await lift(desk.staff, desk.patient, now, advice="ok")) == (400, "advice-needed", "advice")
    for missing in ("spokeWith", "spokeAt", "advice", "kind"):
        assert refusal(await lift(desk.staff, desk.patient, now, **{missing: None}))[2] == missing
    assert (await desk.phone.get("/api/me/exercise-pause")).json()["pause"] is not None
    colleague: Person = await world.therapist(desk.therapist.clinic)
    answers = [await lift(desk.staff, desk.patient, now, by=colleague.id) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json()["pause"] is None
    [logged] = (await desk.staff.get(desk.path("contacts"))).json()
    assert (logged["by"], logged["outcome"], logged["note"]) == (colleague.id, "spoke-continue", "May walk and go on.")
    assert refusal(await lift(desk.staff, desk.patient, desk.clock.advance(minutes=1)))[1] == "not-paused"
