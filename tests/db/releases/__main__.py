"""Keeps a small database of the newest schema: `python -m tests.db.releases`."""

import asyncio
import re
import tempfile
from datetime import timedelta
from pathlib import Path

import httpx

from homeplan.app import create_litestar
from homeplan.audit import archive_all, seal_at_commit, verify_all
from homeplan.db import Database, migrate, open_database
from homeplan.db.migration_file import known_migrations
from homeplan.duty import worker as duty_checks
from homeplan.escalation import worker as escalation
from homeplan.http.envelope import Envelope
from homeplan.ids import new_id
from homeplan.settings import Settings
from tests.accounts.authenticator import Authenticator
from tests.checkins.answers import safety_body
from tests.conftest import FakeClock
from tests.db.releases import FOLDER, SECRET, dump
from tests.escalation.test_kills import SETTINGS as MAILING
from tests.escalation.test_kills import give_mail
from tests.library.pictures.drawn import drawn
from tests.library.pictures.test_api import sent as picture_body
from tests.library.test_api import NEW
from tests.privacy.conftest import answer_outcomes, in_care, write_messages
from tests.reminders.scene import Scene
from tests.world import ORIGIN, START, Api, Person, World


def main() -> None:
    path = FOLDER / f"{known_migrations()[-1].version:04d}.sql"
    path.write_text("\n".join(asyncio.run(_made())) + "\n", "utf-8")


async def _made() -> list[str]:
    """The statements that fill a new database."""
    with tempfile.TemporaryDirectory() as folder:
        db = await open_database(f"sqlite:///{folder}/made.sqlite")
        try:
            await migrate(db, START)
            await _fill(db)
            tables = [table for each in known_migrations() for table in re.findall(r"CREATE TABLE (\w+)", each.sql)]
            return await dump(db, list(dict.fromkeys(tables)))
        finally:
            await db.close()


async def _fill(db: Database) -> None:
    """Two clinics, a patient with something of everything, one who left, and one of whom little is known."""
    clock, settings = (
        FakeClock(),
        Settings(
            origin=ORIGIN, audit_key=SECRET, mail_url="smtp://mail.clinic.example", mail_from="notices@clinic.example"
        ),
    )
    seal_at_commit(db, clock, settings)
    world = World(db, clock)
    scene = Scene(db, clock, world)
    care = await in_care(db, world, clock)
    api = Api(Envelope(create_litestar(settings, db, clock), ORIGIN), db, clock)
    phone = await api.signed_in(care.patient)
    await answer_outcomes(api, care, phone)
    await _on_the_phone(phone, clock)
    await write_messages(await api.signed_in(care.therapist), care, phone)
    await _at_the_desk(await api.signed_in(care.therapist), care.patient.id, clock)
    await _in_the_office(await api.signed_in(await world.admin(care.patient.clinic)), care.therapist.id)
    await _at_the_door(api, await api.signed_in(await world.admin(care.patient.clinic)))
    await _on_duty(
        db, await world.therapist(care.patient.clinic), await api.signed_in(await world.admin(care.patient.clinic))
    )
    await _in_the_register(
        await api.signed_in(await world.admin(care.patient.clinic)),
        care.therapist,
        await world.therapist(care.patient.clinic),
    )
    await scene.device(care.patient)
    await _is_notified(await api.signed_in(care.therapist))
    await scene.device(care.therapist)
    await scene.remind(care.patient, "19:00", second_chance_minutes=30)
    await scene.second_way(care.patient)
    for evening in ("2026-03-02 19:00", "2026-03-03 19:00"):
        await scene.tick(evening)
    leaving = await world.patient(care.patient.clinic, care.therapist)
    answer = await (await api.signed_in(leaving)).post("/api/me/leave", json={"confirm": "delete-my-data"})
    assert answer.is_success, answer.text
    await world.patient(await world.clinic("O'Neill's Clinic"), zone="Pacific/Auckland")
    await verify_all(db, clock, settings)
    with tempfile.TemporaryDirectory() as archive:
        await archive_all(db, clock, settings, Path(archive), START + timedelta(seconds=1))
    db.run_before_commit(lambda tx: tx.fetch("SELECT 1"))  # the last event waits for its seal
    await (await api.signed_in(care.therapist)).get("/api/patients")
    await api.close()


