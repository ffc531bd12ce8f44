"""Every screen of the phone, and some of the desk, in both languages, light and dark: axe finds nothing.

`make screenshots` takes a picture of each into the ignored folder screenshots/.
"""

import os
import re
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page, ViewportSize

from homeplan.demo.build import STAFF
from tests.browser.conftest import SCREENSHOTS
from tests.browser.invented import Clinic
from tests.browser.narrow import narrow
from tests.browser.site import PASSWORD

RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours: all that a dark screen can break and the same screen in light does not."""
FAULTS = """async (runOnly) => {
  const { violations } = await axe.run({ runOnly, resultTypes: ["violations"], preload: false })
  return violations.map(({ id, nodes }) => `${id} at ${nodes[0].target}`)
}"""

PATIENT_SCREENS = (
    "today",
    "checkin",
    "progress",
    "learn",
    "program",
    "session",
    "messages",
    "reminders",
    "me",
    "data",
    "consent",
    "privacy",
    "help",
    "safety",
    "install",
)
PHONE: ViewportSize = {"width": 390, "height": 844}
LOADING = re.compile("Loading…|Cargando…")
DESK: ViewportSize = {"width": 1280, "height": 800}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_patient_screen_has_a_barrier(clinic: Clinic, chromium: Browser, language: str) -> None:
    link = await clinic.link("First-Day" if language == "en" else "Ejemplo")
    context = await chromium.new_context(viewport=PHONE, has_touch=True, locale=language)
    page = await context.new_page()
    await page.goto(link)
    faults = await check_narrow_too(page, f"patient-{language}-pair")
    await page.get_by_role("button", name="Start" if language == "en" else "Empezar").click()
    await page.wait_for_url("**/#/today")
    for screen in PATIENT_SCREENS:
        await page.goto(f"{clinic.site.origin}/#/{screen}")
        faults += await check_narrow_too(page, f"patient-{language}-{screen}")
    await page.goto(f"{clinic.site.origin}/#/today")
    item = await page.locator("a[href*='#/item/']").first.get_attribute("href")
    assert item
    for screen in (item, item.replace("item", "play"), item.replace("item", "play") + "/tiny"):
        await page.goto(f"{clinic.site.origin}/{screen}")
        faults += await check_narrow_too(page, f"patient-{language}-{screen.split('/')[1]}")
    await page.goto(f"{clinic.site.origin}/#/data")
    await page.locator("section[aria-labelledby=leave] button").click()
    faults += await check_narrow_too(page, f"patient-{language}-leave")
    await page.goto(f"{clinic.site.origin}/#/privacy")
    for field in ("#pin", "#again"):
        await page.locator(field).fill("2468")
    await page.locator("form button").first.click()
    faults += await check_narrow_too(page, f"patient-{language}-lock-on")
    await page.reload()
    await page.locator("#enter").wait_for()
    faults += await check_narrow_too(page, f"patient-{language}-locked")
    await context.close()
    assert faults == []


async def test_six_weeks_of_progress_have_no_barrier(clinic: Clinic, chromium: Browser) -> None:
    context = await chromium.new_context(
        viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale="en"
    )
    page = await context.new_page()
    await page.goto(await clinic.link("Steady"))
    await page.get_by_role("button", name="Start").click()
    await page.wait_for_url("**/#/today")
    await page.goto(f"{clinic.site.origin}/#/progress")
    await page.get_by_text(re.compile(r"You did exercises on \d of \d days")).wait_for()
    faults = await check_screen(page, "patient-en-progress-weeks")
    await page.locator("summary").click()
    faults += await check_screen(page, "patient-en-progress-table")
    await context.close()
    assert faults == []


async def test_a_therapist_judges_an_event_and_reads_the_summary(clinic: Clinic, chromium: Browser) -> None:
    context = await chromium.new_context(viewport=DESK, locale="en")
    page = await context.new_page()
    await page.goto(f"{clinic.site.origin}/console/#/patients/{clinic.ids['Sore']}/outcomes")
    await sign_in(page)
    await page.get_by_text("Judge", exact=True).click()
    await page.get_by_label("Nothing more is to be done").check()
    await page.get_by_role("button", name="Save judgment").click()
    await page.get_by_text("Judge causality, seriousness and outcome before closing").wait_for()
    await page.get_by_label("Caused by the needling").select_option("probable")
    await page.get_by_label("Serious").select_option("no")
    await page.get_by_label("Serious").locator("xpath=following::select[1]").select_option("resolved")
    faults = await check_screen(page, "console-en-chart-event")
    await page.get_by_role("button", name="Save judgment").click()
    await page.get_by_text(re.compile("Closed by")).wait_for()

    await page.goto(f"{clinic.site.origin}/console/#/patients/{clinic.ids['Steady']}/summary")
    await page.get_by_text("4 with needles, of 4 recorded").wait_for()
    await page.get_by_text("1 event in 4 sessions").wait_for()
    await page.get_by_text(re.compile(r"3.5 → 7.5 \(\+4; a change of 2 or more counts\)")).wait_for()
    faults += await check_screen(page, "console-en-chart-summary-steady")
    await page.goto(f"{clinic.site.origin}/console/#/patients/{clinic.ids['Steady']}/outcomes")
    faults += await check_screen(page, "console-en-chart-outcomes-steady")
    await page.goto(f"{clinic.site.origin}/console/#/settings/clinic")
    await page.get_by_text("Invented for this demonstration").first.wait_for()
    await context.close()
    assert faults == []


async def test_the_program_goes_on_paper_with_its_drawings(clinic: Clinic, chromium: Browser) -> None:
    context = await chromium.new_context(viewport=DESK, locale="en", color_scheme="dark")
    page = await context.new_page()
    await page.goto(f"{clinic.site.origin}/console/#/patients/{clinic.ids['Ejemplo']}/handout")
    await sign_in(page)
    await page.get_by_role("button", name="Print", exact=True).wait_for()
    await settle(page)
    await page.emulate_media(media="print")
    SCREENSHOTS.mkdir(exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / "console-en-chart-handout-print.png", full_page=True)
    (SCREENSHOTS / "console-en-chart-handout.pdf").write_bytes(await page.pdf(format="Letter"))

    assert await page.locator("nav, header.head, button").filter(visible=True).count() == 0
    sheet = page.locator("article")
    assert await sheet.get_attribute("lang") == "es"
    figures = sheet.get_by_role("img")
    assert await figures.count() == await sheet.locator("section:has(ol)").count() > 0
    for figure in await figures.all():
        assert await figure.locator("> g").count() >= 1
        assert len(await figure.get_attribute("aria-label") or "") > 20
    ground = "e => getComputedStyle(e).getPropertyValue('--fig-bg')"
    assert await sheet.evaluate(ground) == "#fff"
    await context.close()


async def sign_in(page: Page, email: str = STAFF[-1][1]) -> None:
    await page.locator("input[type=email]").fill(email)
    await page.locator("input[type=password]").fill(PASSWORD)
    await page.locator("form button").last.click()
    await page.locator("h1").first.wait_for()


async def check_screen(page: Page, name: str) -> list[str]:
    """Wait until the screen is whole, and say what axe finds."""
    await settle(page)
    return await picture(page, name)


async def check_narrow_too(page: Page, name: str) -> list[str]:
    """The faults that axe finds, also at 320 pixels with text of twice the size, and what does not fit there."""
    found = await check_screen(page, name)
    async with narrow(page) as misfits:
        return found + [f"{name} narrow: {misfit}" for misfit in misfits] + await picture(page, f"{name}-narrow")


async def picture(page: Page, name: str) -> list[str]:
    """Say what axe finds in the screen as it is now, light and dark; `make screenshots` keeps a picture of each."""
    found = []
    await page.evaluate(AXE_SCRIPT)
    schemes: tuple[tuple[Literal["light", "dark"], object], ...] = (("light", RULES), ("dark", COLOUR_RULES))
    for scheme, rules in schemes:
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if "PICTURES" in os.environ:
            SCREENSHOTS.mkdir(exist_ok=True)
            await page.screenshot(path=SCREENSHOTS / f"{name}-{scheme}.png", full_page=True)
        found += [f"{name} {scheme}: {fault}" for fault in await page.evaluate(FAULTS, rules)]
    return found


async def settle(page: Page) -> None:
    """Wait until the screen has said the same for half a second and no longer says that it loads."""
    before, still = "", 0
    while still < 5:
        await page.wait_for_timeout(100)
        now = await page.locator("body").inner_text()
        still = still + 1 if now == before and not LOADING.search(now) else 0
        before = now
