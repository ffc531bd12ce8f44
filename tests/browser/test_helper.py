"""Stories of a patient's helper and of the patient's new phone, in real browsers and both languages."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from homeplan.actor import Role
from tests.browser.conftest import an_ordinary_phone
from tests.browser.desk import sign_in
from tests.browser.phone import START, Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.waiting import until

WORDS = {
    "en": {
        "name": "What do you call this person?",
        "invite": "Make a link",
        "invited": "Sol is invited and has not joined yet.",
        "help": "Help Ana",
        "helping": "You are helping Ana",
        "plan": "Plan of Ana",
        "why": "What you enter is for Ana and is marked as entered by you.",
        "save": "Nothing new. Save",
        "thanks": "Thank you",
        "mark": "Entered by your helper Sol",
        "chart": "entered by the helper Sol",
        "history": "Earlier check-ins and progress",
        "end": "End the help of Sol",
        "yes": "Yes, end it",
        "ended": "You no longer help Ana",
        "stop": "Stop helping Ana",
        "stop-yes": "Yes, stop",
        "done": "Mark as done",
        "picture": "Show the picture",
        "qr": "The link as a QR code",
        "both": "Use this phone too",
        "only": "Use this phone, sign the other one out",
    },
    "es": {
        "name": "¿Cómo llama a esta persona?",
        "invite": "Crear un enlace",
        "invited": "Sol tiene una invitación y aún no ha entrado.",
        "help": "Ayudar a Ana",
        "helping": "Usted ayuda a Ana",
        "plan": "Plan de Ana",
        "why": "Lo que anota es para Ana y queda marcado como anotado por usted.",
        "save": "Nada nuevo. Guardar",
        "thanks": "Gracias",
        "mark": "Lo anotó quien le ayuda: Sol",
        "chart": "lo anotó quien ayuda: Sol",
        "history": "Registros anteriores y progreso",
        "end": "Terminar la ayuda de Sol",
        "yes": "Sí, terminar",
        "ended": "Usted ya no ayuda a Ana",
        "stop": "Dejar de ayudar a Ana",
        "stop-yes": "Sí, dejar de ayudar",
        "done": "Marcar como hecho",
        "picture": "Mostrar la imagen",
        "qr": "El enlace como código QR",
        "both": "Usar también este teléfono",
        "only": "Usar este teléfono y cerrar la sesión del otro",
    },
}
LANGUAGES = tuple(WORDS)


@pytest.fixture
async def other(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """Another phone of ordinary size: the helper's, or the patient's new one."""
    context = await an_ordinary_phone(chromium)
    yield context
    await context.close()


async def link_of(app: Phone, button: str, route: str) -> str:
    """The link that the phone shows after a tap on the button."""
    async with app.page.expect_response(lambda one: one.url.endswith(route) and one.request.method == "POST") as made:
        await app.page.get_by_role("button", name=button, exact=True).click()
    answer: dict[str, Any] = await (await made.value).json()
    return str(answer["url"])


async def invite(app: Phone, words: dict[str, str]) -> str:
    """The link of the helper whom the patient calls Sol."""
    await app.open("me/helper")
    await app.page.get_by_label(words["name"]).fill("Sol")
    return await link_of(app, words["invite"], "/helper")


async def join(page: Page, link: str, words: dict[str, str]) -> Phone:
    """The device of the helper, on Today."""
    await page.goto(link)
    await page.get_by_role("button", name=START).click()
    await page.wait_for_url("**/#/today")
    await expect(page.get_by_text(words["helping"], exact=True)).to_be_visible()
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await page.wait_for_load_state("networkidle")
    return Phone(page, None)  # type: ignore[arg-type]  # a device of nobody in the world


async def open_chart(site: Site, page: Page, app: Phone, language: str) -> None:
    """The chart of the patient, for their clinic's administrator."""
    admin = await site.world.therapist(app.patient.clinic, role=Role.ADMIN, name="Sam Example")
    await sign_in(site, page, admin)
    await page.add_init_script(f"localStorage.setItem('homeplan.language', '{language}')")
    await page.goto(f"{site.origin}/console/#/patients/{app.patient.id}")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_helper_joins_checks_in_and_is_ended(
    site: Site, phone: BrowserContext, other: BrowserContext, desk: BrowserContext, language: str
) -> None:
    words = WORDS[language]
    app = await Phone.joined(site, await phone.new_page(), "bridge", language=language)
    link = await invite(app, words)
    await expect(app.page.get_by_role("heading", name=words["invited"])).to_be_visible()
    faults = await check_screen(app.page, f"helper-invited-{language}")

    page = await other.new_page()
    await page.goto(link)
    await expect(page.get_by_role("heading", name=words["help"])).to_be_visible()
    faults += await check_screen(page, f"helper-joining-{language}")
    device = await join(page, link, words)
    await expect(page.get_by_role("heading", name=words["plan"])).to_be_visible()
    faults += await check_screen(page, f"helper-today-{language}")
    await expect(page.locator("nav a[href='#/progress']")).to_be_hidden()

    await page.get_by_role("button", name="4", exact=True).click()
    await expect(page.get_by_text(words["why"])).to_be_visible()
    faults += await check_screen(page, f"helper-checkin-{language}")
    await page.get_by_role("button", name=words["save"]).click()
    await expect(page.get_by_role("heading", name=words["thanks"])).to_be_visible()
    await device.open("today")
    await page.locator("button.mark").first.click()
    await device.has_sent_everything()
    await device.open("me")
    await expect(page.get_by_role("button", name=words["stop"])).to_be_visible()
    faults += await check_screen(page, f"helper-me-{language}")

    await app.open("today")
    await app.page.reload()
    await expect(app.page.get_by_text(words["mark"])).to_have_count(2)
    faults += await check_screen(app.page, f"helper-marks-{language}")

    console = await desk.new_page()
    await open_chart(site, console, app, language)
    await expect(console.get_by_text("Sol", exact=True)).to_be_visible()
    faults += await check_screen(console, f"helper-chart-{language}")

    await app.open("me/helper")
    await app.page.get_by_label(words["history"]).check()
    await expect(app.page.get_by_label(words["history"])).to_be_enabled()
    faults += await check_screen(app.page, f"helper-allowed-{language}")
    await device.open("today")
    await page.reload()
    await expect(page.locator("nav a[href='#/progress']")).to_be_visible()

    await app.page.get_by_role("button", name=words["end"]).click()
    await app.page.get_by_role("button", name=words["yes"]).click()
    await expect(app.page.get_by_label(words["name"])).to_be_visible()
    await device.hears_the_network()
    await expect(page.get_by_role("heading", name=words["ended"])).to_be_visible()
    faults += await check_screen(page, f"helper-ended-{language}")

    async def is_forgotten() -> bool:
        return not await device.kept("checkins") and not await device.kept("logs")

    await until(is_forgotten, "a phone without the patient's data")
    assert faults == []


