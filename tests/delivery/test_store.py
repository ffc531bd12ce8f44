"""The ledger on both engines: planned, leased, settled, receipted, counted."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from homeplan.db import Database
from homeplan.delivery import store
from homeplan.delivery.actions import receive_receipt
from homeplan.delivery.metrics import Counts
from homeplan.delivery.model import (
    Delivery,
    Held,
    Outcome,
    Recipient,
    Retry,
    Sent,
    Subscription,
)
from homeplan.delivery.rules import LEASE, URGENT_LEASE
from homeplan.errors import NotFound
from tests.conftest import FakeClock
from tests.delivery.ledger import claim, counted, finish, ledger, listed, plan, register
from tests.world import START, Person, World, context


@pytest.fixture
async def patient(world: World) -> Person:
    return await world.patient(await world.clinic())


async def test_what_is_due_is_claimed_longest_due_first_and_only_once(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    late = await plan(db, patient, device, START + timedelta(minutes=2))
    early = await plan(db, patient, device, START + timedelta(minutes=1))
    future = await plan(db, patient, device, START + timedelta(minutes=9))
    now = START + timedelta(minutes=5)
    (first,) = await claim(db, now, most=1)
    assert first.id == early.id
    assert isinstance(first.to, Subscription)
    assert (first.to.endpoint, first.attempts, first.language) == ("https://fcm.googleapis.com/fcm/send/one", 1, "en")
    assert (first.channel, first.recipient, first.address_id) == (
        "webpush",
        Recipient("patient", patient.id),
        device.id,
    )
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


async def test_an_urgent_delivery_of_a_crashed_worker_is_claimed_after_twenty_seconds(
    db: Database, patient: Person
) -> None:
    device = await register(db, patient)
    await plan(db, patient, device, urgent=True)
    other = await plan(db, patient, device)
    assert len(await claim(db, START)) == 2
    assert await claim(db, START + URGENT_LEASE - timedelta(milliseconds=1)) == []
    (again,) = await claim(db, START + URGENT_LEASE)
    assert (again.urgent, again.attempts) == (True, 2)
    assert [each.id for each in await claim(db, START + LEASE)] == [again.id, other.id]


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
        ctx = partial(context, now=clock.now(), clinic_id=patient.clinic.id)
        await db.write(lambda tx, e=event, a=at, c=ctx: receive_receipt(c(tx), delivery.id, e, a))  # type: ignore[misc]
    found = await ledger(db, patient, delivery)
    assert [
        (step - START).total_seconds() if step else None
        for step in (
            found.planned_at,
            found.sent_at,
            found.accepted_at,
            found.shown_at,
            found.opened_at,
        )
    ] == [0, 1, 1, 4, 13]
    (device,) = await listed(db, patient)
    assert device.last_shown_at == START + timedelta(seconds=13)
    assert device.unshown == 0


async def test_a_repeated_receipt_changes_nothing_and_a_wrong_clock_is_bounded(db: Database, patient: Person) -> None:
    delivery = await plan(db, patient, await register(db, patient))
    now = START + timedelta(minutes=1)

    async def receive(event: str, at: datetime) -> Delivery:
        await db.write(lambda tx: receive_receipt(context(tx, now, patient.clinic.id), delivery.id, event, at))
        return await ledger(db, patient, delivery)

    first = await receive("shown", START - timedelta(days=9))
    assert first.shown_at == START
    assert await receive("shown", START + timedelta(seconds=30)) == first
    assert (await receive("opened", START + timedelta(days=9))).opened_at == now


async def test_opened_without_shown_counts_as_shown(db: Database, patient: Person) -> None:
    delivery = await plan(db, patient, await register(db, patient))
    await db.write(lambda tx: receive_receipt(context(tx, START, patient.clinic.id), delivery.id, "opened", START))
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
    await db.write(lambda tx: receive_receipt(context(tx, START, patient.clinic.id), delivery.id, "shown", START))
    found = await ledger(db, patient, delivery)
    assert (found.status, found.outcome, found.accepted_at) == ("sent", "accepted", START)
    assert await claim(db, START + timedelta(hours=1)) == []


async def test_a_receipt_for_no_delivery_is_not_found(db: Database, patient: Person) -> None:
    with pytest.raises(NotFound):
        await db.write(lambda tx: receive_receipt(context(tx, START, patient.clinic.id), "none", "shown", START))


async def test_what_was_done_before_it_was_sent_is_superseded_even_while_under_way(
    db: Database, patient: Person
) -> None:
    device = await register(db, patient)
    waiting = await plan(db, patient, device, START + timedelta(hours=1), occurrence_id="later")
    under_way = await plan(db, patient, device, occurrence_id="now")
    (claimed,) = await claim(db, START)
    closed = await db.write(lambda tx: store.supersede(context(tx, clinic_id=patient.clinic.id), ["later", "now"]))
    assert closed == 2
    await finish(db, claimed, Retry("timeout"), START)
    for delivery in (waiting, under_way):
        assert (await ledger(db, patient, delivery)).status == "superseded"
    assert await db.write(lambda tx: store.supersede(context(tx, clinic_id=patient.clinic.id), [])) == 0


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
    await db.write(lambda tx: store.supersede(context(tx, clinic_id=patient.clinic.id), ["o4"]))
    assert await counted(db) == Counts(due=5, others=0, sent=1, gone=0, stale=1, superseded=1, failed=0, open=2)


async def test_the_lag_is_how_long_the_longest_due_waits(db: Database, patient: Person) -> None:
    async def lag(now: datetime) -> timedelta:
        return (await db.read(lambda tx: store.waiting(context(tx, now)))).lag

    assert await lag(START) == timedelta(0)
    await plan(db, patient, await register(db, patient), START + timedelta(minutes=5))
    assert await lag(START) == timedelta(0)
    assert await lag(START + timedelta(minutes=7)) == timedelta(minutes=2)
