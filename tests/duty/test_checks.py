"""Saving duty settings, and telling administrators when it becomes true that nobody on duty can be reached."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from homeplan.accounts.actions import change_staff
from homeplan.accounts.model import MemberChanges
from homeplan.db import Database
from homeplan.duty import worker
from homeplan.duty.actions import duty_now
from homeplan.duty.model import DutyEntry, DutyNow, Roster
from homeplan.settings import Settings
from tests.duty.test_rules import at
from tests.escalation.scene import HOURS, Channels, Clinic, save_duty
from tests.world import Api, Person, World

NOW = at("2026-03-03 10:00")
EVERY = timedelta(minutes=5)


async def check(db: Database, now: datetime) -> None:
    await worker.tick(Settings(), db, now)


async def seen_by(db: Database, person: Person, now: datetime = NOW) -> DutyNow:
    return await db.read(lambda tx: duty_now(person.context(tx, now)))


def body(**changed: Any) -> dict[str, Any]:
    return {
        "version": 0,
        "hours": {
            "timeZone": "America/Denver",
            "week": [{"weekday": 0, "opens": "08:00:00", "closes": "17:00:00"}],
            "holidays": [{"day": "2026-12-25", "name": "Christmas"}],
            "digestAt": "07:30:00",
        },
        "roster": {"entries": [], "covers": []},
    } | changed


async def test_nobody_is_told_while_somebody_with_a_channel_is_on_duty(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    await check(db, NOW)
    assert channels.take() == []
    assert not (await seen_by(db, ladder.admin)).gaps.is_any


async def test_administrators_are_told_once_when_the_channel_of_who_is_on_duty_fails(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    await check(db, NOW)
    channels.working[ladder.on_duty.id] = []
    await check(db, NOW + timedelta(minutes=4))
    assert channels.take() == [], "the next check is five minutes later"
    await check(db, NOW + EVERY)
    assert channels.take() == [(ladder.admin.id, "nobody-on-duty", False)]
    await check(db, NOW + 2 * EVERY)
    assert channels.take() == []
    now = await seen_by(db, ladder.therapist, NOW + 2 * EVERY)
    assert [each.id for each in now.gaps.without_channel] == [ladder.on_duty.id]
    assert now.told_at == NOW + EVERY
    await check(db, NOW + EVERY + timedelta(days=1))
    assert len(channels.take()) == 1, "once more after a day"


async def test_administrators_are_told_the_day_before_nobody_is_on_duty(
    db: Database, ladder: Clinic, channels: Channels
) -> None:
    mondays = DutyEntry(id="m", staff_id=ladder.on_duty.id, kind="duty", last_day=date(2026, 3, 4))
    await save_duty(db, ladder.admin, roster=Roster(entries=(mondays,)))
    await check(db, at("2026-03-04 07:55"))
    assert channels.take() == []
    await check(db, at("2026-03-04 08:05"))
    assert channels.take() == [(ladder.admin.id, "nobody-on-duty", False)]
    [gap] = (await seen_by(db, ladder.admin, at("2026-03-04 12:00"))).gaps.nobody_on_duty
    assert (gap.begins_at, gap.ends_at) == (at("2026-03-05 08:00"), at("2026-03-05 12:00"))


async def test_a_gap_that_is_closed_is_settled(db: Database, ladder: Clinic, channels: Channels) -> None:
    await save_duty(db, ladder.admin, roster=Roster())
    await check(db, NOW)
    assert len(channels.take()) == 1
    entry = DutyEntry(id="x", staff_id=ladder.team.id, kind="duty")
    await save_duty(db, ladder.admin, roster=Roster(entries=(entry,)))
    await check(db, NOW + timedelta(seconds=1))
    assert channels.settled == ["duty"]
    assert (await seen_by(db, ladder.admin)).told_at is None


async def test_who_lost_access_is_nobody_on_duty(db: Database, ladder: Clinic, channels: Channels) -> None:
    changes = MemberChanges(disabled=True)
    await db.write(lambda tx: change_staff(ladder.admin.context(tx, NOW), ladder.on_duty.id, changes))
    assert len((await seen_by(db, ladder.admin)).gaps.nobody_on_duty) == 2


async def test_a_clinic_that_has_invited_nobody_is_not_told(db: Database, world: World, channels: Channels) -> None:
    await world.admin(await world.clinic(is_live=False))
    await check(db, NOW)
    assert channels.take() == []


async def test_a_running_clinic_without_hours_is_told(db: Database, world: World, channels: Channels) -> None:
    admin = await world.admin(await world.clinic())
    await check(db, NOW)
    assert channels.take() == [(admin.id, "nobody-on-duty", False)]
    assert (await seen_by(db, admin)).gaps.no_hours


async def test_an_administrator_saves_and_everybody_reads(api: Api, world: World, channels: Channels) -> None:
    clinic = await world.clinic()
    admin, therapist = await world.admin(clinic), await world.therapist(clinic)
    desk, other = await api.signed_in(admin), await api.signed_in(therapist)
    entry = {"id": "e", "staffId": therapist.id, "kind": "duty", "weekdays": 31, "firstDay": None, "lastDay": None}
    sent = body(roster={"entries": [entry], "covers": []})
    saved = await desk.put("/api/duty", json=sent)
    assert saved.status_code == 200, saved.text
    assert (await other.get("/api/duty")).json() == saved.json() == sent | {"version": 1}
    stale = await desk.put("/api/duty", json=sent)
    assert (stale.status_code, stale.json()["code"]) == (409, "duty-changed")
    assert (await other.put("/api/duty", json=sent | {"version": 1})).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"week": [{"weekday": 0, "opens": "17:00:00", "closes": "08:00:00"}]}, "hours-invalid"),
        ({"timeZone": "Mars/Olympus"}, "invalid"),
    ],
)
async def test_hours_that_do_not_fit_are_refused(
    api: Api, world: World, channels: Channels, wrong: dict[str, Any], code: str
) -> None:
    desk = await api.signed_in(await world.admin(await world.clinic()))
    answer = await desk.put("/api/duty", json=body(hours=body()["hours"] | wrong))
    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_night_is_saved_on_two_days_and_is_one_stretch_on_the_phone(
    api: Api, world: World, channels: Channels
) -> None:
    clinic = await world.clinic()
    desk, phone = await api.signed_in(await world.admin(clinic)), await api.signed_in(await world.patient(clinic))
    week = [
        {"weekday": 5, "opens": "22:00:00", "closes": "00:00:00"},
        {"weekday": 6, "opens": "00:00:00", "closes": "06:00:00"},
    ]
    assert (await desk.put("/api/duty", json=body(hours=body()["hours"] | {"week": week}))).status_code == 200
    shown = (await phone.get("/api/me/clinic-hours")).json()["open"]
    assert shown[0] == {"beginsAt": "2026-03-08T05:00:00Z", "endsAt": "2026-03-08T12:00:00Z"}, "the clocks go forward"
    assert len(shown) == 2


async def test_a_phone_knows_when_its_clinic_is_open(
    api: Api, db: Database, ladder: Clinic, channels: Channels
) -> None:
    phone = await api.signed_in(ladder.patient)
    hours = (await phone.get("/api/me/clinic-hours")).json()
    assert hours["known"]
    assert hours["open"][0] == {"beginsAt": "2026-03-02T15:00:00Z", "endsAt": "2026-03-03T00:00:00Z"}
    assert len(hours["open"]) == 11
    assert hours["onCall"] == []
    on_call = DutyEntry(id="o", staff_id=ladder.team.id, kind="on-call", weekdays=1)
    await save_duty(db, ladder.admin, hours=HOURS, roster=Roster(entries=(on_call,)))
    hours = (await phone.get("/api/me/clinic-hours")).json()
    assert hours["onCall"][0] == {"beginsAt": "2026-03-03T00:00:00Z", "endsAt": "2026-03-03T07:00:00Z"}


async def test_a_phone_of_a_clinic_without_hours_is_told_so(api: Api, world: World, channels: Channels) -> None:
    phone = await api.signed_in(await world.patient(await world.clinic()))
    assert (await phone.get("/api/me/clinic-hours")).json() == {
        "known": False,
        "open": [],
        "onCall": [],
        "until": None,
    }
