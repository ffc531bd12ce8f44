"""Verification shows what was edited, removed, moved or added in the audit trail, on both engines."""

import pytest

from homeplan import audit
from homeplan.context import operator_context
from homeplan.db import Database, Tx, Violated
from homeplan.settings import Settings
from tests.audit.conftest import Trail
from tests.conftest import FakeClock
from tests.world import Person


async def test_an_untouched_trail_holds_and_says_what_waits(trail: Trail) -> None:
    assert await trail.verdict() == audit.Verdict(events=0)
    await trail.record(5)
    assert await trail.verdict() == audit.Verdict(events=0, unsealed=5)
    await trail.seal()
    await trail.record(1)
    found = await trail.verdict()
    assert (found.events, found.broken_at, found.unsealed, found.unkeyed, len(found.last_mac)) == (5, None, 1, 0, 64)


async def test_an_event_tells_who_did_what_to_whom_and_no_values(trail: Trail, therapist: Person) -> None:
    await trail.record()
    [row] = await trail.rows("SELECT * FROM audit_events")
    assert {name: value for name, value in dict(row).items() if name not in ("seq", "at")} == {
        "clinic_id": therapist.clinic.id,
        "actor_id": therapist.id,
        "role": "therapist",
        "sign_in_id": "sign-in-of-a-test",
        "action": "patient.read",
        "object_id": "object-0",
        "patient_id": "p-1",
        "ip": "127.0.0.1",
        "request_id": "request-of-a-test",
    }


@pytest.mark.parametrize("statement", ["UPDATE audit_events SET action = 'nothing'", "DELETE FROM audit_events"])
async def test_events_are_neither_changed_nor_removed(trail: Trail, statement: str) -> None:
    await trail.record(2)
    with pytest.raises(Violated):
        await trail.db.write(lambda tx: tx.execute(statement))
    assert (await trail.verdict()).unsealed == 2


ANOTHER = """
INSERT INTO audit_seals (clinic_id, number, sealed_at, events, key_id, prev, mac)
SELECT clinic_id, 4, sealed_at, events, key_id, mac, mac FROM audit_seals WHERE number = 3"""


@pytest.mark.parametrize(
    ("statements", "broken_at", "reason"),
    [
        (["UPDATE audit_events SET patient_id = 'p-2' WHERE seq = @3"], 3, "edited"),
        (["UPDATE audit_events SET at = at + 1 WHERE seq = @1"], 1, "edited"),
        (["UPDATE audit_events SET actor_id = 'somebody' WHERE seq = @5"], 5, "edited"),
        (["DELETE FROM audit_events WHERE seq = @2"], 2, "removed"),
        (["DELETE FROM audit_events"], 1, "removed"),
        (["UPDATE audit_events SET clinic_id = 'elsewhere' WHERE seq = @4"], 4, "removed"),
        (["DELETE FROM audit_events WHERE seq = @2", "UPDATE audit_events SET seq = @2 WHERE seq = @3"], 2, "edited"),
        (["DELETE FROM audit_unsealed WHERE seq = @7"], 7, "in no seal"),
        (["DELETE FROM audit_events WHERE seq = @7"], 7, "removed before it was sealed"),
        (["DELETE FROM audit_seals WHERE number = 3"], 5, "in no seal"),
        (["DELETE FROM audit_seals WHERE number = 2"], 5, "the seal before it was removed"),
        (["DELETE FROM audit_seals WHERE number = 1"], 3, "the seal before it was removed"),
        (["UPDATE audit_seals SET sealed_at = 1 WHERE number = 2"], 3, "its seal was edited"),
        (["UPDATE audit_seals SET events = '[]' WHERE number = 2"], 3, "its seal was edited"),
        (["UPDATE audit_seals SET events = 'nonsense' WHERE number = 2"], 3, "its seal cannot be read"),
        (["UPDATE audit_seals SET prev = '' WHERE number = 2"], 3, "its seal does not follow the one before it"),
        (["UPDATE audit_seals SET key_id = 'another' WHERE number = 2"], 3, "sealed with another key"),
        (
            ["UPDATE audit_seals SET key_id = 'none' WHERE number = 2"],
            3,
            "sealed without a key, though the seal before it has one",
        ),
        ([ANOTHER], 5, "its seal was edited"),
    ],
)
async def test_the_first_event_that_was_tampered_with_is_named(
    trail: Trail, statements: list[str], broken_at: int, reason: str
) -> None:
    """Three seals of two events each, and a seventh event that waits."""
    for _ in range(3):
        await trail.record(2)
        await trail.seal()
    await trail.record(1)
    await trail.tamper(*statements)
    found = await trail.verdict()
    assert found.broken_at is not None
    assert (found.broken_at - trail.first + 1, found.reason) == (broken_at, reason)


async def test_another_key_does_not_verify(trail: Trail) -> None:
    await trail.record(2)
    await trail.seal()
    other = Settings(audit_key="a different key that is also long enough")
    assert (await trail.verdict(other)).reason == "sealed with another key"


async def test_a_store_may_begin_without_a_key_and_get_one_later(trail: Trail) -> None:
    await trail.record(2)
    await trail.seal(Settings())
    await trail.record(3)
    await trail.seal()
    found = await trail.verdict()
    assert (found.events, found.broken_at, found.unkeyed) == (5, None, 2)


async def test_a_command_on_the_host_is_recorded_as_the_operator(
    db: Database, clock: FakeClock, therapist: Person
) -> None:
    async def work(tx: Tx) -> None:
        await audit.append(operator_context(tx, clock.now(), therapist.clinic.id), "staff.add", object_id="staff-1")

    await db.write(work)
    row = await db.read(lambda tx: tx.fetch_one("SELECT actor_id, action FROM audit_events"))
    assert dict(row or {}) == {"actor_id": "operator", "action": "staff.add"}