async def test_a_helper_stops_by_themselves(site: Site, phone: BrowserContext, other: BrowserContext) -> None:
    words = WORDS["en"]
    app = await Phone.joined(site, await phone.new_page(), "bridge")
    device = await join(await other.new_page(), await invite(app, words), words)
    await device.open("me")
    await device.page.get_by_role("button", name=words["stop"]).click()
    await device.page.get_by_role("button", name=words["stop-yes"]).click()
    await device.page.wait_for_url("**/#/pair")
    await app.page.reload()
    await expect(app.page.get_by_label(words["name"])).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_new_phone_joins_by_the_picture_on_the_old_one(
    site: Site, phone: BrowserContext, other: BrowserContext, language: str
) -> None:
    words = WORDS[language]
    app = await Phone.joined(site, await phone.new_page(), "bridge", language=language)
    await app.open("me/phone")
    link = await link_of(app, words["picture"], "/phone-link")
    await expect(app.page.get_by_role("img", name=words["qr"])).to_be_visible()
    faults = await check_screen(app.page, f"new-phone-picture-{language}")

    page = await other.new_page()
    await page.goto(link)
    await expect(page.get_by_role("button", name=words["both"])).to_be_visible()
    faults += await check_screen(page, f"new-phone-joining-{language}")
    await page.get_by_role("button", name=words["only"]).click()
    await page.wait_for_url("**/#/today")
    await page.wait_for_load_state("networkidle")
    assert await site.stored("sign_ins WHERE revoked_at IS NULL") == 1
    await app.open("today")
    await app.page.reload()
    await expect(app.page.locator("a[href='#/pair']")).to_be_visible()
    assert faults == []
