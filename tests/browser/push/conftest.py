"""A site whose phones subscribe at a push service of this machine."""

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.browser.site import Site, running_site
from tests.conftest import FakeClock
from tests.push_service import PushService

TEXTS = {
    ("checkin", "en"): ("Reminder", "It is time for your daily note."),
    ("checkin", "es"): ("Recordatorio", "Es hora de su nota diaria."),
    ("test", "en"): ("Reminder", "Reminders are on."),
    ("test", "es"): ("Recordatorio", "Los recordatorios están activos."),
}
"""The texts that may appear on a lock screen, written a second time as a check."""

_clock = FakeClock()
"""The sites' and the push service's time; each test puts it to its own moment."""


@pytest.fixture(scope="session")
async def service() -> AsyncIterator[PushService]:
    async with PushService(now=lambda: _clock.now()) as running:
        yield running


@pytest.fixture
async def site(tmp_path: Path, moment: datetime, service: PushService) -> AsyncIterator[Site]:
    async with running_site(tmp_path, moment, push_hosts=(service.origin,), clock=_clock) as running:
        yield running
    service.recover()
    violations, service.violations[:] = [*service.violations], []
    assert violations == []
