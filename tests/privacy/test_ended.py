"""Retention of what has ended: sign-ins, links and devices go after the operator's days, and nothing else."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from homeplan.accounts import actions
from homeplan.accounts.helpers.actions import end_helper
from homeplan.accounts.helpers.model import EndedBy
from homeplan.actor import Role
from homeplan.db import Database, Tx
from homeplan.delivery.actions import remove_device
from homeplan.ids import new_id
from homeplan.privacy.ended import delete_ended
from homeplan.privacy.worker import run
from homeplan.registry.caseload.actions import save_cover
from homeplan.registry.caseload.model import CoverEntry
from homeplan.settings import Settings
from homeplan.worker_loop import Pace
from tests.conftest import FakeClock
from tests.delivery.ledger import listed, register
from tests.waiting import WatchedClock
from tests.world import Api, Person, World

TABLES = ("sign_ins", "invitations", "staff_invitations", "helpers", "care_covers", "devices")
KEEP = timedelta(days=400)
ENDPOINT = "https://fcm.googleapis.com/fcm/send/"


class Place:
    """A clinic in which of each kind two have ended."""

    admin: Person
    patient: Person

    def __init__(self, db: Database, world: World, api: Api, clock: FakeClock):
        self.db, self.world, self.api, self.clock = db, world, api, clock

    async def act(self, person: Person, work: Any, *arguments: Any, **options: Any) -> Any:
        return await self.db.write(lambda tx: work(person.context(tx, self.clock.now()), *arguments, **options))

    async def begin(self) -> "Place":
        clinic = await self.world.clinic()
        self.admin, colleague = await self.world.admin(clinic), await self.world.therapist(clinic)
        self.patient = await self.world.patient(clinic, colleague)
        for n in range(2):
            await self.api.signed_in(self.admin)
            await self.api.signed_in(self.patient)
            self.clock.advance(hours=1)
            await self.act(self.admin, actions.create_invitation, self.patient.id, new_id(self.clock.now()))
            await self.act(
                self.admin,
                actions.invite_staff,
                invitation_id=f"s{n}",
                email=f"{n}@clinic.example",
                role=Role.THERAPIST,
            )
            await self.world.helper(self.patient)
            await self.act(self.patient, end_helper, self.patient.id, EndedBy.PATIENT)
            day = date(2026, 3, 2) + timedelta(days=n)
            cover = CoverEntry(colleague.id, self.admin.id, day, day, "UTC")
            await self.act(self.admin, save_cover, f"c{n}", cover)
            device = await register(self.db, self.patient, self.clock.now(), endpoint=f"{ENDPOINT}{n}")
            await self.act(self.patient, remove_device, self.patient.recipient, device.id)
        return self

    async def delete(self, db: Any = None, batch: int = 100) -> int:
        return await delete_ended(db or self.db, self.clock.now() - KEEP, Pace(batch=batch))

    async def rows(self) -> dict[str, int]:
        found = {}
        for table in TABLES:
            [row] = await self.db.read(lambda tx, table=table: tx.fetch(f"SELECT COUNT(*) AS n FROM {table}"))  # type: ignore[misc]
            found[table] = row["n"]
        return found


@pytest.fixture
async def place(db: Database, world: World, api: Api, clock: FakeClock) -> Place:
    return await Place(db, world, api, clock).begin()


ALL = {"sign_ins": 4, "invitations": 2, "staff_invitations": 2, "helpers": 2, "care_covers": 2, "devices": 2}
LEFT = {"sign_ins": 1, "invitations": 0, "staff_invitations": 0, "helpers": 0, "care_covers": 0, "devices": 1}
"""The sign-in with which the patient joined, and their last device."""


async def test_what_ended_goes_after_the_operator_s_days_and_not_before(place: Place) -> None:
    assert await place.rows() == ALL
    place.clock.advance(days=399)
    assert await place.delete() == 0, "nothing ended 400 days ago"
    place.clock.advance(days=101)
    assert await place.delete() == 12
    assert await place.rows() == LEFT
    assert await place.delete() == 0


async def test_what_is_in_use_stays(place: Place, api: Api) -> None:
    place.clock.advance(days=500)
    phone, desk = await api.signed_in(place.patient), await api.signed_in(place.admin)
    joined = (await desk.get(f"/api/patients/{place.patient.id}")).json()["joinedAt"]
    helper = await place.world.helper(place.patient)
    await place.act(place.admin, actions.create_invitation, place.patient.id, "in-use")
    device = await register(place.db, place.patient, place.clock.now())
    await place.delete()
    assert (await phone.get("/api/me")).status_code == (await desk.get("/api/staff/me")).status_code == 200
    assert (await desk.get(f"/api/patients/{place.patient.id}")).json()["joinedAt"] == joined
    assert (await phone.get("/api/me/helper")).json()["helper"]["id"] == helper.id
    assert await listed(place.db, place.patient) == [device]
    assert (await place.rows())["invitations"] == 1


class Killed(Exception):
    """The process ended."""


class Killing:
    """A database whose process is killed in its write transaction number `at`, before the commit."""

    def __init__(self, db: Database, at: int):
        self._db, self._left = db, at
        self.read_aside = db.read_aside

    async def write(self, work: Any) -> Any:
        self._left -= 1

        async def dying(tx: Tx) -> Any:
            await work(tx)
            raise Killed

        return await self._db.write(work if self._left else dying)


async def test_a_kill_in_any_transaction_is_made_up_for_by_the_next_run(place: Place) -> None:
    place.clock.advance(days=500)
    remaining: Sequence[int] = [12]
    for _ in range(12):
        with pytest.raises(Killed):
            await place.delete(Killing(place.db, 2), batch=1)
        found = sum((await place.rows()).values()) - sum(LEFT.values())
        remaining = [*remaining, found]
        if found == 1:
            break
    assert list(remaining) == [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], "one transaction each was committed"
    assert await place.delete() == 1
    assert await place.rows() == LEFT


async def test_each_table_is_looked_through_page_by_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("homeplan.privacy.ended.PAGE", 1)
    place.clock.advance(days=500)
    assert await place.delete() == 12
    assert await place.rows() == LEFT


async def test_several_processes_at_once_delete_it_once(place: Place) -> None:
    place.clock.advance(days=500)
    await asyncio.gather(*(place.delete(batch=1) for _ in range(3)))
    assert await place.rows() == LEFT


async def test_the_worker_deletes_by_the_setting(place: Place) -> None:
    place.clock.advance(days=150)
    for days, expected in ((400, ALL), (30, LEFT)):
        stop, clock = asyncio.Event(), WatchedClock(place.clock)
        task = asyncio.create_task(run(Settings(sign_in_days=days), place.db, clock, stop, pace=Pace()))
        await clock.seen(1)
        stop.set()
        await task
        assert await place.rows() == expected
