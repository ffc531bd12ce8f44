"""Devices and the ledger on both engines."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from homeplan.accounts import store as accounts
from homeplan.db import Database, Tx
from homeplan.errors import NotFound
from homeplan.ids import new_id
from homeplan.push import store
from homeplan.push.model import (
    Claimed,
    Counts,
    Delivery,
    Device,
    Held,
    NewDelivery,
    NewDevice,
    Outcome,
    Retry,
    Sent,
    SubscriptionEnded,
    SubscriptionKeys,
)
from homeplan.push.rules import LEASE, settle
from homeplan.push.store import devices as device_store
from tests.conftest import START, FakeClock
from tests.world import Person, World

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
    return await db.write(lambda tx: store.add_device(tx, person.scope, subscription(**changes), now))


async def listed(db: Database, person: Person) -> list[Device]:
    return await db.read(lambda tx: store.list_devices(tx, person.clinic.id, person.id))


async def plan(db: Database, person: Person, device: Device, due: datetime = START, **changes: Any) -> NewDelivery:
    facts: dict[str, Any] = {
        "clinic_id": person.clinic.id,
        "id": new_id(due),
        "device_id": device.id,
        "kind": "checkin",
        "topic": "t" * 24,
        "due_at": due,
        "deadline_at": due + DEADLINE,
    }
    delivery = NewDelivery(**{**facts, **changes})
    await db.write(lambda tx: store.add_deliveries(tx, [delivery], due))
    return delivery


async def claim(db: Database, now: datetime, most: int = 100) -> list[Claimed]:
    owner = new_id(now)
    return await db.write(lambda tx: store.claim(tx, owner, now, most))


async def finish(db: Database, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    settled = settle(outcome, at=now, attempts=claimed.attempts, deadline=claimed.deadline_at, spread=0)
    await db.write(lambda tx: store.settle_deliveries(tx, [store.Result(claimed, outcome, settled, now, now)]))


async def ledger(db: Database, person: Person, delivery: NewDelivery) -> Delivery:
    return await db.read(lambda tx: store.find_delivery(tx, person.clinic.id, person.id, delivery.id))


async def counted(db: Database) -> Counts:
    return await db.read(lambda tx: store.counts(tx, START - timedelta(days=1)))


@pytest.fixture
async def patient(world: World) -> Person:
    return await world.patient(await world.clinic())


async def test_registering_twice_refreshes_the_same_device(db: Database, patient: Person) -> None:
    first = await register(db, patient)
    again = await register(db, patient, START + timedelta(days=1), language="es")
    assert (again.id, again.created_at, again.language) == (first.id, START, "es")
    assert await listed(db, patient) == [again]


async def test_a_key_mark_stays_until_the_browser_subscribed_anew(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    mark = [{"clinic_id": patient.clinic.id, "id": device.id, "at": 1_000}]
    await db.write(lambda tx: store.note_devices(tx, device_store.NOTE_WRONG_KEY, mark))
    assert (await register(db, patient)).needs_resubscribe_at is not None
    fresh = SubscriptionKeys(p256dh="BOther", auth="auth")
    assert (await register(db, patient, keys=fresh)).needs_resubscribe_at is None


async def test_a_phone_that_was_handed_on_rings_only_for_its_new_owner(
    db: Database, world: World, patient: Person
) -> None:
    other = await world.patient(patient.clinic)
    before = await register(db, patient)
    waiting = await plan(db, patient, before)
    await register(db, other)
    (ended,) = await listed(db, patient)
    assert (ended.end, ended.ended_at) == ("removed", START)
    assert (await ledger(db, patient, waiting)).status == "superseded"
    assert [device.end for device in await listed(db, other)] == [None]


async def test_clinics_do_not_see_each_others_devices(db: Database, world: World, patient: Person) -> None:
    stranger = await world.patient(await world.clinic())
    mine, theirs = await register(db, patient), await register(db, stranger)
    assert mine.id != theirs.id
    assert [device.end for device in (*await listed(db, patient), *await listed(db, stranger))] == [None, None]
    with pytest.raises(NotFound):
        await db.write(lambda tx: store.remove_device(tx, stranger.scope, mine.id, START))


async def test_a_subscription_that_the_service_forgot_cannot_be_registered_again(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    await db.write(lambda tx: store.end_device(tx, patient.clinic.id, device.id, "gone", START))
    with pytest.raises(SubscriptionEnded):
        await register(db, patient)


async def test_a_removed_device_is_forgotten_with_its_secrets_and_can_come_back(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    await db.write(lambda tx: store.remove_device(tx, patient.scope, device.id, START))
    row = await db.read(lambda tx: tx.fetch_one("SELECT endpoint, p256dh, auth FROM devices"))
    assert row is not None
    assert (row["endpoint"], row["p256dh"], row["auth"]) == ("", "", "")
    with pytest.raises(NotFound):
        await db.write(lambda tx: store.remove_device(tx, patient.scope, device.id, START))
    assert (await register(db, patient)).id != device.id


async def test_the_oldest_device_makes_room_for_the_eleventh(db: Database, patient: Person) -> None:
    made = [
        await register(db, patient, START + timedelta(minutes=n), endpoint=f"https://fcm.googleapis.com/{n}")
        for n in range(11)
    ]
    live = [device.id for device in await listed(db, patient) if device.end is None]
    assert live == [device.id for device in made[1:]]


async def test_only_live_devices_of_signed_in_phones_ring(db: Database, world: World, patient: Person) -> None:
    clinic, now = patient.clinic.id, START

    async def signed_out(tx: Tx) -> None:
        session = await accounts.start_patient_session(tx, now, clinic_id=clinic, patient_id=patient.id, label="x")
        await tx.execute("UPDATE devices SET session_id = :session WHERE id = :id", session=session.id, id=lost.id)
        await accounts.revoke_session(tx, now, patient.scope, session.id)

    kept = await register(db, patient, endpoint="https://fcm.googleapis.com/kept")
    lost = await register(db, patient, endpoint="https://fcm.googleapis.com/lost")
    gone = await register(db, patient, endpoint="https://fcm.googleapis.com/gone")
    await db.write(lambda tx: store.end_device(tx, clinic, gone.id, "gone", now))
    await db.write(signed_out)
    other = await world.patient(patient.clinic)
    found = await db.read(lambda tx: store.devices_to_ring(tx, [(clinic, patient.id), (clinic, other.id)]))
    assert found == {(clinic, patient.id): [kept.id]}


async def test_what_is_due_is_claimed_longest_due_first_and_only_once(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    late = await plan(db, patient, device, START + timedelta(minutes=2))
    early = await plan(db, patient, device, START + timedelta(minutes=1))
    future = await plan(db, patient, device, START + timedelta(minutes=9))
    now = START + timedelta(minutes=5)
    (first,) = await claim(db, now, most=1)
    assert first.id == early.id
    assert (first.endpoint, first.attempts, first.language) == ("https://fcm.googleapis.com/fcm/send/one", 1, "en")
    assert [each.id for each in await claim(db, now)] == [late.id]
    assert await claim(db, now) == []
    assert (await ledger(db, patient, future)).status == "pending"


async def test_planning_the_same_occurrence_again_changes_nothing(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    await plan(db, patient, device, occurrence_id="occurrence")
    await plan(db, patient, device, occurrence_id="occurrence")
    assert (await counted(db)).due == 1


async def test_a_delivery_of_a_crashed_worker_is_claimed_after_its_lease(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    await plan(db, patient, device)
    (first,) = await claim(db, START)
    assert await claim(db, START + LEASE - timedelta(milliseconds=1)) == []
    (second,) = await claim(db, START + LEASE)
    assert (second.id, second.attempts) == (first.id, 2)


async def test_only_the_owner_of_a_lease_settles_it(db: Database, patient: Person) -> None:
    delivery = await plan(db, patient, await register(db, patient))
    (slow,) = await claim(db, START)
    (quick,) = await claim(db, START + LEASE)
    await finish(db, slow, Sent(201), START + LEASE)
    assert (await ledger(db, patient, delivery)).status == "leased"
    await finish(db, quick, Retry("timeout"), START + LEASE)
    assert (await ledger(db, patient, delivery)).status == "pending"


async def test_a_lease_from_before_the_clock_was_set_back_counts_as_expired(db: Database, patient: Person) -> None:
    await plan(db, patient, await register(db, patient))
    assert len(await claim(db, START + timedelta(days=1))) == 1
    assert len(await claim(db, START + timedelta(minutes=1))) == 1


async def test_the_ledger_tells_each_step(db: Database, clock: FakeClock, patient: Person) -> None:
    delivery = await plan(db, patient, await register(db, patient), occurrence_id="occurrence")
    (claimed,) = await claim(db, clock.advance(seconds=1))
    await finish(db, claimed, Sent(201), clock.now())
    for event, at in (("shown", clock.advance(seconds=3)), ("opened", clock.advance(seconds=9))):
        await db.write(lambda tx, e=event, a=at: store.receive(tx, patient.clinic.id, delivery.id, e, a, clock.now()))  # type: ignore[misc]
    await db.write(lambda tx: store.mark_done(tx, patient.clinic.id, ["occurrence"], clock.advance(minutes=1)))
    found = await ledger(db, patient, delivery)
    assert [
        (step - START).total_seconds() if step else None
        for step in (
            found.planned_at,
            found.sent_at,
            found.accepted_at,
            found.shown_at,
            found.opened_at,
            found.done_at,
        )
    ] == [0, 1, 1, 4, 13, 73]
    (device,) = await listed(db, patient)
    assert device.last_shown_at == START + timedelta(seconds=13)
    assert device.unshown == 0


async def test_a_repeated_receipt_changes_nothing_and_a_wrong_clock_is_bounded(db: Database, patient: Person) -> None:
    delivery = await plan(db, patient, await register(db, patient))
    now = START + timedelta(minutes=1)

    async def receive(event: str, at: datetime) -> Delivery:
        await db.write(lambda tx: store.receive(tx, patient.clinic.id, delivery.id, event, at, now))
        return await ledger(db, patient, delivery)

    first = await receive("shown", START - timedelta(days=9))
    assert first.shown_at == START
    assert await receive("shown", START + timedelta(seconds=30)) == first
    assert (await receive("opened", START + timedelta(days=9))).opened_at == now


async def test_opened_without_shown_counts_as_shown(db: Database, patient: Person) -> None:
    delivery = await plan(db, patient, await register(db, patient))
    await db.write(lambda tx: store.receive(tx, patient.clinic.id, delivery.id, "opened", START, START))
    found = await ledger(db, patient, delivery)
    assert found.shown_at == found.opened_at == START


@pytest.mark.parametrize("outcome", [Retry("unreachable ServerDisconnectedError"), Retry("timeout", 999_999.0), None])
async def test_a_receipt_settles_a_push_whose_answer_was_lost(
    db: Database, patient: Person, outcome: Outcome | None
) -> None:
    delivery = await plan(db, patient, await register(db, patient))
    (claimed,) = await claim(db, START)
    if outcome:
        await finish(db, claimed, outcome, START)
    await db.write(lambda tx: store.receive(tx, patient.clinic.id, delivery.id, "shown", START, START))
    found = await ledger(db, patient, delivery)
    assert (found.status, found.outcome, found.accepted_at) == ("sent", "accepted", START)
    assert await claim(db, START + timedelta(hours=1)) == []


async def test_a_receipt_for_no_delivery_is_not_found(db: Database, patient: Person) -> None:
    with pytest.raises(NotFound):
        await db.write(lambda tx: store.receive(tx, patient.clinic.id, "none", "shown", START, START))


async def test_what_was_done_before_it_was_sent_is_superseded_even_while_under_way(
    db: Database, patient: Person
) -> None:
    device = await register(db, patient)
    waiting = await plan(db, patient, device, START + timedelta(hours=1), occurrence_id="later")
    under_way = await plan(db, patient, device, occurrence_id="now")
    (claimed,) = await claim(db, START)
    closed = await db.write(lambda tx: store.supersede(tx, patient.clinic.id, ["later", "now"]))
    assert closed == 2
    await finish(db, claimed, Retry("timeout"), START)
    for delivery in (waiting, under_way):
        assert (await ledger(db, patient, delivery)).status == "superseded"
    assert await db.write(lambda tx: store.supersede(tx, patient.clinic.id, [])) == 0


async def test_another_patients_delivery_does_not_exist(db: Database, world: World, patient: Person) -> None:
    delivery = await plan(db, patient, await register(db, patient))
    for stranger in (await world.patient(patient.clinic), await world.patient(await world.clinic())):
        with pytest.raises(NotFound):
            await ledger(db, stranger, delivery)


async def test_nothing_is_ever_lost_from_the_count(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    outcomes: list[Outcome | None] = [Sent(201), Retry("timeout"), Held(99_999.0, "late"), None]
    for n in range(len(outcomes) + 1):
        await plan(db, patient, device, START + timedelta(seconds=n), occurrence_id=f"o{n}")
    claimed = await claim(db, START + timedelta(minutes=1), most=len(outcomes))
    for each, outcome in zip(claimed, outcomes, strict=True):
        if outcome:
            await finish(db, each, outcome, START + timedelta(minutes=1))
    await db.write(lambda tx: store.supersede(tx, patient.clinic.id, ["o4"]))
    assert await counted(db) == Counts(due=5, tests=0, sent=1, gone=0, stale=1, superseded=1, failed=0, open=2)


async def test_the_lag_is_how_long_the_longest_due_waits(db: Database, patient: Person) -> None:
    async def lag(now: datetime) -> timedelta:
        return await db.read(lambda tx: store.lag(tx, now))

    assert await lag(START) == timedelta(0)
    await plan(db, patient, await register(db, patient), START + timedelta(minutes=5))
    assert await lag(START) == timedelta(0)
    assert await lag(START + timedelta(minutes=7)) == timedelta(minutes=2)


async def test_an_old_key_may_go_when_no_device_needs_it(db: Database, patient: Person) -> None:
    await register(db, patient, endpoint="https://fcm.googleapis.com/a")
    old = await register(db, patient, endpoint="https://fcm.googleapis.com/b", key_id="ba9876543210")
    assert await db.read(store.devices_by_key) == {"0123456789ab": 1, "ba9876543210": 1}
    await db.write(lambda tx: store.remove_device(tx, patient.scope, old.id, START))
    assert await db.read(store.devices_by_key) == {"0123456789ab": 1}
