"""Signing the texts and rules of the product at the desk, one by one."""

from playwright.async_api import BrowserContext, expect

from tests.browser.desk import Desk
from tests.browser.site import Site

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
    await expect(page.get_by_text("1 of ")).to_be_visible()
    await page.get_by_label("Kind").select_option("Aftercare")
    await expect(second_day).to_contain_text("Signed by")
    await second_day.get_by_role("button", name="Take back the signature of Day two").click()
    await expect(texts.get_by_text(DRAFT)).to_have_count(4)
