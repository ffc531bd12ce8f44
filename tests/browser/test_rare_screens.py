"""Rare screens have no barrier either: locked out, leaving, two phones, a used invitation.

The pictures land in screenshots/ beside those of test_screens.py; Spanish on a phone, English on a wide screen.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from homeplan.accounts.actions import add_to_care_team
from homeplan.accounts.store import find_clinic
from homeplan.actor import Actor, Role
from homeplan.privacy.actions import leave
from tests.browser.desk import Desk, open_account_menu
from tests.browser.phone import START, Phone
from tests.browser.site import Site
from tests.browser.test_devices import IPHONE, ON_THE_HOME_SCREEN
from tests.browser.test_screens import DESK, PHONE, check_screen, picture, settle
from tests.world import context

VIEWS = [("es", PHONE), ("en", DESK)]
IDS = ["es-phone", "en-wide"]

FRAME_MS = 100
"""Interval at which the player reads the clock, in ms."""
TRY_AGAIN = re.compile("Try again|Intentar de nuevo")
DENIED = "Object.defineProperty(Notification, 'permission', { value: 'denied' })"

views = pytest.mark.parametrize(("language", "view"), VIEWS, ids=IDS)


@views
async def test_locked_out_and_leaving(site: Site, chromium: Browser, language: str, view: ViewportSize) -> None:
    async with a_page(chromium, language, view) as page:
        ana = await Phone.joined(site, page, "pelvic-tilt", language=language)
        name = f"patient-{language}"
        await ana.open("privacy")
        faults = await check_screen(page, f"{name}-lock-off")
        for field in ("#pin", "#again"):
            await page.locator(field).fill("2468")
        await page.locator("form button").first.click()
        await settle(page)
        await page.reload()
        for _ in range(5):
            await page.locator("#enter").fill("1111")
            await page.locator("form button").click()
            await settle(page)
            if await page.get_by_role("timer").count():
                break
        faults += await picture(page, f"{name}-pin-wrong")
        await page.get_by_role("button", name=re.compile("forgot|Olvid")).click()
        faults += await picture(page, f"{name}-pin-forgotten")

    async with a_page(chromium, language, view) as page:
        ana = await Phone.joined(site, page, "pelvic-tilt", language=language)
        await ana.open("data")
        await page.locator("section[aria-labelledby=leave] button").click()
        await page.locator("section[aria-labelledby=leave] input").fill("delete" if language == "en" else "borrar")
        faults += await check_screen(page, f"{name}-leave-sure")
        await page.locator("section[aria-labelledby=leave] button.danger").click()
        await page.locator(".code").wait_for()
        faults += await check_screen(page, f"{name}-left")
        assert faults == []


@views
async def test_two_phones(site: Site, chromium: Browser, language: str, view: ViewportSize) -> None:
    async with a_page(chromium, language, view) as page, a_page(chromium, language, PHONE) as other:
        ana = await Phone.joined(site, page, "pelvic-tilt", language=language)
        await other.goto(await site.invite(ana.patient))
        await other.get_by_role("button", name=START).click()
        await other.wait_for_url("**/#/today")
        name = f"patient-{language}"
        await ana.open("me")
        devices = page.locator("section[aria-labelledby=devices]")
        await devices.get_by_role("button").first.click()
        faults = await check_screen(page, f"{name}-devices-sure")
        await devices.locator("button.danger").click()
        await expect(devices.locator(".notice.good")).to_be_visible()
        faults += await check_screen(page, f"{name}-devices-ended")
        await other.reload()
        await other.locator(".notice.warm").first.wait_for()
        for screen in ("me", "checkin", "progress", "reminders", "learn"):
            await Phone(other, ana.patient).open(screen)
            faults += await check_screen(other, f"{name}-signed-out-{screen}")
        assert faults == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_ways_in(site: Site, chromium: Browser, language: str) -> None:
    name = f"patient-{language}"
    clinic = await site.world.clinic()
    therapist = await site.world.therapist(clinic)
    person = await site.world.patient(clinic, therapist, given_name="Ana", language=language)
    link = await site.invite(person)
    async with a_page(chromium, language, PHONE) as page:
        await page.route("**/api/pairings**", lambda route: route.abort())
        await page.goto(link)
        await page.get_by_role("alert").wait_for()
        faults = await check_screen(page, f"{name}-pair-no-answer")
        await page.unroute("**/api/pairings**")
        await page.get_by_role("button", name=TRY_AGAIN).click()
        await page.get_by_role("button", name=START).wait_for()
        await page.route("**/api/pairings", lambda route: route.abort())
        await page.get_by_role("button", name=START).click()
        await page.get_by_role("alert").wait_for()
        faults += await check_screen(page, f"{name}-pair-not-started")
    async with a_page(chromium, language, IPHONE) as page:
        await page.goto(link)
        await page.get_by_role("button", name=START).click()
        await page.locator("ol .picture").first.wait_for()
        await page.get_by_role("button", name=re.compile("code|código")).click()
        await page.locator(".code").wait_for()
        faults += await check_screen(page, f"{name}-install-code")
        await Phone(page, person).open("reminders")
        faults += await check_screen(page, f"{name}-reminders-not-installed")
    async with a_page(chromium, language, PHONE) as page:
        await page.goto(link)
        await page.get_by_role("alert").wait_for()
        faults += await check_screen(page, f"{name}-pair-used")
        await page.locator("#code").fill("AAAA-BBBB")
        await page.locator("form button[type=submit]").click()
        await page.get_by_role("alert").last.wait_for()
        faults += await check_screen(page, f"{name}-pair-wrong-code")
    async with a_page(chromium, language, IPHONE) as page:
        await page.add_init_script(ON_THE_HOME_SCREEN)
        await page.goto(site.origin)
        await page.locator("#code").wait_for()
        faults += await check_screen(page, f"{name}-pair-home-screen")
    assert faults == []


NOTICE = {
    "en": (
        "Privacy notice",
        "The clinic that gave you the code keeps it, on the server that it chose.",
        ("never diagnoses", "Your care team and the clinic's administrators", "Your clinic tells you for how long"),
    ),
    "es": (
        "Aviso de privacidad",
        "Los guarda la clínica que le dio el código, en el servidor que eligió.",
        ("Nunca diagnostica", "Su equipo tratante y los administradores", "Su clínica le dice por cuánto tiempo"),
    ),
}
"""Language → title, sentence without a clinic, and parts of further sentences of the notice."""


@pytest.mark.parametrize("language", NOTICE)
async def test_the_privacy_notice_is_read_before_a_pairing_code_is_typed_and_names_the_clinic_afterwards(
    site: Site, chromium: Browser, language: str
) -> None:
    title, keeper, sentences = NOTICE[language]
    clinic = await site.world.clinic("Northside Example")
    patient = await site.world.patient(clinic, await site.world.therapist(clinic), language=language)
    code = await site.code_of(patient)
    async with a_page(chromium, language, PHONE) as page:
        await page.goto(site.origin)
        await page.locator("#code").fill(code)
        notice = page.locator("details", has_text=title)
        await expect(notice.get_by_text(keeper)).to_be_hidden()
        await page.get_by_text(title, exact=True).click()
        for sentence in (keeper, *sentences):
            await expect(notice.get_by_text(sentence)).to_be_visible()
        await expect(notice.get_by_role("listitem")).to_have_count(10)
        assert await check_screen(page, f"patient-{language}-pair-notice") == []

        await page.locator("form button[type=submit]").click()
        await page.wait_for_url("**/#/today")
        await Phone(page, patient).open("data")
        await page.get_by_text(title, exact=True).click()
        await expect(notice.get_by_text("Northside Example").first).to_be_visible()
        await expect(notice.get_by_text(keeper)).to_have_count(0)


@views
async def test_a_body_that_hurts_in_several_places(
    site: Site, chromium: Browser, language: str, view: ViewportSize
) -> None:
    async with a_page(chromium, language, view) as page:
        ana = await Phone.joined(site, page, "pelvic-tilt", language=language, needled=True)
        await ana.open("checkin")
        await page.locator("details summary").first.click()
        for place in (1, 3, 6):
            await page.locator("svg [role=checkbox]").nth(place).click()
        await page.locator("textarea").fill("Peor al levantarme." if language == "es" else "Worse when I get up.")
        faults = await check_screen(page, f"patient-{language}-body-map")
        await ana.open("today")
        await page.locator("a[href*='#/item/']").first.click()
        faults += await check_screen(page, f"patient-{language}-item-again")
        await ana.open("progress")
        assert faults + await check_screen(page, f"patient-{language}-progress-again") == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_exercise_from_its_first_step_to_its_last(site: Site, chromium: Browser, language: str) -> None:
    async with a_page(chromium, language, PHONE) as page:
        now = site.clock.now()
        await page.clock.set_fixed_time(now)  # no step ends while it is looked at
        ana = await Phone.joined(site, page, "bridge", "bird-dog", language=language)
        name = f"patient-{language}-play"
        ids = [item["prescriptionId"] for item in (await ana.plan())["segments"][-1]["items"]]
        faults = []
        steps_of = {"bridge": ("ready", "hold", "release"), "bird-dog": ("ready", "hold")}
        for item, (slug, steps) in zip(ids, steps_of.items(), strict=True):
            await ana.open(f"play/{item}")
            await page.get_by_role("button", name=START).click()
            for step in steps:
                faults += await picture(page, f"{name}-{slug}-{step}")
                if step == "ready":
                    await page.get_by_role("button", name=re.compile("I am ready|Ya estoy")).click()
                now = await seconds_later(page, now, 2)
        now = await seconds_later(page, now, 3 * 60)
        faults += await picture(page, f"{name}-later")
        await seconds_later(page, now, 30 * 60)
        await page.locator("h1").wait_for()
        faults += await check_screen(page, f"{name}-well-done")
        assert faults == []


@pytest.mark.parametrize("language", ["en", "es"])
async def test_reminders_that_are_forbidden_and_one_that_is_put_off(
    site: Site, chromium: Browser, language: str
) -> None:
    async with a_page(chromium, language, PHONE) as page:
        await page.add_init_script(DENIED)
        ana = await Phone.joined(site, page, "pelvic-tilt", language=language)
        await ana.open("reminders")
        await page.get_by_role("switch").first.check(force=True)
        faults = await check_screen(page, f"patient-{language}-reminders-denied")
        await page.locator("main summary").first.click()
        assert faults + await check_screen(page, f"patient-{language}-reminders-snooze") == []


async def test_the_console_about_patients_who_left(site: Site, chromium: Browser) -> None:
    async with a_page(chromium, "en", DESK) as page:
        console = await Desk.at(site, page)
        await console.register("Anabel")
        [row] = await site.db.read(lambda tx: tx.fetch("SELECT clinic_id, id FROM patients"))
        clinic = await site.db.read(lambda tx: find_clinic(context(tx, clinic_id=row["clinic_id"])))
        never_seen = await site.world.patient(clinic)
        [staff] = await site.db.read(lambda tx: tx.fetch("SELECT id FROM staff"))
        ctx = partial(context, now=site.clock.now(), clinic_id=clinic.id)
        await site.db.write(lambda tx: add_to_care_team(ctx(tx), never_seen.id, staff["id"]))
        codes = [await left(site, clinic.id, patient_id) for patient_id in (row["id"], never_seen.id)]
        faults = []
        for language in ("Español", "English"):
            await page.goto(f"{site.origin}/console/#/settings")
            await open_account_menu(page)
            await page.get_by_text(language, exact=True).first.click()
            for code, what in zip(codes, ("left", "left-unseen"), strict=True):
                await page.goto(f"{site.origin}/console/#/patients")
                await page.get_by_role("link", name=code).wait_for()
                faults += await check_screen(page, f"console-{language[:2].lower()}-left-rows")
                await page.get_by_role("link", name=code).click()
                faults += await check_screen(page, f"console-{language[:2].lower()}-{what}-chart")
        assert faults == []


async def left(site: Site, clinic_id: str, patient_id: str) -> str:
    """Have the patient leave; the code under which the record stays."""
    who = Actor(id=patient_id, role=Role.PATIENT)
    return await site.db.write(lambda tx: leave(context(tx, site.clock.now()).of_clinic(clinic_id, who)))


async def seconds_later(page: Page, now: datetime, seconds: int) -> datetime:
    """Move the page's clock ahead by `seconds`; returns its time then."""
    later = now + timedelta(seconds=seconds)
    await page.clock.set_fixed_time(later)
    await page.clock.run_for(FRAME_MS)
    return later


@asynccontextmanager
async def a_page(chromium: Browser, language: str, view: Any) -> AsyncIterator[Page]:
    """A touch screen of that size, or a device of that kind, in Denver."""
    given = view if "viewport" in view else {"viewport": view, "has_touch": True}
    context = await chromium.new_context(locale=language, timezone_id="America/Denver", **given)
    yield await context.new_page()
    await context.close()
