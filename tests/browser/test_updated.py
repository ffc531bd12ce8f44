"""A new revision on the patient's phone: it says what changed, until that was read, and disturbs nothing."""

import re

import pytest
from playwright.async_api import Browser, expect

from homeplan.programs.authoring.entries import ChangeSummary
from tests.browser.phone import Phone, daily
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.programs.care import Care

CHANGE = {"en": "The bridge is new.", "es": "El puente es nuevo."}
GOT_IT = re.compile("^(Got it|Entendido)$")
UPDATED = re.compile("^(Updated by|Actualizado por) ")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_new_revision_says_what_changed_until_it_was_read(site: Site, chromium: Browser, language: str) -> None:
    context = await chromium.new_context(locale=language, timezone_id="America/Denver")
    ana = await Phone.joined(site, await context.new_page(), "pelvic-tilt", language=language)
    page, notice = ana.page, ana.page.get_by_role("heading", name=UPDATED)
    await expect(page.locator("a[href*='#/play/']")).to_have_count(1)
    await expect(notice).to_have_count(0)
    await page.get_by_role("button", name="4", exact=True).click()
    await page.wait_for_url("**/#/checkin/*")

    care = Care(site.db, site.clock, await site.world.therapist(ana.patient.clinic), ana.patient)
    await care.publish(prescriptions=daily("pelvic-tilt", "bridge"), based_on=1, change_summary=ChangeSummary(**CHANGE))
    async with page.expect_response("**/api/me/plan*"):
        await ana.hears_the_network()
    await expect(page.locator("input[type=radio][value='4']:checked")).to_have_count(1)

    await ana.open("today")
    await expect(notice).to_be_visible()
    await expect(page.get_by_text(CHANGE[language])).to_be_visible()
    await expect(page.locator("a[href*='#/play/']")).to_have_count(2)
    await page.reload()
    await expect(notice).to_be_visible()
    assert await check_screen(page, f"patient-{language}-today-updated") == []
    await page.get_by_role("button", name=GOT_IT).click()
    await expect(notice).to_have_count(0)
    await page.reload()
    await expect(page.locator("a[href*='#/play/']")).to_have_count(2)
    await expect(notice).to_have_count(0)
    await context.close()
