"""A warning sign: what to do is said at once, and "sent" only when the clinic has it."""

import re

import pytest
from playwright.async_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.phone import START, Phone
from tests.browser.site import Site
from tests.browser.test_full_phone import Room
from tests.browser.test_screens import check_screen

SAFETY = "**/api/me/safety-answers"
ACKNOWLEDGE = "UPDATE alerts SET closed_at = raised_at, closed_reason = 'acknowledged'"
LIFT_PAUSE = "UPDATE exercise_pauses SET lifted_at = since, lifted_by = (SELECT MIN(id) FROM staff)"
SENT = re.compile("Your answers were sent|Sus respuestas se enviaron")
NOT_SENT = re.compile("could not be sent from here|no se pudieron enviar desde aquí")
PAUSED = re.compile("Your exercises are paused|Sus ejercicios están en pausa")
MISTAKE = re.compile("I tapped something by mistake|Toqué algo por error")
CALLED_A_MISTAKE = re.compile("You said it was a mistake|Usted dijo que fue un error")
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
    await ana.page.locator("a[href='#/program']").click()
    await expect(ana.page.get_by_role("link", name=re.compile("Pelvic tilt|Inclinación")).first).to_be_visible()
    faults += await check_screen(ana.page, f"patient-{language}-program-paused")
    await ana.open("today")
    assert faults + await check_screen(ana.page, f"patient-{language}-today-emergency") == []

    await site.db.write(lambda tx: tx.execute(ACKNOWLEDGE))
    await ana.hears_the_network()
    await expect(ana.page.get_by_role("heading", name=EMERGENCY)).to_have_count(0)
    await expect(ana.page.get_by_role("heading", name=PAUSED)).to_be_visible()
    await expect(ana.page.locator("a[href*='#/play/'], button.mark")).to_have_count(0)

    await site.db.write(lambda tx: tx.execute(LIFT_PAUSE))
    await ana.hears_the_network()
    await expect(ana.page.locator("a[href*='#/play/']").first).to_be_visible()
    await expect(ana.page.get_by_role("heading", name=PAUSED)).to_have_count(0)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_emergency_names_the_sign_and_the_needling_also_offline(
    site: Site, phone: BrowserContext, language: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language, needled=True)
    await phone.set_offline(True)
    await ana.open("safety")
    await tick_and_go_on(ana.page)
    names = {
        "en": ("Short of breath", "Say: dry needling, Friday, November 27, 10:00", "No one watches this app"),
        "es": ("Falta de aire", "Diga: punción seca, viernes, 27 de noviembre", "Nadie vigila"),
    }[language]
    for name in names:
        await expect(ana.page.get_by_text(re.compile(name)).first).to_be_visible()
    await expect(ana.page.get_by_role("link", name=MISTAKE)).to_be_visible()
    faults = await check_screen(ana.page, f"patient-{language}-emergency-screen")
    await ana.open("today")
    for name in names:
        await expect(ana.page.get_by_text(re.compile(name)).first).to_be_visible()
    await comes_before(ana.page.locator("#warning"), ana.page.get_by_role("button", name="3", exact=True))
    assert faults + await check_screen(ana.page, f"patient-{language}-emergency-card") == []


async def test_the_red_card_is_first_on_another_phone_until_the_clinic_has_acknowledged_it(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "sitting-breaks")
    await ana.open("safety")
    await tick_and_go_on(ana.page)
    await expect(ana.page.get_by_text(SENT)).to_be_visible()

    assert phone.browser is not None
    async with await phone.browser.new_context(viewport={"width": 375, "height": 812}) as other:
        page = await other.new_page()
        await page.goto(await site.invite(ana.patient))
        await page.get_by_role("button", name=START).click()
        await page.wait_for_url("**/#/today")
        second = Phone(page, ana.patient)
        await today_is_paused(second, EMERGENCY)
        await expect(page.get_by_text("Short of breath")).to_be_visible()
        await comes_before(page.locator("#warning"), page.get_by_role("button", name="3", exact=True))
        await second.check_in(pain=6)
        await second.open("today")
        await today_is_paused(second, EMERGENCY)
        await site.db.write(lambda tx: tx.execute(ACKNOWLEDGE))
        await second.hears_the_network()
        await expect(page.get_by_role("heading", name=EMERGENCY)).to_have_count(0)