async def _at_the_desk(desk: httpx.AsyncClient, patient_id: str, clock: FakeClock) -> None:
    chart = f"/api/patients/{patient_id}"
    [team] = (await desk.get(chart)).json()["careTeam"]
    alert = next(one for one in (await desk.get(f"{chart}/alerts")).json() if one["repeats"])
    [session] = (await desk.get(f"{chart}/needling-sessions")).json()
    call = {"kind": "call", "reached": True, "spokeWith": "patient", "startedAt": clock.now().isoformat()}
    visit = {"kind": "needling", "day": "2026-03-20", "wallTime": "14:30:00", "timeZone": "America/Denver"}
    numbers = {"patient": "303 555 0142", "emergencyContact": None}
    event = {"id": "event-1", "session": session["id"], "event": "bruise", "severity": "moderate"}
    followed_up = {"note": "Called, it's settling.", "outcome": "spoke-continue"}
    sent = [
        await desk.put(f"{chart}/telephone-numbers", json=numbers),
        await desk.post(f"{chart}/contacts", json=call | {"id": "contact-1"}),
        await desk.post(f"{chart}/staff-notes", json={"id": "note-1", "words": "Prefers mornings."}),
        await desk.put(f"{chart}/staff-notes/note-1", json={"words": "Prefers evenings.", "basedOn": 1}),
        await desk.post(f"{chart}/visits", json=visit | {"id": "visit-1"}),
        await desk.put(f"{chart}/alerts/{alert['id']}/owner", json={"owner": team["id"]}),
        await desk.post(f"{chart}/alerts/{alert['id']}/acknowledgement", json=followed_up),
        await desk.put(f"{chart}/alert-thresholds/no-checkin.days", json={"value": 2, "reason": "Lives alone."}),
        await desk.put(f"{chart}/program/phase", json={"phase": "p4"}),
        await desk.post(f"{chart}/adverse-events", json=event),
        await desk.post(f"{chart}/invitation", json={"id": new_id(clock.now())}),
        await desk.put(f"{chart}/program/draft", json={"prescriptions": []}),
        await desk.post("/api/library/pictures", json=picture_body(drawn(size=(96, 64)), "squeeze")),
        await desk.post("/api/library/items", json=NEW),
        await desk.post("/api/library/reviews", json={"slugs": ["bridge"]}),
    ]
    assert all(answer.is_success for answer in sent), [answer.text for answer in sent]


async def _in_the_office(desk: httpx.AsyncClient, therapist_id: str) -> None:
    certified = {"issuer": "Example Institute (invented)", "expiresOn": "2027-03-02"}
    sent = [
        await desk.put(f"/api/staff/members/{therapist_id}/needling-certification", json=certified),
        await desk.put("/api/needling-settings", json={"certificationOff": False}),
        await desk.put("/api/needling-settings/pairs/anticoagulant-hip-flexor-or-side", json={"override": True}),
        await desk.patch("/api/clinic", json={"privacyContact": "Example Desk, 1 Example Street", "recordYears": 7}),
    ]
    assert all(answer.is_success for answer in sent), [answer.text for answer in sent]


