"""Thresholds of a clinic and of one patient, from the settings to the alert; and the clinic's logo up to the phone."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from homeplan.actor import Role
from homeplan.checkins.actions import record_checkin
from homeplan.checkins.model import CheckIn, CheckInEntry
from homeplan.db import Tx
from homeplan.errors import Invalid
from homeplan.programs.actions.episodes import require_open_episode
from tests.browser.desk import sign_in
from tests.browser.site import Site
from tests.browser.test_library import file
from tests.browser.test_screens import check_screen
from tests.checkins.answers import entry
from tests.library.pictures.drawn import drawn
from tests.programs.care import DENVER
from tests.world import Person, context

DESK: ViewportSize = {"width": 1440, "height": 900}
WIDTHS = (1024, 768, 390)


@pytest.fixture
async def owner(site: Site) -> Person:
    return await site.hire(
        await site.world.clinic(), email="owner@clinic.example", role=Role.OWNER, name="Olga Example"
    )


async def a_page(chromium: Browser, site: Site, person: Person, language: str = "en-US") -> Page:
    page = await (await chromium.new_context(viewport=DESK, locale=language)).new_page()
    await sign_in(site, page, person)
    return page


async def severe_on_two_days(site: Site, patient: Person) -> None:
    """Check-ins with a worst pain of 5."""
    now = site.clock.now()
    for at in (now - timedelta(days=2), now):
        sent = entry(at, painNow=3, painWorst24h=5)
        work = partial(check_in, patient, at, sent)
        assert isinstance(await site.db.write(work), CheckIn)


async def check_in(patient: Person, at: datetime, sent: CheckInEntry, tx: Tx) -> CheckIn | Invalid:
    return await record_checkin(context(tx, at, patient.clinic.id), patient.id, at.astimezone(DENVER).date(), sent)


async def test_a_clinic_and_a_therapist_change_a_number_and_the_alert_says_whose_it_was(
    site: Site, chromium: Browser, owner: Person
) -> None:
    therapist = await site.hire(owner.clinic, email="tom@clinic.example", name="Tom Example")
    patient = await site.world.patient(owner.clinic, therapist, given_name="Ana")
    began = site.clock.now() - timedelta(days=3)
    await site.db.write(lambda tx: require_open_episode(therapist.context(tx, began), patient.id))
    page = await a_page(chromium, site, owner)
    await page.goto(f"{site.origin}/console/#/settings/thresholds")
    await page.get_by_role("button", name="Change: Worst pain of 7 or more on two days").click()
    await page.get_by_role("spinbutton", name="Number").fill("8")
    await page.get_by_label("Reason").fill("All of us want to know.")
    await page.get_by_role("button", name="Save").click()
    assert await page.get_by_role("spinbutton", name="Number").evaluate("field => !field.validity.valid")
    await page.get_by_role("spinbutton", name="Number").fill("6")
    await page.reload()  # nothing is lost
    await expect(page.get_by_role("spinbutton", name="Number")).to_have_value("6")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("button", name="Change: Worst pain of 6 or more on two days")).to_be_focused()
    await expect(page.get_by_text("All of us want to know. (Olga Example")).to_be_visible()

    page = await a_page(chromium, site, therapist)
    await page.goto(f"{site.origin}/console/#/patients/{patient.id}")
    card = page.locator("section").filter(has_text="When to be warned")
    await page.get_by_text("When to be warned").click()
    await page.get_by_role("button", name="Change: Worst pain of 6 or more on two days").click()
    await page.get_by_role("spinbutton", name="Number").fill("5")
    await card.get_by_label("Reason").fill("Lives alone.")
    assert await check_screen(page, "console-en-patient-thresholds") == []
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("button", name="Change: Worst pain of 5 or more on two days")).to_be_visible()
    await severe_on_two_days(site, patient)
    await page.reload()
    await page.get_by_text("Rule and basis").click()
    await expect(page.get_by_text("Worst pain of 5 or more on two days (this patient's number)")).to_be_visible()

    await page.get_by_text("When to be warned").click()
    await page.get_by_role("button", name="Change: Worst pain of 5 or more on two days").click()
    await card.get_by_label("Reason").fill("Moved in with family.")
    await page.get_by_role("button", name="Use the clinic's number").click()
    await expect(page.get_by_role("button", name="Change: Worst pain of 6 or more on two days")).to_be_visible()


@pytest.mark.parametrize("language", ["en-US", "es-MX"])
async def test_the_form_of_a_number_fits_every_width_without_a_barrier(
    site: Site, chromium: Browser, owner: Person, language: str
) -> None:
    page = await a_page(chromium, site, owner, language)
    await page.goto(f"{site.origin}/console/#/settings/thresholds")
    await page.locator("button[aria-expanded]").first.click()
    name = f"console-{language[:2]}-threshold-form"
    faults = await check_screen(page, name)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 844})
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert faults + await check_screen(page, f"{name}-390") == []


async def test_a_logo_is_chosen_seen_before_joining_and_removed(
    site: Site, chromium: Browser, phone: BrowserContext, owner: Person
) -> None:
    patient = await site.world.patient(owner.clinic, owner)
    page = await a_page(chromium, site, owner)
    await page.goto(f"{site.origin}/console/#/settings/clinic")
    choose = page.locator("input[type=file]")
    await choose.set_input_files(file("logo.png", "image/png", b"<svg/>"))
    await expect(page.get_by_role("alert")).to_contain_text("This is not a JPEG, PNG or WebP picture.")
    await choose.set_input_files(file("logo.png", "image/png", drawn("PNG", (600, 300))))
    await expect(page.get_by_alt_text("Logo of Example Clinic")).to_be_visible()
    assert await check_screen(page, "console-en-logo") == []

    await page.goto(f"{site.origin}/console/#/patients/{patient.id}/invite")
    async with page.expect_response(lambda answer: answer.url.endswith("/invitation")) as invited:
        await page.get_by_role("button", name="Make an invitation").click()
    joining = await phone.new_page()
    await joining.goto((await (await invited.value).json())["url"])
    logo = joining.locator("img[src^='/api/clinic-logos/']")
    await expect(logo).to_be_visible()
    assert await logo.evaluate("image => image.naturalWidth") == 600
    assert await check_screen(joining, "phone-en-join-logo") == []

    await page.goto(f"{site.origin}/console/#/settings/clinic")
    await page.get_by_role("button", name="Remove the logo").click()
    await expect(page.get_by_text("No logo yet.")).to_be_visible()
    assert await site.stored("clinics WHERE logo_id IS NOT NULL") == 0
