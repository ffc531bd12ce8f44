"""A screen says what is so: after a skip, a discharge or an ended sign-in, in another tab, and on a phone that keeps
nothing."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import BrowserContext, expect

from homeplan.checkins.actions import record_checkin
from homeplan.programs.episode import Stage
from tests.browser.phone import PAIN_NOW, START, Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.browser.test_states import walk
from tests.checkins.answers import entry
from tests.programs.care import Care
from tests.waiting import until

MARK = "Mark “Pelvic tilt” as done"
DISCHARGED = {"en": "Your program is complete", "es": "Completó su programa"}
KEEPS_NOTHING = {"en": "This browser keeps nothing", "es": "Este navegador no guarda nada"}
ENDED = {"en": "Your sign-in on this phone has ended", "es": "Su sesión en este teléfono terminó"}
CALL_CLINIC = re.compile("^(Call|Llamar a) ")

# Private windows and strict settings: there is no store, or it may not be opened.
NO_STORE = {
    "none": "Object.defineProperty(globalThis, 'indexedDB', { value: undefined })",
    "forbidden": "IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); }",
}

# What a phone short of room drops; the cookie of the sign-in stays.
EVICT = """
async () => {
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
  for (const name of await caches.keys()) await caches.delete(name);
  for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
}
"""


async def test_what_was_skipped_and_then_done_is_done(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "bird-dog")
    page = ana.page
    await page.locator("a[href*='#/item/']").first.click()
    await page.get_by_role("button", name="Not today").click()
    await page.get_by_role("button", name="No time").click()
    await ana.open("today")
    await expect(page.get_by_text("Skipped today")).to_be_visible()
    await page.locator("a[href*='#/item/']").first.click()
    await page.get_by_role("button", name="Change what I noted").click()
    await page.get_by_role("button", name="I did it").click()
    await ana.open("today")
    await expect(page.get_by_text("Done", exact=True)).to_be_visible()
    await expect(page.get_by_text("Skipped today")).to_have_count(0)


async def test_less_than_the_smallest_version_is_not_said_to_count(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await Phone.playing(site, page, "legs-up-rest")
    await page.get_by_role("button", name="I am ready").click()
    await page.clock.run_for(3000)
    await page.get_by_role("button", name="Stop here").click()
    await expect(page.get_by_role("heading", name="All right, you began")).to_be_visible()
    await page.get_by_role("link", name="Back to today").click()
    await expect(page.get_by_text("Begun; it does not count yet")).to_be_visible()


async def test_a_plan_that_nobody_has_signed_says_that_the_clinic_is_checking_it(
    site: Site, phone: BrowserContext
) -> None:
    await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await site.db.write(lambda tx: tx.execute("UPDATE clinics SET drafts_allowed_at = NULL"))
    page = await phone.new_page()
    await page.goto(f"{site.origin}/#/today")
    await expect(page.get_by_text("Your clinic is still checking some of your exercises.")).to_be_visible()
    await expect(page.get_by_role("button", name=MARK)).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_after_the_discharge_it_says_what_to_keep_doing_and_asks_nothing_more(
    site: Site, phone: BrowserContext, language: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "easy-walk", language=language)
    page = ana.page
    await discharge(site, ana)
    await page.reload()
    await expect(page.get_by_role("heading", name=DISCHARGED[language])).to_be_visible()
    for title in {"en": ("Pelvic tilt", "Easy walk"), "es": ("Inclinación de la pelvis", "Caminata suave")}[language]:
        await expect(page.get_by_text(re.compile(title))).to_be_visible()
    await expect(page.get_by_role("heading", name=re.compile(f"{PAIN_NOW}|¿Cómo está su dolor"))).to_have_count(0)
    await expect(page.get_by_role("button", name=re.compile("^(Mark|Marcar) “"))).to_have_count(0)
    assert await walk(page, ("today", "progress", "program", "me"), f"{language}-discharged") == []

    await ana.open("checkin")
    await expect(page.get_by_role("radio")).to_have_count(0)
    await expect(page.get_by_role("heading", name=DISCHARGED[language])).to_be_visible()
    await page.context.set_offline(True)
    await ana.open("today")
    await page.reload()
    await expect(page.get_by_role("heading", name=DISCHARGED[language])).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_sign_in_that_ended_asks_for_a_new_link_and_shows_the_number(
    site: Site, phone: BrowserContext, language: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language)
    page = ana.page
    await site.db.write(lambda tx: tx.execute("UPDATE sign_ins SET revoked_at = 1"))
    await page.reload()
    await page.get_by_role("link", name=re.compile("Sign in again|Entrar de nuevo")).click()
    await expect(
        page.get_by_text(re.compile("Ask your clinic for a new link|Pida a su clínica un enlace"))
    ).to_be_visible()
    await expect(page.get_by_role("link", name=CALL_CLINIC)).to_have_attribute("href", re.compile("^tel:"))
    assert await check_screen(page, f"patient-{language}-sign-in-ended") == []


async def test_another_tab_follows_the_language_and_the_sign_in(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    other = await phone.new_page()
    await other.goto(f"{site.origin}/#/today")
    await expect(other.get_by_role("heading", name="Your exercises")).to_be_visible()
    await ana.open("me")
    await ana.page.get_by_role("button", name="Español").click()
    await expect(other.get_by_role("heading", name="Sus ejercicios")).to_be_visible()

    await site.db.write(lambda tx: tx.execute("UPDATE sign_ins SET revoked_at = 1"))
    await other.reload()
    await expect(other.get_by_role("link", name="Entrar de nuevo")).to_be_visible()
    site.clock.advance(minutes=1)
    await ana.page.goto(await site.invite(ana.patient))
    await ana.page.get_by_role("button", name=START).click()
    await ana.page.wait_for_url("**/#/today")
    await expect(other.get_by_role("link", name="Entrar de nuevo")).to_have_count(0)

    await ana.open("me")
    await ana.page.get_by_role("button", name="Cerrar la sesión").click()
    await ana.page.get_by_role("button", name="Sí, cerrar la sesión").click()
    await expect(other.get_by_label("Código")).to_be_visible()
    await ana.page.goto(await site.invite(ana.patient))
    await ana.page.get_by_role("button", name=START).click()
    await expect(other.get_by_role("heading", name="Sus ejercicios")).to_be_visible()


async def test_the_badge_goes_when_the_check_in_was_saved_on_another_phone(site: Site, phone: BrowserContext) -> None:
    await phone.add_init_script("globalThis.badge = 1; navigator.clearAppBadge = async () => { badge = 0; }")
    ana = await Phone.joined(site, await phone.new_page())
    assert await ana.page.evaluate("badge") == 1, "the check-in is due"
    now, patient = site.clock.now(), ana.patient
    await site.db.write(
        lambda tx: record_checkin(
            patient.context(tx, now), patient_id=patient.id, day=(now - timedelta(hours=7)).date(), entry=entry(now)
        )
    )
    await ana.page.reload()
    await until(lambda: ana.page.evaluate("badge === 0"), "no badge")

    other = replace(ana, page=await phone.new_page())
    await discharge(site, other)
    await site.db.write(lambda tx: tx.execute("DELETE FROM checkins"))
    await other.page.goto(f"{site.origin}/#/today")
    await until(lambda: other.page.evaluate("badge === 0"), "no badge")


async def test_a_phone_that_lost_its_storage_comes_back_by_itself(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page = ana.page
    await page.evaluate(EVICT)
    await page.goto("about:blank")
    await page.goto(f"{site.origin}/#/today")
    await expect(page.get_by_role("button", name=MARK)).to_be_visible()
    assert await site.stored("sign_ins") == 1

    await ana.open("me")
    await page.get_by_role("button", name="Sign out on this phone").click()
    await page.get_by_role("button", name="Yes, sign out").click()
    await page.wait_for_url("**/#/pair")
    await page.reload()
    await expect(page.get_by_label("Code")).to_be_visible()


@pytest.mark.parametrize("how", NO_STORE)
@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_browser_that_keeps_nothing_says_so_and_offers_help(
    site: Site, phone: BrowserContext, how: str, language: Any
) -> None:
    clinic = await site.world.clinic()
    patient = await site.world.patient(clinic, await site.world.therapist(clinic))
    page = await phone.new_page()
    await page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{ get: () => ['{language}'] }})")
    await page.add_init_script(NO_STORE[how])
    await page.goto(await site.invite(patient))
    await expect(page.get_by_role("heading", name=KEEPS_NOTHING[language])).to_be_visible()
    await expect(page.get_by_role("link", name=CALL_CLINIC).last).to_be_visible()
    await expect(page.get_by_role("button", name=START)).to_have_count(0)
    assert await check_screen(page, f"patient-{language}-keeps-nothing-{how}") == []

    await page.get_by_role("link", name=re.compile("Get help|Pedir ayuda")).click()
    await expect(page.get_by_role("heading", name=re.compile("Get help|Pedir ayuda"))).to_be_visible()
    await expect(page.get_by_role("link", name=CALL_CLINIC).last).to_be_visible()
    assert await site.stored("sign_ins") == 0, "the invitation is not used up"


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_day_that_is_over_is_asked_about_in_the_past(site: Site, phone: BrowserContext, language: str) -> None:
    ana = await Phone.joined(site, await phone.new_page(), language=language, needled=True)
    page = ana.page
    yesterday = (site.clock.now() - timedelta(hours=31)).date()
    await ana.open(f"checkin/{yesterday}")
    await expect(page.get_by_role("group").first).to_be_visible()
    await page.locator("summary").first.click()
    text = await page.locator("main").inner_text()
    for present in ("right now", "last 24 hours", "today", "as now", "en este momento", "últimas 24 horas", "hoy"):
        assert present not in text.lower()
    assert {"en": "that day", "es": "ese día"}[language] in text
    assert await check_screen(page, f"patient-{language}-checkin-yesterday") == []


async def discharge(site: Site, ana: Phone) -> None:
    """The therapist ends the episode of care, some time after the plan began."""
    site.clock.advance(minutes=5)
    therapist = await site.world.therapist(ana.patient.clinic)
    await Care(site.db, site.clock, therapist, ana.patient).step(Stage.DISCHARGED)