@pytest.mark.parametrize(("language", "offline"), [("en", False), ("es", True)])
async def test_a_mistaken_tap_turns_the_card_amber_and_deletes_nothing(
    site: Site, phone: BrowserContext, language: str, offline: bool
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language)
    await phone.set_offline(offline)
    await ana.open("safety")
    await tick_and_go_on(ana.page)
    await ana.page.get_by_role("link", name=MISTAKE).click()
    faults = await check_screen(ana.page, f"patient-{language}-mistake-screen")
    await ana.page.get_by_role("button", name=re.compile("None of these|Ninguna de estas")).click()
    await today_is_paused(ana, CALLED_A_MISTAKE)
    await expect(ana.page.get_by_text(re.compile("will confirm|lo confirmará"))).to_be_visible()
    await expect(ana.page.get_by_role("link", name=MISTAKE)).to_have_count(0)
    faults += await check_screen(ana.page, f"patient-{language}-mistake-card")

    await phone.set_offline(False)
    await ana.hears_the_network()
    await ana.has_sent_everything()
    await ana.page.reload()
    await today_is_paused(ana, CALLED_A_MISTAKE)
    assert faults == []
    assert (await site.stored("safety_answers"), await site.stored("alerts")) == (2, 1)
    [pause] = await site.db.read(lambda tx: tx.fetch("SELECT reason, lifted_at FROM exercise_pauses"))
    assert (pause["reason"], pause["lifted_at"]) == ("emergency", None)


@pytest.mark.parametrize(("language", "sign"), [("en", "Losing weight"), ("es", "Ha bajado de peso")])
async def test_a_sign_for_this_week_has_a_card_and_the_plan_goes_on(
    site: Site, phone: BrowserContext, language: str, sign: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language)
    week = re.compile("Tell your clinic this week|Avise a su clínica esta semana")
    await ana.open("safety")
    await ana.page.get_by_label(sign).check(force=True)
    await ana.page.locator("main button.button").last.click()
    await expect(ana.page.get_by_role("heading", name=week)).to_be_visible()
    faults = await check_screen(ana.page, f"patient-{language}-soon-screen")
    await ana.has_sent_everything()
    await ana.open("today")
    await ana.page.reload()
    await expect(ana.page.get_by_role("heading", name=week)).to_be_visible()
    await expect(ana.page.get_by_text(sign)).to_be_visible()
    await expect(calls(ana.page, "5550100")).to_be_visible()
    await expect(ana.page.locator("a[href*='#/play/']").first).to_be_visible()
    assert faults + await check_screen(ana.page, f"patient-{language}-soon-card") == []
    await site.db.write(lambda tx: tx.execute(ACKNOWLEDGE))
    await ana.hears_the_network()
    await expect(ana.page.get_by_role("heading", name=week)).to_have_count(0)


async def test_another_worry_is_told_in_words(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.open("safety")
    await ana.page.get_by_label("Something else that worries me").check(force=True)
    await ana.page.get_by_label(re.compile("What worries you")).fill("My foot is cold.")
    await ana.page.locator("main button.button").last.click()
    await expect(ana.page.get_by_text(SENT)).to_be_visible()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT safety_yes, other_text FROM safety_answers"))
    assert (row["safety_yes"], row["other_text"]) == ('["other"]', "My foot is cold.")
    assert await check_screen(ana.page, "patient-en-urgent-screen") == []


async def test_in_an_emergency_an_activity_offers_nothing_to_do(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", "sitting-breaks")
    await ana.open("safety")
    await tick_and_go_on(ana.page)
    await ana.has_sent_everything()
    for name in ("Pelvic tilt", "Break up your sitting"):
        await ana.open("program")
        await ana.page.get_by_role("link", name=name).first.click()
        await expect(ana.page.get_by_text("Your exercises are paused")).to_be_visible()
        await expect(ana.page.locator("a[href*='#/play/'], main button.button")).to_have_count(0)


async def comes_before(first: Locator, second: Locator) -> None:
    """The first one is above the second one on the screen."""
    above, below = await first.bounding_box(), await second.bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]


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
