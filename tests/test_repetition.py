"""Every route that creates takes the same request twice: the second answer is 200, and nothing is there twice.

Generated from the schema, so a new route that creates is asked for the moment it exists.
"""

import asyncio
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec
import pytest

from homeplan.alerts.model import Finding
from homeplan.alerts.store import insert_alert, open_alerts
from homeplan.db import Database, Tx
from homeplan.delivery.webpush.vapid import keyring_of
from homeplan.library.content import needling_rules
from homeplan.programs.actions.episodes import require_open_episode, take_step
from homeplan.programs.episode import Stage
from homeplan.settings import Settings
from tests.accounts.test_clinic_api import COLLEAGUE, PATIENT
from tests.checkins.answers import body, safety_body
from tests.delivery.test_api import subscription
from tests.library.build import exercise, template
from tests.library.pictures.drawn import drawn
from tests.programs.conftest import needling, revision
from tests.test_openapi_file import description
from tests.world import START, Api, Person, World, full_screen

NOT_CREATING = {
    "/api/caseloads/transfer": "moves who is on the first one's care teams; nobody is there any more",
    "/api/library/reviews": "signs what is unsigned; what is signed already stays as it is",
    "/api/mail-addresses/confirm": "a token is used up; the address stays confirmed",
    "/api/me/devices/{device_id}/test": "a test that is under way is answered again",
    "/api/me/leave": "signs the patient out: a second request is answered with 401",
    "/api/me/messages-read": "what is read stays read since the first time",
    "/api/me/reminders/{reminder_id}/snooze": "moves one ring, to the same time when asked again",
    "/mail/stop/{token}": "ends the mails; once more ends nothing else",
    "/api/pairings/preview": "stores nothing",
    "/api/patient-imports/preview": "stores nothing",
    "/api/patient-search": "stores nothing",
    "/api/patients/{patient_id}/contacts/{contact_id}/next-step/done": "the first time that it was done stays",
    "/api/patients/{patient_id}/exercise-pause/lift": "a pause that was lifted after the same contact stays lifted",
    "/api/patients/{patient_id}/messages-read": "what is read stays read since the first time",
    "/api/patients/{patient_id}/messages-settled": "what needs no answer stays so since the first time",
    "/api/patients/{patient_id}/needling-checks/preview": "stores nothing",
    "/api/patients/{patient_id}/needling-sessions/{session_id}/void": "what is taken back stays taken back",
    "/api/patients/{patient_id}/staff-notes/{note_id}/removal": "what is taken back stays taken back",
    "/api/patients/{patient_id}/program/preview": "stores nothing",
    "/api/receipts": "the first receipt of a push counts",
    "/api/staff/me/test-notification": "a test that is under way is answered again",
    "/api/worklist/search": "stores nothing",
    "/api/staff/confirm": "proves the person again",
    "/api/staff/confirm/passkey": "a challenge is used up; the person proves it again with another",
    "/api/staff/confirm/passkey/options": "the newest challenge counts",
    "/api/staff/factors/passkeys/options": "the newest challenge counts",
    "/api/staff/factors/recovery-codes": "the newest ten codes count, and those that nobody saw are void",
    "/api/staff/factors/totp/secret": "the newest secret counts",
    "/api/staff/join": "a link is used up; the administrator makes another",
    "/api/staff/join/preview": "stores nothing",
    "/api/staff/members/{staff_id}/factors/reset": "the newest link counts",
    "/api/staff/sign-in": "the password proves the person again; the unanswered sign-in ends unused after 10 minutes",
    "/api/staff/sign-in/code": "a code works once; the person enters the next one",
    "/api/staff/sign-in/passkey": "a challenge is used up; the person proves it again with another",
    "/api/staff/sign-in/passkey/options": "the newest challenge counts",
    "/api/staff/sign-in/recovery-code": "a code works once; the person enters another one",
}
"""Each POST that creates nothing, with the reason."""

NOT_REPEATED = {
    "/api/staff/factors/passkeys": "its challenge is used up; the list shows the passkey that was added",
    "/api/staff/factors/totp": "a code works once; the list shows the app that was added",
}
"""Each POST that creates and is not taken twice, with the reason."""

FRESH = {"link", "url", "qrSvg", "pairingCode"}
"""Secrets that are stored nowhere: a repetition makes new ones, and those that nobody saw stop working."""

AMENDED = {"/api/me/helper", "/api/patients/{patient_id}/needling-sessions"}
"""Routes on which other content under the same id amends the first instead of being refused."""


