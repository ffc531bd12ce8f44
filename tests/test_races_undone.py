"""Leaving, signing out and disabling are never undone by a request sent at the same moment, on both engines."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from homeplan.accounts.store import set_password_hash
from homeplan.db import Database, Tx
from homeplan.delivery.webpush.vapid import keyring_of
from homeplan.settings import Settings
from tests.checkins.answers import body, safety_body
from tests.conftest import FakeClock
from tests.delivery.test_api import subscription
from tests.privacy.conftest import in_care, ring
from tests.privacy.test_leaving import CONFIRM, everything, identifying_in
from tests.programs.care import Care
from tests.racing import STOP_AT, Place
from tests.test_races import HASH, PASSWORD, Races, races
from tests.world import START, Person, World, context

__all__ = ["races"]

CANARY = "Canary of a race"
DAY = str(START.date())


class Sent:
    """Requests of a patient and of their therapist with something that identifies the patient."""

    def __init__(self, care: Care, phone: httpx.AsyncClient, desk: httpx.AsyncClient, settings: Settings):
        self.care, self.phone, self.desk = care, phone, desk
        self.chart = f"/api/patients/{care.patient.id}"
        keyring = keyring_of(settings)
        assert keyring is not None
        self.subscription = subscription(keyring)

    async def checkin(self, headers: dict[str, str]) -> httpx.Response:
        sent = body(START, painNow=2, note=CANARY)
        return await self.phone.put(f"/api/me/checkins/{DAY}", json=sent, headers=headers)

    async def worry(self, headers: dict[str, str]) -> httpx.Response:
        sent = safety_body(START, "other") | {"otherText": CANARY}
        return await self.phone.post("/api/me/safety-answers", json=sent, headers=headers)

    async def details(self, headers: dict[str, str]) -> httpx.Response:
        return await self.phone.patch("/api/me", json={"language": "es"}, headers=headers)

    async def pairing_code(self, headers: dict[str, str]) -> httpx.Response:
        return await self.phone.post("/api/me/pairing-code", json={"id": "i"}, headers=headers)

    async def device(self, headers: dict[str, str]) -> httpx.Response:
        return await self.phone.post("/api/me/devices", json=self.subscription, headers=headers)

    async def reminder(self, headers: dict[str, str]) -> httpx.Response:
        sent = {"kind": "checkin", "weekdays": 127, "wallTime": "20:00:00", "zonePolicy": "home", "enabled": True}
        return await self.phone.put("/api/me/reminders/r2", json=sent, headers=headers)

    async def corrected(self, headers: dict[str, str]) -> httpx.Response:
        return await self.desk.patch(self.chart, json={"recordNumber": CANARY}, headers=headers)

    async def invitation(self, headers: dict[str, str]) -> httpx.Response:
        return await self.desk.post(f"{self.chart}/invitation", json={"id": "i"}, headers=headers)

    async def episode(self, headers: dict[str, str]) -> httpx.Response:
        path = f"{self.chart}/episodes/{(await self.care.episode()).id}"
        return await self.desk.patch(path, json={"goal": CANARY}, headers=headers)


SENT: dict[str, Callable[[Sent, dict[str, str]], Awaitable[httpx.Response]]] = {
    "check-in": Sent.checkin,
    "worry": Sent.worry,
    "details": Sent.details,
    "pairing code": Sent.pairing_code,
    "device": Sent.device,
    "reminder": Sent.reminder,
    "corrected details": Sent.corrected,
    "invitation": Sent.invitation,
    "goal": Sent.episode,
}


async def traces(db: Database, patient_id: str) -> list[str]:
    """Everything of the patient that leaving takes away and that is there yet."""
    text = await everything(db, patient_id)
    found = identifying_in(text) + ([CANARY] if CANARY in text else [])

    async def living(tx: Tx) -> list[str]:
        return [name for name, sql in LIVING.items() if await tx.fetch_value(sql, patient_id=patient_id)]

    return found + await db.read(living)


LIVING = {
    "a sign-in": "SELECT COUNT(*) FROM sign_ins WHERE patient_id = :patient_id AND revoked_at IS NULL",
    "an invitation": """SELECT COUNT(*) FROM invitations
        WHERE patient_id = :patient_id AND used_at IS NULL AND voided_at IS NULL""",
    "a device": "SELECT COUNT(*) FROM devices WHERE patient_id = :patient_id AND (ended_at IS NULL OR endpoint <> '')",
    "a reminder": """SELECT COUNT(*) FROM reminder_due d JOIN reminders r ON r.clinic_id = d.clinic_id
        AND r.id = d.reminder_id WHERE r.patient_id = :patient_id""",
    "an episode": "SELECT COUNT(*) FROM episodes WHERE patient_id = :patient_id AND discharged_at IS NULL",
    "a review": "SELECT COUNT(*) FROM reviews_due WHERE patient_id = :patient_id",
}


@pytest.mark.parametrize("name", SENT)
async def test_leaving_is_not_undone(
    races: Races,
    db: Database,
    world: World,
    clock: FakeClock,
    settings: Settings,
    name: str,
) -> None:
    care = await in_care(db, world, clock)
    other_phone = await ring(races.api, care)
    phone, desk = await races.api.signed_in(care.patient), await races.api.signed_in(care.therapist)
    sent = Sent(care, phone, desk, settings)
    went = await races.race.run(SENT[name](sent, {STOP_AT: "guard"}), other_phone.post("/api/me/leave", json=CONFIRM))
    assert went.was_stopped
    assert went.first.status_code < 300, went.first.text
    assert went.second.status_code == 200
    assert await traces(db, care.patient.id) == []


@pytest.mark.parametrize("place", ["guard", "commit"])
@pytest.mark.parametrize("how", ["token", "pairingCode"])
async def test_a_phone_that_joins_while_its_patient_leaves_is_not_signed_in(
    races: Races,
    db: Database,
    world: World,
    clock: FakeClock,
    place: Place,
    how: str,
) -> None:
    care = await in_care(db, world, clock)
    phone, desk = await races.api.signed_in(care.patient), await races.api.signed_in(care.therapist)
    made = (await desk.post(f"/api/patients/{care.patient.id}/invitation", json={"id": "i"})).json()
    secret = made["url"].split("#")[1] if how == "token" else made["pairingCode"]
    joining = {"id": "s", how: secret, "deviceLabel": "phone"}
    await races.race.run(
        races.api.anyone.post("/api/pairings", json=joining, headers={STOP_AT: place}),
        phone.post("/api/me/leave", json=CONFIRM),
    )
    assert await traces(db, care.patient.id) == []


async def colleagues(races: Races, db: Database, world: World) -> tuple[Person, Any]:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    await db.write(lambda tx: set_password_hash(context(tx, clinic_id=clinic.id), therapist.id, HASH))
    return therapist, await races.api.signed_in(await world.admin(clinic))


async def enabled(db: Database, therapist: Person) -> tuple[int, int]:
    async def read(tx: Tx) -> tuple[int, int]:
        of_member = "SELECT COUNT(*) FROM staff WHERE id = :id AND disabled_at IS NULL"
        sign_ins = "SELECT COUNT(*) FROM sign_ins WHERE staff_id = :id AND revoked_at IS NULL"
        return await tx.fetch_value(of_member, id=therapist.id), await tx.fetch_value(sign_ins, id=therapist.id)

    return await db.read(read)


@pytest.mark.parametrize("place", ["guard", "commit"])
async def test_who_signs_in_while_they_are_disabled_is_not_signed_in(
    races: Races,
    db: Database,
    world: World,
    place: Place,
) -> None:
    therapist, boss = await colleagues(races, db, world)
    entry = {"email": therapist.who.email, "password": PASSWORD}  # type: ignore[union-attr]  # of staff
    went = await races.race.run(
        races.api.anyone.post("/api/staff/sign-in", json=entry, headers={STOP_AT: place}),
        boss.patch(f"/api/staff/members/{therapist.id}", json={"disabled": True}),
    )
    assert went.was_stopped
    assert await enabled(db, therapist) == (0, 0)


async def test_a_new_name_does_not_let_a_disabled_colleague_in_again(
    races: Races,
    db: Database,
    world: World,
) -> None:
    therapist, boss = await colleagues(races, db, world)
    other_boss = await races.api.signed_in(await world.admin(therapist.clinic))
    path = f"/api/staff/members/{therapist.id}"
    went = await races.race.run(
        boss.patch(path, json={"disabled": True}, headers={STOP_AT: "commit"}),
        other_boss.patch(path, json={"name": "Other Example"}),
    )
    assert (went.was_stopped, went.second.status_code) == (True, 200)
    assert await enabled(db, therapist) == (0, 0)
