"""Notices to staff that really arrive: Firefox and the console's own worker, beside the patient app's."""

from collections.abc import AsyncIterator

import pytest

from homeplan.accounts.actions import sign_in_staff
from homeplan.accounts.admission import STAFF_COOKIE
from homeplan.accounts.model import StaffMember
from homeplan.db import Tx
from homeplan.delivery.staff.actions import notify, working_channels
from tests.browser.conftest import require
from tests.browser.firefox import Firefox
from tests.browser.push.test_firefox import join, next_alert
from tests.browser.site import Site
from tests.push_service import PushService
from tests.world import Person, context

CRITICAL = {
    "en": ("Someone needs you now", "Open the console."),
    "es": ("Alguien le necesita ahora", "Abra la consola."),
}
"""Written a second time as a check."""
WORDS = {
    "en": ("Switch on", "Send me a test", "Shown on the device.", "Notices reach you on your devices."),
    "es": ("Activar", "Enviarme una prueba", "Mostrada en el dispositivo.", "Los avisos le llegan a sus dispositivos."),
}
SAYS = "return document.body.innerText.includes(arguments[0])"
WORKERS = """
const all = await navigator.serviceWorker.getRegistrations();
const kept = await Promise.all(all.map(async each =>
  [new URL(each.scope).pathname, !!(await each.pushManager.getSubscription())]));
return kept.sort();
"""


@pytest.fixture(scope="module")
async def firefox(service: PushService) -> AsyncIterator[Firefox]:
    require("firefox-esr")
    browser = await Firefox.start(service.websocket_url)
    await browser.record_alerts()
    yield browser
    await browser.close()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_critical_notice_reaches_a_signed_out_therapist_and_its_click_opens_the_console(
    site: Site, firefox: Firefox, language: str
) -> None:
    on, test, shown, reached = WORDS[language]
    member = await at_the_console(site, firefox, language)
    await firefox.goto(f"{site.origin}/console/#/settings")
    await firefox.click(on)
    await site.until_row("SELECT id FROM devices WHERE staff_id IS NOT NULL AND ended_at IS NULL")
    await firefox.until(SAYS, test)
    seen = len(await firefox.alerts())
    await firefox.click(test)
    await site.until_row("SELECT id FROM deliveries WHERE kind = 'test'")
    assert await site.send_due() == {"sent": 1}
    await next_alert(firefox, seen)
    await firefox.until(SAYS, shown)
    await firefox.until(SAYS, reached)
    assert await working(site, member) == ["webpush"]

    await site.db.write(lambda tx: tx.execute("UPDATE sign_ins SET revoked_at = 1 WHERE staff_id IS NOT NULL"))
    await firefox.goto(f"{site.origin}/")
    seen = len(await firefox.alerts())
    assert await tell(site, member)
    assert await site.send_due() == {"sent": 1}
    alert = await next_alert(firefox, seen)
    assert (alert["title"], alert["body"]) == CRITICAL[language]
    await site.until_row("SELECT id FROM deliveries WHERE kind = 'critical' AND shown_at IS NOT NULL")
    windows = len(await firefox.windows())
    await firefox.click_alert(seen)
    await site.until_row("SELECT id FROM deliveries WHERE kind = 'critical' AND opened_at IS NOT NULL")
    assert len(await firefox.windows()) == windows + 1, "the patient app's page is not the console"


async def test_a_browser_is_the_phone_of_a_patient_and_the_device_of_a_therapist(site: Site, firefox: Firefox) -> None:
    await join(site, firefox, "en")
    await firefox.goto(f"{site.origin}/#/reminders")
    await firefox.click("Turn on reminders")
    await site.until_row("SELECT due_at FROM reminder_due")
    await at_the_console(site, firefox, "en")
    await firefox.goto(f"{site.origin}/console/#/settings")
    await firefox.click("Switch on")
    await site.until_row("SELECT id FROM devices WHERE staff_id IS NOT NULL AND ended_at IS NULL")
    assert await firefox.script(WORKERS) == [["/", True], ["/console/", True]]
    rows = await site.db.read(lambda tx: tx.fetch("SELECT endpoint FROM devices WHERE ended_at IS NULL"))
    assert len({row["endpoint"] for row in rows}) == 2, "each worker has a subscription of its own"

    await firefox.until(SAYS, "Notifications are on here.")
    await firefox.click("Switch off")
    await firefox.until(SAYS, "Notifications are off here.")
    assert await firefox.script(WORKERS) == [["/", True], ["/console/", False]]
    left = await site.db.read(lambda tx: tx.fetch("SELECT patient_id FROM devices WHERE ended_at IS NULL"))
    assert [row["patient_id"] is not None for row in left] == [True], "the reminders stay on"


async def at_the_console(site: Site, firefox: Firefox, language: str) -> Person:
    """A therapist who is signed in at the console in Firefox."""
    member = await site.hire(await site.world.clinic(), email=f"{language}@clinic.example")
    who = member.who
    assert isinstance(who, StaffMember)

    async def sign_in(tx: Tx) -> str:
        ctx = context(tx, site.clock.now(), member.clinic.id)
        return (await sign_in_staff(ctx, who, label="test", device_token="device-of-a-story")).token

    cookie = {
        "name": STAFF_COOKIE,
        "value": await site.db.write(sign_in),
        "path": "/",
        "secure": True,
        "httpOnly": True,
        "sameSite": "Strict",
    }
    await firefox.goto(f"{site.origin}/console/")
    await firefox.script("localStorage.setItem('homeplan.console.language', arguments[0]); return true", language)
    await firefox.command("WebDriver:AddCookie", cookie=cookie)
    await firefox.goto("about:blank")  # so that the next address is a new page
    return member


async def tell(site: Site, member: Person) -> bool:
    async def work(tx: Tx) -> bool:
        ctx = member.context(tx, site.clock.now(), settings=site.settings)
        return await notify(ctx, member.id, "critical", about="alert", critical=True)

    return await site.db.write(work)


async def working(site: Site, member: Person) -> list[str]:
    async def work(tx: Tx) -> list[str]:
        ctx = member.context(tx, site.clock.now(), settings=site.settings)
        return [*(await working_channels(ctx, [member.id]))[member.id]]

    return await site.db.read(work)