@dataclass
class Sender:
    """The sender, address and body of a request; `other` is the content of another request under the same id."""

    client: httpx.AsyncClient
    path: str
    body: dict[str, Any]
    other: dict[str, Any]


@dataclass
class Clinic:
    """A clinic with one patient, and the browsers of its people."""

    therapist: Person
    patient: Person
    anyone: httpx.AsyncClient
    desk: httpx.AsyncClient
    boss: httpx.AsyncClient
    phone: httpx.AsyncClient
    db: Database
    settings: Settings

    def chart(self, rest: str) -> str:
        return f"/api/patients/{self.patient.id}/{rest}"

    async def patients(self) -> Sender:
        return Sender(self.desk, "/api/patients", PATIENT, {"familyName": "Other"})

    async def colleagues(self) -> Sender:
        return Sender(self.boss, "/api/staff/invitations", COLLEAGUE, {"role": "admin"})

    async def invitation(self) -> Sender:
        return Sender(self.desk, self.chart("invitation"), {"id": "i"}, {})

    async def pairing(self) -> Sender:
        invited = (await self.desk.post(self.chart("invitation"), json={"id": "i"})).json()
        body = {"id": "s", "token": invited["url"].split("#")[1], "deviceLabel": "phone"}
        return Sender(self.anyone, "/api/pairings", body, {})

    async def pairing_code(self) -> Sender:
        return Sender(self.phone, "/api/me/pairing-code", {"id": "i"}, {})

    async def phone_link(self) -> Sender:
        return Sender(self.phone, "/api/me/phone-link", {"id": "i"}, {})

    async def helper(self) -> Sender:
        return Sender(self.phone, "/api/me/helper", {"id": "h", "name": "Ana"}, {"name": "Eva"})

    async def episodes(self) -> Sender:
        async def work(tx: Tx) -> None:
            ctx = self.therapist.context(tx)
            episode = await require_open_episode(ctx, self.patient.id)
            await take_step(ctx, self.patient.id, episode.id, Stage.DISCHARGED)

        await self.db.write(work)
        return Sender(self.desk, self.chart("episodes"), {"id": "e", "goal": "Climb stairs."}, {"goal": "Run."})

    async def needling_sessions(self) -> Sender:
        body = needling(START) | {"id": "s"}
        return Sender(self.desk, self.chart("needling-sessions"), body, {"painAfter": 1})

    async def after_needling(self) -> Sender:
        await self.desk.post(self.chart("needling-sessions"), json=needling(START) | {"id": "s"})
        events = [{"event": "bruise", "severity": "moderate"}]
        body = {"id": "a", "session": "s", "promptHour": 3, "answeredAt": START.isoformat(), "events": events}
        return Sender(self.phone, "/api/me/after-needling", body, {"soreness": 2})

    async def outcome_answers(self) -> Sender:
        await self.db.write(lambda tx: require_open_episode(self.therapist.context(tx), self.patient.id))
        scores = [{"value": 4}]
        given = {"id": "g", "instrument": "groc", "day": START.date().isoformat(), "answeredAt": START.isoformat()}
        return Sender(self.phone, "/api/me/outcome-answers", given | {"scores": scores}, {"scores": [{"value": 5}]})

    async def adverse_events(self) -> Sender:
        await self.desk.post(self.chart("needling-sessions"), json=needling(START) | {"id": "s"})
        body = {"id": "v", "session": "s", "event": "bruise", "severity": "moderate", "causality": "possible"}
        return Sender(self.desk, self.chart("adverse-events"), body, {"severity": "severe"})

    async def staff_notes(self) -> Sender:
        return Sender(
            self.desk, self.chart("staff-notes"), {"id": "w", "words": "Sleeps badly."}, {"words": "Sleeps well."}
        )

    async def needling_checks(self) -> Sender:
        muscles = needling(START)["muscles"]
        body = {"id": "k", "muscles": muscles, "screen": full_screen()}
        return Sender(self.desk, self.chart("needling-checks"), body, {"screen": full_screen(epilepsy="yes")})

    async def needling_consents(self) -> Sender:
        version = needling_rules().consent.version
        body = {"id": "n", "version": version, "language": "en", "signedOn": "screen", "signedName": "A"}
        return Sender(self.desk, self.chart("needling-consents"), body, {"signedName": "B"})

    async def revisions(self) -> Sender:
        body = revision() | {"id": "r"}
        other = {"changeSummary": {"en": "Another plan.", "es": "Otro plan."}}
        return Sender(self.desk, self.chart("program/revisions"), body, other)

    async def items(self) -> Sender:
        body = msgspec.to_builtins(exercise()) | {"id": "x"}
        return Sender(self.desk, "/api/library/items", body, {"title": {"en": "Another", "es": "Otra"}})

    async def pictures(self) -> Sender:
        body = {"id": "p", "content": b64encode(drawn(size=(300, 200))).decode()}
        other = {"content": b64encode(drawn("PNG", size=(300, 200))).decode()}
        return Sender(self.desk, "/api/library/pictures", body, other)

    async def templates(self) -> Sender:
        body = msgspec.to_builtins(template()) | {"id": "t"}
        return Sender(self.desk, "/api/library/templates", body, {"title": {"en": "Another", "es": "Otro"}})

    async def acknowledgement(self) -> Sender:
        async def work(tx: Tx) -> str:
            ctx = self.therapist.context(tx)
            await insert_alert(
                ctx,
                self.patient.id,
                Finding(rule="no-checkin", version=1, known_at=START, trigger="t", value=1, inputs={}),
            )
            return (await open_alerts(ctx))[0].id

        alert_id = await self.db.write(work)
        return Sender(
            self.desk, self.chart(f"alerts/{alert_id}/acknowledgement"), {"note": "Called."}, {"note": "Wrote."}
        )

    async def safety_answers(self) -> Sender:
        return Sender(self.phone, "/api/me/safety-answers", safety_body(START, "fever"), {"safetyYes": ["saddle"]})

    async def checkins_by_staff(self) -> Sender:
        sent = body(START, day=str(START.date()))
        return Sender(self.desk, self.chart("checkins"), sent, {"painNow": 9})

    async def safety_answers_by_staff(self) -> Sender:
        sent = safety_body(START, "fever")
        return Sender(self.desk, self.chart("safety-answers"), sent, {"safetyYes": ["night", "fever"]})

    async def devices(self) -> Sender:
        keyring = keyring_of(self.settings)
        assert keyring is not None
        return Sender(self.phone, "/api/me/devices", subscription(keyring), {})

    async def staff_devices(self) -> Sender:
        keyring = keyring_of(self.settings)
        assert keyring is not None
        return Sender(self.desk, "/api/staff/me/devices", subscription(keyring), {})

    async def contacts(self) -> Sender:
        call = {"id": "contact", "kind": "call", "reached": True, "spokeWith": "patient"}
        sent = call | {"startedAt": START.isoformat(), "note": "Sleeps better."}
        return Sender(self.desk, self.chart("contacts"), sent, {"note": "Sleeps worse."})

    async def visits(self) -> Sender:
        return Sender(self.desk, self.chart("visits"), VISIT, {"day": "2026-03-06"})

    async def moved_visits(self) -> Sender:
        assert (await self.desk.post(self.chart("visits"), json=VISIT)).status_code == 201
        move = {name: VISIT[name] for name in ("wallTime", "timeZone")} | {"id": "visit-2", "day": "2026-03-07"}
        return Sender(self.desk, self.chart("visits/visit-1/move"), move, {"day": "2026-03-08"})


