"""The worker from the database to a real push service and back, on both engines."""

from datetime import timedelta
from typing import Any

import pytest

from homeplan.db import Database
from homeplan.delivery import incidents
from homeplan.delivery.webpush import compose
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.webpush.vapid import Keyring, VapidKey
from homeplan.delivery.worker import deliver_due
from tests.delivery.conftest import OLD_KEY, SITE
from tests.delivery.ledger import counted
from tests.delivery.phones import Phone, make_phone
from tests.push_service import Fault, PushService
from tests.world import START, World, context


async def test_a_due_push_is_sent_with_its_text_its_link_and_its_receipt_token(
    db: Database, phone: Phone, service: PushService, sender: WebPush, keyring: Keyring
) -> None:
    delivery = await phone.plan()
    assert await deliver_due(db, {"webpush": sender}, START + timedelta(minutes=1)) == {"sent": 1}
    assert await phone.state(delivery) == ("sent", "accepted", 1)
    (push,) = service.received
    assert push.json["notification"]["body"] == "Es hora de su nota diaria."
    assert push.json["notification"]["navigate"] == f"{SITE}/#/checkin"
    assert push.json["notification"]["tag"] == push.headers["Topic"] == "t" * 24
    assert push.headers["TTL"] == "7140"
    assert keyring.read_receipt_token(push.json["receipt"]) == (phone.person.clinic.id, delivery)
    device = await phone.now()
    assert (device.unshown, device.failing_since) == (1, None)
    assert device.last_accepted_at is not None


async def test_nothing_due_sends_nothing(db: Database, phone: Phone, service: PushService, sender: WebPush) -> None:
    await phone.plan(START + timedelta(minutes=5))
    assert await deliver_due(db, {"webpush": sender}, START) == {}
    assert service.answers.total() == 0


async def test_what_is_past_its_deadline_is_stale_and_never_sent(
    db: Database, phone: Phone, service: PushService, sender: WebPush
) -> None:
    delivery = await phone.plan()
    assert await deliver_due(db, {"webpush": sender}, START + timedelta(hours=2)) == {"stale": 1}
    assert await phone.state(delivery) == ("stale", "late", 0)
    assert service.answers.total() == 0


@pytest.mark.parametrize("status", [404, 410])
async def test_a_gone_device_is_forgotten_with_all_that_waits_for_it(
    db: Database, phone: Phone, service: PushService, sender: WebPush, status: int
) -> None:
    first, later = await phone.plan(), await phone.plan(START + timedelta(hours=1))
    service.end(phone.endpoint, status)
    await deliver_due(db, {"webpush": sender}, START)
    assert (await phone.now()).end == "gone"
    assert await phone.state(first) == ("gone", "gone", 1)
    assert await phone.state(later) == ("gone", "gone", 0)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_signature_deletes_nothing_tries_again_and_is_told_to_the_operator(
    db: Database, phone: Phone, service: PushService, sender: WebPush, status: int
) -> None:
    delivery = await phone.plan()
    service.fail_with(Fault(status))
    await deliver_due(db, {"webpush": sender}, START)
    assert await phone.state(delivery) == ("pending", "auth", 1)
    device = await phone.now()
    assert device.end is None
    assert device.failing_since is not None
    now = START + timedelta(minutes=2)
    counted = await db.read(lambda tx: incidents.counted(context(tx, now)))
    assert counted[incidents.Incident.SIGNATURE_REFUSED] == 1


async def test_a_device_of_another_key_is_marked_for_a_new_subscription(
    db: Database, world: World, service: PushService, sender: WebPush
) -> None:
    phone = await make_phone(db, world, service, VapidKey(OLD_KEY))
    delivery = await phone.plan()
    service.fail_with(Fault(400, body=b'{"reason":"VapidPkHashMismatch"}'))
    await deliver_due(db, {"webpush": sender}, START)
    assert await phone.state(delivery) == ("failed", "wrong-key", 1)
    device = await phone.now()
    assert device.end is None
    assert device.needs_resubscribe_at is not None


@pytest.mark.parametrize(
    ("fault", "wait_s"),
    [
        (Fault(429, {"Retry-After": "90"}), 90),
        (Fault(429, {"Retry-After": "Mon, 02 Mar 2026 15:02:00 GMT"}), 120),
        (Fault(500), 36),
        (Fault(mode="reset"), 36),
    ],
)
async def test_a_passing_trouble_is_tried_again_with_the_same_topic_when_its_time_has_come(
    db: Database, phone: Phone, service: PushService, sender: WebPush, fault: Fault, wait_s: int
) -> None:
    delivery = await phone.plan()
    service.fail_with(fault)
    assert await deliver_due(db, {"webpush": sender}, START) == {"pending": 1}
    assert await deliver_due(db, {"webpush": sender}, START + timedelta(seconds=20)) == {}
    assert await deliver_due(db, {"webpush": sender}, START + timedelta(seconds=wait_s + 5)) == {"sent": 1}
    assert await phone.state(delivery) == ("sent", "accepted", 2)
    assert {push.headers["Topic"] for push in service.received} == {"t" * 24}
    assert (await phone.now()).failing_since is None


