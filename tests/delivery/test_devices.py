"""Devices on both engines: registered, refreshed, handed on, ended."""

from datetime import timedelta

import pytest

from homeplan.accounts import actions
from homeplan.db import Database, Tx
from homeplan.delivery import store
from homeplan.delivery.actions import remove_device
from homeplan.delivery.model import (
    SubscriptionEnded,
    SubscriptionKeys,
)
from homeplan.delivery.store import devices as device_store
from homeplan.errors import NotFound
from homeplan.ids import new_id
from tests.delivery.ledger import ledger, listed, plan, register
from tests.world import START, Person, World, context


@pytest.fixture
async def patient(world: World) -> Person:
    return await world.patient(await world.clinic())


async def test_registering_twice_refreshes_the_same_device(db: Database, patient: Person) -> None:
    first = await register(db, patient)
    again = await register(db, patient, START + timedelta(days=1), language="es")
    assert (again.id, again.created_at, again.language) == (first.id, START, "es")
    assert await listed(db, patient) == [again]


async def test_a_key_mark_stays_until_the_browser_subscribed_again(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    mark = [{"clinic_id": patient.clinic.id, "id": device.id, "at": 1_000}]
    await db.write(lambda tx: store.note_devices(context(tx), device_store.NOTE_WRONG_KEY, mark))
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
        await db.write(lambda tx: remove_device(stranger.context(tx, START), stranger.recipient, mine.id))


async def test_a_subscription_that_the_service_forgot_cannot_be_registered_again(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    await db.write(lambda tx: store.end_device(context(tx, START, patient.clinic.id), device.id, "gone"))
    with pytest.raises(SubscriptionEnded):
        await register(db, patient)


async def test_a_removed_device_is_forgotten_with_its_secrets_and_can_come_back(db: Database, patient: Person) -> None:
    device = await register(db, patient)
    await db.write(lambda tx: remove_device(patient.context(tx, START), patient.recipient, device.id))
    row = await db.read(lambda tx: tx.fetch_one("SELECT endpoint, p256dh, auth FROM devices"))
    assert row is not None
    assert (row["endpoint"], row["p256dh"], row["auth"]) == ("", "", "")
    with pytest.raises(NotFound):
        await db.write(lambda tx: remove_device(patient.context(tx, START), patient.recipient, device.id))
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
        sign_in = await actions.sign_in_patient(context(tx, now, clinic), patient.id, new_id(now), label="x")
        await tx.execute(
            "UPDATE devices SET sign_in_id = :sign_in_id WHERE id = :id", sign_in_id=sign_in.id, id=lost.id
        )
        await actions.end_sign_in(patient.context(tx, now), sign_in.id)

    kept = await register(db, patient, endpoint="https://fcm.googleapis.com/kept")
    lost = await register(db, patient, endpoint="https://fcm.googleapis.com/lost")
    gone = await register(db, patient, endpoint="https://fcm.googleapis.com/gone")
    await db.write(lambda tx: store.end_device(context(tx, now, clinic), gone.id, "gone"))
    await db.write(signed_out)
    other = await world.patient(patient.clinic)
    found = await db.read(lambda tx: store.addresses_to_ring(context(tx), [(clinic, patient.id), (clinic, other.id)]))
    assert {owner: [each.id for each in those] for owner, those in found.items()} == {(clinic, patient.id): [kept.id]}


async def test_how_to_reach_a_phone_is_forgotten_when_it_is_signed_out(db: Database, patient: Person) -> None:
    clinic, now = patient.clinic.id, START
    lost = await register(db, patient, endpoint="https://fcm.googleapis.com/lost")
    kept = await register(db, patient, endpoint="https://fcm.googleapis.com/kept")
    waiting, other = await plan(db, patient, lost), await plan(db, patient, kept)

    async def signed_out(tx: Tx) -> None:
        sign_in = await actions.sign_in_patient(context(tx, now, clinic), patient.id, new_id(now), label="x")
        await tx.execute(
            "UPDATE devices SET sign_in_id = :sign_in_id WHERE id = :id", sign_in_id=sign_in.id, id=lost.id
        )
        await actions.end_sign_in(patient.context(tx, now), sign_in.id)

    await db.write(signed_out)
    assert {device.id: device.end for device in await listed(db, patient)} == {lost.id: "removed", kept.id: None}
    row = await db.read(
        lambda tx: tx.fetch_one("SELECT endpoint, p256dh, auth FROM devices WHERE id = :id", id=lost.id)
    )
    assert row is not None
    assert tuple(row[name] for name in ("endpoint", "p256dh", "auth")) == ("", "", "")
    assert [(await ledger(db, patient, each)).status for each in (waiting, other)] == ["superseded", "pending"]


async def test_an_old_key_may_go_when_no_device_needs_it(db: Database, patient: Person) -> None:
    await register(db, patient, endpoint="https://fcm.googleapis.com/a")
    old = await register(db, patient, endpoint="https://fcm.googleapis.com/b", key_id="ba9876543210")
    assert await db.read(lambda tx: store.devices_by_key(context(tx))) == {"0123456789ab": 1, "ba9876543210": 1}
    await db.write(lambda tx: remove_device(patient.context(tx, START), patient.recipient, old.id))
    assert await db.read(lambda tx: store.devices_by_key(context(tx))) == {"0123456789ab": 1}
