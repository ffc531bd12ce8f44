"""Takes pictures of the demo clinic, at a fixed moment; `make screenshots` does so.

Two are for the README (docs/pictures), the others are what an installer of the app shows (web/public/pictures).
"""

import asyncio
import tempfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, require
from tests.browser.invented import Clinic, invented_clinic
from tests.browser.site import Site
from tests.browser.test_screens import DESK, PHONE, settle, sign_in

MOMENT = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Denver."""

PICTURES = Path(__file__).parents[2] / "docs/pictures"
OF_THE_APP = Path(__file__).parents[2] / "web/public/pictures"


async def main() -> None:
    """Invent the demo clinic and take all pictures."""
    PICTURES.mkdir(exist_ok=True)
    OF_THE_APP.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with invented_clinic(Path(folder), MOMENT) as clinic, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=require("chromium"), args=CHROMIUM_ARGUMENTS)
            await _today(browser, clinic)
            await _of_the_app(browser, clinic)
            await _overview(browser, clinic.site)
            await browser.close()


async def _today(browser: Browser, clinic: Clinic) -> None:
    page = await _patient(browser, clinic, PHONE, sharpness=1)
    await page.screenshot(path=PICTURES / "today.png")


async def _of_the_app(browser: Browser, clinic: Clinic) -> None:
    page = await _patient(browser, clinic, PHONE, sharpness=2)
    await _keep(page, "today")
    await page.goto(f"{clinic.site.origin}/#/progress")
    await _keep(page, "progress")
    await _keep(await _patient(browser, clinic, DESK, sharpness=1), "wide")


async def _keep(page: Page, name: str) -> None:
    await settle(page)
    picture = Image.open(BytesIO(await page.screenshot()))
    picture.save(OF_THE_APP / f"{name}.webp", quality=80, method=6)


async def _patient(browser: Browser, clinic: Clinic, viewport: ViewportSize, *, sharpness: int) -> Page:
    """Today of a patient in the middle of their care, on a device that has just joined."""
    context = await browser.new_context(
        viewport=viewport,
        device_scale_factor=sharpness,
        is_mobile=viewport is PHONE,
        has_touch=viewport is PHONE,
        locale="en-US",
        timezone_id="America/Denver",
    )
    await context.clock.set_fixed_time(MOMENT)
    page = await context.new_page()
    await page.goto(await clinic.link("Steady"))
    await page.get_by_role("button", name="Start").click()
    await page.wait_for_url("**/#/today")
    await settle(page)
    return page


async def _overview(browser: Browser, site: Site) -> None:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 652}, locale="en-US", timezone_id="America/Denver"
    )
    await context.clock.set_fixed_time(MOMENT)
    page = await context.new_page()
    await page.goto(f"{site.origin}/console/#/patients")
    await sign_in(page)
    await page.mouse.move(0, 0)  # or the row where the sign-in button was would look chosen
    await settle(page)
    await page.screenshot(path=PICTURES / "overview.png")


if __name__ == "__main__":
    asyncio.run(main())
