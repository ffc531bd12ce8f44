"""A phone after days without use: a check-in begun and forgotten, an answer that comes too late, an old plan.

The pictures land in screenshots/ beside those of test_screens.py.
"""

import re
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, ViewportSize

from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_rare_screens import a_page
from tests.browser.test_screens import check_screen

NARROW: ViewportSize = {"width": 320, "height": 640}
NOTHING_NEW = re.compile("Nothing new. Save|Nada nuevo. Guardar")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_wrong_dates_and_old_plans(site: Site, chromium: Browser, language: str) -> None:
    async with a_page(chromium, language, NARROW) as page:
        now, name = site.clock.now(), f"patient-{language}"
        ana = await Phone.joined(site, page, "pelvic-tilt", "bird-dog", language=language)
        await page.get_by_role("button", name="6", exact=True).click()
        await page.locator("h1").wait_for()
        await days_later(ana, now + timedelta(days=1))
        faults = await check_screen(page, f"{name}-begun-yesterday")
        await page.context.set_offline(True)
        await days_later(ana, now + timedelta(days=4))
        await page.get_by_role("button", name="3", exact=True).click()
        await page.get_by_role("button", name=NOTHING_NEW).click()
        await page.get_by_role("heading", name=re.compile("Thank you|Gracias")).wait_for()
        faults += await check_screen(page, f"{name}-saved-offline")
        await ana.open("today")
        faults += await check_screen(page, f"{name}-lapsed")
        await ana.open("progress")
        faults += await check_screen(page, f"{name}-progress-days-later")
        await page.context.set_offline(False)
        await ana.hears_the_network()
        await ana.open("me")
        await page.locator(".notice.bad").wait_for()
        faults += await check_screen(page, f"{name}-refused")
        await page.get_by_role("button", name=re.compile("Remove it|Quitarlo")).click()
        faults += await check_screen(page, f"{name}-refused-sure")
        await page.context.set_offline(True)
        await days_later(ana, now + timedelta(days=20))
        faults += await check_screen(page, f"{name}-old-plan")
        await ana.open("progress")
        faults += await check_screen(page, f"{name}-progress-weeks-later")
        assert faults == []


async def days_later(ana: Phone, now: datetime) -> None:
    await ana.page.clock.set_system_time(now)
    await ana.open("today")
    await ana.page.reload()
    await ana.page.locator("h1").wait_for()
