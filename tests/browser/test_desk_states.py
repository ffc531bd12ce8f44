"""A desk whose server is away or in trouble: one bar above the page, what was read stays, and one way to try again."""

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from homeplan.actor import Role
from tests.browser.desk import Desk
from tests.browser.site import Site
from tests.browser.test_screens import settle
from tests.browser.test_states import in_trouble

AGAIN = "Try again"


def bars(page: Page) -> Locator:
    return page.get_by_role("alert").filter(visible=True)


@pytest.fixture
async def console(site: Site, desk: BrowserContext) -> Desk:
    """The owner's desk, with one patient."""
    console = await Desk.at(site, await desk.new_page(), role=Role.OWNER)
    await console.register("Ana")
    return console


@pytest.mark.parametrize("address", ["settings/staff", "settings/patients", "settings", "patients/ID"])
async def test_a_page_of_many_parts_tells_once_that_the_server_is_in_trouble(console: Desk, address: str) -> None:
    page = console.page
    patient = page.url.split("/")[-1]
    here = page.url.split("#")[0] + "#/" + address.replace("ID", patient)
    await page.goto(f"{page.url.split('#')[0]}#/library")
    await expect(page.get_by_role("heading", name="Library", exact=True)).to_be_visible()
    await page.route("**/api/**", in_trouble)
    await page.goto(here)
    await expect(bars(page)).to_have_count(1)
    await settle(page)
    await expect(bars(page)).to_have_count(1)
    await page.unroute("**/api/**")
    await bars(page).get_by_role("button", name=AGAIN).click()
    await expect(bars(page)).to_have_count(0)
    await expect(page.get_by_text("This could not be read yet")).to_have_count(0)


async def test_a_list_that_was_read_stays_while_the_server_is_in_trouble(site: Site, console: Desk) -> None:
    page = console.page
    await page.goto(f"{site.origin}/console/#/patients")
    row = page.get_by_role("link", name="Ana Example")
    await expect(row).to_be_visible()
    await page.goto(f"{site.origin}/console/#/settings")
    await expect(page.get_by_role("heading", name="My password")).to_be_visible()
    await page.route("**/api/**", in_trouble)
    await page.goto(f"{site.origin}/console/#/patients")
    await expect(row).to_be_visible()
    await expect(bars(page)).to_have_count(1)


async def test_a_screen_that_could_not_be_fetched_is_fetched_again(site: Site, console: Desk) -> None:
    page = console.page

    async def lose(route: Route) -> None:
        await route.abort()

    screen = re.compile(r"/assets/Exports[^/]*\.js$")
    await page.route(screen, lose)
    await page.goto(f"{site.origin}/console/#/settings/exports")
    await expect(bars(page)).to_contain_text("This page could not be fetched from the server.")
    await page.unroute(screen)
    await bars(page).get_by_role("button", name=AGAIN).click()
    await expect(page.get_by_role("heading", name="Exports", level=1)).to_be_visible()
    await expect(bars(page)).to_have_count(0)
