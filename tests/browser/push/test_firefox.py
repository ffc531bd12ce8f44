"""Reminders that really arrive: Firefox subscribes, homeplan sends, the notification shows, its click is followed."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from homeplan.accounts.actions import create_invitation
from homeplan.app import create_app
from homeplan.clock import from_ms
from homeplan.delivery.actions import start_test
from homeplan.delivery.webpush.send import web_push_of
from homeplan.delivery.webpush.vapid import VapidKey
from homeplan.ids import new_id
from homeplan.reminders.worker import tick
from homeplan.settings import Settings
from tests.browser.conftest import require
from tests.browser.firefox import Firefox
from tests.browser.push.conftest import TEXTS
from tests.browser.site import Site
from tests.push_service import PushService
from tests.waiting import until
from tests.world import START, Person, context

SHOWN = """
const registration = await navigator.serviceWorker.ready;
return (await registration.getNotifications()).map(({ title, body }) => ({ title, body }));
"""


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


async def test_a_signature_that_the_service_refuses_stops_it_and_deletes_nothing(
    site: Site, firefox: Firefox, service: PushService, caplog: pytest.LogCaptureFixture
) -> None:
    await turn_on(site, firefox)
    due = from_ms((await site.until_row("SELECT due_at FROM reminder_due"))["due_at"])
    seen, ours = len(await firefox.alerts()), site.settings

    # A server with another server's restored database signs with a key that no browser was subscribed with.
    foreign = replace(ours, vapid_private_key=VapidKey.generate())
    await relabel_key(site, key_id(foreign))
    site.settings = foreign
    site.clock.set(due + timedelta(seconds=1))
    sender = web_push_of(foreign)
    assert sender is not None
    async with sender:
        assert await tick(site.db, {"webpush": sender}, site.clock.now()) == {"pending": 1}
        assert list(sender.stopped()) == [service.origin]
    assert "refuses our VAPID signature: 403" in caplog.text
    assert service.violations == ["403 the token's key is not the subscription's"]
    service.violations.clear()
    assert (await site.until_row("SELECT outcome FROM deliveries"))["outcome"] == "auth"
    assert (await site.until_row("SELECT endpoint FROM devices WHERE ended_at IS NULL"))["endpoint"]
    assert len(await firefox.alerts()) == seen

    site.settings = ours
    await relabel_key(site, key_id(ours))
    site.clock.advance(minutes=1)
    assert await site.send_due() == {"sent": 1}
    assert (await next_alert(firefox, seen))["body"] == TEXTS["checkin", "en"][1]


async def test_a_new_key_is_subscribed_with_at_the_next_start(
    site: Site, firefox: Firefox, service: PushService
) -> None:
    patient = await turn_on(site, firefox)
    before = await site.until_row("SELECT endpoint, key_id FROM devices")
    old = site.settings.vapid_private_key or ""
    site.settings = replace(site.settings, vapid_private_key=VapidKey.generate(), vapid_previous_keys=(old,))
    site.install(create_app(site.settings, site.db, site.clock))

    seen = len(await firefox.alerts())
    due = from_ms((await site.until_row("SELECT due_at FROM reminder_due"))["due_at"])
    site.clock.set(due + timedelta(seconds=1))
    assert await site.send_due() == {"sent": 1}  # the old key lives until its devices are replaced
    await next_alert(firefox, seen)

    await firefox.goto("about:blank")
    await firefox.goto(f"{site.origin}/#/today")
    await site.until_row("SELECT id FROM devices WHERE ended_as = 'removed'")
    after = await site.until_row("SELECT id, endpoint, key_id FROM devices WHERE ended_at IS NULL")
    assert after["endpoint"] != before["endpoint"]
    assert (before["key_id"], after["key_id"]) == (VapidKey(old).id, key_id(site.settings))
    last = await site.db.write(
        lambda tx: start_test(patient.context(tx, site.clock.now()), patient.recipient, after["id"])
    )
    assert await site.send_due() == {"sent": 1}
    await site.until_row(f"SELECT shown_at FROM deliveries WHERE id = '{last}' AND shown_at IS NOT NULL")


async def test_a_service_that_forgot_the_browser_is_subscribed_at_again_without_the_app(
    site: Site, firefox: Firefox, service: PushService
) -> None:
    await turn_on(site, firefox)
    before = (await site.until_row("SELECT endpoint FROM devices"))["endpoint"]
    await firefox.goto("about:blank")

    await service.disconnect(forget=True)
    await site.until_row(f"SELECT id FROM devices WHERE endpoint <> '{before}'")

    await firefox.goto(f"{site.origin}/#/reminders")
    await site.until_row("SELECT id FROM devices WHERE ended_as = 'removed'")
    assert (await site.until_row("SELECT endpoint FROM devices WHERE ended_at IS NULL"))["endpoint"] != before
    assert await site.stored("devices WHERE ended_at IS NULL") == 1
    seen = len(await firefox.alerts())
    due = from_ms((await site.until_row("SELECT due_at FROM reminder_due"))["due_at"])
    site.clock.set(due + timedelta(seconds=1))
    assert await site.send_due() == {"sent": 1}
    assert (await next_alert(firefox, seen))["body"] == TEXTS["checkin", "en"][1]


async def test_a_person_who_said_no_is_told_how_to_allow_it_again(site: Site, firefox: Firefox) -> None:
    await join(site, firefox, "es")
    await firefox.deny_notifications(site.origin)
    await firefox.goto("about:blank")
    await firefox.goto(f"{site.origin}/#/reminders")
    await firefox.until("return document.body.innerText.includes('permita las notificaciones')")
    await firefox.until("return ![...document.querySelectorAll('button')].some(b => b.textContent.includes('Activar'))")


async def test_a_closed_browser_gets_only_the_last_of_a_topic_when_it_is_back(
    site: Site, firefox: Firefox, service: PushService
) -> None:
    patient = await turn_on(site, firefox)
    device = (await site.until_row("SELECT id FROM devices"))["id"]
    await firefox.quit()
    for _ in range(2):
        last = await site.db.write(
            lambda tx: start_test(patient.context(tx, site.clock.now()), patient.recipient, device)
        )
        assert await site.send_due() == {"sent": 1}

    await firefox.open()
    await firefox.record_alerts()
    await site.until_row("SELECT id FROM deliveries WHERE shown_at IS NOT NULL")
    await firefox.goto(f"{site.origin}/#/today")
    shown = await firefox.script(SHOWN)
    assert [(each["title"], each["body"]) for each in shown] == [TEXTS["test", "en"]]
    rows = await site.db.read(lambda tx: tx.fetch("SELECT id FROM deliveries WHERE shown_at IS NOT NULL"))
    assert [row["id"] for row in rows] == [last]


async def turn_on(site: Site, firefox: Firefox) -> Person:
    """An English patient whose Firefox has joined and switched reminders on."""
    patient = await join(site, firefox, "en")
    await firefox.goto(f"{site.origin}/#/reminders")
    await firefox.click("Turn on reminders")
    await site.until_row("SELECT due_at FROM reminder_due")
    return patient


def key_id(settings: Settings) -> str:
    return VapidKey(settings.vapid_private_key or "").id


async def relabel_key(site: Site, known_as: str) -> None:
    await site.db.write(lambda tx: tx.execute("UPDATE devices SET key_id = :id", id=known_as))


async def join(site: Site, firefox: Firefox, language: str) -> Person:
    """A patient whose Firefox has joined."""
    clinic = await site.world.clinic()
    patient = await site.world.patient(clinic, await site.world.therapist(clinic), language=language)
    new = await site.db.write(
        lambda tx: create_invitation(context(tx, site.clock.now(), clinic.id), patient.id, new_id(START))
    )
    await firefox.goto(f"{site.origin}/e#{new.token}")
    await firefox.click({"en": "Start", "es": "Empezar"}[language])
    await firefox.until("return location.hash.startsWith('#/today')")
    return patient


async def next_alert(firefox: Firefox, seen: int) -> dict[str, str]:
    """Notifications that Firefox showed after the first `seen` ones."""

    async def shown() -> list[dict[str, str]]:
        return (await firefox.alerts())[seen:]

    return (await until(shown, "an alert of Firefox"))[0]
