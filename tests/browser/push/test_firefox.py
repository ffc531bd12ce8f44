"""Reminders that really arrive: Firefox subscribes, homeplan sends, the notification shows, its click is followed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from homeplan.accounts.store import create_invitation
from homeplan.clock import from_ms
from tests.browser.conftest import require
from tests.browser.firefox import Firefox
from tests.browser.push.conftest import TEXTS
from tests.browser.site import Site
from tests.push_service import PushService
from tests.world import Person

TURN_S = 0.1
WAIT_TURNS = 150


@pytest.fixture(scope="module")
async def firefox(service: PushService) -> AsyncIterator[Firefox]:
    require("firefox-esr")
    browser = await Firefox.start(service.websocket_url)
    await browser.record_alerts()
    yield browser
    await browser.close()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_reminder_arrives_and_its_click_opens_the_check_in(
    site: Site, firefox: Firefox, service: PushService, language: str
) -> None:
    patient = await join(site, firefox, language)
    await firefox.goto(f"{site.origin}/#/reminders")
    await firefox.click({"en": "Turn on reminders", "es": "Activar avisos"}[language])
    due = from_ms((await site.until_row("SELECT due_at FROM reminder_due"))["due_at"])
    seen = len(await firefox.alerts())

    site.clock.set(due + timedelta(seconds=1))
    assert await site.send_due() == {"sent": 1}

    alert = await next_alert(firefox, seen)
    assert (alert["title"], alert["body"]) == TEXTS["checkin", language]
    await site.until_row("SELECT shown_at FROM deliveries WHERE shown_at IS NOT NULL")

    await firefox.click_alert(seen)
    await firefox.until("return location.hash.startsWith('#/checkin')")
    await site.until_row("SELECT opened_at FROM deliveries WHERE opened_at IS NOT NULL")
    assert patient.id not in await firefox.url()


async def test_a_subscription_that_ended_is_forgotten_and_shows_nothing(
    site: Site, firefox: Firefox, service: PushService
) -> None:
    await join(site, firefox, "en")
    await firefox.goto(f"{site.origin}/#/reminders")
    await firefox.click("Turn on reminders")
    due = from_ms((await site.until_row("SELECT due_at FROM reminder_due"))["due_at"])
    endpoint = (await site.until_row("SELECT endpoint FROM devices"))["endpoint"]
    seen = len(await firefox.alerts())

    service.end(endpoint)
    site.clock.set(due + timedelta(seconds=1))
    assert await site.send_due() == {"gone": 1}
    row = await site.until_row("SELECT endpoint, ended_as FROM devices")
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


async def next_alert(firefox: Firefox, seen: int) -> dict[str, str]:
    """What Firefox showed after the first `seen` alerts."""
    for _ in range(WAIT_TURNS):
        if len(alerts := await firefox.alerts()) > seen:
            return alerts[seen]
        await asyncio.sleep(TURN_S)
    raise TimeoutError("Firefox showed nothing")
