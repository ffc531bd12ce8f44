"""Clinics with staff whose mail addresses and devices are proved, and patients who raise a critical alert each."""

import hashlib
from datetime import UTC, date, datetime

from msgspec import Struct

from bench.crowd import KEY
from bench.reach_parts.outside import Outside, token_of
from homeplan.alerts.actions import raise_alerts
from homeplan.alerts.model import Finding
from homeplan.clock import SystemClock
from homeplan.context import operator_context
from homeplan.db import Database, Tx
from homeplan.delivery.webpush.vapid import VapidKey
from homeplan.duty.actions import save
from homeplan.duty.model import DutyEntry, DutySettings, Roster
from homeplan.ids import new_id, opaque_id
from tests.world import Person, World

INSERT_MAIL = """
INSERT INTO mail_addresses (clinic_id, id, staff_id, email, language, asked_at, confirmed_at)
VALUES (:clinic_id, :id, :staff_id, :email, 'en', 0, 0)"""
INSERT_DEVICE = """
INSERT INTO devices (clinic_id, id, staff_id, sign_in_id, endpoint, endpoint_hash, p256dh, auth, key_id, language,
  platform, created_at, last_shown_at, unshown)
VALUES (:clinic_id, :id, :staff_id, 'none', :endpoint, :hash, :p256dh, :auth, :key_id, 'en', 'desktop', 0, 0, 0)"""
OPEN_ALERT = "SELECT id FROM alerts WHERE clinic_id = :clinic_id AND patient_id = :patient_id"


class Clinic(Struct, frozen=True, kw_only=True):
    """A clinic, its patients, and the groups of staff of which one member each must be told about an alert."""

    id: str
    patients: list[Person]
    groups: list[frozenset[str]]


class Raised(Struct, frozen=True, kw_only=True):
    """One alert: the topic of its notices, and the groups of staff who must be told."""

    at: float
    topic: str
    groups: list[frozenset[str]]


class Addresses(Struct, frozen=True):
    """The owner of each mail address and of each device's token, and the endpoints that die in the window."""

    owners: dict[str, str]
    dying: list[str]


async def open_clinics(db: Database, outside: Outside, clinics: int, patients: int) -> tuple[list[Clinic], Addresses]:
    """Clinics with a therapist, somebody on duty and an administrator, all with mail and a device.

    In every tenth, therapist and duty have only devices, which die: from then on an administrator must be told. In
    every other the device of the person on duty dies.
    """
    world = World(db, SystemClock())
    addresses = Addresses({}, [])
    found = []
    for number in range(clinics):
        clinic = await world.clinic()
        therapist, on_duty = await world.therapist(clinic), await world.therapist(clinic)
        admin = await world.admin(clinic)
        roster = Roster(entries=(DutyEntry(id="d", staff_id=on_duty.id, kind="duty"),))
        wanted = DutySettings(version=0, hours=None, roster=roster)
        now = SystemClock().now()
        await db.write(lambda tx, by=admin, new=wanted, at=now: save(by.context(tx, at), new))
        is_push_only = number % 10 == 9
        for person in (therapist, on_duty, admin):
            if person is admin or not is_push_only:
                await _give_mail(db, person, addresses)
            dies = (is_push_only and person is not admin) or (number % 2 == 1 and person is on_duty)
            await _give_device(db, person, outside, addresses, dies=dies)
        people = [await world.patient(clinic, therapist, consents=False) for _ in range(patients)]
        groups = [frozenset({each.id}) for each in (therapist, on_duty)]
        if is_push_only:
            groups = [frozenset({therapist.id, on_duty.id, admin.id})]
        found.append(Clinic(id=clinic.id, patients=people, groups=groups))
    return found, addresses


async def raise_alert(db: Database, clinic: Clinic, patient: Person) -> Raised:
    """A warning sign, as a check-in raises it."""
    now = SystemClock().now()
    sign = Finding(
        rule="safety-yes",
        version=1,
        trigger=f"{date(2026, 3, 2)}",
        value=3,
        marks=frozenset({"saddle"}),
        severity="critical",
        known_at=now,
        inputs={"value": 3},
    )

    async def work(tx: Tx) -> str:
        ctx = operator_context(tx, now, clinic.id)
        await raise_alerts(ctx, patient.id, [sign])
        return str(await tx.fetch_value(OPEN_ALERT, clinic_id=clinic.id, patient_id=patient.id))

    alert_id = await db.write(work)
    topic = opaque_id("staff", clinic.id, f"alert-{alert_id}")
    return Raised(at=now.timestamp(), topic=topic, groups=clinic.groups)


async def _give_mail(db: Database, person: Person, addresses: Addresses) -> None:
    email = f"{person.id}@clinic.example"
    addresses.owners[email] = person.id
    row = {"clinic_id": person.clinic.id, "id": new_id(datetime.now(UTC)), "staff_id": person.id, "email": email}
    await db.write(lambda tx: tx.execute(INSERT_MAIL, **row))


async def _give_device(db: Database, person: Person, outside: Outside, addresses: Addresses, *, dies: bool) -> None:
    key = VapidKey(KEY)
    subscription = outside.push.subscribe(key.public)
    endpoint = subscription["endpoint"]
    addresses.owners[token_of(endpoint)] = person.id
    if dies:
        addresses.dying.append(endpoint)
    row = {
        "clinic_id": person.clinic.id,
        "id": new_id(datetime.now(UTC)),
        "staff_id": person.id,
        "endpoint": endpoint,
        "hash": hashlib.sha256(endpoint.encode()).hexdigest(),
        "key_id": key.id,
        **subscription["keys"],
    }
    await db.write(lambda tx: tx.execute(INSERT_DEVICE, **row))
