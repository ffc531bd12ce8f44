"""Short words for what tests do with devices and deliveries."""

from datetime import datetime, timedelta
from typing import Any

from homeplan.db import Database, Tx
from homeplan.delivery import store
from homeplan.delivery.actions import add_device
from homeplan.delivery.metrics import Counts, reminder_counts
from homeplan.delivery.model import (
    Claimed,
    Delivery,
    Device,
    NewDelivery,
    NewDevice,
    Outcome,
    Recipient,
    SubscriptionKeys,
)
from homeplan.delivery.rules import settle
from homeplan.ids import new_id
from tests.world import START, Person, context

DEADLINE = timedelta(hours=2)


def subscription(endpoint: str = "https://fcm.googleapis.com/fcm/send/one", **changes: Any) -> NewDevice:
    facts: dict[str, Any] = {
        "endpoint": endpoint,
        "keys": SubscriptionKeys(p256dh="BPoint", auth="auth"),
        "key_id": "0123456789ab",
        "language": "en",
        "platform": "android",
    }
    return NewDevice(**{**facts, **changes})


async def register(db: Database, person: Person, now: datetime = START, **changes: Any) -> Device:
    return await db.write(lambda tx: add_device(person.context(tx, now), person.recipient, subscription(**changes)))


async def listed(db: Database, person: Person) -> list[Device]:
    return await db.read(lambda tx: store.list_devices(context(tx, clinic_id=person.clinic.id), person.id))


async def plan(db: Database, person: Person, device: Device, due: datetime = START, **changes: Any) -> NewDelivery:
    facts: dict[str, Any] = {
        "clinic_id": person.clinic.id,
        "id": new_id(due),
        "channel": "webpush",
        "recipient": Recipient("patient", person.id),
        "address_id": device.id,
        "kind": "checkin",
        "topic": "t" * 24,
        "due_at": due,
        "deadline_at": due + DEADLINE,
    }
    delivery = NewDelivery(**{**facts, **changes})
    await db.write(lambda tx: store.add_deliveries(context(tx, due), [delivery]))
    return delivery


async def claim(db: Database, now: datetime, most: int = 100) -> list[Claimed]:
    owner = new_id(now)
    return await db.write(lambda tx: store.claim(context(tx, now), owner, most))


async def finish(db: Database, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    settled = settle(outcome, at=now, attempts=claimed.attempts, deadline=claimed.deadline_at, spread=0)
    await db.write(lambda tx: store.settle_deliveries(context(tx), [store.Result(claimed, outcome, settled, now, now)]))


async def ledger(db: Database, person: Person, delivery: NewDelivery) -> Delivery:
    return await db.read(
        lambda tx: store.find_delivery(context(tx, clinic_id=person.clinic.id), person.id, delivery.id)
    )


async def counted(db: Database) -> Counts:
    """The reminder ledger of the last day before START, and of what follows."""

    async def read(tx: Tx) -> Counts:
        return reminder_counts(await store.tallies(context(tx), START - timedelta(days=1)))

    return await db.read(read)
