"""A warning sign: what to do is said at once, and "sent" only when the clinic has it."""

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.phone import START, Phone
from tests.browser.site import Site
from tests.browser.test_full_phone import Room
from tests.browser.test_screens import check_screen

SAFETY = "**/api/me/safety-answers"
LIFT_PAUSE = "UPDATE exercise_pauses SET lifted_at = since, lifted_by = (SELECT MIN(id) FROM staff)"
SENT = re.compile("Your answers were sent|Sus respuestas se enviaron")
NOT_SENT = re.compile("could not be sent from here|no se pudieron enviar desde aquí")
EMERGENCY = re.compile("Call your emergency number now|Llame ya al número de emergencias")
TODAY = {"refused": re.compile("did not take it|no lo aceptó"), "sent": re.compile("Sent to your clinic|Enviado a su")}


@pytest.mark.parametrize(("language", "status"), [("en", 400), ("es", 403), ("en", 413)])
async def test_a_refused_warning_sign_is_told_and_tried_again_until_it_is_through(
    site: Site, phone: BrowserContext, language: str, status: int
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language)

    async def refuse(route: Route) -> None:
        await route.fulfill(status=status, json={"code": "invalid", "title": "Refused", "status": status})

    await ana.page.route(SAFETY, refuse)
    await ana.open("safety")
    await tick_and_go_on(ana.page)
    await expect(ana.page.get_by_text(NOT_SENT)).to_be_visible()
    await expect(ana.page.get_by_text(SENT)).to_have_count(0)
    await expect(calls(ana.page, "911")).to_be_visible()
    faults = await check_screen(ana.page, f"patient-{language}-warning-refused-{status}")

    await ana.open("today")
    await ana.page.reload()
    await expect(ana.page.get_by_role("heading", name=EMERGENCY, level=1)).to_be_visible()
    await expect(ana.page.get_by_text(TODAY["refused"])).to_be_visible()
    assert faults + await check_screen(ana.page, f"patient-{language}-today-refused-{status}") == []
    assert await site.stored("safety_answers") == 0

    await ana.page.unroute(SAFETY)
    await ana.hears_the_network()
    await expect(ana.page.get_by_text(TODAY["sent"])).to_be_visible()
    await ana.has_sent_everything()
    assert (await site.stored("safety_answers"), await site.stored("alerts")) == (1, 1)


