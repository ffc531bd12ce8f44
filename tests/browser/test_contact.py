"""Stories of contact: a call, a patient who is not reached and then reached, a lifted pause, a visit, a kept number."""

from datetime import timedelta

import pytest
from playwright.async_api import BrowserContext, Page, expect

from homeplan.actor import Role
from homeplan.contact.worker import erase_overdue
from tests.browser.desk import sign_in
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_messages import LANGUAGES, speak
from tests.browser.test_screens import check_screen
from tests.checkins.answers import safety_body
from tests.world import Person

NUMBER = "(303) 555-0142"
DESK = {
    "en": {
        "contact": "Contact",
        "numbers": "Telephone numbers",
        "own": "Patient's telephone",
        "save-numbers": "Save numbers",
        "call": f"Call {NUMBER}",
        "log": "Log a contact",
        "kind": "Call",
        "note": "Note",
        "save-contact": "Save contact",
        "acknowledge": "Acknowledge",
        "outcome": "Outcome",
        "how": "How did you reach the patient?",
        "found": "What did you find",
        "next": "Next attempt by",
        "stays": "Spoke: stays paused",
        "lift": "Lift the pause",
        "advised": "What did you advise?",
        "enter": "Enter a visit",
        "day": "Day",
        "time": "Time",
        "save-visit": "Save visit",
        "cancel-visit": "Cancel visit",
        "move": "Move",
        "back": "Cancel",
    },
    "es": {
        "contact": "Contacto",
        "numbers": "Números de teléfono",
        "own": "Teléfono del paciente",
        "save-numbers": "Guardar números",
        "call": f"Llamar al {NUMBER}",
        "log": "Anotar un contacto",
        "kind": "Llamada",
        "note": "Nota",
        "save-contact": "Guardar contacto",
        "acknowledge": "Marcar como vista",
        "outcome": "Resultado",
        "how": "¿Cómo contactó al paciente?",
        "found": "¿Qué encontró",
        "next": "Próximo intento",
        "stays": "Hablamos: sigue en pausa",
        "lift": "Quitar la pausa",
        "advised": "¿Qué aconsejó?",
        "enter": "Anotar una cita",
        "day": "Día",
        "time": "Hora",
        "save-visit": "Guardar cita",
        "cancel-visit": "Cancelar cita",
        "move": "Cambiar",
        "back": "Cancelar",
    },
}
PHONE = {
    "en": {
        "read-by": "Read by Sam Example",
        "not-reached": "They could not reach you.",
        "waits": "you spoke, and your exercises wait",
        "paused": "Your exercises are paused",
        "visit": "Your next visit",
        "needling": "Dry needling",
        "cancelled": "A visit was cancelled",
        "own": "Your number",
        "offline": "This needs a connection.",
        "save": "Save numbers",
        "saved": "Your clinic has these numbers.",
    },
    "es": {
        "read-by": "Lo leyó Sam Example",
        "not-reached": "No lograron comunicarse con usted.",
        "waits": "hablaron, y sus ejercicios esperan",
        "paused": "Sus ejercicios están en pausa",
        "visit": "Su próxima cita",
        "needling": "Punción seca",
        "cancelled": "Se canceló una cita",
        "own": "Su número",
        "offline": "Para esto se necesita conexión.",
        "save": "Guardar números",
        "saved": "Su clínica tiene estos números.",
    },
}
"""Words of both apps, written a second time as a check."""


async def open_chart(site: Site, page: Page, person: Person, language: str = "en") -> Page:
    """The chart of a patient, for their clinic's administrator."""
    admin = await site.world.therapist(person.clinic, role=Role.ADMIN, name="Sam Example")
    await speak(page, language)
    await sign_in(site, page, admin)
    await page.goto(f"{site.origin}/console/#/patients/{person.id}")
    await expect(page.get_by_role("heading", name=DESK[language]["contact"], exact=True)).to_be_visible()
    return page


