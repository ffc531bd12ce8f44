"""Activity modifications: when they are best done, and their own "did it"."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_screens import PHONE, check_screen

NINE = datetime(2026, 1, 12, 16, 5, tzinfo=UTC)
"""Five past nine in the morning in Denver."""
pytestmark = pytest.mark.moment(NINE)

WORDS = {
    "en": {
        "daily": "4 times a day",
        "good": "A good time for it",
        "open": "Break up sitting",
        "best": "4 times a day, best between 9:00 AM and 6:00 PM.",
        "remind": "Set a reminder",
        "did": "I did it",
        "back": "Back to today",
    },
    "es": {
        "daily": "4 veces al día",
        "good": "Buen momento para hacerlo",
        "open": "Cortar el tiempo sentado",
        "best": "4 veces al día, mejor entre 9:00 am y 6:00 pm",
        "remind": "Poner un aviso",
        "did": "Lo hice",
        "back": "Volver a hoy",
    },
}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_activity_says_its_time_and_is_noted_as_often_as_it_is_done(
    site: Site, chromium: Browser, language: str
) -> None:
    words = WORDS[language]
    context = await chromium.new_context(viewport=PHONE, locale=language, timezone_id="America/Denver")
    page = await context.new_page()
    ana = await Phone.joined(site, page, "sitting-breaks", language=language)
    card = page.get_by_role("listitem").filter(has_text=words["daily"])
    await expect(card).to_contain_text(words["good"])
    faults = await check_screen(page, f"patient-{language}-activity-now")

    await card.get_by_role("link").click()
    await expect(page.get_by_text(words["best"])).to_be_visible()
    faults += await check_screen(page, f"patient-{language}-activity")
    await page.get_by_role("button", name=words["did"], exact=True).click()
    await ana.open("today")
    await expect(card).to_contain_text("1 ")
    await ana.has_sent_everything()

    await page.clock.set_system_time(NINE + timedelta(hours=9))
    await page.reload()
    await expect(card).to_be_visible()
    await expect(card).not_to_contain_text(words["good"])
    await context.close()
    assert faults == []


async def test_the_reminder_that_is_offered_rings_when_the_activity_is_due(site: Site, chromium: Browser) -> None:
    context = await chromium.new_context(viewport=PHONE, locale="en-US", timezone_id="America/Denver")
    page = await context.new_page()
    await Phone.joined(site, page, "sleep-on-side")
    await page.get_by_role("link", name="Sleep on your side").click()
    await page.get_by_role("link", name=WORDS["en"]["remind"]).click()
    await page.get_by_role("switch", name="Daily life").check(force=True)
    await expect(page.get_by_label("Time", exact=True)).to_have_value("20:30")
    await context.close()
