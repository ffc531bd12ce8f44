"""A leak in any push fails the test that sent it: where it is composed, and again where it arrives."""

import msgspec
import pytest

from homeplan.db import Database
from homeplan.delivery.webpush import compose
from homeplan.delivery.webpush.send import WebPush
from homeplan.delivery.worker import deliver_due
from homeplan.values import Text
from tests.conftest import FakeClock
from tests.delivery import lock_screen
from tests.delivery.phones import Phone
from tests.push_service import PushService
from tests.reminders.scene import Scene
from tests.world import START, World


@pytest.fixture(autouse=True)
def leaking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has put a name and a body part into the text of the daily note."""
    leak = Text(en="Your back exercises, Ana", es="Ana, sus ejercicios de espalda")
    monkeypatch.setitem(compose.TEXTS, "checkin", msgspec.structs.replace(compose.TEXTS["checkin"], body=leak))


async def test_at_a_push_service(db: Database, phone: Phone, service: PushService, sender: WebPush) -> None:
    await phone.plan()
    await deliver_due(db, {"webpush": sender}, START)

    [seen] = service.violations
    assert "Ana, sus ejercicios" in seen
    assert lock_screen.take_leaks() == [seen] * 2
    service.violations.clear()


async def test_with_a_fake_sender(db: Database, clock: FakeClock, world: World) -> None:
    scene = Scene(db, clock, world)
    await scene.remind(await scene.patient(), "19:00")
    await scene.tick("2026-03-02 19:00")

    [first, again] = lock_screen.take_leaks()
    assert "Your back exercises, Ana" in first == again