async def test_without_having_joined_nothing_is_said_to_be_sent(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.goto(f"{site.origin}/#/safety")
    await tick_and_go_on(page)
    await expect(page.get_by_text(NOT_SENT)).to_be_visible()
    await expect(page.get_by_text("Call your local emergency number.")).to_be_visible()
    await expect(page.get_by_text(SENT)).to_have_count(0)


async def test_an_invitation_that_is_not_accepted_yet_shows_the_numbers_of_its_clinic(
    site: Site, phone: BrowserContext
) -> None:
    clinic = await site.world.clinic()
    person = await site.world.patient(clinic, await site.world.therapist(clinic), given_name="Ana")
    page = await phone.new_page()
    await page.goto(await site.invite(person))
    await expect(page.get_by_role("button", name=START)).to_be_visible()
    await page.get_by_role("link", name="Get help").click()
    await page.get_by_role("link", name="Safety check").click()
    await tick_and_go_on(page)
    await expect(page.get_by_text(NOT_SENT)).to_be_visible()
    await expect(page.get_by_text(SENT)).to_have_count(0)
    await expect(calls(page, "911")).to_be_visible()
    await expect(calls(page, "5550100")).to_be_visible()
    assert await check_screen(page, "patient-en-warning-invited") == []


@pytest.mark.parametrize("screen", ["safety", "checkin"])
async def test_on_a_full_phone_it_is_said_that_nothing_was_sent(site: Site, phone: BrowserContext, screen: str) -> None:
    room = await Room.of(site, phone)
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.open(screen)
    if screen == "checkin":
        await ana.score("7").check(force=True)
        await ana.page.get_by_role("button", name="Yes, something is new").click()
    await ana.page.locator("main li label").first.click()
    await room.runs_out(ana.page)
    await ana.page.get_by_role("button", name="Continue").click()
    await expect(ana.page.get_by_text(NOT_SENT)).to_be_visible()
    await expect(ana.page.get_by_text(SENT)).to_have_count(0)
    await expect(calls(ana.page, "911")).to_be_visible()

    await room.is_made()
    await ana.hears_the_network()
    await expect(ana.page.get_by_text(SENT)).to_be_visible()
    await site.until_row("SELECT id FROM alerts")


@pytest.mark.parametrize(
    ("language", "yes", "go_on", "paused", "worried"),
    [
        ("en", "Yes, something is new", "Something else. Continue", "something new that worries you", "something else"),
        ("es", "Sí, hay algo nuevo", "Es otra cosa. Continuar", "algo nuevo que le preocupa", "otra cosa le preocupa"),
    ],
)
async def test_after_something_new_nobody_is_told_that_they_ticked_a_sign(
    site: Site, phone: BrowserContext, language: str, yes: str, go_on: str, paused: str, worried: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language)
    ticked = ana.page.get_by_text(re.compile("ticked|Marcó"))
    await ana.page.get_by_role("button", name="3", exact=True).click()
    await ana.page.get_by_role("button", name=yes).click()
    await ana.page.get_by_role("button", name=go_on).click()
    await ana.has_sent_everything()
    await ana.open("today")
    await expect(ana.page.get_by_text(paused)).to_be_visible()
    await expect(ticked).to_have_count(0)
    await ana.open("checkin")
    await expect(ana.page.get_by_text(worried)).to_be_visible()
    await expect(ticked).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_after_an_emergency_sign_today_offers_the_numbers_first_and_no_exercise(
    site: Site, phone: BrowserContext, language: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "sitting-breaks", language=language)
    await phone.set_offline(True)
    await ana.open("safety")
    await tick_and_go_on(ana.page)
    await expect(ana.page.get_by_text(re.compile("Not sent yet|Aún no se envió"))).to_be_visible()
    await expect(ana.page.get_by_text(SENT)).to_have_count(0)
    await ana.open("today")
    await today_is_paused(ana, EMERGENCY)
    await expect(ana.page.get_by_text(re.compile("^(Not sent yet|Aún no se envió)"))).to_be_visible()
    faults = await check_screen(ana.page, f"patient-{language}-today-emergency-waiting")

    await phone.set_offline(False)
    await ana.hears_the_network()
    await expect(ana.page.get_by_text(TODAY["sent"])).to_be_visible()
    await ana.page.reload()
    await today_is_paused(ana, EMERGENCY)
    await ana.page.locator("details summary").first.click()
    await expect(ana.page.get_by_role("link", name=re.compile("Pelvic tilt|Inclinación"))).to_be_visible()
    assert faults + await check_screen(ana.page, f"patient-{language}-today-emergency") == []

    await site.db.write(lambda tx: tx.execute(LIFT_PAUSE))
    await ana.hears_the_network()
    await expect(ana.page.locator("a[href*='#/play/']").first).to_be_visible()
    await expect(ana.page.get_by_role("heading", name=EMERGENCY)).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_something_new_without_a_ticked_sign_is_urgent(site: Site, phone: BrowserContext, language: str) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language)
    page, urgent = ana.page, re.compile("Call your clinic or a doctor today|Llame hoy a su clínica")
    await page.get_by_role("button", name="3", exact=True).click()
    await page.get_by_role("button", name=re.compile("Yes, something is new|Sí, hay algo nuevo")).click()
    faults = await check_screen(page, f"patient-{language}-checkin-something-new")
    await page.get_by_role("button", name=re.compile("Something else. Continue|Es otra cosa. Continuar")).click()
    await expect(page.get_by_role("heading", name=urgent)).to_be_visible()
    await expect(page.get_by_text(SENT)).to_be_visible()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT safety_yes FROM checkins"))
    assert (row["safety_yes"], await site.stored("alerts")) == ('["other"]', 1)

    await ana.open("today")
    await today_is_paused(ana, urgent)
    assert faults + await check_screen(page, f"patient-{language}-today-urgent") == []


async def test_a_refused_zone_stops_neither_the_plan_nor_an_entry(site: Site, phone: BrowserContext) -> None:
    async def refuse(route: Route) -> None:
        await route.fulfill(status=400, json={"code": "invalid", "title": "Refused", "status": 400})

    await phone.route("**/api/me/phone-zone", refuse)
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await expect(ana.page.get_by_role("link", name="Pelvic tilt").first).to_be_visible()
    await expect(ana.page.get_by_text("has trouble just now")).to_have_count(0)


@pytest.mark.parametrize("zone", ["undefined", "''", "'Hora de verano'", "'Etc/Unknown'"])
async def test_a_phone_that_cannot_name_its_zone_is_served_like_any_other(
    site: Site, phone: BrowserContext, zone: str
) -> None:
    await phone.add_init_script(f"""
        const told = Intl.DateTimeFormat.prototype.resolvedOptions;
        Intl.DateTimeFormat.prototype.resolvedOptions = function () {{
            return {{ ...told.call(this), timeZone: {zone} }};
        }};
    """)
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.check_in(pain=4)
    await ana.open("safety")
    await tick_and_go_on(ana.page)
    await expect(ana.page.get_by_text(SENT)).to_be_visible()
    await ana.has_sent_everything()
    assert (await site.stored("checkins"), await site.stored("safety_answers")) == (1, 1)


async def tick_and_go_on(page: Page) -> None:
    """Tick the first sign of the safety screen, an emergency."""
    await page.locator("main li label").first.click()
    await page.locator("main button.button").last.click()


async def today_is_paused(ana: Phone, headline: re.Pattern[str]) -> None:
    await expect(ana.page.locator("main h1")).to_have_text(headline)
    for number in ("911", "5550100"):
        await expect(calls(ana.page, number)).to_be_visible()
    await expect(ana.page.locator("a[href*='#/play/'], button.mark")).to_have_count(0)


def calls(page: Page, number: str) -> Locator:
    """The button that calls the number."""
    return page.locator(f"a.button[href='tel:{number}']")
