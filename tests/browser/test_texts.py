"""Signing the texts and rules of the product at the desk, one by one."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.desk import Desk, open_account_menu
from tests.browser.site import Site
from tests.browser.test_screens import picture

DRAFT = "Draft by non-clinicians, not signed"


async def test_each_text_is_marked_as_a_draft_until_a_therapist_signs_it(site: Site, desk: BrowserContext) -> None:
    page = (await Desk.at(site, await desk.new_page())).page
    await page.goto(f"{site.origin}/console/#/library/texts")
    await page.get_by_label("Kind").select_option("Aftercare")
    texts = page.locator("li.card")
    await expect(texts).to_have_count(4)
    await expect(texts.get_by_text(DRAFT)).to_have_count(4)

    second_day = texts.filter(has_text="Day two")
    await second_day.locator("summary").click()
    await expect(second_day).to_contain_text("Soreness often peaks now and then fades.")
    await expect(second_day).to_contain_text("suele ser mayor ahora y luego baja")
    await second_day.get_by_role("button", name="Sign Day two").click()
    await expect(second_day).to_contain_text("Signed by")
    await expect(texts.get_by_text(DRAFT)).to_have_count(3)

    await page.reload()
    await expect(page.get_by_text(re.compile(r"^1 of \d{3} signed$"))).to_be_visible()
    await page.get_by_label("Kind").select_option("Aftercare")
    await expect(second_day).to_contain_text("Signed by")
    await second_day.locator("summary").click()
    await second_day.get_by_role("button", name="Take back the signature of Day two").click()
    await expect(texts.get_by_text(DRAFT)).to_have_count(4)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_texts_are_found_by_group_state_and_words_of_both_languages(
    site: Site, desk: BrowserContext, language: str
) -> None:
    page = (await Desk.at(site, await desk.new_page())).page
    await page.goto(f"{site.origin}/console/#/library/texts")
    await expect(page.get_by_text(re.compile(r"^0 of \d{3} signed$"))).to_be_visible()
    texts = page.locator("li.card")
    await expect(texts.first).to_be_hidden()
    await page.get_by_text("Aftercare", exact=True).last.click()
    await expect(texts.get_by_text("Day two")).to_be_visible()
    await sign(page, "aftercare-p1")
    await page.reload()
    await page.get_by_text("Signed 1", exact=True).click()
    await expect(texts).to_have_count(1)
    await page.get_by_text("Review due 0", exact=True).click()
    await expect(page.get_by_text("Nothing fits")).to_be_visible()
    await page.get_by_text(re.compile(r"^All \d")).click()
    await page.get_by_role("searchbox").fill("suele ser mayor")
    await expect(texts).to_have_count(1)
    await expect(texts).to_contain_text("Day two")
    if language == "es":
        await open_account_menu(page)
        await page.get_by_role("button", name="Cambiar a español").click()
    await page.get_by_role("searchbox").fill("")
    for width in (1440, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await picture(page, f"texts-{language}-{width}") == []


async def test_a_rule_is_called_a_draft_where_it_is_used_until_it_is_signed(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.register("Sign")
    await page.get_by_role("link", name="Needling session").first.click()
    consent = page.locator("section.card", has_text="The patient types their name to sign here")
    await expect(consent).to_contain_text(DRAFT)
    await sign(page, "consent", "needling-pair-needle-phobia")
    await page.reload()
    await expect(consent).to_contain_text("Signed by")
    await console.sign_and_check("mult l t")
    await console.answer("Severe needle fear", "Yes")
    await console.answer("Fever or systemic infection", "Yes")
    phobia, fever = (page.locator("li.stop", has_text=words) for words in ("needle fear", "Fever"))
    for finding in (phobia, fever):
        await finding.locator("summary").click()
    await expect(phobia).to_contain_text("Signed by")
    await expect(fever).to_contain_text(DRAFT)


async def sign(page: Page, *slugs: str) -> None:
    """The signature of these texts by who is signed in."""
    origin = page.url.split("/console")[0]
    answer = await page.request.post(f"{origin}/api/library/reviews", data={"slugs": slugs}, headers={"Origin": origin})
    assert answer.status == 200, await answer.text()
