"""Patients with one device each at the push service."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from homeplan.db import Database
from homeplan.delivery import store
from homeplan.delivery.actions import add_device
from homeplan.delivery.model import Device, NewDelivery, NewDevice, Recipient, SubscriptionKeys
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.webpush.vapid import Keyring, VapidKey
from homeplan.ids import new_id
from tests.push_service import PushService
from tests.waiting import until
from tests.world import START, Person, World, context


class Phone:
    """A patient with one device at the push service."""

    def __init__(self, db: Database, person: Person, device: Device, endpoint: str):
        self.db, self.person, self.device, self.endpoint = db, person, device, endpoint

    async def plan(self, due: datetime = START, life: timedelta = timedelta(hours=2)) -> str:
        delivery = NewDelivery(
            clinic_id=self.person.clinic.id,
            id=new_id(due),
            channel="webpush",
            recipient=Recipient("patient", self.person.id),
            address_id=self.device.id,
            kind="checkin",
            topic="t" * 24,
            due_at=due,
            deadline_at=due + life,
            occurrence_id=new_id(due),
        )
        await self.db.write(lambda tx: store.add_deliveries(context(tx, due), [delivery]))
        return delivery.id

    async def state(self, delivery_id: str) -> tuple[str, str | None, int]:
        found = await self.db.read(
            lambda tx: store.find_delivery(context(tx, clinic_id=self.person.clinic.id), self.person.id, delivery_id)
        )
        return found.status, found.outcome, found.attempts

    async def until_sent(self, delivery_id: str) -> None:
        async def is_sent() -> bool:
            return (await self.state(delivery_id))[0] == "sent"

        await until(is_sent)

    async def now(self) -> Device:
        """The device as it stands."""
        devices = await self.db.read(
            lambda tx: store.list_devices(context(tx, clinic_id=self.person.clinic.id), self.person.id)
        )
        return next(device for device in devices if device.id == self.device.id)


async def make_phone(db: Database, world: World, service: PushService, key: VapidKey, **changes: Any) -> Phone:
    person = await world.patient(await world.clinic())
    made = service.subscribe(key.public)
    facts: dict[str, Any] = {
        "endpoint": made["endpoint"],
        "keys": SubscriptionKeys(**made["keys"]),
        "key_id": key.id,
        "language": "es",
        "platform": "ios",
    }
    device = await db.write(
        lambda tx: add_device(person.context(tx, START), person.recipient, NewDevice(**{**facts, **changes}))
    )
    return Phone(db, person, device, made["endpoint"])


class Live:
    """A real push service that the app accepts, and a sender for it."""

    def __init__(self, service: PushService, sender: WebPush, keyring: Keyring):
        self.service, self.sender, self._keyring = service, sender, keyring
        self.body: dict[str, Any] = {}

    @property
    def endpoint(self) -> str:
        return str(self.body["endpoint"])

    async def register(self, phone: httpx.AsyncClient) -> str:
        """Subscribe as a browser would; returns the device's id."""
        made = self.service.subscribe(self._keyring.current.public)
        self.body = {**made, "keyId": self._keyring.current.id, "language": "en", "platform": "desktop"}
        answer = await phone.post("/api/me/devices", json=self.body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])
