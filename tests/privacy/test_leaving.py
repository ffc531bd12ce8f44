"""Leaving, on both engines: identifying data is erased, the record that the clinic must keep is stored under a code."""

import logging
import re
from typing import Any

import pytest
from litestar import Litestar

from homeplan.audit import verify
from homeplan.db import Database, Tx
from homeplan.http.access import Access
from homeplan.programs.store import episodes_of
from homeplan.reminders.ledger import figures
from tests.delivery.ledger import listed, plan
from tests.privacy.conftest import NOTE, WORRY, ring
from tests.programs.care import Care
from tests.test_access_matrix import UNSAFE, routes_of
from tests.world import Api, World, context

CONFIRM = {"confirm": "delete-my-data"}
IDENTIFYING = ("Anabel", "Example ", "R-4711", "grandson", "Canary", "1961")


def identifying_in(text: str) -> list[str]:
    """The traces of the patient in a text. The year counts alone: an id or a hash may happen to contain it."""
    return [each for each in IDENTIFYING if re.search(rf"(?<![\w-]){each}(?![\w-])" if each.isdigit() else each, text)]


OUTLIVES = "/api/patients/{patient_id:str}/alerts/{alert_id:str}/acknowledgement"
"""An urgent alert takes its outcome after the patient left."""


async def leave(api: Api, care: Care) -> str:
    phone = await ring(api, care)
    answer = await phone.post("/api/me/leave", json=CONFIRM)
    assert answer.status_code == 200
    assert "__Host-hp=" in answer.headers["set-cookie"]
    assert "Max-Age=0" in answer.headers["set-cookie"]
    return str(answer.json()["code"])


async def everything(db: Database, patient_id: str) -> str:
    """Every value of every row of the patient's, in every table that names one, and of the patient's own row."""

    async def read(tx: Tx) -> str:
        columns = "SELECT * FROM {} WHERE patient_id = :id"
        names = [name for name in TABLES if name != "patients"]
        rows = [await tx.fetch(columns.format(name), id=patient_id) for name in names]
        rows.append(await tx.fetch("SELECT * FROM patients WHERE id = :id", id=patient_id))
        return " ".join(str(value) for found in rows for row in found for value in dict(row).values())

    return await db.read(read)


TABLES = (
    "patients",
    "invitations",
    "sign_ins",
    "episodes",
    "programs",
    "program_drafts",
    "exercise_logs",
    "checkins",
    "safety_answers",
    "alerts",
    "devices",
    "reminders",
    "reminder_settings",
    "occurrences",
    "audit_events",
    "adverse_events",
    "psfs_activities",
    "needling_consents",
    "needling_checks",
    "intakes",
    "phone_numbers",
    "contacts",
    "staff_notes",
    "visits",
)


async def test_names_and_own_words_are_gone_and_the_record_stays(api: Api, care: Care, db: Database) -> None:
    before = await everything(db, care.patient.id)
    assert set(identifying_in(before)) >= {"Anabel", "R-4711", "1961"}
    assert NOTE in before
    assert WORRY in before
    code = await leave(api, care)
    after = await everything(db, care.patient.id)
    assert identifying_in(after) == []
    assert code in after

    async def kept(tx: Tx) -> tuple[Any, ...]:
        checkin = await tx.fetch_one("SELECT pain_now, safety_yes, note FROM checkins")
        assert checkin is not None
        counts = [await tx.fetch_value(f"SELECT COUNT(*) FROM {name}") for name in ("revisions", "exercise_logs")]
        return (checkin["pain_now"], checkin["safety_yes"], checkin["note"], *counts)

    assert await db.read(kept) == (8, '["fever","other"]', None, 1, 1)


async def test_nothing_reaches_the_patient_any_more(api: Api, care: Care, db: Database) -> None:
    phone = await ring(api, care)
    code = (await phone.post("/api/me/pairing-code", json={"id": "code-1"})).json()["pairingCode"]
    [device] = await listed(db, care.patient)
    waiting = await plan(db, care.patient, device, kind="test")
    assert (await phone.post("/api/me/leave", json=CONFIRM)).status_code == 200
    assert (await phone.get("/api/me")).status_code == 401
    late = {"id": "s", "pairingCode": code, "deviceLabel": "x"}
    assert (await api.anyone.post("/api/pairings", json=late)).status_code == 404

    async def read(tx: Tx) -> tuple[Any, ...]:
        [ended] = await tx.fetch("SELECT endpoint, auth, ended_as FROM devices")
        [delivery] = await tx.fetch("SELECT status FROM deliveries WHERE id = :id", id=waiting.id)
        return (
            *dict(ended).values(),
            delivery["status"],
            await tx.fetch_value("SELECT COUNT(*) FROM reminder_due"),
            await tx.fetch_value("SELECT COUNT(*) FROM reviews_due"),
            await tx.fetch_value("SELECT COUNT(*) FROM alerts WHERE closed_at IS NULL AND severity <> 'high'"),
        )

    assert await db.read(read) == ("", "", "removed", "superseded", 0, 0, 0)
    book = (await db.read(lambda tx: figures(context(tx, care.clock.now())))).ledger
    assert (book.due, book.superseded, book.unbalanced) == (2, 2, 0)


