"""A patient with a phone and a scripted push service, for the reminder tests."""

import json
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

import msgspec

from homeplan.accounts.model import Patient
from homeplan.checkins.actions import record_checkin, record_safety_answer
from homeplan.checkins.model import SafetyAnswerEntry
from homeplan.clock import local_day
from homeplan.contact.numbers.store import StoredNumber, save_number
from homeplan.context import Context
from homeplan.db import Database, Row, Tx
from homeplan.delivery.actions import add_device, receive_receipt
from homeplan.delivery.mail.model import NewMailAddress
from homeplan.delivery.mail.store import confirm_address, insert_address
from homeplan.delivery.model import (
    Claimed,
    Mailbox,
    NewDelivery,
    NewDevice,
    Outcome,
    Recipient,
    Sent,
    SmsNumber,
    Subscription,
    SubscriptionKeys,
)
from homeplan.delivery.store import add_deliveries
from homeplan.delivery.webpush.compose import Message, compose
from homeplan.delivery.webpush.vapid import Keyring
from homeplan.ids import new_id, opaque_id
from homeplan.metrics.exposition import reminders as reminder_families
from homeplan.metrics.exposition import written
from homeplan.metrics.store import read_snapshot
from homeplan.programs.actions.episodes import require_open_episode, take_step
from homeplan.programs.actions.exercise_logs import save_log
from homeplan.programs.actions.program import publish_revision
from homeplan.programs.authoring.entries import ChangeSummary, PrescriptionEntry, RevisionEntry
from homeplan.programs.episode import Stage
from homeplan.programs.exercise_log import ExerciseLogEntry
from homeplan.programs.views import today_of
from homeplan.reminders import actions, ledger
from homeplan.reminders.metrics import Ledger
from homeplan.reminders.model import EVERY_DAY, Reminder, ReminderEntry, ReminderKind, ReminderSettings, Snooze
from homeplan.reminders.second_way.model import SecondChannel, SecondWayChoice
from homeplan.reminders.second_way.store import delete_choice, save_choice
from homeplan.reminders.store.reminders import entry_of
from homeplan.reminders.worker import tick
from tests.checkins import answers
from tests.conftest import VAPID_KEY, FakeClock
from tests.delivery import lock_screen
from tests.world import Person, World, context

T = TypeVar("T")

SITE = "https://clinic.example"
MAIL, NUMBER = "someone@patient.example", "+13035550142"


@dataclass(frozen=True)
class Pushed:
    """One push as the push service received it."""

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
    """A fake WebPush: it accepts every push, or answers as scripted."""

    site: str = SITE
    keyring: Keyring = field(default_factory=lambda: Keyring(VAPID_KEY, subject="mailto:operator@clinic.example"))
    sent: list[Pushed] = field(default_factory=list)
    answers: deque[Outcome] = field(default_factory=deque)
    always: Outcome = field(default_factory=lambda: Sent(201))
    before_answer: Callable[[], Any] | None = None
    tries: int = 0

    def validate(self, to: Subscription) -> None:
        """Every address is good."""

    def compose(self, claimed: Claimed, to: Subscription, now: datetime) -> Message:
        return compose(claimed, to, now, site=self.site, keyring=self.keyring)

    async def send(self, message: Message, now: datetime) -> Outcome:
        self.tries += 1
        if self.before_answer is not None:
            await self.before_answer()
        answer = self.answers.popleft() if self.answers else self.always
        lock_screen.read(message.plaintext)
        if isinstance(answer, Sent):
            plaintext = json.loads(message.plaintext)
            self.sent.append(Pushed(now, message.to.endpoint, message.topic, message.ttl_s, plaintext))
        return answer


@dataclass(frozen=True)
class Mailed:
    """One mail or text message as its server received it."""

    at: datetime
    to: str
    kind: str


@dataclass
class FakeSecond:
    """A fake channel of second ways, mail or SMS: it accepts everything, or answers as scripted."""

    sent: list[Mailed] = field(default_factory=list)
    answers: deque[Outcome] = field(default_factory=deque)
    before_answer: Callable[[], Any] | None = None

    def validate(self, to: Any) -> None:
        """Every address is good."""

    def compose(self, claimed: Claimed, to: Mailbox | SmsNumber, now: datetime) -> Mailed:
        return Mailed(now, to.email if isinstance(to, Mailbox) else to.number, claimed.kind)

    async def send(self, message: Mailed, now: datetime) -> Outcome:
        if self.before_answer is not None:
            await self.before_answer()
        answer = self.answers.popleft() if self.answers else Sent(250)
        if isinstance(answer, Sent):
            self.sent.append(message)
        return answer


