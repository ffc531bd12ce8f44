"""The routes of push: registering, testing, receipts, reachability."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from homeplan.db import Database
from homeplan.delivery.webpush.vapid import Keyring
from homeplan.delivery.worker import deliver_due
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.delivery.conftest import OLD_KEY
from tests.delivery.ledger import counted
from tests.delivery.phones import Live
from tests.push_service import PushService
from tests.world import Api, Person, World


@pytest.fixture
async def patient(world: World) -> Person:
    clinic = await world.clinic()
    return await world.patient(clinic, await world.therapist(clinic))


@pytest.fixture
async def phone(api: Api, patient: Person) -> httpx.AsyncClient:
    return await api.signed_in(patient)


def subscription(keyring: Keyring, endpoint: str = "https://fcm.googleapis.com/fcm/send/one", **changes: Any) -> Any:
    made = PushService().subscribe(None)
    facts = {
        "endpoint": endpoint,
        "keys": made["keys"],
        "keyId": keyring.current.id,
        "language": "en",
        "platform": "android",
    }
    return {**facts, **changes}


async def test_the_key_is_what_a_browser_subscribes_with(phone: httpx.AsyncClient, keyring: Keyring) -> None:
    answer = await phone.get("/api/push/key")
    assert answer.json() == {"publicKey": keyring.current.public, "keyId": keyring.current.id}


async def test_a_device_is_registered_listed_and_removed(
    phone: httpx.AsyncClient, keyring: Keyring, clock: FakeClock
) -> None:
    added = await phone.post("/api/me/devices", json=subscription(keyring))
    assert added.status_code == 201
    device = added.json()
    assert device == {
        "id": device["id"],
        "platform": "android",
        "language": "en",
        "keyId": keyring.current.id,
        "createdAt": "2026-03-02T15:00:00Z",
        "lastAcceptedAt": None,
        "lastShownAt": None,
        "failingSince": None,
        "unshown": 0,
        "unshownSince": None,
        "needsResubscribeAt": None,
        "endedAt": None,
        "end": None,
    }
    assert (await phone.get("/api/me/devices")).json() == [device]
    clock.advance(minutes=1)
    assert (await phone.delete(f"/api/me/devices/{device['id']}")).status_code == 204
    (ended,) = (await phone.get("/api/me/devices")).json()
    assert (ended["end"], ended["endedAt"]) == ("removed", "2026-03-02T15:01:00Z")
    assert (await phone.delete(f"/api/me/devices/{device['id']}")).status_code == 404


async def test_no_answer_ever_holds_the_endpoint_or_its_keys(
    phone: httpx.AsyncClient, keyring: Keyring, api: Api, patient: Person, world: World
) -> None:
    sent = subscription(keyring, "https://fcm.googleapis.com/fcm/send/secret-part")
    admin = await api.signed_in(await world.admin(patient.clinic))
    for answer in (
        await phone.post("/api/me/devices", json=sent),
        await phone.get("/api/me/devices"),
        await admin.get(f"/api/patients/{patient.id}/devices"),
    ):
        assert answer.is_success
        assert not [part for part in ("secret-part", *sent["keys"].values()) if part in answer.text]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"endpoint": "https://evil.example/x"}, "bad-endpoint", "endpoint"),
        ({"endpoint": "http://fcm.googleapis.com/x"}, "bad-endpoint", "endpoint"),
        ({"endpoint": "https://127.0.0.1/x"}, "bad-endpoint", "endpoint"),
        ({"endpoint": ""}, "invalid", "endpoint"),
        ({"endpoint": 7}, "invalid", "endpoint"),
        ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "bad-subscription", "keys"),
        ({"keys": {"p256dh": "A!", "auth": "AAAA"}}, "invalid", "keys.p256dh"),
        ({"keys": {"p256dh": "AAAA"}}, "invalid", "keys.auth"),
        ({"keyId": "0123456789ab"}, "unknown-push-key", "keyId"),
        ({"keyId": "x"}, "invalid", "keyId"),
        ({"language": "fr"}, "invalid", "language"),
        ({"platform": "toaster"}, "invalid", "platform"),
        ({"patientId": "someone-else"}, "invalid", "patientId"),
    ],
)
async def test_a_subscription_that_could_never_be_sent_to_is_refused(
    phone: httpx.AsyncClient, keyring: Keyring, change: dict[str, Any], code: str, field: str
) -> None:
    answer = await phone.post("/api/me/devices", json={**subscription(keyring), **change})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)
    assert (await phone.get("/api/me/devices")).json() == []


async def test_a_test_push_reports_every_step(
    phone: httpx.AsyncClient, api: Api, db: Database, clock: FakeClock, live: Live
) -> None:
    device = await live.register(phone)
    started = await phone.post(f"/api/me/devices/{device}/test")
    assert started.status_code == 202
    delivery = started.json()["deliveryId"]

    async def steps() -> dict[str, Any]:
        found: dict[str, Any] = (await phone.get(f"/api/me/deliveries/{delivery}")).json()
        return {name: found[name] for name in ("status", "outcome", "acceptedAt", "shownAt", "openedAt")}

    assert await steps() == {
        "status": "pending",
        "outcome": None,
        "acceptedAt": None,
        "shownAt": None,
        "openedAt": None,
    }
    await deliver_due(db, {"webpush": live.sender}, clock.advance(seconds=1))
    assert (await steps())["status"] == "sent"
    (push,) = live.service.received
    assert push.json["notification"]["body"] == "Reminders are on."
    for event in ("shown", "opened"):
        at = clock.advance(seconds=2).isoformat()
        receipt = {"token": push.json["receipt"], "event": event, "at": at}
        for _ in range(2):
            assert (await api.anyone.post("/api/receipts", json=receipt)).status_code == 204
    found = await steps()
    assert (found["shownAt"], found["openedAt"]) == ("2026-03-02T15:00:03Z", "2026-03-02T15:00:05Z")


async def test_a_second_tap_on_the_test_button_follows_the_same_push(phone: httpx.AsyncClient, live: Live) -> None:
    device = await live.register(phone)
    first = await phone.post(f"/api/me/devices/{device}/test")
    assert (await phone.post(f"/api/me/devices/{device}/test")).json() == first.json()


async def test_tests_are_limited_to_five_in_five_minutes(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock, live: Live
) -> None:
    device = await live.register(phone)
    for _ in range(5):
        assert (await phone.post(f"/api/me/devices/{device}/test")).status_code == 202
        await deliver_due(db, {"webpush": live.sender}, clock.advance(seconds=1))
    refused = await phone.post(f"/api/me/devices/{device}/test")
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-tests")
    clock.advance(minutes=5)
    assert (await phone.post(f"/api/me/devices/{device}/test")).status_code == 202


async def test_a_subscription_that_has_ended_is_told_apart_and_replaced(
    phone: httpx.AsyncClient, db: Database, clock: FakeClock, live: Live
) -> None:
    device = await live.register(phone)
    live.service.end(live.endpoint)
    await phone.post(f"/api/me/devices/{device}/test")
    await deliver_due(db, {"webpush": live.sender}, clock.now())
    assert [each["end"] for each in (await phone.get("/api/me/devices")).json()] == ["gone"]
    again = await phone.post("/api/me/devices", json=live.body)
    assert (again.status_code, again.json()["code"]) == (409, "subscription-ended")
    assert (await phone.post(f"/api/me/devices/{device}/test")).status_code == 404
    clock.advance(seconds=1)
    await live.register(phone)
    assert [each["end"] for each in (await phone.get("/api/me/devices")).json()] == ["gone", None]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "clinic.delivery." + "A" * 22, "é.é.é", "x" * 300])
async def test_a_receipt_needs_the_token_of_its_push(api: Api, token: str) -> None:
    receipt = {"token": token, "event": "shown", "at": "2026-03-02T15:00:00Z"}
    assert (await api.anyone.post("/api/receipts", json=receipt)).status_code in (400, 404)


async def test_a_genuine_token_of_no_delivery_is_not_found(api: Api, keyring: Keyring) -> None:
    receipt = {"token": keyring.receipt_token("clinic", "none"), "event": "shown", "at": "2026-03-02T15:00:00Z"}
    assert (await api.anyone.post("/api/receipts", json=receipt)).status_code == 404


async def test_the_therapist_sees_since_when_a_phone_is_unreachable(
    api: Api, phone: httpx.AsyncClient, patient: Person, db: Database, world: World, clock: FakeClock, live: Live
) -> None:
    admin = await api.signed_in(await world.admin(patient.clinic))

    async def reachability() -> tuple[str, str | None, str | None]:
        found = (await admin.get(f"/api/patients/{patient.id}/devices")).json()
        return found["state"], found["since"], found["reason"]

    assert await reachability() == ("none", None, None)
    device = await live.register(phone)
    assert await reachability() == ("unproven", "2026-03-02T15:00:00Z", None)
    await phone.post(f"/api/me/devices/{device}/test")
    await deliver_due(db, {"webpush": live.sender}, clock.advance(minutes=1))
    assert (await reachability())[0] == "reachable"
    live.service.end(live.endpoint)
    await phone.post(f"/api/me/devices/{device}/test")
    await deliver_due(db, {"webpush": live.sender}, clock.advance(minutes=1))
    state, since, reason = await reachability()
    assert (state, reason) == ("unreachable", "gone")
    assert since is not None
    assert since.startswith("2026-03-02T15:02:00")


async def test_another_patients_devices_and_deliveries_do_not_exist(
    api: Api, phone: httpx.AsyncClient, patient: Person, world: World, live: Live
) -> None:
    device = await live.register(phone)
    delivery = (await phone.post(f"/api/me/devices/{device}/test")).json()["deliveryId"]
    stranger = await api.signed_in(await world.patient(patient.clinic))
    for request in (
        stranger.delete(f"/api/me/devices/{device}"),
        stranger.post(f"/api/me/devices/{device}/test"),
        stranger.get(f"/api/me/deliveries/{delivery}"),
    ):
        assert (await request).status_code == 404
    assert (await stranger.get("/api/me/devices")).json() == []


async def test_each_request_leaves_one_audit_event(
    phone: httpx.AsyncClient, db: Database, patient: Person, live: Live
) -> None:
    device = await live.register(phone)
    delivery = (await phone.post(f"/api/me/devices/{device}/test")).json()["deliveryId"]
    await phone.get(f"/api/me/deliveries/{delivery}")
    await phone.get("/api/me/devices")
    await phone.delete(f"/api/me/devices/{device}")
    rows = await db.read(lambda tx: tx.fetch("SELECT action, object_id, patient_id FROM audit_events ORDER BY seq"))
    assert [tuple(row[name] for name in ("action", "object_id", "patient_id")) for row in rows] == [
        ("device.add", device, patient.id),
        ("device.test", device, patient.id),
        ("device.remove", device, patient.id),
    ]


async def test_without_a_key_push_says_that_it_is_not_set_up(
    api: Api, phone: httpx.AsyncClient, keyring: Keyring, settings: Settings, with_settings: Callable[[Settings], None]
) -> None:
    with_settings(Settings(origin=settings.origin))
    for answer in (
        await phone.get("/api/push/key"),
        await phone.post("/api/me/devices", json=subscription(keyring)),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "push-not-set-up")


async def test_a_phone_may_still_register_with_the_previous_key(
    phone: httpx.AsyncClient, keyring: Keyring, settings: Settings, with_settings: Callable[[Settings], None]
) -> None:
    body = subscription(keyring)
    with_settings(
        Settings(
            origin=settings.origin,
            vapid_private_key=OLD_KEY,
            vapid_previous_keys=(settings.vapid_private_key or "",),
            vapid_subject=settings.vapid_subject,
        )
    )
    assert (await phone.get("/api/push/key")).json()["keyId"] != keyring.current.id
    assert (await phone.post("/api/me/devices", json=body)).status_code == 201


async def test_the_test_push_is_in_the_ledger_of_everything(
    phone: httpx.AsyncClient, db: Database, live: Live, clock: FakeClock
) -> None:
    device = await live.register(phone)
    await phone.post(f"/api/me/devices/{device}/test")
    await deliver_due(db, {"webpush": live.sender}, clock.now())
    found = await counted(db)
    assert (found.due, found.others, found.sent, found.open) == (1, 1, 1, 0)
