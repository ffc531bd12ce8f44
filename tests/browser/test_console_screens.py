"""Every screen of the console at every width, light and dark, in both languages: axe finds nothing, nothing is cut off.

A screen is opened once and then made narrower in place. axe looks at 1440 and 390 pixels: at 1024 and 768 the same
elements are only in other columns, which is a question of width, and that is asked at all four.
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from homeplan.actor import Role
from homeplan.demo.build import STAFF
from tests.browser.conftest import SCREENSHOTS
from tests.browser.desk import EMAIL
from tests.browser.desk import sign_in as signed_in
from tests.browser.invented import Clinic
from tests.browser.site import Site
from tests.browser.test_screens import check_screen, picture, sign_in
from tests.browser.test_states import in_trouble

ROUTES = Path(__file__).parents[2] / "web/src/console/routes.ts"
HEIGHT = 900
WIDTHS = (1440, 1024, 768, 390)
WITH_AXE = (1440, 390)
CLINICAL = (
    "patients",
    "patients/new",
    "alerts",
    "library",
    "library/texts",
    "library/item/bridge",
    "library/new/activity",
    "library/copy/bridge",
    "nothing",
)
SETTINGS = (
    "settings",
    "settings/duty",
    "settings/go-live",
    "settings/audit",
    "settings/clinic",
    "settings/thresholds",
    "settings/staff",
    "settings/sign-ins",
    "settings/patients",
    "settings/import",
    "settings/exports",
    "settings/report",
    "settings/replies",
)
CHART = ("", "program", "needling", "outcomes", "summary", "handout", "invite")
PATIENT = "Warning"
THERAPIST, OWNER = STAFF[0][1], STAFF[-1][1]
SAME_SCREEN = {"library/edit/*"}
"""Addresses of a screen that another address shows already."""
SIGN_OF = {
    "loading": "main .bars",
    "trouble": "main [role=alert]",
    "offline": "main [role=alert]",
    "expired": ".door h1",
}
"""The states in which a screen is not read, each with what shows it."""
UNREAD = re.compile(r"/api/(?!staff/me$)")
MAIN = ("patients", "patients/{id}", "alerts", "library", "settings")


async def never(_route: Route) -> None:
    """An answer that does not come."""


async def lost(route: Route) -> None:
    """A network that carries nothing."""
    await route.abort()


ANSWERS = {"loading": never, "trouble": in_trouble, "offline": lost}
TOO_WIDE = """() => {
  const over = [...document.querySelectorAll("body *")].filter((e) => {
    if (e.getBoundingClientRect().right <= innerWidth + 1 || !e.checkVisibility()) return false
    for (let up = e.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return false
    return true
  })
  const wide = document.documentElement.scrollWidth - innerWidth
  return wide > 0 || over.length ? [`${wide} px`, ...over.map((e) => `${e.localName}.${e.className}`)] : []
}"""


def test_every_screen_of_the_console_is_walked() -> None:
    routes = ROUTES.read_text()
    clinic, chart = (
        set(re.findall(r'^  "?([\w/*-]*)"?: \(\) => import', block, re.MULTILINE))
        for block in re.findall(r"const (?:clinic|chart)Screens.*?^\};", routes, re.MULTILINE | re.DOTALL)
    )
    walked = {re.sub(r"^(library/\w+)/[\w-]+$", r"\1/*", screen) for screen in (*CLINICAL, *SETTINGS)}
    assert clinic - SAME_SCREEN == walked - {"nothing"}
    assert chart == set(CHART)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("who", [THERAPIST, OWNER])
async def test_every_screen_fits_every_width_without_a_barrier(
    clinic: Clinic, chromium: Browser, language: str, who: str
) -> None:
    """The therapist of the patient at the clinical screens, the owner at the settings."""
    chart = f"patients/{clinic.ids[PATIENT]}"
    charts = [f"{chart}/{each}".rstrip("/") for each in CHART]
    async with a_window(chromium, language) as page:
        await page.goto(f"{clinic.site.origin}/console/")
        await sign_in(page, who)
        faults = []
        for screen in SETTINGS if who == OWNER else (*CLINICAL, *charts):
            await page.goto(f"{clinic.site.origin}/console/#/{screen}")
            name = f"console-{language}-{screen.replace(chart, 'chart').replace('/', '-')}"
            faults += await at_every_width(page, name)
        assert "\n".join(faults) == ""


async def at_every_width(page: Page, name: str) -> list[str]:
    """The faults of the screen at each width, the widest first."""
    faults = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": HEIGHT})
        if width == WIDTHS[0]:
            faults += await check_screen(page, f"{name}-{width}")
        elif width in WITH_AXE:
            await page.evaluate("scrollTo(0, 0)")  # or the bar at the top would lie over a button
            faults += await picture(page, f"{name}-{width}")
        elif "PICTURES" in os.environ:
            await page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
        faults += [f"{name} at {width}: {each}" for each in await page.evaluate(TOO_WIDE)]
    return faults


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_empty_clinic_has_no_barrier(site: Site, chromium: Browser, language: str) -> None:
    owner = await site.hire(await site.world.clinic(), email=EMAIL, role=Role.OWNER)
    async with a_window(chromium, language) as page:
        await signed_in(site, page, owner)
        faults = []
        for screen in ("patients", "alerts", "settings/replies", "settings/patients", "settings/report"):
            await page.goto(f"{site.origin}/console/#/{screen}")
            faults += await check_screen(page, f"console-{language}-empty-{screen.replace('/', '-')}")
        await page.goto(f"{site.origin}/console/#/library")
        await page.get_by_role("searchbox").fill("xyzzy")
        faults += await check_screen(page, f"console-{language}-empty-library")
        patient = await site.world.patient(owner.clinic, owner, given_name="Ana")
        await page.goto(f"{site.origin}/console/#/patients/{patient.id}")
        faults += await check_screen(page, f"console-{language}-empty-chart")
        assert "\n".join(faults) == ""


@pytest.mark.parametrize("state", list(SIGN_OF))
async def test_no_main_screen_has_a_barrier_while_it_cannot_be_read(site: Site, chromium: Browser, state: str) -> None:
    """In Spanish, on a small desk."""
    owner = await site.hire(await site.world.clinic(), email=EMAIL, role=Role.OWNER)
    patient = await site.world.patient(owner.clinic, owner, given_name="Ana")
    addresses = [f"{site.origin}/console/#/{screen.format(id=patient.id)}" for screen in MAIN]
    async with a_window(chromium, "es") as page:
        await page.set_viewport_size({"width": 1024, "height": 768})
        await signed_in(site, page, owner)
        if state in ANSWERS:
            await page.route(UNREAD, ANSWERS[state])
        faults = []
        for screen, address in zip(MAIN, addresses, strict=True):
            if state == "expired":
                await signed_in(site, page, owner)
                await page.goto(f"{site.origin}/console/#/settings/audit")
                await page.reload()
                await page.locator("h1").first.wait_for()
                await page.context.clear_cookies()
            await page.goto(address)
            if state in ANSWERS:
                await page.reload()
            await expect(page.locator(SIGN_OF[state]).first).to_be_visible()
            name = f"console-es-{state}-{screen.replace('/{id}', '-chart')}"
            faults += await picture(page, name)
            faults += [f"{name}: {each}" for each in await page.evaluate(TOO_WIDE)]
        assert "\n".join(faults) == ""


@asynccontextmanager
async def a_window(chromium: Browser, language: str) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport={"width": WIDTHS[0], "height": HEIGHT}, locale=language)
    yield await context.new_page()
    await context.close()