VISIT = {
    "id": "visit-1",
    "kind": "needling",
    "day": "2026-03-05",
    "wallTime": "14:30:00",
    "timeZone": "America/Denver",
}

SENDERS: dict[str, Callable[[Clinic], Awaitable[Sender]]] = {
    "/api/library/items": Clinic.items,
    "/api/library/pictures": Clinic.pictures,
    "/api/library/templates": Clinic.templates,
    "/api/me/after-needling": Clinic.after_needling,
    "/api/me/devices": Clinic.devices,
    "/api/staff/me/devices": Clinic.staff_devices,
    "/api/me/outcome-answers": Clinic.outcome_answers,
    "/api/me/helper": Clinic.helper,
    "/api/me/pairing-code": Clinic.pairing_code,
    "/api/me/phone-link": Clinic.phone_link,
    "/api/me/safety-answers": Clinic.safety_answers,
    "/api/pairings": Clinic.pairing,
    "/api/patients": Clinic.patients,
    "/api/patients/{patient_id}/alerts/{alert_id}/acknowledgement": Clinic.acknowledgement,
    "/api/patients/{patient_id}/checkins": Clinic.checkins_by_staff,
    "/api/patients/{patient_id}/contacts": Clinic.contacts,
    "/api/patients/{patient_id}/visits": Clinic.visits,
    "/api/patients/{patient_id}/visits/{visit_id}/move": Clinic.moved_visits,
    "/api/patients/{patient_id}/episodes": Clinic.episodes,
    "/api/patients/{patient_id}/invitation": Clinic.invitation,
    "/api/patients/{patient_id}/adverse-events": Clinic.adverse_events,
    "/api/patients/{patient_id}/needling-checks": Clinic.needling_checks,
    "/api/patients/{patient_id}/needling-consents": Clinic.needling_consents,
    "/api/patients/{patient_id}/needling-sessions": Clinic.needling_sessions,
    "/api/patients/{patient_id}/program/revisions": Clinic.revisions,
    "/api/patients/{patient_id}/staff-notes": Clinic.staff_notes,
    "/api/patients/{patient_id}/safety-answers": Clinic.safety_answers_by_staff,
    "/api/staff/invitations": Clinic.colleagues,
}
"""Each route that creates, with a request that it takes."""


