"""A VAPID key from its successor's first day until nobody needs it any more."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from homeplan.db import Database
from homeplan.delivery.webpush.vapid import Keyring, VapidKey, keyring_of
from homeplan.delivery.worker import deliver_due
from homeplan.settings import Settings
from tests.conftest import METRICS_TOKEN
from tests.delivery.conftest import sender_for
from tests.push_service import PushService
from tests.world import ORIGIN, START, Api, World

OLD, NEW = VapidKey.generate(), VapidKey.generate()


Restart = Callable[[Settings], None]


class Clinic:
    """An app that is restarted with other keys, and its patients' phones."""

    def __init__(self, api: Api, db: Database, world: World, service: PushService, restart: Restart):
        self.api, self.db, self.world, self.service, self._restart = api, db, world, service, restart
        self.keyring: Keyring

    def start(self, key: str, *previous: str) -> None:
        settings = Settings(
            origin=ORIGIN,
            vapid_private_key=key,
            vapid_previous_keys=previous,
            vapid_subject="mailto:operator@clinic.example",
            push_hosts=(self.service.origin,),
            metrics_token=METRICS_TOKEN,
        )
        self._restart(settings)
        keyring = keyring_of(settings)
        assert keyring is not None
        self.keyring = keyring

    async def phone(self) -> Any:
        return await self.api.signed_in(await self.world.patient(await self.world.clinic()))

    async def register(self, phone: Any, key: str) -> str:
        """Subscribe with the key as a browser would; the device's id, or the problem's code."""
        made = self.service.subscribe(VapidKey(key).public)
        body = {**made, "keyId": VapidKey(key).id, "language": "en", "platform": "desktop"}
        answer = (await phone.post("/api/me/devices", json=body)).json()
        return str(answer.get("id") or answer["code"])

    async def push(self, phone: Any, device: str) -> dict[str, Any]:
        """Have a test push sent; returns its outcome."""
        started = (await phone.post(f"/api/me/devices/{device}/test")).json()
        async with sender_for(self.service, self.keyring) as sender:
            await deliver_due(self.db, {"webpush": sender}, START)
        found: dict[str, Any] = (await phone.get(f"/api/me/deliveries/{started['deliveryId']}")).json()
        return found

    async def devices(self) -> dict[str, int]:
        """The counts in /metrics of live devices, by the state of their key."""
        token = {"authorization": f"Bearer {METRICS_TOKEN}"}
        metrics = (await self.api.anyone.get("/metrics", headers=token)).text
        return {key: int(count) for key, count in re.findall(r'homeplan_devices{key="(\w+)"} (\d+)\.0', metrics)}


@pytest.fixture
def clinic(api: Api, db: Database, world: World, service: PushService, with_settings: Restart) -> Clinic:
    return Clinic(api, db, world, service, with_settings)


async def test_the_old_key_lives_until_its_devices_are_replaced_and_then_goes(clinic: Clinic) -> None:
    clinic.start(OLD)
    phone, late = await clinic.phone(), await clinic.phone()
    device, of_late = await clinic.register(phone, OLD), await clinic.register(late, OLD)

    clinic.start(NEW, OLD)
    assert (await phone.get("/api/push/key")).json()["keyId"] == VapidKey(NEW).id
    assert await clinic.devices() == {"current": 0, "previous": 2, "lost": 0}
    assert (await clinic.push(phone, device))["status"] == "sent", "signed with the key of its subscription"

    replacement = await clinic.register(phone, NEW)
    assert (await phone.delete(f"/api/me/devices/{device}")).status_code == 204
    assert await clinic.devices() == {"current": 1, "previous": 1, "lost": 0}
    assert (await clinic.push(phone, replacement))["status"] == "sent"

    clinic.start(NEW)
    assert await clinic.devices() == {"current": 1, "previous": 0, "lost": 1}
    assert await clinic.register(late, OLD) == "unknown-push-key"
    failed = await clinic.push(late, of_late)
    assert (failed["status"], failed["outcome"]) == ("failed", "wrong-key")
    [kept] = (await late.get("/api/me/devices")).json()
    assert (kept["endedAt"], bool(kept["needsResubscribeAt"])) == (None, True), "nothing is deleted; the app is told"


async def test_a_phone_that_signed_out_does_not_keep_the_old_key_alive(clinic: Clinic) -> None:
    clinic.start(OLD)
    phone = await clinic.phone()
    await clinic.register(phone, OLD)
    clinic.start(NEW, OLD)
    assert (await phone.delete("/api/me/sign-in")).status_code == 204

    assert await clinic.devices() == {"current": 0, "previous": 0, "lost": 0}
