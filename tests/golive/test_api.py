"""The first invitation of a clinic waits until somebody of it can be reached; clinics already running are told."""

from collections.abc import Sequence

import httpx

from homeplan.accounts.actions import allow_password_alone, change_clinic
from homeplan.accounts.model import ClinicChanges
from homeplan.db import Database
from homeplan.duty.model import ClinicHours, DutyEntry, Roster
from homeplan.library.content import reviewed_texts
from tests.conftest import FakeClock
from tests.escalation.scene import HOURS, Channels, save_duty
from tests.privacy.conftest import in_care
from tests.world import Api, Person, World

EVERYTHING = ["hours", "duty-list", "safety-texts", "aftercare-texts"]


async def new_clinic(world: World) -> tuple[Person, Person, Person]:
    """Administrator, therapist and patient of a clinic that has invited nobody."""
    clinic = await world.clinic(is_live=False)
    therapist = await world.therapist(clinic)
    return await world.admin(clinic), therapist, await world.patient(clinic, therapist)


async def needs(client: httpx.AsyncClient, path: str = "/api/go-live") -> list[str]:
    answer = await client.get(path)
    assert answer.is_success, answer.text
    return [each["need"] for each in answer.json()["missing"]]


async def invite(client: httpx.AsyncClient, patient: Person) -> httpx.Response:
    return await client.post(f"/api/patients/{patient.id}/invitation", json={"id": "first"})


async def sign(client: httpx.AsyncClient, kinds: Sequence[str]) -> None:
    seen = (await client.get("/api/library/texts")).json()["fingerprint"]
    slugs = [slug for slug, text in reviewed_texts().items() if text.kind in kinds]
    answer = await client.post("/api/library/reviews", json={"slugs": slugs, "seen": seen})
    assert answer.is_success, answer.text


async def test_the_first_invitation_waits_for_everything_that_is_missing(
    api: Api, db: Database, world: World, channels: Channels
) -> None:
    admin, therapist, patient = await new_clinic(world)
    desk = await api.signed_in(therapist)
    assert await needs(desk) == EVERYTHING
    refused = await invite(desk, patient)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-ready")
    assert refused.json()["detail"] == "Missing: hours, duty-list, safety-texts, aftercare-texts."

    roster = Roster(entries=(DutyEntry(id="d", staff_id=therapist.id, kind="duty"),))
    await save_duty(db, admin, hours=HOURS, roster=roster)
    assert await needs(desk) == ["channels", "safety-texts", "aftercare-texts"]
    [silent] = [each for each in (await desk.get("/api/go-live")).json()["missing"] if each["need"] == "channels"]
    assert silent["names"] == [therapist.who.name]  # type: ignore[union-attr]

    channels.working[therapist.id] = ["mail"]
    await sign(desk, ["safety", "aftercare"])
    assert await needs(desk) == []
    assert (await invite(desk, patient)).status_code == 201
    assert (await desk.get("/api/go-live")).json()["invitedBefore"]


async def test_numbers_and_hours_with_an_opening_are_needed(
    api: Api, db: Database, world: World, channels: Channels
) -> None:
    admin, therapist, _ = await new_clinic(world)
    await db.write(lambda tx: change_clinic(admin.context(tx), ClinicChanges(phone="")))
    await save_duty(db, admin, hours=ClinicHours(time_zone="UTC", week=()))
    assert (await needs(await api.signed_in(therapist)))[:2] == ["phone", "hours"]


async def test_a_clinic_that_has_invited_before_is_told_and_not_stopped(
    api: Api, world: World, channels: Channels
) -> None:
    clinic = await world.clinic()
    therapist = await world.therapist(clinic)
    desk = await api.signed_in(therapist)
    assert await needs(desk) == EVERYTHING
    assert (await invite(desk, await world.patient(clinic, therapist))).status_code == 201


async def test_the_demo_clinic_is_told_and_not_stopped(
    api: Api, db: Database, world: World, channels: Channels
) -> None:
    admin, therapist, patient = await new_clinic(world)
    await db.write(lambda tx: allow_password_alone(admin.context(tx)))
    desk = await api.signed_in(therapist)
    assert (await desk.get("/api/go-live")).json()["isDemo"]
    assert (await invite(desk, patient)).status_code == 201


async def test_unsigned_items_of_the_patients_program_are_named(
    api: Api, db: Database, world: World, clock: FakeClock, channels: Channels
) -> None:
    care = await in_care(db, world, clock)
    desk = await api.signed_in(care.therapist)
    path = f"/api/patients/{care.patient.id}/go-live"
    assert "assigned-items" in await needs(desk, path)
    assert "assigned-items" not in await needs(desk)
    [unsigned] = [each for each in (await desk.get(path)).json()["missing"] if each["need"] == "assigned-items"]
    seen = (await desk.get("/api/library")).json()["fingerprint"]
    await desk.post("/api/library/reviews", json={"slugs": unsigned["names"], "seen": seen})
    assert "assigned-items" not in await needs(desk, path)