def posts() -> dict[str, Any]:
    """Each POST of the schema, by its address."""
    return {path: methods["post"] for path, methods in description()["paths"].items() if "post" in methods}


@pytest.fixture
async def clinic(api: Api, world: World, db: Database, settings: Settings) -> Clinic:
    therapist = await world.therapist(await world.clinic())
    patient = await world.patient(therapist.clinic, therapist)
    boss = await api.signed_in(await world.admin(therapist.clinic))
    desk, phone = await api.signed_in(therapist), await api.signed_in(patient)
    return Clinic(therapist, patient, api.anyone, desk, boss, phone, db, settings)


def test_each_post_is_taken_twice_or_says_why_not() -> None:
    creating = {path for path, post in posts().items() if "201" in post["responses"]}
    assert creating == {*SENDERS, *NOT_REPEATED}
    assert set(posts()) - creating == set(NOT_CREATING)


def test_what_creates_says_in_the_schema_what_a_repetition_answers() -> None:
    for path in SENDERS:
        answers = posts()[path]["responses"]
        assert answers["200"]["content"] == answers["201"]["content"], path


@pytest.mark.parametrize("route", SENDERS)
async def test_a_request_whose_answer_was_lost_is_sent_again(clinic: Clinic, route: str) -> None:
    sent = await SENDERS[route](clinic)
    first = await sent.client.post(sent.path, json=sent.body)
    assert first.status_code == 201, first.text
    before = await rows(clinic.db)
    again = await sent.client.post(sent.path, json=sent.body)
    assert again.status_code == 200, again.text
    assert without(FRESH, again.json()) == without(FRESH, first.json())
    assert await rows(clinic.db) == before


@pytest.mark.parametrize("route", SENDERS)
async def test_a_request_that_is_sent_twice_at_once_makes_one_thing(clinic: Clinic, route: str) -> None:
    sent = await SENDERS[route](clinic)
    both = await asyncio.gather(*(sent.client.post(sent.path, json=sent.body) for _ in range(2)))
    assert sorted(answer.status_code for answer in both) == [200, 201], [answer.text for answer in both]


@pytest.mark.parametrize("route", SENDERS)
async def test_other_content_under_the_same_id_is_refused(clinic: Clinic, route: str) -> None:
    sent = await SENDERS[route](clinic)
    if not sent.other:
        return
    await sent.client.post(sent.path, json=sent.body)
    before = await rows(clinic.db)
    other = await sent.client.post(sent.path, json=sent.body | sent.other)
    if route in AMENDED:
        assert other.status_code == 200
        return
    assert other.status_code == 409, other.text
    assert other.json()["code"] in ("sent-before", "alert-closed")
    if not route.endswith("/safety-answers"):  # a warning sign is stored even when its request is refused
        assert await rows(clinic.db) == before


@pytest.mark.parametrize("route", ["/api/patients", "/api/staff/invitations", "/api/library/items"])
async def test_another_clinic_learns_nothing_from_an_id(clinic: Clinic, api: Api, world: World, route: str) -> None:
    """An id belongs to the clinic: one that another clinic uses is as free as any."""
    sent = await SENDERS[route](clinic)
    await sent.client.post(sent.path, json=sent.body)
    stranger = await api.signed_in(await world.admin(await world.clinic()))
    body = sent.body | sent.other | ({"email": "other@clinic.example"} if "email" in sent.body else {})
    assert (await stranger.post(sent.path, json=body)).status_code == 201


