"""Notices to staff in Chromium: the console's own worker shows them, sends receipts and opens the console."""

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.desk import sign_in
from tests.browser.push.stand_in import StandIn, stop_worker
from tests.browser.push.test_staff import CRITICAL, WORDS, tell, working
from tests.browser.site import Site
from tests.browser.test_messages import speak
from tests.browser.test_screens import check_screen
from tests.push_service import PushService

SHOWN = "SELECT id FROM deliveries WHERE kind = 'critical' AND shown_at IS NOT NULL"
OPENED = "SELECT id FROM deliveries WHERE kind = 'critical' AND opened_at IS NOT NULL"

CLOSE_OTHERS = """
title => navigator.serviceWorker.ready
  .then(registration => registration.getNotifications())
  .then(all => all.filter(each => each.title !== title).forEach(each => each.close()))
"""


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_critical_notice_wakes_the_consoles_stopped_worker_and_its_click_opens_the_console(
    site: Site, desk: BrowserContext, service: PushService, language: str
) -> None:
    on, test, shown, reached = WORDS[language]
    stand_in = await StandIn.install(desk, service, site)
    member = await site.hire(await site.world.clinic(), email="therapist@clinic.example")
    page = await desk.new_page()
    await speak(page, language)
    await sign_in(site, page, member)
    await page.goto(f"{site.origin}/console/#/settings")
    await page.get_by_role("button", name=on).click()
    await site.until_row("SELECT id FROM devices WHERE staff_id IS NOT NULL AND ended_at IS NULL")
    await page.get_by_role("button", name=test).click()
    await site.until_row("SELECT id FROM deliveries WHERE kind = 'test'")
    assert await site.send_due() == {"sent": 1}
    await stand_in.deliver(page)
    await expect(page.get_by_text(shown)).to_be_visible()
    await expect(page.get_by_text(reached)).to_be_visible()
    assert await working(site, member) == ["webpush"]
    await page.evaluate("scrollTo(0, 0)")  # or the bar at the top would lie over a button
    faults = await check_screen(page, f"console-{language}-notices-on")

    assert await tell(site, member)
    assert await site.send_due() == {"sent": 1}
    await stop_worker(desk, page)
    await stand_in.deliver(page)
    notices = await stand_in.shown(page, 2)
    [notice] = [each for each in notices if each["title"] == CRITICAL[language][0]]
    assert (notice["body"], notice["lang"]) == (CRITICAL[language][1], language)
    await site.until_row(SHOWN)

    await page.evaluate(CLOSE_OTHERS, CRITICAL[language][0])
    await stand_in.leave(page)
    assert await stand_in.click() == f"{site.origin}/console/"
    await site.until_row(OPENED)
    assert faults == []