async def warn(phone: Phone, site: Site, sign: str) -> None:
    """Send a warning sign from the phone's own sign-in."""
    sent = await phone.page.evaluate(
        "body => fetch('/api/me/safety-answers', {method: 'POST', body: JSON.stringify(body),"
        " headers: {'content-type': 'application/json'}}).then(answer => answer.status)",
        safety_body(site.clock.now(), sign),
    )
    assert sent == 201


async def enter_number(page: Page, language: str = "en") -> None:
    say = DESK[language]
    await page.get_by_text(say["numbers"], exact=True).click()
    await page.get_by_label(say["own"]).fill("303 555 0142")
    await page.get_by_role("button", name=say["save-numbers"]).click()
    await expect(page.get_by_role("link", name=say["call"]).first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_call_is_logged_with_a_tap_and_a_word(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    say = DESK[language]
    app = await Phone.joined(site, await phone.new_page(), "bridge", language=language)
    page = await open_chart(site, await desk.new_page(), app.patient, language)
    faults = await check_screen(page, f"console-{language}-contact-none")
    await enter_number(page, language)
    link = page.get_by_role("link", name=say["call"]).first
    assert await link.get_attribute("href") == "tel:+13035550142"
    log = page.get_by_role("group", name=say["log"])
    await log.get_by_role("button", name=say["kind"], exact=True).press("Enter")
    note = page.get_by_label(say["note"], exact=True).first
    await expect(note).to_be_focused()
    faults += await check_screen(page, f"console-{language}-contact-form")
    await note.fill("Sleeps better.")
    await page.get_by_role("button", name=say["save-contact"]).click()
    await expect(page.get_by_text("Sleeps better.")).to_be_visible()
    assert await site.stored("contacts") == 1
    await page.evaluate("scrollTo(0, 0)")  # else the bar lies over half of a link
    assert faults + await check_screen(page, f"console-{language}-contact-logged") == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_patient_is_not_reached_then_reached_and_the_pause_is_lifted(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    say, shown = DESK[language], PHONE[language]
    app = await Phone.joined(site, await phone.new_page(), "bridge", language=language)
    await warn(app, site, "saddle")
    page = await open_chart(site, await desk.new_page(), app.patient, language)
    acknowledge = page.get_by_role("button", name=say["acknowledge"])
    await acknowledge.click()
    await page.get_by_label(say["outcome"]).select_option("could-not-reach")
    await page.get_by_label(say["how"]).select_option("call")
    await page.get_by_label(say["found"]).fill("No answer, left word.")
    faults = await check_screen(page, f"console-{language}-acknowledge")
    await acknowledge.click()
    await expect(page.get_by_text(say["next"])).to_be_visible()
    card = page.locator("article", has=acknowledge)
    await expect(card).to_contain_text("No answer, left word.")
    faults += await check_screen(page, f"console-{language}-not-reached")

    await app.page.reload()
    await expect(app.page.get_by_text(shown["read-by"])).to_be_visible()
    await expect(app.page.get_by_text(shown["not-reached"])).to_be_visible()
    faults += await check_screen(app.page, f"patient-{language}-not-reached")

    await acknowledge.click()
    await page.get_by_label(say["outcome"]).select_option("spoke-stay-paused")
    await page.get_by_label(say["how"]).select_option("call")
    await page.get_by_label(say["found"]).fill("Feels fine, waits for the doctor.")
    await acknowledge.click()
    await expect(page.get_by_text(say["stays"]).locator("visible=true").first).to_be_visible()
    await app.page.reload()
    await expect(app.page.get_by_text(shown["waits"])).to_be_visible()

    await page.get_by_role("button", name=say["lift"]).click()
    await page.get_by_label(say["advised"]).fill("Go on with the walk.")
    faults += await check_screen(page, f"console-{language}-lift")
    await page.get_by_role("button", name=say["lift"]).click()
    await expect(page.get_by_text("Go on with the walk.").first).to_be_visible()
    await app.page.reload()
    await expect(app.page.get_by_text(shown["paused"])).to_have_count(0)
    assert await site.stored("contacts") == 3
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_visit_is_shown_on_today_until_it_is_cancelled(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    say, shown = DESK[language], PHONE[language]
    app = await Phone.joined(site, await phone.new_page(), "bridge", language=language)
    page = await open_chart(site, await desk.new_page(), app.patient, language)
    day = (site.clock.now() + timedelta(days=3)).date().isoformat()
    await page.get_by_text(say["enter"]).click()
    await page.get_by_label(say["day"], exact=True).fill(day)
    await page.get_by_label(say["time"], exact=True).fill("14:30")
    faults = await check_screen(page, f"console-{language}-visit-form")
    await page.get_by_role("button", name=say["save-visit"]).click()
    cancel = page.get_by_role("button", name=say["cancel-visit"])
    await expect(cancel).to_be_visible()
    await app.page.reload()
    await expect(app.page.get_by_role("heading", name=shown["visit"])).to_be_visible()
    await expect(app.page.get_by_text(shown["needling"], exact=False).first).to_be_visible()
    faults += await check_screen(app.page, f"patient-{language}-visit")
    await phone.set_offline(True)
    await app.page.reload()
    await expect(app.page.get_by_role("heading", name=shown["visit"])).to_be_visible()
    await phone.set_offline(False)

    visits = page.locator("section", has=cancel)
    await visits.get_by_role("button", name=say["move"], exact=True).click()
    await page.get_by_role("button", name=say["back"], exact=True).click()
    await cancel.click()
    await expect(cancel).to_have_count(0)
    await app.page.reload()
    await expect(app.page.get_by_role("heading", name=shown["cancelled"])).to_be_visible()
    faults += await check_screen(app.page, f"patient-{language}-visit-cancelled")
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_numbers_that_could_not_be_read_are_not_erased_by_saving(
    site: Site, phone: BrowserContext, language: str
) -> None:
    shown = PHONE[language]
    app = await Phone.joined(site, await phone.new_page(), "bridge", language=language)
    await app.open("me")
    await app.page.get_by_label(shown["own"]).fill("303 555 0142")
    faults = await check_screen(app.page, f"patient-{language}-numbers")
    await app.page.get_by_role("button", name=shown["save"]).click()
    await expect(app.page.get_by_text(shown["saved"])).to_be_visible()
    async with site.down():
        await app.page.reload()
        await expect(app.page.get_by_text(shown["offline"]).first).to_be_visible()
        await expect(app.page.get_by_role("button", name=shown["save"])).to_have_count(0)
        faults += await check_screen(app.page, f"patient-{language}-numbers-offline")
    await app.hears_the_network()
    await expect(app.page.get_by_label(shown["own"])).to_have_value(NUMBER)
    assert faults == []


async def test_the_number_stays_with_the_alert_of_who_left_for_seven_days(
    site: Site, phone: BrowserContext, desk: BrowserContext
) -> None:
    app = await Phone.joined(site, await phone.new_page(), "bridge")
    page = await open_chart(site, await desk.new_page(), app.patient)
    await enter_number(page)
    await warn(app, site, "saddle")
    await app.page.goto(f"{site.origin}/#/data")
    await app.page.get_by_role("button", name="Delete my data…").click()
    await expect(app.page.get_by_text("stays with that warning until they have answered it")).to_be_visible()
    await app.page.get_by_label("To go on, type DELETE").fill("DELETE")
    await app.page.get_by_role("button", name="Delete my data now").click()
    await expect(app.page.get_by_text("Your data was deleted")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("link", name=NUMBER)).to_have_count(1)
    await expect(page.get_by_text("seven days after leaving at the latest")).to_be_visible()
    later = site.clock.now() + timedelta(days=7)
    await site.db.write(lambda tx: erase_overdue(later, tx))
    await page.reload()
    await expect(page.get_by_role("button", name="Acknowledge")).to_be_visible()
    await expect(page.get_by_role("link", name=NUMBER)).to_have_count(0)