async def test_a_chart_of_another_clinic_is_not_there_for_a_known_id(clinic: Clinic, api: Api, world: World) -> None:
    sent = await clinic.needling_sessions()
    await sent.client.post(sent.path, json=sent.body)
    stranger = await api.signed_in(await world.admin(await world.clinic()))
    assert (await stranger.post(sent.path, json=sent.body)).status_code == 404


async def test_the_id_of_a_patient_whom_one_may_not_see_is_not_found(clinic: Clinic, api: Api, world: World) -> None:
    await clinic.desk.post("/api/patients", json=PATIENT)
    colleague = await api.signed_in(await world.therapist(clinic.therapist.clinic))
    assert (await colleague.post("/api/patients", json=PATIENT)).status_code == 404


@pytest.mark.parametrize("route", [Clinic.episodes, Clinic.needling_sessions, Clinic.revisions, Clinic.invitation])
async def test_an_id_of_another_patient_is_refused(
    clinic: Clinic, world: World, route: Callable[[Clinic], Awaitable[Sender]]
) -> None:
    sent = await route(clinic)
    await clinic.desk.post(sent.path, json=sent.body)
    other = await world.patient(clinic.therapist.clinic, clinic.therapist)
    clinic.patient = other
    same = await route(clinic)
    before = await rows(clinic.db)
    assert (await clinic.desk.post(same.path, json=same.body)).status_code == 409
    assert await rows(clinic.db) == before


async def test_an_invitation_that_was_used_is_not_made_again(clinic: Clinic, api: Api) -> None:
    sent = await clinic.invitation()
    made = (await sent.client.post(sent.path, json=sent.body)).json()
    joined = {"id": "s", "token": made["url"].split("#")[1], "deviceLabel": "phone"}
    assert (await api.anyone.post("/api/pairings", json=joined)).status_code == 201
    assert (await sent.client.post(sent.path, json=sent.body)).json()["code"] == "sent-before"


async def test_a_late_repetition_does_not_replace_a_newer_invitation(clinic: Clinic, api: Api) -> None:
    sent = await clinic.invitation()
    await sent.client.post(sent.path, json=sent.body)
    newer = (await sent.client.post(sent.path, json={"id": "newer"})).json()
    assert (await sent.client.post(sent.path, json=sent.body)).status_code == 409
    shown = await api.anyone.post("/api/pairings/preview", json={"token": newer["url"].split("#")[1]})
    assert shown.status_code == 200


async def test_only_the_secrets_of_the_last_answer_open_an_invitation(clinic: Clinic, api: Api) -> None:
    sent = await clinic.invitation()
    first, again = [(await sent.client.post(sent.path, json=sent.body)).json() for _ in range(2)]
    for made, status in ((first, 404), (again, 200)):
        token = made["url"].split("#")[1]
        assert (await api.anyone.post("/api/pairings/preview", json={"token": token})).status_code == status


async def test_a_revision_is_sent_again_after_a_newer_one(clinic: Clinic) -> None:
    sent = await clinic.revisions()
    first = await sent.client.post(sent.path, json=sent.body)
    newer = revision(basedOn=1) | {"id": "newer"}
    assert (await sent.client.post(sent.path, json=newer)).status_code == 201
    again = await sent.client.post(sent.path, json=sent.body)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_an_item_is_sent_again_after_it_was_edited(clinic: Clinic) -> None:
    sent = await clinic.items()
    slug = (await sent.client.post(sent.path, json=sent.body)).json()["slug"]
    edited = msgspec.to_builtins(exercise()) | sent.other
    assert (await clinic.desk.put(f"{sent.path}/{slug}?basedOn=1", json=edited)).status_code == 200
    again = await sent.client.post(sent.path, json=sent.body)
    assert (again.status_code, again.json()["slug"]) == (200, slug)


def without(names: set[str], answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in names}


async def rows(db: Database) -> dict[str, int]:
    """The number of rows of each table, without the audit trail, which records every request."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if db.engine == "postgresql":
        tables = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    found = {row["name"] for row in await db.read(lambda tx: tx.fetch(tables))}
    count = " UNION ALL ".join(f"SELECT '{name}' AS name, COUNT(*) AS many FROM {name}" for name in sorted(found))
    counted = {row["name"]: row["many"] for row in await db.read(lambda tx: tx.fetch(count))}
    return without({"audit_events", "audit_seals", "audit_unsealed", "sqlite_sequence"}, counted)
