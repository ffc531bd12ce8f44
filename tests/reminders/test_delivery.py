"""A reminder from end to end: queue, ledger, encryption, push service, receipts of the phone, the therapist's page."""

from homeplan.delivery.actions import add_device
from homeplan.delivery.model import NewDevice, SubscriptionKeys
from homeplan.delivery.webpush.vapid import Keyring
from homeplan.reminders.worker import tick
from tests.conftest import VAPID_KEY
from tests.delivery.conftest import sender_for
from tests.push_service import PushService
from tests.reminders.scene import Scene, local
from tests.world import Api


async def test_a_reminder_is_encrypted_delivered_and_proven(scene: Scene, api: Api) -> None:
    keyring = Keyring(VAPID_KEY, subject="mailto:operator@clinic.example")
    async with PushService(now=scene.clock.now) as service, sender_for(service, keyring) as push:
        patient = await scene.patient(devices=0, zone="America/Denver")
        made = service.subscribe(keyring.current.public)
        device = NewDevice(
            endpoint=made["endpoint"],
            keys=SubscriptionKeys(**made["keys"]),
            key_id=keyring.current.id,
            language="es",
            platform="ios",
        )
        await scene.db.write(lambda tx: add_device(patient.context(tx, scene.clock.now()), patient.recipient, device))
        await scene.remind(patient, "19:00")
        scene.clock.set(local("2026-03-02 19:00"))

        assert await tick(scene.db, {"webpush": push}, scene.clock.now()) == {"sent": 1}

        [received] = service.received
        assert service.violations == []
        assert received.json["notification"]["body"] == "Es hora de su nota diaria."
        assert received.headers["TTL"] == "7200"
        for event in ("shown", "opened"):
            receipt = {"token": received.json["receipt"], "event": event, "at": scene.clock.now().isoformat()}
            assert (await api.anyone.post("/api/receipts", json=receipt)).status_code == 204

    desk = await api.signed_in(scene.therapists[patient.id])
    [ring] = (await desk.get(f"/api/patients/{patient.id}/reminders")).json()["rings"]
    [delivery] = ring["deliveries"]
    steps = ("sentAt", "acceptedAt", "shownAt", "openedAt")
    assert all(delivery[step].startswith("2026-03-03T02:00:00") for step in steps), delivery
