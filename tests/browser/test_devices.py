"""The way in on an iPhone and on a Pixel, as far as Chromium passes for them: size, touch, what they say they are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.phone import PAIN_NOW, START, Phone
from tests.browser.site import Site
from tests.world import Person

IPHONE = {
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1",
    "viewport": {"width": 390, "height": 664},
    "device_scale_factor": 3,
}
PIXEL = {
    "user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36",
    "viewport": {"width": 412, "height": 839},
    "device_scale_factor": 2.625,
}
ON_THE_HOME_SCREEN = "Object.defineProperty(navigator, 'standalone', { value: true })"
INSTALL = "Put it on your home screen"


async def test_an_iphone_is_led_to_its_home_screen_and_signed_in_there_by_a_code(site: Site, chromium: Browser) -> None:
    patient = await invited(site)
    async with held(chromium, IPHONE) as safari:
        await safari.goto(await site.invite(patient))
        await safari.get_by_role("button", name=START).click()
        await expect(safari.get_by_role("heading", name=INSTALL)).to_be_visible()
        await expect(safari.locator("ol .picture")).to_have_count(3)
        await safari.get_by_role("button", name="Show my code").click()
        code = await safari.locator(".code").inner_text()

    async with held(chromium, IPHONE) as app:
        await app.add_init_script(ON_THE_HOME_SCREEN)
        await app.goto(site.origin)
        await app.get_by_label("Code").fill(code.lower())
        await app.get_by_role("button", name="Join").click()
        await expect(app.get_by_role("heading", name=PAIN_NOW)).to_be_visible()
        await expect(app.get_by_role("heading", name=INSTALL)).to_have_count(0)
        await checks_in_without_signal(site, Phone(app, patient))
    labels = await site.db.read(lambda tx: tx.fetch("SELECT label FROM sign_ins ORDER BY created_at"))
    assert [row["label"] for row in labels] == ["iPhone or iPad, Safari", "iPhone or iPad, home screen"]


async def test_a_pixel_goes_straight_to_its_plan(site: Site, chromium: Browser) -> None:
    patient = await invited(site)
    async with held(chromium, PIXEL) as app:
        await app.goto(await site.invite(patient))
        await app.get_by_role("button", name=START).click()
        await expect(app.get_by_role("heading", name=PAIN_NOW)).to_be_visible()
        await expect(app.get_by_role("heading", name=INSTALL)).to_have_count(0)
        await checks_in_without_signal(site, Phone(app, patient))


@pytest.mark.parametrize("how", ["taps again", "loads the page again"])
async def test_a_phone_whose_answer_was_lost_joins_all_the_same(site: Site, phone: BrowserContext, how: str) -> None:
    page = await phone.new_page()
    await page.route("**/api/pairings", lose_the_answer)
    await page.goto(await site.invite(await invited(site)))
    await page.get_by_role("button", name=START).click()
    await page.get_by_role("alert").wait_for()
    await page.unroute("**/api/pairings")
    if how == "taps again":
        await page.get_by_role("button", name=START).click()
    else:
        await page.reload()
    await expect(page.get_by_role("heading", name=PAIN_NOW)).to_be_visible()
    assert await site.stored("sign_ins") == 1


async def lose_the_answer(route: Route) -> None:
    """The request reaches the server; neither its answer nor its cookie reaches the phone."""
    async with httpx.AsyncClient(verify=False) as line:  # the site's certificate is its own
        answer = await line.post(route.request.url, content=route.request.post_data, headers=route.request.headers)
    assert answer.status_code == 201
    await route.abort()


async def test_what_one_person_began_is_not_there_for_the_next_in_any_tab(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    await ana.page.get_by_role("button", name="6", exact=True).click()
    await expect(ana.score("6")).to_be_checked()
    ben = await Phone.joined(site, await phone.new_page(), given_name="Ben")
    await expect(ana.page.locator("#painNow input:checked")).to_have_count(0)
    await ana.open("today")
    await expect(ana.page.get_by_role("heading", level=1)).to_contain_text("Ben")
    assert await ben.kept("drafts") == []


async def invited(site: Site) -> Person:
    clinic = await site.world.clinic()
    return await site.world.patient(clinic, await site.world.therapist(clinic), given_name="Ana")


@asynccontextmanager
async def held(chromium: Browser, phone: dict[str, Any]) -> AsyncIterator[Page]:
    """A page on a phone with storage of its own."""
    context = await chromium.new_context(
        **phone, is_mobile=True, has_touch=True, locale="en-US", timezone_id="America/Denver"
    )
    yield await context.new_page()
    await context.close()


async def checks_in_without_signal(site: Site, ana: Phone) -> None:
    page = ana.page
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.wait_for_load_state("networkidle")
    await page.context.set_offline(True)
    await page.reload()
    await ana.check_in(pain=4)
    await expect(page.get_by_text("Saved on this phone")).to_be_visible()
    await page.context.set_offline(False)
    await ana.has_sent_everything()
    assert await site.stored("checkins") == 1