async def _in_the_register(desk: httpx.AsyncClient, therapist: Person, cover: Person) -> None:
    """An imported patient, who is merged into one who was registered twice, and a cover."""
    file = {"csv": "First name,Last name,Birth year\nTwice,Example,1980\n", "timeZone": "America/Denver"}
    again = {"id": "again", "givenName": "Twice", "familyName": "Example", "language": "en"}
    absence = {"firstDay": "2026-03-09", "lastDay": "2026-03-13", "timeZone": "America/Denver"}
    sent = [
        await desk.put("/api/patient-imports/import-1", json=file),
        await desk.post("/api/patients", json={**again, "timeZone": "America/Denver"}),
        await desk.put("/api/care-covers/cover-1", json={"staffId": therapist.id, "coverId": cover.id, **absence}),
    ]
    [pair] = (await desk.get("/api/duplicates")).json()
    records = {"kept": pair["first"]["id"], "merged": pair["second"]["id"]}
    sent.append(await desk.put("/api/patient-merges/merge-1", json=records))
    assert all(answer.is_success for answer in sent), [answer.text for answer in sent]


async def _on_duty(db: Database, therapist: Person, desk: httpx.AsyncClient) -> None:
    """Hours, a duty list with a cover person, escalations with their notices, and a digest."""
    others = [each["id"] for each in (await desk.get("/api/staff/members")).json() if each["id"] != therapist.id]
    week = [{"weekday": day, "opens": "08:00:00", "closes": "17:00:00"} for day in range(7)]
    entry = {"id": "e", "staffId": therapist.id, "kind": "duty", "weekdays": 127, "firstDay": None, "lastDay": None}
    cover = {"id": "c", "staffId": therapist.id, "coverId": others[0], "firstDay": None, "lastDay": None}
    hours = {"timeZone": "America/Denver", "week": week, "holidays": [{"day": "2026-12-25", "name": "Christmas"}]}
    duty = {"version": 0, "hours": hours, "roster": {"entries": [entry], "covers": [cover]}}
    answer = await desk.put("/api/duty", json=duty)
    assert answer.is_success, answer.text
    await give_mail(db, therapist)
    await escalation.tick(MAILING, db, START + timedelta(days=1))
    await duty_checks.tick(MAILING, db, START + timedelta(days=1))


async def _is_notified(desk: httpx.AsyncClient) -> None:
    """A member of staff has quiet hours, and a mail address that waits for its confirmation."""
    hours = {"quietFrom": "20:00:00", "quietUntil": "07:00:00", "timeZone": "America/Denver"}
    sent = [
        await desk.put("/api/staff/me/notifications", json=hours),
        await desk.put("/api/staff/me/mail-address", json={"email": "me@clinic.example", "language": "es"}),
    ]
    assert all(answer.is_success for answer in sent), [answer.text for answer in sent]


async def _at_the_door(api: Api, desk: httpx.AsyncClient) -> None:
    """A passkey, recovery codes, an invited colleague, and a challenge that waits for its answer."""
    options = (await desk.post("/api/staff/factors/passkeys/options")).json()["options"]
    passkey = {"name": "Key", "credential": Authenticator().make(options)}
    colleague = {"id": "colleague", "email": "colleague@clinic.example", "role": "therapist"}
    sent = [
        await desk.post("/api/staff/factors/passkeys", json=passkey),
        await desk.post("/api/staff/factors/recovery-codes"),
        await desk.post("/api/staff/invitations", json=colleague),
        await api.anyone.post("/api/staff/sign-in/passkey/options"),
    ]
    assert all(answer.is_success for answer in sent), [answer.text for answer in sent]


async def _on_the_phone(phone: httpx.AsyncClient, clock: FakeClock) -> None:
    settings = {"quietFrom": "21:00:00", "quietUntil": "07:00:00", "dailyCap": 2, "pausedUntil": None}
    sent = [
        await phone.get("/api/me"),
        await phone.post("/api/me/helper", json={"id": new_id(clock.now()), "name": "Example Helper"}),
        await phone.put("/api/me/reminder-settings", json=settings),
        await phone.put("/api/me/calendar-link"),
        await phone.post("/api/me/safety-answers", json=safety_body(clock.now(), "fever")),
    ]
    assert all(answer.is_success for answer in sent), [answer.text for answer in sent]


if __name__ == "__main__":
    main()