async def test_the_therapist_sees_that_they_left_and_cannot_write_any_more(api: Api, care: Care) -> None:
    code = await leave(api, care)
    desk = await api.signed_in(care.therapist)
    chart = f"/api/patients/{care.patient.id}"
    [row] = (await desk.get("/api/worklist")).json()["rows"]
    assert (row["givenName"], row["familyName"], row["reasons"][0]["need"]) == ("Patient", code, "alert-high")
    assert row["leftAt"] == "2026-03-02T15:00:00Z"
    assert (await desk.get(chart)).json()["leftAt"] == row["leftAt"]
    for path in ("report", "alerts", "program", "needling-sessions", "check-ins"):
        assert (await desk.get(f"{chart}/{path}")).status_code in (200, 404), path
    for method, path, body in (
        ("PATCH", chart, {"givenName": "Anabel"}),
        ("POST", f"{chart}/invitation", None),
        ("DELETE", f"{chart}/sign-ins", None),
    ):
        answer = await desk.request(method, path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "patient-left"), path


async def test_every_route_that_writes_about_who_left_is_refused(api: Api, litestar: Litestar, care: Care) -> None:
    await leave(api, care)
    desk = await api.signed_in(care.therapist)
    writing = [route for route in routes_of(litestar) if route.access is Access.CHART and route.method in UNSAFE]
    assert len(writing) > 10
    assert [route.path for route in writing if route.handler.opt["route"].of_who_left] == [OUTLIVES]
    for route in writing:
        if route.path == OUTLIVES:
            continue
        answer = await desk.request(route.method, route.address(care.patient.id), json={})
        assert (answer.status_code, answer.json()["code"]) == (409, "patient-left"), str(route)


async def test_an_urgent_alert_stays_open_under_the_code_until_it_has_an_outcome(
    api: Api, care: Care, db: Database
) -> None:
    code = await leave(api, care)
    desk = await api.signed_in(care.therapist)
    [alert] = (await desk.get("/api/alerts")).json()
    assert (alert["patientName"], alert["severity"], alert["closedAt"]) == (f"Patient {code}", "high", None)
    path = f"/api/patients/{care.patient.id}/alerts/{alert['id']}/acknowledgement"
    attempt = {"note": "Nobody answers.", "outcome": "could-not-reach", "id": "attempt-1"}
    assert (await desk.post(path, json={"note": "Seen."})).json()["code"] == "outcome-needed"
    assert (await desk.post(path, json=attempt)).status_code == 201
    assert len((await desk.get("/api/alerts")).json()) == 1
    outcome = {"note": "Called before they left.", "outcome": "spoke-continue"}
    assert (await desk.post(path, json=outcome)).status_code == 201
    assert (await desk.get("/api/alerts")).json() == []
    [row] = (await desk.get("/api/worklist")).json()["rows"]
    assert row["reasons"] == []
    assert identifying_in(await everything(db, care.patient.id)) == []


async def test_who_has_an_urgent_alert_open_is_told_to_call_before_they_leave(api: Api, care: Care) -> None:
    phone = await api.signed_in(care.patient)
    assert (await phone.get("/api/me/leave")).json() == {"urgentAlert": True, "numberKept": False}
    desk = await api.signed_in(care.therapist)
    for alert in (await desk.get("/api/alerts")).json():
        path = f"/api/patients/{care.patient.id}/alerts/{alert['id']}/acknowledgement"
        entry = {"note": "Called, all is well."} | (
            {"outcome": "spoke-continue"} if alert["severity"] == "high" else {}
        )
        assert (await desk.post(path, json=entry)).status_code == 201
    assert (await phone.get("/api/me/leave")).json() == {"urgentAlert": False, "numberKept": False}


async def test_reading_the_chart_of_who_left_writes_nothing_for_them(
    api: Api, world: World, care: Care, db: Database
) -> None:
    patient = await world.patient(care.therapist.clinic, care.therapist)
    phone = await api.signed_in(patient)
    assert (await phone.post("/api/me/leave", json=CONFIRM)).status_code == 200
    desk = await api.signed_in(care.therapist)
    program = (await desk.get(f"/api/patients/{patient.id}/program")).json()
    assert (program["episode"], program["program"], program["draft"]) == (None, None, None)
    proposal = await desk.get(f"/api/patients/{patient.id}/program/proposal?template=starter-general")
    assert (proposal.status_code, proposal.json()["code"]) == (409, "no-open-episode")
    assert await db.read(lambda tx: episodes_of(context(tx, clinic_id=patient.clinic.id), patient.id)) == []


async def test_the_list_shows_the_code_and_not_the_name(api: Api, care: Care) -> None:
    code = await leave(api, care)
    desk = await api.signed_in(care.therapist)
    [row] = (await desk.get("/api/patients")).json()
    assert (row["givenName"], row["familyName"], row["recordNumber"]) == ("Patient", code, None)


async def test_nobody_else_is_touched(api: Api, care: Care, world: World) -> None:
    other = await world.patient(care.patient.clinic, care.therapist, given_name="Zoraida")
    phone = await api.signed_in(other)
    await leave(api, care)
    assert (await phone.get("/api/me")).json()["patient"]["givenName"] == "Zoraida"


async def test_leaving_needs_its_word_and_leaves_a_sound_audit_trail(api: Api, care: Care, db: Database) -> None:
    phone = await api.signed_in(care.patient)
    for body in ({}, {"confirm": "yes"}, {"confirm": True}):
        assert (await phone.post("/api/me/leave", json=body)).status_code == 400
    assert (await phone.get("/api/me")).status_code == 200
    await leave(api, care)
    verdict = await db.read(lambda tx: verify(context(tx, clinic_id=care.clinic_id)))
    assert verdict.broken_at is None
    last = await db.read(lambda tx: tx.fetch("SELECT action FROM audit_events ORDER BY seq DESC LIMIT 1"))
    assert [row["action"] for row in last] == ["me.leave"]


async def test_nothing_of_who_left_is_logged(api: Api, care: Care, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = await leave(api, care)
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert not identifying_in(logged)
    assert not [each for each in (code, care.patient.id) if each in logged]
