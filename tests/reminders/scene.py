"""A patient with a phone, and a push service that says what it is told to: the stage of the reminder tests."""

import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from homeplan.db import Database, Row, Tx
from homeplan.ids import new_id
from homeplan.push.model import NewDevice, Outcome, Sent, SubscriptionKeys
from homeplan.push.sender import Message, Sender
from homeplan.push.store import add_device
from homeplan.push.vapid import Keyring
from homeplan.reminders import ledger, store
from homeplan.reminders.metrics import Ledger
from homeplan.reminders.model import EVERY_DAY, Kind, Reminder, ReminderEntry, ReminderSettings, Snooze
from homeplan.reminders.worker import tick
from tests.conftest import VAPID_KEY, FakeClock
from tests.world import Person, World

SITE = "https://clinic.example"


@dataclass(frozen=True)
class Pushed:
    """One push as the push service took it."""

    at: datetime
    endpoint: str
    topic: str
    ttl_s: int
    plaintext: dict[str, Any]

    @property
    def body(self) -> str:
        return str(self.plaintext["notification"]["body"])


@dataclass
class FakePush:
    """Stands in for the Sender: takes every push, or answers as scripted."""

    site: str = SITE
    keyring: Keyring = field(default_factory=lambda: Keyring(VAPID_KEY, subject="mailto:operator@clinic.example"))
    taken: list[Pushed] = field(default_factory=list)
    answers: deque[Outcome] = field(default_factory=deque)
    always: Outcome = field(default_factory=lambda: Sent(201))
    before_answer: Callable[[], Any] | None = None

    async def send(self, message: Message, now: datetime) -> Outcome:
        if self.before_answer is not None:
            await self.before_answer()
        answer = self.answers.popleft() if self.answers else self.always
        if isinstance(answer, Sent):
            self.taken.append(
                Pushed(now, message.endpoint, message.topic, message.ttl_s, json.loads(message.plaintext))
            )
        return answer


class Scene:
    """Steps the worker by hand; wall times are the patient's."""

    def __init__(self, db: Database, clock: FakeClock, world: World):
        self.db = db
        self.clock = clock
        self.world = world
        self.push = FakePush()
        self._devices = 0

    async def patient(self, *, zone: str = "America/Denver", devices: int = 1, **fields: Any) -> Person:
        """Somebody in care, with so many devices that take pushes."""
        clinic = await self.world.clinic()
        therapist = await self.world.therapist(clinic)
        patient = await self.world.patient(clinic, therapist, zone=zone, **fields)
        for _ in range(devices):
            await self.device(patient)
        return patient

    async def device(self, patient: Person) -> str:
        self._devices += 1
        device = NewDevice(
            endpoint=f"https://push.services.mozilla.com/wpush/v2/{self._devices}",
            keys=SubscriptionKeys(p256dh="B" * 87, auth="A" * 22),
            key_id=self.push.keyring.current.id,
            language="en",
            platform="android",
        )
        added = await self.db.write(lambda tx: add_device(tx, patient.scope, device, self.clock.now()))
        return added.id

    async def remind(
        self, patient: Person, at: str, kind: Kind = Kind.CHECKIN, *, weekdays: int = EVERY_DAY, **fields: Any
    ) -> Reminder:
        """Set a reminder to a wall time written 19:00."""
        fields = {"zone_policy": "home", "enabled": True, **fields}
        entry = ReminderEntry(kind=kind, weekdays=weekdays, wall_time=time.fromisoformat(at), **fields)
        reminder_id = new_id(self.clock.now())
        return await self.db.write(lambda tx: store.save(tx, patient.scope, reminder_id, entry, self.clock.now()))

    async def settings(self, patient: Person, **fields: Any) -> None:
        settings = ReminderSettings(**fields)
        await self.db.write(lambda tx: store.save_settings(tx, patient.scope, settings))

    async def snooze(self, patient: Person, reminder: Reminder, **how: Any) -> Reminder:
        now = self.clock.now()
        return await self.db.write(lambda tx: store.snooze(tx, patient.scope, reminder.id, Snooze(**how), now))

    async def travel(self, patient: Person, zone: str) -> None:
        """The phone reports another zone."""
        await self.db.write(lambda tx: store.report_zone(tx, patient.scope, ZoneInfo(zone)))

    async def tick(self, at: datetime | str | None = None, zone: str = "America/Denver") -> Counter[str]:
        """Move the clock and step the worker once."""
        if at is not None:
            self.clock.set(local(at, zone) if isinstance(at, str) else at)
        return await tick(self.db, cast(Sender, self.push), self.clock.now())

    async def ledger(self) -> Ledger:
        now = self.clock.now()
        return (await self.db.read(lambda tx: ledger.figures(tx, now))).ledger

    async def rows(self, sql: str, **params: Any) -> list[Row]:
        return await self.db.read(lambda tx: tx.fetch(sql, **params))

    async def skipped(self) -> list[str | None]:
        """Why each due moment stayed silent, in the order of the decisions; None for those that rang."""
        rows = await self.rows("SELECT skipped FROM occurrences ORDER BY decided_at, due_at, id")
        return [row["skipped"] for row in rows]

    async def execute(self, sql: str, **params: Any) -> None:
        async def work(tx: Tx) -> None:
            await tx.execute(sql, **params)

        await self.db.write(work)


def local(text: str, zone: str = "America/Denver") -> datetime:
    """The instant of "2026-03-02 19:00" on a wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)
