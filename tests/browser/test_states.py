"""Every patient screen in every state - empty, loading, offline, error, updated, signed out - has no barrier.

The pictures land in screenshots/ beside those of test_screens.py.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.phone import START, Phone
from tests.browser.site import Site
from tests.browser.test_screens import PHONE, check_narrow_too, check_screen, picture

SCREENS = ("today", "progress", "learn", "checkin", "messages", "reminders", "me", "help", "safety")
NEVER_ALONE = ("today", "progress", "messages", "reminders", "me")
"""The screens that show what the server knows, so that waiting for it and its failures must be told."""


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_plan_that_has_not_begun(site: Site, chromium: Browser, language: str) -> None:
    async with a_phone(chromium, language) as page:
        await Phone.joined(site, page, language=language)
        assert await walk(page, SCREENS, f"{language}-empty") == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_without_signal_every_screen_is_there(site: Site, chromium: Browser, language: str) -> None:
    async with a_phone(chromium, language) as page:
        ana = await Phone.joined(site, page, "pelvic-tilt", "bridge", language=language, needled=True)
        await page.context.set_offline(True)
        await page.reload()
        faults = await walk(page, SCREENS, f"{language}-offline")
        await ana.open("today")
        await page.get_by_role("button", name=MARK[language]).first.click()
        await expect(page.get_by_text(WAITS[language])).to_be_visible()
        assert faults + await check_screen(page, f"patient-{language}-offline-waiting") == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_server_in_trouble(site: Site, chromium: Browser, language: str) -> None:
    async with a_phone(chromium, language) as page:
        await Phone.joined(site, page, "pelvic-tilt", language=language)
        await page.route("**/api/**", in_trouble)
        await page.reload()
        assert await walk(page, NEVER_ALONE, f"{language}-error") == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_server_that_takes_its_time(site: Site, chromium: Browser, language: str) -> None:
    async with a_phone(chromium, language) as page:
        waiting: list[Route] = []

        async def wait(route: Route) -> None:
            waiting.append(route)

        for path in ("plan", "progress", "messages", "reminder*", "devices", "sign-ins"):
            await page.route(f"**/api/me/{path}", wait)
        await joined_without_waiting(site, page, language)
        faults = []
        for screen in NEVER_ALONE:
            await page.goto(f"{site.origin}/#/{screen}")
            await page.locator("h1").first.wait_for()
            faults += await picture(page, f"patient-{language}-loading-{screen}")
        await asyncio.gather(*(route.abort() for route in waiting), return_exceptions=True)
        assert faults == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_signed_out_everything_is_kept_and_help_is_there(site: Site, chromium: Browser, language: str) -> None:
    async with a_phone(chromium, language) as page:
        await Phone.joined(site, page, "pelvic-tilt", language=language)
        await page.context.clear_cookies()
        await page.reload()
        await expect(page.locator("a[href='#/pair']").first).to_be_visible()
        assert await walk(page, ("today", "me", "help", "pair"), f"{language}-signed-out") == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_player_in_each_phase(site: Site, chromium: Browser, language: str) -> None:
    async with a_phone(chromium, language) as page:
        await page.clock.set_fixed_time(site.clock.now())  # no phase ends while it is looked at
        await Phone.joined(site, page, "pelvic-tilt", "bridge", language=language)
        await page.locator("a[href*='#/play/']").first.click()
        name = f"patient-{language}-play"
        faults = await check_screen(page, f"{name}-before")
        await page.get_by_role("button", name=START).click()
        await page.get_by_role("button", name=PAUSE[language]).click()
        faults += await check_screen(page, f"{name}-paused")
        await page.get_by_role("button", name=GO_ON[language], exact=True).click()
        await page.get_by_role("button", name=READY[language]).click()
        faults += await picture(page, f"{name}-working")
        await page.get_by_role("button", name=TOO_PAINFUL[language]).click()
        faults += await check_screen(page, f"{name}-too-painful")
        await page.locator("a[href*='#/play/']").first.click()
        await page.get_by_role("button", name=START).click()
        await page.get_by_role("button", name=STOP[language]).click()
        faults += await check_screen(page, f"{name}-skip")
        await page.locator("main button.outline").first.click()
        faults += await check_screen(page, f"{name}-skipped")
        assert faults == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("level", "sign"),
    [
        ("emergency", "Short of breath|Falta de aire"),
        ("urgent", "Fever|Fiebre"),
        ("soon", "Losing weight|Ha bajado de peso"),
    ],
)
async def test_the_three_action_screens(site: Site, chromium: Browser, language: str, level: str, sign: str) -> None:
    async with a_phone(chromium, language) as page:
        ana = await Phone.joined(site, page, "pelvic-tilt", language=language)
        await ana.open("safety")
        await page.locator("main label").filter(has_text=re.compile(sign)).click()
        await page.locator("main button.button").last.click()
        faults = await check_screen(page, f"patient-{language}-action-{level}")
        assert await page.locator("a[href^='tel:']").count() > 0
        await ana.open("today")
        assert faults + await check_screen(page, f"patient-{language}-after-{level}-today") == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_what_opens_and_is_asked_again(site: Site, chromium: Browser, language: str) -> None:
    async with a_phone(chromium, language) as page:
        ana = await Phone.joined(site, page, "pelvic-tilt", language=language, needled=True)
        name = f"patient-{language}"
        await ana.open("checkin")
        await page.locator("details summary").first.click()
        await page.locator("svg [role=checkbox]").nth(2).click()
        faults = await check_screen(page, f"{name}-checkin-open")
        await page.get_by_role("button", name=SAVE[language]).click()
        await expect(page.locator(".problem").first).to_be_visible()
        faults += await check_screen(page, f"{name}-checkin-incomplete")
        await page.get_by_role("button", name=SOMETHING_NEW[language]).click()
        await expect(page.get_by_role("heading", level=1)).to_be_focused()
        faults += await check_screen(page, f"{name}-checkin-safety")
        await ana.open("me")
        await page.get_by_role("button", name=SIGN_OUT[language]).click()
        faults += await check_screen(page, f"{name}-me-sign-out")
        await ana.open("learn/what-needling-does")
        assert faults + await check_screen(page, f"{name}-topic") == []


SAVE = {"en": "Nothing new. Save", "es": "Nada nuevo. Guardar"}
SOMETHING_NEW = {"en": "Yes, something is new", "es": "Sí, hay algo nuevo"}
SIGN_OUT = {"en": "Sign out on this phone", "es": "Cerrar la sesión en este teléfono"}
MARK = {"en": "Mark “", "es": "Marcar “"}
WAITS = {"en": "waits to be sent", "es": "espera para enviarse"}
PAUSE = {"en": "Pause", "es": "Pausa"}
GO_ON = {"en": "Go on", "es": "Seguir"}
READY = {"en": "I am ready", "es": "Ya estoy"}
TOO_PAINFUL = {"en": "Too painful", "es": "Me duele demasiado"}
STOP = {"en": "Stop here", "es": "Parar aquí"}


@asynccontextmanager
async def a_phone(chromium: Browser, language: str) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport=PHONE, has_touch=True, locale=language)
    yield await context.new_page()
    await context.close()


async def walk(page: Page, screens: tuple[str, ...], state: str) -> list[str]:
    """Look at each screen; what axe finds and what does not fit."""
    faults = []
    for screen in screens:
        await page.evaluate("route => { location.hash = '#/' + route }", screen)
        faults += await check_narrow_too(page, f"patient-{state}-{screen}")
    return faults


async def joined_without_waiting(site: Site, page: Page, language: str) -> None:
    clinic = await site.world.clinic()
    therapist = await site.world.therapist(clinic)
    person = await site.world.patient(clinic, therapist, given_name="Ana", language=language)
    await page.goto(await site.invite(person))
    await page.get_by_role("button", name=START).click()
    await page.wait_for_url("**/#/today")


async def in_trouble(route: Route) -> None:
    await route.fulfill(
        status=503,
        content_type="application/problem+json",
        body='{"type":"about:blank","title":"The server is busy.","status":503,"code":"unavailable"}',
    )
