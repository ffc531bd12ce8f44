"""A clinic with everybody on the ladder, an alert, and channels that only note what is sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import pytest

from homeplan.accounts.actions import add_to_care_team
from homeplan.context import Context
from homeplan.db import Database
from homeplan.delivery.staff import actions as staff_channels
from homeplan.delivery.staff.model import NoticeDelivery, NoticeEnd
from homeplan.duty.actions import save
from homeplan.duty.model import ClinicHours, Cover, DutyEntry, DutySettings, OpenTime, Roster
from homeplan.duty.store import find_settings
from homeplan.escalation import worker
from homeplan.settings import Settings
from tests.world import START, Person, World

WEEK = tuple(OpenTime(weekday=day, opens=time(8), closes=time(17)) for day in range(5))
HOURS = ClinicHours(time_zone="America/Denver", week=WEEK)


@dataclass
class Channels:
    """The staff channels of a test: the working ones by person, and the notices that were sent."""

    working: dict[str, list[str]] = field(default_factory=dict)
    sent: list[tuple[str, str, bool]] = field(default_factory=list)
    """Member of staff, text, critical."""
    settled: list[str] = field(default_factory=list)
    ends: dict[str, NoticeEnd] = field(default_factory=dict)
    """Person → the end of what is sent to them; without one the ledger knows nothing."""
    broken: bool = False

    async def notify(
        self, ctx: Context, staff_id: str, text: str, *, about: str, critical: bool, urgent: bool = False
    ) -> bool:
        if self.broken:
            raise RuntimeError
        self.sent.append((staff_id, text, critical))
        return bool(self.working.get(staff_id))

    async def deliveries_about(self, ctx: Context, about: str, planned_at: Sequence[datetime]) -> list[NoticeDelivery]:
        return [
            NoticeDelivery(staff_id=staff_id, channel="webpush", planned_at=at, end=end)
            for staff_id, end in self.ends.items()
            for at in planned_at
        ]

    async def close(self, ctx: Context, about: str) -> None:
        self.settled.append(about)

    async def working_channels(self, ctx: Context, staff_ids: Sequence[str]) -> dict[str, list[str]]:
        return {each: self.working.get(each, []) for each in staff_ids}

    def take(self) -> list[tuple[str, str, bool]]:
        """The notices that were sent since the last time."""
        sent, self.sent = self.sent, []
        return sent


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch) -> Channels:
    fake = Channels()
    monkeypatch.setattr(staff_channels, "notify", fake.notify)
    monkeypatch.setattr(staff_channels, "deliveries_about", fake.deliveries_about)
    monkeypatch.setattr(staff_channels, "settled", fake.close)
    monkeypatch.setattr(staff_channels, "working_channels", fake.working_channels)
    return fake


@dataclass(frozen=True)
class Clinic:
    """Everybody on the ladder, each with a channel."""

    therapist: Person
    on_duty: Person
    cover: Person
    team: Person
    admin: Person
    patient: Person

    def names(self, sent: Sequence[tuple[str, str, bool]]) -> list[str]:
        """The roles of who was told, in order."""
        roles = {getattr(self, role).id: role for role in ("therapist", "on_duty", "cover", "team", "admin")}
        return [roles[staff_id] for staff_id, _, _ in sent]


@pytest.fixture
async def ladder(db: Database, world: World, channels: Channels) -> Clinic:
    clinic = await world.clinic()
    therapist, on_duty, cover, team = [await world.therapist(clinic) for _ in range(4)]
    admin = await world.admin(clinic)
    patient = await world.patient(clinic, therapist)
    later = START.replace(hour=16)
    await db.write(lambda tx: add_to_care_team(team.context(tx, later), patient.id, team.id))
    roster = Roster(
        entries=(DutyEntry(id="d", staff_id=on_duty.id, kind="duty"),),
        covers=(Cover(id="c", staff_id=therapist.id, cover_id=cover.id),),
    )
    await save_duty(db, admin, hours=HOURS, roster=roster)
    channels.working = {each.id: ["webpush"] for each in (therapist, on_duty, cover, team, admin)}
    return Clinic(therapist, on_duty, cover, team, admin, patient)


async def save_duty(db: Database, admin: Person, now: datetime = START, **given: Any) -> DutySettings:
    stored = await db.read(lambda tx: find_settings(admin.context(tx)))
    wanted = {"hours": stored.hours, "roster": stored.roster} | given
    settings = DutySettings(version=stored.version, **wanted)
    return await db.write(lambda tx: save(admin.context(tx, now), settings))


async def tick(db: Database, now: datetime) -> int:
    """One round of the escalation worker."""
    return await worker.tick(Settings(), db, now)
