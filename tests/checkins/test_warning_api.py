"""Warning signs from the phone to the chart: what is stored, what follows, how a mistake is told, who ends it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from homeplan.checkins.screen import effect_of
from homeplan.db import Database
from tests.checkins.answers import PATH, TODAY, acknowledge, body, count, lift, safety_body
from tests.conftest import FakeClock
from tests.programs.care import Care
from tests.world import Api, Person

STATE = "/api/me/exercise-pause"
SIGNS = [
    (["breath"], "emergency"), (["shoulder_tip"], "emergency"), (["saddle"], "emergency"), (["wipe"], "emergency"),
    (["bladder"], "emergency"), (["bladder_full"], "emergency"), (["bowel"], "emergency"), (["sexual"], "emergency"),
    (["legs"], "emergency"), (["both_legs"], "emergency"), (["sudden_nerve"], "emergency"),
    (["belly_flank"], "emergency"), (["pulse"], "emergency"), (["head_neck"], "emergency"), (["calf"], "urgent"),
    (["weight"], "soon"), (["calf", "breath"], "emergency"), (["unheard_of"], "urgent"),
]  # fmt: skip
SEVERITY = {"emergency": "critical", "urgent": "high", "soon": "normal"}


@pytest.mark.parametrize("way", ["check-in", "safety screen", "telephone"])
@pytest.mark.parametrize(("signs", "level"), SIGNS, ids=["+".join(signs) for signs, _ in SIGNS])
async def test_a_sign_alerts_pauses_and_stays_open_by_its_level(
    phone: httpx.AsyncClient,
    desk: httpx.AsyncClient,
    patient: Person,
    clock: FakeClock,
    way: str,
    signs: list[str],
    level: Any,
) -> None:
    if way == "check-in":
        answer = await phone.put(PATH, json=body(clock.now(), anythingNew=True, safetyYes=signs))
    else:
        path = "/api/me/safety-answers" if way == "safety screen" else f"/api/patients/{patient.id}/safety-answers"
        sender = phone if way == "safety screen" else desk
        answer = await sender.post(path, json=safety_body(clock.now(), *signs))
    assert answer.is_success, answer.text
    assert (answer.json()["safetyLevel"], answer.json()["safetyYes"]) == (level, signs)
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["rule"], alert["inputs"]["items"]) == ("safety-yes", sorted(signs))
    assert effect_of(level).severity == SEVERITY[level]
    state = (await phone.get(STATE)).json()
    assert (state["pause"] and state["pause"]["reason"]) == (None if level == "soon" else level)
    assert (state["warning"]["level"], set(state["warning"]["signs"])) == (level, set(signs))
    assert (state["warning"]["retracted"], state["warning"]["since"]) == (False, "2026-03-02T15:00:00Z")


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"regions": [{"slug": "elbow", "side": "left"}]}, TODAY, "unknown-region"),
    ({"answeredAt": "1970-01-01T00:00:00Z"}, TODAY, "answer-too-old"),
    ({}, "2026-01-02", "day-closed"),
]


@pytest.mark.parametrize(("changes", "day", "code"), REFUSED, ids=[code for _, _, code in REFUSED])
async def test_the_sign_of_a_refused_check_in_is_stored_once(
    phone: httpx.AsyncClient,
    desk: httpx.AsyncClient,
    db: Database,
    patient: Person,
    clock: FakeClock,
    changes: dict[str, Any],
    day: str,
    code: str,
) -> None:
    sent = body(clock.now(), safetyYes=["faint"], otherText="I fell.", **changes)
    for _ in range(2):
        refused = await phone.put(f"/api/me/checkins/{day}", json=sent)
        assert (refused.status_code, refused.json()["code"]) == (400, code)
    alone = {"id": sent["clientEventId"], "answeredAt": sent["answeredAt"], "safetyYes": ["faint", "other"]}
    assert (await phone.post("/api/me/safety-answers", json=alone)).status_code == 200
    assert (await count(db, "checkins"), await count(db, "alerts")) == (0, 1)
    state = (await phone.get(STATE)).json()
    assert (state["pause"]["reason"], state["warning"]["signs"]) == ("emergency", ["faint", "other"])
    [kept] = (await desk.get(f"/api/patients/{patient.id}/safety-answers")).json()
    assert (kept["safetyYes"], kept["otherText"]) == (["faint", "other"], "I fell.")
    stored = await db.read(
        lambda tx: tx.fetch("SELECT object_id FROM audit_events WHERE action = 'safety-answer.save'")
    )
    assert {row["object_id"] for row in stored} == {sent["clientEventId"]}


async def test_a_refused_check_in_without_a_sign_leaves_nothing(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    await phone.put("/api/me/checkins/2026-01-02", json=body(clock.now(), note="My leg is numb."))
    assert (await count(db, "safety_answers"), await count(db, "alerts")) == (0, 0)


async def test_a_note_alone_alerts_nobody(phone: httpx.AsyncClient, db: Database, clock: FakeClock) -> None:
    await phone.put(PATH, json=body(clock.now(), note="My leg is numb and I cannot breathe."))
    assert await count(db, "alerts") == 0
    assert (await phone.get(STATE)).json()["warning"] is None


async def test_another_worry_keeps_its_words(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    saved = (await phone.put(PATH, json=body(clock.now(), anythingNew=True, otherText="My foot drags."))).json()
    assert (saved["safetyYes"], saved["otherText"], saved["safetyLevel"]) == (["other"], "My foot drags.", "urgent")
    [seen] = (await desk.get(f"/api/patients/{patient.id}/checkins")).json()
    assert seen["otherText"] == "My foot drags."
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), otherText="It is cold, too."))
    [answer] = (await desk.get(f"/api/patients/{patient.id}/safety-answers")).json()
    assert (answer["safetyYes"], answer["otherText"]) == (["other"], "It is cold, too.")


async def test_other_signs_under_a_used_id_are_kept_under_their_own(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock
) -> None:
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "night"))
    for _ in range(2):
        other = await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "faint"))
        assert (other.status_code, other.json()["code"]) == (409, "sent-before")
        assert await count(db, "safety_answers") == 2
    sent = body(clock.now())
    await phone.put(PATH, json=sent)
    await phone.put(PATH, json=sent | {"safetyYes": ["saddle"]})
    assert (await phone.get(STATE)).json()["warning"]["signs"] == ["faint", "saddle", "night"]


async def test_a_mistaken_tap_deletes_nothing_and_says_so(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "faint"))
    clock.advance(minutes=4)
    mistake = safety_body(clock.now(), id="safety-2", retracts="safety-1")
    assert (await phone.post("/api/me/safety-answers", json=mistake)).status_code == 201
    state = (await phone.get(STATE)).json()
    assert (state["warning"]["retracted"], state["warning"]["level"]) == (True, "emergency")
    assert (state["warning"]["answers"], state["pause"]["reason"]) == (["safety-1"], "emergency")
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["rule"], alert["closedAt"]) == ("safety-yes", None)
    answers = (await desk.get(f"/api/patients/{patient.id}/safety-answers")).json()
    assert [(one["id"], one["safetyYes"], one["retracts"]) for one in answers] == [
        ("safety-2", [], "safety-1"),
        ("safety-1", ["faint"], None),
    ]
    assert (await lift(desk, patient, clock.now())).json()["code"] == "not-acknowledged"
    await acknowledge(desk, patient, "entered-by-mistake")
    assert (await phone.get(STATE)).json()["warning"] is None
    assert (await lift(desk, patient, clock.now())).status_code == 200


async def test_a_new_sign_after_a_mistake_is_no_mistake(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    sent = body(clock.now(), safetyYes=["faint"])
    await phone.put(PATH, json=sent)
    mistake = safety_body(clock.advance(minutes=1), retracts=sent["clientEventId"])
    await phone.post("/api/me/safety-answers", json=mistake)
    assert (await phone.get(STATE)).json()["warning"]["retracted"] is True
    await phone.post("/api/me/safety-answers", json=safety_body(clock.advance(minutes=1), "calf", id="later"))
    assert (await phone.get(STATE)).json()["warning"]["retracted"] is False


async def test_the_signs_of_an_edited_check_in_stay_in_the_chart(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    first = body(clock.now(), safetyYes=["saddle"], otherText="Since this morning.")
    await phone.put(PATH, json=first)
    await phone.put(PATH, json=body(clock.advance(minutes=5)))
    [kept] = (await desk.get(f"/api/patients/{patient.id}/safety-answers")).json()
    assert (kept["id"], kept["safetyYes"]) == (first["clientEventId"], ["saddle", "other"])
    assert (kept["otherText"], kept["receivedAt"]) == ("Since this morning.", "2026-03-02T15:00:00Z")
    assert (await phone.get(STATE)).json()["warning"]["answers"] == [first["clientEventId"]]


@pytest.mark.parametrize(("body_", "field"), [
    ({"note": "Called."}, "outcome"), ({"note": "ok", "outcome": "spoke-continue"}, "note"),
    ({"note": "12 34 5", "outcome": "spoke-continue"}, "note"), ({"note": "", "outcome": "could-not-reach"}, "note"),
])  # fmt: skip
async def test_an_urgent_alert_is_not_acknowledged_without_outcome_and_note(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock, body_: Any, field: str
) -> None:
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "faint"))
    [alert] = (await desk.get("/api/alerts")).json()
    path = f"/api/patients/{patient.id}/alerts/{alert['id']}/acknowledgement"
    refused = await desk.post(path, json=body_)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (400, "outcome-needed", field)
    assert len((await desk.get("/api/alerts")).json()) == 1


async def test_an_alert_for_this_week_needs_no_outcome(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "weight"))
    assert (await phone.get(STATE)).json()["warning"]["level"] == "soon"
    [alert] = (await desk.get("/api/alerts")).json()
    path = f"/api/patients/{patient.id}/alerts/{alert['id']}/acknowledgement"
    assert (await desk.post(path, json={"note": ""})).status_code == 201
    assert (await phone.get(STATE)).json()["warning"] is None


async def test_not_reaching_the_patient_is_an_attempt_and_ends_nothing(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, patient: Person, clock: FakeClock
) -> None:
    await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "faint"))
    [alert] = (await desk.get("/api/alerts")).json()
    path = f"/api/patients/{patient.id}/alerts/{alert['id']}/acknowledgement"
    tried = {"note": "No answer, left word.", "outcome": "could-not-reach", "id": "try-1"}
    assert [(await desk.post(path, json=tried)).status_code for _ in range(2)] == [201, 200]
    assert (await desk.post(path, json=tried | {"note": "Engaged."})).json()["code"] == "sent-before"
    [still] = (await desk.get("/api/alerts")).json()
    assert [attempt["note"] for attempt in still["attempts"]] == ["No answer, left word."]
    assert (await phone.get(STATE)).json()["warning"]["level"] == "emergency"
    assert (await lift(desk, patient, clock.now())).json()["code"] == "not-acknowledged"
    spoken = {"note": "Went to the hospital.", "outcome": "sent-to-emergency"}
    closed = (await desk.post(path, json=spoken)).json()
    assert (closed["acknowledgement"]["outcome"], len(closed["attempts"])) == ("sent-to-emergency", 1)
    assert (await desk.post(path, json=spoken)).status_code == 200
    assert (await desk.post(path, json=tried | {"id": "try-2"})).json()["code"] == "alert-closed"
    state = (await phone.get(STATE)).json()
    assert (state["warning"], state["pause"]["reason"]) == (None, "emergency")


async def test_the_needling_of_the_last_week_is_told(
    api: Api, db: Database, therapist: Person, patient: Person, clock: FakeClock
) -> None:
    care = Care(db, clock, therapist, patient)
    phone = await api.signed_in(care.patient)
    assert (await phone.get(STATE)).json()["needling"] is None
    session = await care.needle()
    shown = (await phone.get(STATE)).json()["needling"]
    assert shown["endedAt"] == session.ended_at.isoformat().replace("+00:00", "Z")
    assert all(muscle["en"] and muscle["es"] for muscle in shown["muscles"])
    assert len(shown["muscles"]) == len({one.muscle for one in session.muscles})
    clock.set(session.ended_at + timedelta(days=7, minutes=1))
    phone = await api.signed_in(care.patient)
    assert (await phone.get(STATE)).json()["needling"] is None


async def test_staff_enter_for_a_patient_who_telephones(
    phone: httpx.AsyncClient, desk: httpx.AsyncClient, therapist: Person, patient: Person, clock: FakeClock
) -> None:
    chart = f"/api/patients/{patient.id}"
    sent = body(clock.now(), day=TODAY, painNow=6, safetyYes=["calf"]) | {"timeZone": None}
    entered = await desk.post(f"{chart}/checkins", json=sent)
    assert (entered.status_code, entered.json()["enteredBy"]["id"]) == (201, therapist.id)
    assert (await desk.post(f"{chart}/checkins", json=sent)).status_code == 200
    assert (await desk.post(f"{chart}/checkins", json=sent | {"painNow": 7})).json()["code"] == "sent-before"
    [mine] = (await phone.get("/api/me/checkins")).json()
    assert (mine["painNow"], mine["enteredBy"]["name"]) == (6, entered.json()["enteredBy"]["name"])
    assert (await phone.get(STATE)).json()["pause"]["reason"] == "urgent"
    closed = await desk.post(f"{chart}/checkins", json=sent | {"day": "2026-02-01", "clientEventId": "old"})
    assert (closed.status_code, closed.json()["code"]) == (400, "day-closed")
    answer = await desk.post(f"{chart}/safety-answers", json=safety_body(clock.now(), "faint"))
    assert answer.json()["enteredBy"] == mine["enteredBy"]
    later = body(clock.advance(minutes=5), painNow=4)
    assert (await phone.put(PATH, json=later)).json()["enteredBy"] is None