class Scene:
    """Steps the worker by hand; wall times are the patient's."""

    def __init__(self, db: Database, clock: FakeClock, world: World):
        self.db = db
        self.clock = clock
        self.world = world
        self.push = FakePush()
        self.mail = FakeSecond()
        self.sms = FakeSecond()
        self.therapists: dict[str, Person] = {}
        self._devices = 0

    async def patient(self, *, zone: str = "America/Denver", devices: int = 1, **fields: Any) -> Person:
        """A patient in care, with `devices` devices that accept pushes."""
        clinic = await self.world.clinic()
        therapist = await self.world.therapist(clinic)
        patient = await self.world.patient(clinic, therapist, zone=zone, **fields)
        self.therapists[patient.id] = therapist
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
        return (await self.act(patient, lambda ctx: add_device(ctx, patient.recipient, device))).id

    async def remind(
        self,
        patient: Person,
        at: str,
        kind: ReminderKind = ReminderKind.CHECKIN,
        *,
        weekdays: int = EVERY_DAY,
        **fields: Any,
    ) -> Reminder:
        """Set a reminder to a wall time written 19:00."""
        fields = {"zone_policy": "home", "enabled": True, **fields}
        entry = ReminderEntry(kind=kind, weekdays=weekdays, wall_time=time.fromisoformat(at), **fields)
        reminder_id = new_id(self.clock.now())
        return await self.save(patient, reminder_id, entry)

    async def save(self, patient: Person, reminder_id: str, entry: ReminderEntry) -> Reminder:
        """The patient saves a reminder."""
        return await self.act(patient, lambda ctx: actions.save_reminder(ctx, patient.id, reminder_id, entry))

    async def act(self, patient: Person, action: Callable[[Context], Awaitable[T]]) -> T:
        """Run an action as this patient, now."""
        now = self.clock.now()
        return await self.db.write(lambda tx: action(patient.context(tx, now)))

    async def change(self, patient: Person, reminder: Reminder, **changes: Any) -> Reminder:
        """The patient changes fields of a reminder."""
        entry = msgspec.structs.replace(entry_of(reminder), **changes)
        return await self.save(patient, reminder.id, entry)

    async def settings(self, patient: Person, **fields: Any) -> None:
        settings = ReminderSettings(**fields)
        await self.act(patient, lambda ctx: actions.save_settings(ctx, patient.id, settings))

    async def snooze(self, patient: Person, reminder: Reminder, **how: Any) -> Reminder:
        wanted = Snooze(**how)
        return await self.act(patient, lambda ctx: actions.snooze_reminder(ctx, patient.id, reminder.id, wanted))

    async def travel(self, patient: Person, zone: str) -> None:
        """The phone reports another zone."""
        await self.act(patient, lambda ctx: actions.report_zone(ctx, patient.id, zone))

    async def tick(self, at: datetime | str | None = None, zone: str = "America/Denver") -> Counter[str]:
        """Move the clock and step the worker once."""
        if at is not None:
            self.clock.set(local(at, zone) if isinstance(at, str) else at)
        channels: dict[str, Any] = {"webpush": self.push, "mail": self.mail, "sms": self.sms}
        return await tick(self.db, channels, self.clock.now())

    async def second_way(self, patient: Person, channel: SecondChannel = "mail", *, after_minutes: int = 60) -> None:
        """The patient has a second way that works."""

        async def work(ctx: Context) -> None:
            if channel == "mail":
                new = NewMailAddress(email=MAIL, language="en")
                address = await insert_address(ctx, patient.recipient, new_id(ctx.now), new, "c", f"u-{patient.id}")
                await confirm_address(ctx, address.id, "c")
            else:
                await save_number(ctx, patient.id, "patient", StoredNumber(NUMBER, None))
            await save_choice(ctx, patient.id, SecondWayChoice(channel=channel, after_minutes=after_minutes))

        await self.act(patient, work)

    async def second_way_off(self, patient: Person) -> None:
        await self.act(patient, lambda ctx: delete_choice(ctx, patient.id))

    async def was_shown(self, patient: Person) -> None:
        await self.shown()

    async def shown(self, place: int = -1) -> None:
        """The phone reports a push as shown, the last one unless said otherwise."""
        token = self.push.sent[place].plaintext["receipt"]
        named = self.push.keyring.read_receipt_token(token)
        assert named is not None
        clinic_id, delivery_id = named
        now = self.clock.now()
        await self.db.write(lambda tx: receive_receipt(context(tx, now, clinic_id), delivery_id, "shown", now))

    async def ledger(self) -> Ledger:
        now = self.clock.now()
        return (await self.db.read(lambda tx: ledger.figures(context(tx, now)))).ledger

    async def publish(self, patient: Person) -> None:
        """A plan with two exercises and one piece of activity advice, on every day from now."""
        items = [("exercise", "cat-camel"), ("exercise", "bridge"), ("activity", "sitting-breaks")]
        phases = ("p0", "p1", "p2", "p3", "p4", "p5")
        entry = RevisionEntry(
            based_on=None,
            change_summary=ChangeSummary(en="New.", es="Nuevo."),
            prescriptions=tuple(
                PrescriptionEntry(kind=cast(Any, kind), slug=slug, phases=phases) for kind, slug in items
            ),
            overlay=(),
        )
        therapist, now = self.therapists[patient.id], self.clock.now()

        await self.db.write(lambda tx: publish_revision(therapist.context(tx, now), patient.id, new_id(now), entry))

    async def log_all(self, patient: Person, kind: ReminderKind, *, but: int = 0) -> None:
        """The patient logs every item of that kind that is left today, except the last `but`."""
        now, zone = self.clock.now(), ZoneInfo(cast(Patient, patient.who).time_zone)

        async def work(tx: Tx) -> None:
            today = await today_of(context(tx, now, patient.clinic.id), patient.id)
            due = [
                (item, progress.times_left)
                for item, progress in zip(today.items, today.progress, strict=True)
                if item.kind == kind.value and progress.times_left
            ]
            assert len(due) > but
            for item, times in due[: len(due) - but]:
                for _ in range(times):
                    entry = ExerciseLogEntry(
                        prescription_id=item.prescription_id,
                        day=today.day,
                        occurred_at=now,
                        time_zone=zone.key,
                        outcome="completed",
                    )
                    await save_log(context(tx, now, patient.clinic.id), patient.id, new_id(now), entry)

        await self.db.write(work)

    async def check_in(self, patient: Person) -> None:
        """The patient answers for the local day on which the clock stands."""
        now, zone = self.clock.now(), ZoneInfo(cast(Patient, patient.who).time_zone)
        entry = answers.entry(now)
        await self.act(patient, lambda ctx: record_checkin(ctx, patient.id, local_day(now, zone), entry))

    async def answer_safety(self, patient: Person, *yes: str) -> None:
        now = self.clock.now()
        entry = msgspec.convert(answers.safety_body(now, *yes), SafetyAnswerEntry)
        await self.act(patient, lambda ctx: record_safety_answer(ctx, patient.id, entry))

    async def discharge(self, patient: Person) -> None:
        therapist, now = self.therapists[patient.id], self.clock.now()

        async def work(tx: Tx) -> None:
            episode = await require_open_episode(therapist.context(tx, now), patient.id)
            await take_step(therapist.context(tx, now), patient.id, episode.id, Stage.DISCHARGED)

        await self.db.write(work)

    async def test_push(self, patient: Person) -> None:
        """The patient's first device asks for a test."""
        [row, *_] = await self.rows("SELECT id FROM devices WHERE patient_id = :id", id=patient.id)
        now = self.clock.now()
        test = NewDelivery(
            clinic_id=patient.clinic.id,
            id=new_id(now),
            channel="webpush",
            recipient=Recipient("patient", patient.id),
            address_id=row["id"],
            kind="test",
            topic=opaque_id("test", row["id"]),
            due_at=now,
            deadline_at=now + timedelta(minutes=5),
        )
        await self.db.write(lambda tx: add_deliveries(context(tx, now), [test]))

    async def deliveries(self) -> list[tuple[str, str | None]]:
        """Status and outcome of every delivery, in the order in which they were planned."""
        rows = await self.rows("SELECT status, outcome FROM deliveries ORDER BY planned_at, id")
        return [(row["status"], row["outcome"]) for row in rows]

    async def metrics(self) -> str:
        now = self.clock.now()
        return written(reminder_families(await self.db.read(lambda tx: read_snapshot(context(tx, now))))).decode()

    async def rows(self, sql: str, **params: Any) -> list[Row]:
        return await self.db.read(lambda tx: tx.fetch(sql, **params))

    async def skipped(self) -> list[str | None]:
        """The reasons why occurrences stayed silent, in the order of the decisions; None for those that rang."""
        rows = await self.rows("SELECT skipped FROM occurrences ORDER BY decided_at, due_at, id")
        return [row["skipped"] for row in rows]

    async def execute(self, sql: str, **params: Any) -> None:
        async def work(tx: Tx) -> None:
            await tx.execute(sql, **params)

        await self.db.write(work)


def wall_times(push: FakePush | FakeSecond, zone: str = "America/Denver") -> list[str]:
    """The local wall time of each push, mail or text message."""
    return [f"{each.at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for each in push.sent]


def local(text: str, zone: str = "America/Denver") -> datetime:
    """The instant of "2026-03-02 19:00" on a wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)
