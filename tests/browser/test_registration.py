"""A new patient in the console: one person, also when an answer of the server is lost."""

from playwright.async_api import BrowserContext, Route, expect

from tests.browser.desk import Desk
from tests.browser.site import Site


async def test_a_form_that_is_sent_again_after_its_answer_was_lost_makes_one_patient(
    site: Site, desk: BrowserContext
) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    statuses: list[int] = []

    async def lose(route: Route) -> None:
        if route.request.method != "POST" or statuses:
            return await route.fallback()
        statuses.append((await route.fetch()).status)
        return await route.abort()

    await page.route("**/api/patients", lose)
    await console.fill_in("Once")
    register = page.get_by_role("button", name="Register patient")
    await register.click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert (statuses, await site.stored("patients")) == ([201], 1)

    await register.click()
    await expect(page.get_by_role("heading", name="Once Example")).to_be_visible()
    await page.goto(f"{site.origin}/console/")
    await expect(page.get_by_role("listitem").filter(has_text="Once")).to_have_count(1)
    assert await site.stored("patients") == 1
