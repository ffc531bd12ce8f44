"""Reminders that really arrive: Firefox subscribes, homeplan sends, the notification shows, its click is followed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from homeplan.accounts.store import create_invitation
from homeplan.clock import from_ms
from homeplan.db import Row
from homeplan.push.sender import sender_of
from homeplan.reminders.worker import tick
from tests.browser.conftest import require
from tests.browser.firefox import Firefox
from tests.browser.site import Site, running_site
from tests.conftest import FakeClock
from tests.push_service import PushService
from tests.world import Person

TEXTS = {"en": ("Reminder", "It is time for your daily note."), "es": ("Recordatorio", "Es hora de su nota diaria.")}

TURN_S = 0.1
WAIT_TURNS = 150

clock = FakeClock()
"""The site's and the push service's time; each test puts it to the machine's, which is the browser's."""


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[PushService]:
    async with PushService(now=lambda: clock.now()) as running:
        yield running


@pytest.fixture(scope="module")
async def firefox(service: PushService) -> AsyncIterator[Firefox]:
    require("firefox-esr")
    browser = await Firefox.start(service.websocket_url)
    await browser.record_alerts()
    yield browser
    await browser.close()


@pytest.fixture
async def site(tmp_path: Path, service: PushService) -> AsyncIterator[Site]:
    async with running_site(tmp_path, push_hosts=(service.origin,), clock=clock) as running:
        yield running


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_reminder_arrives_and_its_click_opens_the_check_in(
    site: Site, firefox: Firefox, service: PushService, language: str
) -> None:
    patient = await join(site, firefox, language)
    await firefox.goto(f"{site.origin}/#/reminders")
    await firefox.click({"en": "Turn on reminders", "es": "Activar avisos"}[language])
    due = from_ms((await until_row(site, "SELECT due_at FROM reminder_due"))["due_at"])
    seen = len(await firefox.alerts())

    site.clock.set(due + timedelta(seconds=1))
    assert await step_worker(site) == {"sent": 1}

    alert = await next_alert(firefox, seen)
    assert (alert["title"], alert["body"]) == TEXTS[language]
    assert service.violations == []
    await until_row(site, "SELECT shown_at FROM deliveries WHERE shown_at IS NOT NULL")

    await firefox.click_alert(seen)
    await firefox.until("return location.hash.startsWith('#/checkin')")
    await until_row(site, "SELECT opened_at FROM deliveries WHERE opened_at IS NOT NULL")
    assert patient.id not in await firefox.url()


async def test_a_subscription_that_ended_is_forgotten_and_shows_nothing(
    site: Site, firefox: Firefox, service: PushService
) -> None:
    await join(site, firefox, "en")
    await firefox.goto(f"{site.origin}/#/reminders")
    await firefox.click("Turn on reminders")
    due = from_ms((await until_row(site, "SELECT due_at FROM reminder_due"))["due_at"])
    endpoint = (await until_row(site, "SELECT endpoint FROM devices"))["endpoint"]
    seen = len(await firefox.alerts())

    service.end(endpoint)
    site.clock.set(due + timedelta(seconds=1))
    assert await step_worker(site) == {"gone": 1}
    row = await until_row(site, "SELECT endpoint, ended_as FROM devices")
    assert (row["endpoint"], row["ended_as"]) == ("", "gone")
    assert len(await firefox.alerts()) == seen


async def join(site: Site, firefox: Firefox, language: str) -> Person:
    """A patient whose Firefox has joined."""
    clinic = await site.world.clinic()
    patient = await site.world.patient(clinic, await site.world.therapist(clinic), language=language)
    new = await site.db.write(
        lambda tx: create_invitation(tx, site.clock.now(), clinic_id=clinic.id, patient_id=patient.id)
    )
    await firefox.goto(f"{site.origin}/e#{new.token}")
    await firefox.click({"en": "Start", "es": "Empezar"}[language])
    await firefox.until("return location.hash.startsWith('#/today')")
    return patient


async def step_worker(site: Site) -> dict[str, int]:
    """One tick at the site's time, to the real push service."""
    sender = sender_of(site.settings)
    assert sender is not None
    async with sender:
        return dict(await tick(site.db, sender, site.clock.now()))


async def until_row(site: Site, sql: str) -> Row:
    """The first row of the statement, once there is one."""
    for _ in range(WAIT_TURNS):
        if row := await site.db.read(lambda tx: tx.fetch_one(sql)):
            return row
        await asyncio.sleep(TURN_S)
    raise TimeoutError(sql)


async def next_alert(firefox: Firefox, seen: int) -> dict[str, str]:
    """What Firefox showed after the first `seen` alerts."""
    for _ in range(WAIT_TURNS):
        if len(alerts := await firefox.alerts()) > seen:
            return alerts[seen]
        await asyncio.sleep(TURN_S)
    raise TimeoutError("Firefox showed nothing")
