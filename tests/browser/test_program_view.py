"""Today's first screen, a rest day, and all that is prescribed by day."""

import re
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, BrowserContext, Locator, expect

from tests.browser.phone import Phone, daily
from tests.browser.site import Site
from tests.browser.test_screens import PHONE, check_screen
from tests.programs.care import Care

SATURDAY = datetime(2026, 11, 28, 18, tzinfo=UTC)
MONDAYS = 1
BEGIN = re.compile(r"^(Start|Empezar) \(\d+ min\)$")
BARE = {"en": ("Your program", "Next: Monday"), "es": ("Su programa", "Sigue: lunes")}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("needled", [False, True])
async def test_the_first_screen_of_today_ends_with_the_button_that_starts(
    site: Site, chromium: Browser, language: str, *, needled: bool
) -> None:
    context = await chromium.new_context(viewport=PHONE, locale=language, timezone_id="America/Denver")
    page = await context.new_page()
    await Phone.joined(site, page, "pelvic-tilt", "bird-dog", language=language, needled=needled)
    start, bar = page.get_by_role("link", name=BEGIN), page.locator("nav")
    await expect(start).to_be_visible()
    assert await bottom(start) <= await top(bar)
    await expect(page.locator("main .notice")).to_have_count(1 if needled else 0)
    await context.close()


@pytest.mark.parametrize(("width", "rows"), [(700, [11]), (390, [6, 5])])
async def test_the_scale_has_one_row_where_it_fits_else_six_and_five(
    site: Site, chromium: Browser, width: int, rows: list[int]
) -> None:
    context = await chromium.new_context(viewport={"width": width, "height": 844}, locale="en")
    page = await context.new_page()
    await Phone.joined(site, page, "pelvic-tilt")
    tops = [await top(cell) for cell in await page.locator("button.number").all()]
    assert [tops.count(each) for each in dict.fromkeys(tops)] == rows
    await context.close()


@pytest.mark.moment(SATURDAY)
@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_rest_day_shows_the_program_and_its_next_day(site: Site, chromium: Browser, language: str) -> None:
    context = await chromium.new_context(viewport=PHONE, locale=language, timezone_id="America/Denver")
    page = await context.new_page()
    ana = await Phone.joined(site, page, language=language)
    care = Care(site.db, site.clock, await site.world.therapist(ana.patient.clinic), ana.patient)
    await care.publish(
        prescriptions=tuple(
            replace(each, dosage=each.dosage and replace(each.dosage, weekdays=MONDAYS))
            for each in daily("pelvic-tilt", "bird-dog")
        )
    )
    await ana.hears_the_network()
    title, following = BARE[language]
    program = page.get_by_role("region", name=title)
    await expect(program.get_by_text(following, exact=True)).to_be_visible()
    await expect(program.get_by_role("listitem")).to_have_count(2)
    await expect(page.get_by_role("link", name=BEGIN)).to_have_count(0)
    faults = await check_screen(page, f"patient-{language}-today-rest")

    await program.get_by_role("listitem").get_by_role("link").first.click()
    await expect(
        page.get_by_text(re.compile("^(The next day for it: Monday|El próximo día para esto: lunes)"))
    ).to_be_visible()
    await expect(page.locator("a[href*='#/play/'], main button.button")).to_have_count(0)
    faults += await check_screen(page, f"patient-{language}-item-ahead")
    await context.close()
    assert faults == []


async def test_the_program_shows_the_days_ahead_by_the_clock_also_without_a_network(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "bird-dog", needled=True)
    page = ana.page
    await phone.set_offline(True)
    await page.get_by_role("link", name="Your program").click()
    await expect(page.get_by_role("region", name="Today")).to_contain_text("Resting")
    tomorrow = page.get_by_role("region", name="Tomorrow")
    await expect(tomorrow.get_by_role("heading", name="Until 10:00 AM")).to_be_visible()
    await expect(tomorrow.get_by_role("heading", name="From 10:00 AM")).to_be_visible()
    await expect(page.get_by_role("heading", name=re.compile("to Friday, December 11$"))).to_be_visible()
    await tomorrow.get_by_role("link", name="Cat and camel").click()
    await expect(page.get_by_text("The next day for it: Saturday, November 28.")).to_be_visible()
    await expect(page.locator("main button.button")).to_have_count(0)


async def top(place: Locator) -> float:
    box = await place.bounding_box()
    assert box is not None
    return box["y"]


async def bottom(place: Locator) -> float:
    box = await place.bounding_box()
    assert box is not None
    return box["y"] + box["height"]