async def test_an_unexpected_error_is_tried_again_and_does_not_count_against_the_device(
    db: Database, phone: Phone, sender: WebPush, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise LookupError

    delivery = await phone.plan(life=timedelta(hours=3))
    monkeypatch.setattr(sender, "send", broken)
    assert await deliver_due(db, {"webpush": sender}, START) == {"pending": 1}
    assert await phone.state(delivery) == ("pending", "broken", 0)
    assert (await phone.now()).failing_since is None


async def test_a_delivery_of_a_channel_that_is_not_open_here_is_put_off(db: Database, phone: Phone) -> None:
    delivery = await phone.plan(life=timedelta(hours=3))
    assert await deliver_due(db, {}, START) == {"pending": 1}
    assert await phone.state(delivery) == ("pending", "not-set-up", 0)
    assert (await phone.now()).failing_since is None


async def test_a_retry_that_would_come_too_late_is_stale(
    db: Database, phone: Phone, service: PushService, sender: WebPush
) -> None:
    delivery = await phone.plan(life=timedelta(minutes=1))
    service.fail_with(Fault(503, {"Retry-After": "60"}))
    assert await deliver_due(db, {"webpush": sender}, START) == {"stale": 1}
    assert await phone.state(delivery) == ("stale", "busy", 1)


async def test_a_mistake_of_the_server_is_stored_with_its_reason(
    db: Database, phone: Phone, service: PushService, sender: WebPush
) -> None:
    delivery = await phone.plan()
    service.fail_with(Fault(413, body=b"too large"))
    await deliver_due(db, {"webpush": sender}, START)
    assert await phone.state(delivery) == ("failed", "refused", 1)
    detail = await db.read(lambda tx: tx.fetch_value("SELECT detail FROM deliveries"))
    assert detail == "413 too large"


async def test_a_push_held_back_does_not_count_as_an_attempt(
    db: Database, phone: Phone, service: PushService, sender: WebPush
) -> None:
    service.fail_with(*[Fault(500)] * 5)
    for _ in range(5):
        await phone.plan()
    await deliver_due(db, {"webpush": sender}, START)
    held = await phone.plan(START)
    await deliver_due(db, {"webpush": sender}, START)
    assert await phone.state(held) == ("pending", "held", 0)


async def test_a_device_of_a_resting_service_counts_as_failing(
    db: Database, phone: Phone, service: PushService, sender: WebPush, world: World, keyring: Keyring
) -> None:
    other = await make_phone(db, world, service, keyring.current)
    service.fail_with(*[Fault(500)] * 5)
    for _ in range(5):
        await other.plan()
    await deliver_due(db, {"webpush": sender}, START)
    await phone.plan()
    await deliver_due(db, {"webpush": sender}, START)
    assert (await phone.now()).failing_since is not None


async def test_one_that_cannot_be_computed_is_put_off_an_hour_and_stops_nobody(
    db: Database, world: World, service: PushService, sender: WebPush, keyring: Keyring
) -> None:
    broken, well = [await make_phone(db, world, service, keyring.current) for _ in range(2)]
    odd = await broken.plan()
    good = await well.plan()
    await db.write(lambda tx: tx.execute("UPDATE devices SET language = 'en' WHERE id = :id", id=broken.device.id))
    build = compose.build

    def fail_for_english(kind: Any, language: Any, **kwargs: Any) -> bytes:
        if language == "en":
            raise RuntimeError("nobody thought of this")
        return build(kind, language, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compose, "build", fail_for_english)
        assert await deliver_due(db, {"webpush": sender}, START) == {"sent": 1, "pending": 1}
    assert await well.state(good) == ("sent", "accepted", 1)
    assert await broken.state(odd) == ("pending", "broken", 0)
    assert await deliver_due(db, {"webpush": sender}, START + timedelta(minutes=59)) == {}


async def test_every_state_is_counted_and_none_is_lost(
    db: Database, world: World, service: PushService, sender: WebPush, keyring: Keyring
) -> None:
    faults = [None, Fault(410), Fault(429, {"Retry-After": "9999"}), Fault(413), Fault(mode="reset"), Fault(503)]
    for n in range(60):
        phone = await make_phone(db, world, service, keyring.current)
        await phone.plan(life=timedelta(minutes=30))
        if fault := faults[n % len(faults)]:
            service.fail_with(fault, endpoint=phone.endpoint)
    for minutes in (0, 2, 4, 8, 16, 31):
        await deliver_due(db, {"webpush": sender}, START + timedelta(minutes=minutes))
        found = await counted(db)
        assert found.due == 60
        assert found.due == found.sent + found.gone + found.stale + found.superseded + found.failed + found.open
    assert found.open == 0
    assert (found.gone, found.failed) == (10, 10)
    # A push whose accepting answer was lost is repeated; every other one is sent once.
    assert len(service.received) == found.sent + 10
