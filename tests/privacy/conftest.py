"""A patient of whom there is something of everything."""

from datetime import timedelta

import httpx
import pytest

from homeplan.checkins.actions import record_checkin
from homeplan.db import Database
from homeplan.delivery.actions import add_device
from homeplan.delivery.mail.model import NewMailAddress
from homeplan.delivery.mail.store import insert_address
from homeplan.delivery.model import NewDevice, SubscriptionKeys
from tests.checkins.answers import entry
from tests.conftest import FakeClock
from tests.programs.care import DENVER, Care
from tests.world import Api, World, context

NOTE = "Canary sat on my window <script>alert(1)</script>"
WORRY = "Canary worries about a numb toe"
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/canary-endpoint"


@pytest.fixture
async def care(db: Database, world: World, clock: FakeClock) -> Care:
    return await in_care(db, world, clock)


async def in_care(db: Database, world: World, clock: FakeClock) -> Care:
    """A patient with a plan, a needling session, a log, a check-in with an alert and a note, and a phone that rings."""
    therapist = await world.therapist(await world.clinic())
    patient = await world.patient(
        therapist.clinic,
        therapist,
        given_name="Anabel",
        birth_year=1961,
        record_number="R-4711",
        problem="Low back pain",
        goal="Carry my grandson",
    )
    care = Care(db, clock, therapist, patient)
    await care.needle(note="Left side first.")
    await care.check()
    await care.note_condition("epilepsy")
    await care.sign("Anabel Example")
    program = await care.publish("pelvic-tilt", "bridge")
    await care.log("log-1", program.revisions[-1].prescriptions[0].id, pain_during=2)
    now = clock.now()
    await db.write(
        lambda tx: record_checkin(
            context(tx, now, care.clinic_id),
            patient_id=patient.id,
            day=now.astimezone(DENVER).date(),
            entry=entry(now, painNow=8, painWorst24h=8, note=NOTE, otherText=WORRY, safetyYes=["fever"]),
        )
    )
    return care


async def ring(api: Api, care: Care) -> httpx.AsyncClient:
    """The patient's phone, signed in, with push switched on and one reminder."""
    phone = await api.signed_in(care.patient)
    device = NewDevice(
        endpoint=ENDPOINT,
        keys=SubscriptionKeys(p256dh="canary-p256dh", auth="canary-auth"),
        key_id="0" * 12,
        language="en",
        platform="android",
    )
    await care.db.write(
        lambda tx: add_device(care.patient.context(tx, care.clock.now()), care.patient.recipient, device)
    )
    address = NewMailAddress(email="me@patient.example", language="en")
    await care.db.write(
        lambda tx: insert_address(
            care.patient.context(tx, care.clock.now()),
            care.patient.recipient,
            "address-1",
            address,
            "canary-token",
            "canary-unsubscribe",
        )
    )
    reminder = {"kind": "checkin", "weekdays": 127, "wallTime": "19:00:00", "zonePolicy": "home", "enabled": True}
    assert (await phone.put("/api/me/reminders/r1", json=reminder)).status_code == 200
    await answer_outcomes(api, care, phone)
    await write_messages(await api.signed_in(care.therapist), care, phone)
    return phone


async def write_messages(desk: httpx.AsyncClient, care: Care, phone: httpx.AsyncClient) -> None:
    """A message of the patient that was edited, its answer, and a saved reply."""
    at = care.clock.now()
    first = {"words": "Canary on the roof", "writtenAt": at.isoformat(), "timeZone": "America/Denver"}
    edited = first | {"words": "Canary on my hand", "writtenAt": (at + timedelta(seconds=1)).isoformat()}
    answer = first | {"words": "Stay under 3.", "answers": [{"id": "m1", "version": 2}]}
    reply = {"title": "Soreness", "en": "That is usual.", "es": "Eso es normal."}
    sent = [
        await phone.put("/api/me/messages/m1", json=first),
        await phone.put("/api/me/messages/m1", json=edited),
        await desk.put(f"/api/patients/{care.patient.id}/messages/a1", json=answer),
        await desk.put("/api/saved-replies/r1", json=reply),
    ]
    assert all(one.is_success for one in sent), [one.text for one in sent]


async def answer_outcomes(api: Api, care: Care, phone: httpx.AsyncClient) -> None:
    """An event after needling, and an activity in the patient's words."""
    admin = await api.signed_in(await World(care.db, care.clock).admin(care.patient.clinic))
    permission = "/api/outcome-instruments/psfs/permission"
    assert (await admin.put(permission, json={"note": "An example."})).status_code == 200
    [session] = (await care.chart()).sessions
    given = {"id": "o1", "answeredAt": care.clock.now().isoformat(), "timeZone": "America/Denver"}
    event = {"event": "other", "severity": "mild", "words": "Canary in my ear"}
    answer = given | {"session": session.id, "promptHour": 3, "events": [event]}
    assert (await phone.post("/api/me/after-needling", json=answer)).status_code == 201
    score = {"activity": "a1", "words": "Canary cage cleaning", "value": 4}
    outcome = given | {"instrument": "psfs", "day": "2026-03-02", "scores": [score]}
    assert (await phone.post("/api/me/outcome-answers", json=outcome)).status_code == 201
