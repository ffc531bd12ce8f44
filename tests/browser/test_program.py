"""The program at the desk."""

import asyncio

from playwright.async_api import BrowserContext, Route, expect

from tests.browser.desk import Desk
from tests.browser.site import Site


async def test_a_review_that_is_opened_before_its_template_has_arrived_publishes_it(
    site: Site, desk: BrowserContext
) -> None:
    console = await Desk.at(site, await desk.new_page())
    await console.register("Early")
    page = console.page
    arrives = asyncio.Event()

    async def late(route: Route) -> None:
        await arrives.wait()
        await route.continue_()

    await page.get_by_role("link", name="Program", exact=True).click()
    await page.route("**/program/proposal*", late)
    await page.get_by_text("Side of the low back").first.click()
    await page.get_by_role("button", name="Review and publish").click()
    publish = page.get_by_role("button", name="Publish", exact=True)
    await expect(publish).to_be_disabled()
    arrives.set()
    await publish.click()
    await expect(page.get_by_text("Published.").first).to_be_visible()
