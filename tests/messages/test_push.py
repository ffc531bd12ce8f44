"""The push that says there is a message: a fixed text, outside the quiet hours, none for what was read already."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from homeplan.db import Database
from homeplan.messages import actions
from homeplan.messages.model import Seen, SeenMessages, StaffMessageEntry
from tests.conftest import FakeClock
from tests.reminders.scene import Scene
from tests.world import Person, World

DENVER = ZoneInfo("America/Denver")
WORDS = "Canary: bend your knees a little more."


def denver(at: str) -> datetime:
    return datetime.fromisoformat(at).replace(tzinfo=DENVER)


@pytest.fixture
def scene(db: Database, clock: FakeClock, world: World) -> Scene:
    return Scene(db, clock, world)


@pytest.fixture
async def therapist(world: World) -> Person:
    return await world.therapist(await world.clinic())


@pytest.fixture
async def patient(world: World, scene: Scene, therapist: Person) -> Person:
    patient = await world.patient(therapist.clinic, therapist)
    await scene.device(patient)
    return patient


async def write(scene: Scene, therapist: Person, patient: Person, message_id: str = "a1") -> None:
    now = scene.clock.now()
    entry = StaffMessageEntry(words=WORDS, written_at=now, time_zone="America/Denver")
    await scene.db.write(lambda tx: actions.write_of_staff(therapist.context(tx, now), patient.id, message_id, entry))


async def test_a_message_of_staff_rings_with_a_fixed_text_and_opens_the_thread(
    scene: Scene, therapist: Person, patient: Person
) -> None:
    scene.clock.set(denver("2026-03-02 10:00"))
    await write(scene, therapist, patient)
    await scene.tick("2026-03-02 10:00")
    [push] = scene.push.sent
    assert push.body == "You have a new message."
    assert push.plaintext["notification"]["navigate"].endswith("/#/messages")
    assert "Canary" not in json.dumps(push.plaintext)


async def test_a_message_of_the_night_rings_when_the_quiet_hours_are_over(
    scene: Scene, therapist: Person, patient: Person
) -> None:
    scene.clock.set(denver("2026-03-02 23:00"))
    await write(scene, therapist, patient)
    await scene.tick("2026-03-02 23:01")
    await scene.tick("2026-03-03 05:59")
    assert scene.push.sent == []
    await scene.tick("2026-03-03 06:00")
    assert len(scene.push.sent) == 1


async def test_several_messages_of_the_night_ring_once(scene: Scene, therapist: Person, patient: Person) -> None:
    for n, at in enumerate(("2026-03-02 22:30", "2026-03-02 23:00", "2026-03-03 05:00")):
        scene.clock.set(denver(at))
        await write(scene, therapist, patient, f"a{n}")
    await scene.tick("2026-03-03 06:00")
    assert len(scene.push.sent) == 1


async def test_a_message_that_was_read_rings_no_more(scene: Scene, therapist: Person, patient: Person) -> None:
    scene.clock.set(denver("2026-03-02 23:00"))
    await write(scene, therapist, patient)
    seen = SeenMessages(seen=(Seen(id="a1", version=1),))
    now = scene.clock.now()
    await scene.db.write(lambda tx: actions.mark_read(patient.context(tx, now), patient.id, seen))
    await scene.tick("2026-03-03 06:00")
    assert scene.push.sent == []


async def test_a_message_that_is_sent_again_rings_once(scene: Scene, therapist: Person, patient: Person) -> None:
    scene.clock.set(denver("2026-03-02 10:00"))
    await write(scene, therapist, patient)
    await scene.tick("2026-03-02 10:00")
    await write(scene, therapist, patient)
    await scene.tick("2026-03-02 10:01")
    assert len(scene.push.sent) == 1


async def test_the_ledger_stays_balanced(scene: Scene, therapist: Person, patient: Person) -> None:
    scene.clock.set(denver("2026-03-02 10:00"))
    await write(scene, therapist, patient)
    await write(scene, therapist, patient, "a2")
    await scene.tick("2026-03-02 10:00")
    ledger = await scene.ledger()
    assert (ledger.sent, ledger.superseded, ledger.unbalanced) == (1, 1, 0)
