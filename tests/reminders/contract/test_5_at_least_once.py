"""5. A crash between send and record may repeat a push; the same Topic and tag make the repeat invisible."""

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import pytest

from homeplan.db import Database, Tx
from homeplan.reminders.claims import claim_due
from homeplan.reminders.worker import tick
from tests.reminders.scene import Scene, local
from tests.world import context

T = TypeVar("T")


class ProcessDied(BaseException):
    """The worker was killed."""


class DiesBeforeRecording:
    """A database whose process is killed after the first push: nothing more is written."""

    engine = "any"

    def __init__(self, scene: Scene):
        self._scene = scene

    async def read(self, work: Callable[[Tx], Awaitable[T]], /) -> T:
        return await self._scene.db.read(work)

    async def write(self, work: Callable[[Tx], Awaitable[T]], /) -> T:
        if self._scene.push.sent:
            raise ProcessDied
        return await self._scene.db.write(work)


async def test_a_reminder_of_a_crashed_worker_is_sent_again_after_its_lease(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    scene.clock.set(local("2026-03-02 19:00"))
    with pytest.raises(ProcessDied):
        await tick(cast(Database, DiesBeforeRecording(scene)), {"webpush": scene.push}, scene.clock.now())

    await scene.tick("2026-03-02 19:00:59")
    assert len(scene.push.sent) == 1, "the lease still holds"
    await scene.tick("2026-03-02 19:01:01")

    first, again = scene.push.sent
    assert first.topic == again.topic
    assert first.plaintext == again.plaintext
    assert "renotify" not in again.plaintext["notification"]
    assert await scene.deliveries() == [("sent", "accepted")]


async def test_a_worker_that_dies_while_planning_leaves_the_queue_unchanged(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    scene.clock.set(local("2026-03-02 19:00"))
    before = await scene.rows("SELECT due_at, slot FROM reminder_due")

    async def killed(tx: Tx) -> None:
        await claim_due(context(tx, scene.clock.now()), 100)
        raise KeyError("killed")

    with pytest.raises(KeyError):
        await scene.db.write(killed)

    assert [dict(row) for row in await scene.rows("SELECT due_at, slot FROM reminder_due")] == [
        dict(row) for row in before
    ]
    await scene.tick()
    assert len(scene.push.sent) == 1


async def test_never_after_the_deadline(scene: Scene) -> None:
    patient = await scene.patient()
    await scene.remind(patient, "19:00")
    scene.clock.set(local("2026-03-02 19:00"))
    with pytest.raises(ProcessDied):
        await tick(cast(Database, DiesBeforeRecording(scene)), {"webpush": scene.push}, scene.clock.now())

    await scene.tick("2026-03-02 21:00")

    assert len(scene.push.sent) == 1
    assert [status for status, _ in await scene.deliveries()] == ["stale"]
