"""The audit chain shows what was edited, removed or moved, on both engines."""

import asyncio
from datetime import datetime

import pytest

from homeplan import audit
from homeplan.context import operator_context
from homeplan.db import Database, Tx, Violated
from homeplan.settings import Settings
from tests.conftest import FakeClock
from tests.world import START, Person, World

KEY = "a key of the tests, long enough to be one"


SEALED = Settings(audit_key=KEY)


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


async def record(db: Database, clock: FakeClock, person: Person, count: int = 1, settings: Settings = SEALED) -> None:
    for n in range(count):
        now = clock.advance(seconds=1)

        async def event(tx: Tx, n: int = n, now: datetime = now) -> None:
            ctx = person.context(tx, now, settings=settings)
            await audit.append(ctx, "patient.read", object_id=f"object-{n}", patient_id="patient-1")

        await db.write(event)


async def verdict(db: Database, person: Person, settings: Settings = SEALED) -> audit.Verdict:
    return await db.read(lambda tx: audit.verify(operator_context(tx, START, person.clinic.id, settings)))


async def tamper(db: Database, *statements: str) -> None:
    """Change the database as an attacker without the key would."""

    async def work(tx: Tx) -> None:
        if db.engine == "sqlite":
            for trigger in ("audit_events_keep", "audit_events_stay"):
                await tx.execute(f"DROP TRIGGER {trigger}")
        else:
            await tx.execute("ALTER TABLE audit_events DISABLE TRIGGER USER")
        for statement in statements:
            await tx.execute(statement)
        if db.engine != "sqlite":
            await tx.execute("ALTER TABLE audit_events ENABLE TRIGGER USER")

    await db.write(work)


async def test_an_untouched_chain_holds(db: Database, clock: FakeClock, therapist: Person) -> None:
    assert await verdict(db, therapist) == audit.Verdict(events=0)
    await record(db, clock, therapist, 5)
    found = await verdict(db, therapist)
    assert (found.events, found.broken_at, found.unsealed, len(found.last_mac)) == (5, None, 0, 64)


async def test_an_event_tells_who_did_what_to_whom_and_no_values(
    db: Database, clock: FakeClock, therapist: Person
) -> None:
    await record(db, clock, therapist)
    row = await db.read(lambda tx: tx.fetch_one("SELECT * FROM audit_events"))
    assert row is not None
    kept = {name: value for name, value in dict(row).items() if name not in ("mac", "key_id", "at")}
    assert kept == {
        "clinic_id": therapist.clinic.id,
        "seq": 1,
        "actor_id": therapist.id,
        "role": "therapist",
        "sign_in_id": "sign-in-of-a-test",
        "action": "patient.read",
        "object_id": "object-0",
        "patient_id": "patient-1",
        "ip": "127.0.0.1",
        "request_id": "request-of-a-test",
        "prev": "",
    }


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_events SET action = 'nothing'", "DELETE FROM audit_events", "UPDATE audit_events SET mac = mac"],
)
async def test_events_are_neither_changed_nor_removed(
    db: Database, clock: FakeClock, therapist: Person, statement: str
) -> None:
    await record(db, clock, therapist, 2)
    with pytest.raises(Violated):
        await db.write(lambda tx: tx.execute(statement))
    assert (await verdict(db, therapist)).events == 2


@pytest.mark.parametrize(
    ("statements", "broken_at", "reason"),
    [
        (["UPDATE audit_events SET patient_id = 'patient-2' WHERE seq = 3"], 3, "edited"),
        (["UPDATE audit_events SET at = at + 1 WHERE seq = 1"], 1, "edited"),
        (["UPDATE audit_events SET actor_id = 'somebody' WHERE seq = 5"], 5, "edited"),
        (["DELETE FROM audit_events WHERE seq = 2"], 2, "removed"),
        (["DELETE FROM audit_events WHERE seq = 1"], 1, "removed"),
        (
            ["DELETE FROM audit_events WHERE seq = 2", "UPDATE audit_events SET seq = 2 WHERE seq = 3"],
            2,
            "does not follow the event before it",
        ),
        (
            [
                "UPDATE audit_events SET seq = 99 WHERE seq = 2",
                "UPDATE audit_events SET seq = 2 WHERE seq = 3",
                "UPDATE audit_events SET seq = 3 WHERE seq = 99",
            ],
            2,
            "does not follow the event before it",
        ),
        (
            ["UPDATE audit_events SET key_id = 'none' WHERE seq = 4"],
            4,
            "not sealed, though the event before it is",
        ),
        (["UPDATE audit_events SET key_id = 'another' WHERE seq = 4"], 4, "sealed with another key"),
    ],
)
async def test_the_first_event_that_was_tampered_with_is_named(
    db: Database, clock: FakeClock, therapist: Person, statements: list[str], broken_at: int, reason: str
) -> None:
    await record(db, clock, therapist, 5)
    await tamper(db, *statements)
    found = await verdict(db, therapist)
    assert (found.broken_at, found.reason) == (broken_at, reason)


async def test_another_key_does_not_verify(db: Database, clock: FakeClock, therapist: Person) -> None:
    await record(db, clock, therapist, 2)
    other = Settings(audit_key="a different key that is also long enough")
    assert (await verdict(db, therapist, other)).reason == "sealed with another key"


async def test_a_store_may_begin_without_a_key_and_get_one_later(
    db: Database, clock: FakeClock, therapist: Person
) -> None:
    await record(db, clock, therapist, 2, Settings())
    await record(db, clock, therapist, 3)
    found = await verdict(db, therapist)
    assert (found.events, found.broken_at, found.unsealed) == (5, None, 2)


async def test_events_written_at_once_form_one_chain(db: Database, clock: FakeClock, therapist: Person) -> None:
    await asyncio.gather(*(record(db, clock, therapist) for _ in range(20)))
    found = await verdict(db, therapist)
    assert (found.events, found.broken_at) == (20, None)


async def test_each_clinic_has_its_own_chain(db: Database, clock: FakeClock, therapist: Person, world: World) -> None:
    stranger = await world.therapist(await world.clinic())
    await record(db, clock, therapist, 2)
    await record(db, clock, stranger, 3)
    assert (await verdict(db, therapist)).events == 2
    assert (await verdict(db, stranger)).events == 3


async def test_a_work_that_fails_leaves_no_event(db: Database, clock: FakeClock, therapist: Person) -> None:
    async def work(tx: Tx) -> None:
        await audit.append(therapist.context(tx, clock.now()), "patient.read")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await db.write(work)
    assert (await verdict(db, therapist)).events == 0


async def test_a_command_on_the_host_is_recorded_as_the_operator(
    db: Database, clock: FakeClock, therapist: Person
) -> None:
    clinic_id = therapist.clinic.id
    await db.write(
        lambda tx: audit.append(operator_context(tx, clock.now(), clinic_id), "staff.add", object_id="staff-1")
    )
    row = await db.read(lambda tx: tx.fetch_one("SELECT actor_id, action FROM audit_events"))
    assert dict(row or {}) == {"actor_id": "operator", "action": "staff.add"}
