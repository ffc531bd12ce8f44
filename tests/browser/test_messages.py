"""Messages between a patient's phone and the therapist's desk, in real browsers and both languages."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, expect

from homeplan.db import Tx
from homeplan.messages.model import MOST_LISTED, MessageEntry
from homeplan.messages.store import insert_message, stop_waiting
from homeplan.programs.episode import Stage
from tests.browser.desk import EMAIL, sign_in
from tests.browser.phone import START, Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.programs.care import Care
from tests.world import Person

LANGUAGES = ("en", "es")
PHONE = {
    "en": {
        "here": "On this phone",
        "sent": "Sent",
        "read": "Read by Therapist Example",
        "answered": "Answered",
        "send": "Send",
        "change": "Change",
        "save": "Save",
        "edited": "edited",
        "warning": "Not for emergencies.",
        "safety": "Safety check",
        "closed": "Your care here has ended",
        "note": "Note in your check-in",
        "earlier": "Earlier messages",
        "whole": "Your messages begin here.",
        "failed": "Earlier messages could not be loaded.",
    },
    "es": {
        "here": "En este teléfono",
        "sent": "Enviado",
        "read": "Lo leyó Therapist Example",
        "answered": "Respondido",
        "send": "Enviar",
        "change": "Cambiar",
        "save": "Guardar",
        "edited": "cambiado",
        "warning": "No es para emergencias.",
        "safety": "Revisión de seguridad",
        "closed": "Su atención aquí terminó",
        "note": "Nota en su registro",
        "earlier": "Mensajes anteriores",
        "whole": "Aquí empiezan sus mensajes.",
        "failed": "No se pudieron cargar los mensajes anteriores.",
    },
}
DESK = {
    "en": {
        "send": "Send",
        "waits": "Unanswered since",
        "read": "Read by the patient",
        "settle": "Needs no answer",
        "reopen": "Let it wait again",
        "edit": "Edit",
        "save": "Save the change",
        "insert": "Insert a saved reply",
        "write": "Message to the patient",
        "add": "Add a reply",
        "title": "Title",
        "english": "English",
        "spanish": "Spanish",
        "save-reply": "Save the reply",
        "retire": "Retire Soreness",
        "patients": "message, ",
        "earlier": "Earlier messages",
        "whole": "The messages begin here.",
        "waiting": "1 patient waits for an answer",
    },
    "es": {
        "send": "Enviar",
        "waits": "Sin responder desde",
        "read": "Lo leyó el paciente",
        "settle": "No necesita respuesta",
        "reopen": "Que espere otra vez",
        "edit": "Cambiar",
        "save": "Guardar el cambio",
        "insert": "Poner una respuesta guardada",
        "write": "Mensaje al paciente",
        "add": "Agregar una respuesta",
        "title": "Título",
        "english": "Inglés",
        "spanish": "Español",
        "save-reply": "Guardar la respuesta",
        "retire": "Retirar Soreness",
        "patients": "mensaje, ",
        "earlier": "Mensajes anteriores",
        "whole": "Aquí empiezan los mensajes.",
        "waiting": "1 paciente espera respuesta",
    },
}
QUESTION = "It pulls in my left thigh. Is that all right?"
ANSWER = "A pull that lets go when you stand up is fine."


@dataclass(frozen=True)
class Pair:
    """A patient's phone at its messages, and the therapist of that patient."""

    ana: Phone
    therapist: Person
    care: Care
    language: str

    @classmethod
    async def of(cls, site: Site, page: Page, language: str, **patient: Any) -> "Pair":
        therapist = await site.hire(await site.world.clinic(), email=EMAIL)
        person = await site.world.patient(therapist.clinic, therapist, given_name="Ana", language=language, **patient)
        care = Care(site.db, site.clock, therapist, person)
        await care.step(Stage.ACTIVE)
        await page.goto(await site.invite(person))
        await page.get_by_role("button", name=START).click()
        await page.wait_for_url("**/#/today")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.wait_for_load_state("networkidle")
        pair = cls(Phone(page, person), therapist, care, language)
        await pair.ana.open("messages")
        await expect(page.locator("#message")).to_be_visible()
        return pair

    @property
    def words(self) -> dict[str, str]:
        return PHONE[self.language]

    async def write(self, words: str) -> None:
        await self.ana.page.locator("#message").fill(words)
        await self.ana.page.get_by_role("button", name=self.words["send"], exact=True).click()

    async def state(self, words: str, state: str) -> None:
        """Waits until the message has that state."""
        message = self.ana.page.locator("li", has_text=words)
        await expect(message.locator("strong", has_text=re.compile(f"^{re.escape(state)}$"))).to_be_visible()

    async def chart(self, site: Site, page: Page) -> None:
        await sign_in(site, page, self.therapist)
        await page.goto(f"{site.origin}/console/#/patients/{self.ana.patient.id}")
        await expect(page.locator("section[aria-labelledby=messages]")).to_be_visible()

    async def comes_back(self) -> None:
        """The app is opened again, which asks the server."""
        await self.ana.page.reload()
        await expect(self.ana.page.locator("#message")).to_be_visible()


async def answer(page: Page, language: str, words: str) -> None:
    await page.locator("#message").fill(words)
    await page.get_by_role("button", name=DESK[language]["send"], exact=True).click()
    await expect(page.locator("li", has_text=words)).to_be_visible()


async def speak(page: Page, language: str) -> None:
    """The console in that language, from its next start on."""
    await page.add_init_script(f"localStorage.setItem('homeplan.console.language', '{language}')")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_message_goes_there_and_back_with_the_patient_offline_in_between(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    pair = await Pair.of(site, await phone.new_page(), language)
    page, words = pair.ana.page, pair.words
    faults = await check_screen(page, f"patient-{language}-messages-empty")
    async with site.down():
        await pair.write(QUESTION)
        await pair.state(QUESTION, words["here"])
        await pair.comes_back()
        await pair.state(QUESTION, words["here"])
        faults += await check_screen(page, f"patient-{language}-messages-offline")
    assert await site.stored("messages") == 0
    await pair.ana.hears_the_network()
    await pair.state(QUESTION, words["sent"])

    office = await desk.new_page()
    await speak(office, language)
    await pair.chart(site, office)
    await expect(office.locator("section[aria-labelledby=messages]")).to_contain_text(DESK[language]["waits"])
    await office.get_by_text(QUESTION).first.scroll_into_view_if_needed()
    await site.until_row("SELECT 1 FROM messages WHERE read_at IS NOT NULL")
    await pair.comes_back()
    await pair.state(QUESTION, words["read"])

    async with site.down():
        await pair.comes_back()
        await pair.state(QUESTION, words["read"])
    await answer(office, language, ANSWER)
    await expect(office.locator("section[aria-labelledby=messages]")).not_to_contain_text(DESK[language]["waits"])
    await pair.comes_back()
    await pair.state(QUESTION, words["answered"])
    await expect(page.locator("li", has_text=ANSWER)).to_contain_text("Therapist Example")
    await site.until_row("SELECT 1 FROM messages WHERE author_id IS NOT NULL AND read_at IS NOT NULL")
    faults += await check_screen(page, f"patient-{language}-messages")
    await office.reload()
    await expect(office.locator("[aria-labelledby=messages] li", has_text=ANSWER)).to_contain_text(
        DESK[language]["read"]
    )
    faults += await check_screen(office, f"console-{language}-messages")
    assert faults == []


async def write_many(site: Site, person: Person, count: int) -> None:
    """That number of messages of the patient, one per minute, the last an hour ago; none waits for an answer."""

    async def work(tx: Tx) -> None:
        ctx = person.context(tx, site.clock.now())
        for number in range(count):
            at = site.clock.now() - timedelta(minutes=60 + count - number)
            entry = MessageEntry(words=f"Message {number}.", written_at=at, time_zone="America/Denver")
            await insert_message(ctx, person.id, f"m{number:04}", entry, at, None)
        await stop_waiting(ctx, person.id)

    await site.db.write(work)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_messages_before_the_newest_300_are_a_tap_away_on_both_sides(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    pair = await Pair.of(site, await phone.new_page(), language)
    await write_many(site, pair.ana.patient, MOST_LISTED + 2)
    page, words, say = pair.ana.page, pair.words, DESK[language]
    await pair.comes_back()
    first = page.locator("li", has_text=re.compile(r"Message 0\."))
    earlier = page.get_by_role("button", name=words["earlier"])
    await expect(earlier).to_be_visible()
    await expect(first).to_have_count(0)
    async with site.down():
        await earlier.click()
        await expect(page.get_by_text(words["failed"])).to_be_visible()
    faults = await check_screen(page, f"patient-{language}-messages-earlier")
    await earlier.press("Enter")
    await expect(first).to_be_attached()
    await expect(page.get_by_text(words["whole"])).to_be_focused()
    await expect(page.locator("main li")).to_have_count(MOST_LISTED + 2)
    await pair.write(QUESTION)
    await pair.state(QUESTION, words["sent"])
    await expect(first).to_be_attached()

    office = await desk.new_page()
    await speak(office, language)
    await pair.chart(site, office)
    await expect(office.get_by_role("navigation").get_by_text(say["waiting"])).to_be_attached()
    section = office.locator("section[aria-labelledby=messages]")
    await section.get_by_role("button", name=say["earlier"]).press("Enter")
    await expect(section.get_by_text(say["whole"])).to_be_focused()
    await expect(section.locator("li", has_text=re.compile(r"Message 0\."))).to_be_attached()
    faults += await check_screen(office, f"console-{language}-messages-earlier")
    await answer(office, language, ANSWER)
    await expect(office.get_by_role("navigation").get_by_text(say["waiting"])).to_have_count(0)
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_edit_is_visible_on_both_sides(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    pair = await Pair.of(site, await phone.new_page(), language)
    page, words = pair.ana.page, pair.words
    await pair.write("Left thigh.")
    await pair.state("Left thigh.", words["sent"])
    async with site.down():
        await page.get_by_role("button", name=words["change"], exact=True).click()
        await page.locator("#message").fill("Right thigh.")
        await page.get_by_role("button", name=words["save"], exact=True).click()
        await pair.state("Right thigh.", words["here"])
    await pair.ana.hears_the_network()
    await pair.state("Right thigh.", words["sent"])
    await expect(page.locator("li", has_text="Right thigh.")).to_contain_text(words["edited"])

    office = await desk.new_page()
    await speak(office, language)
    await pair.chart(site, office)
    message = office.locator("[aria-labelledby=messages] li", has_text="Right thigh.")
    await message.locator("summary").click()
    await expect(message).to_contain_text("Left thigh.")
    await answer(office, language, "Stay under 4.")
    section = office.locator("section[aria-labelledby=messages]")
    await section.get_by_role("button", name=DESK[language]["edit"], exact=True).click()
    await office.locator("#message").fill("Stay under 3.")
    await office.get_by_role("button", name=DESK[language]["save"]).click()
    await expect(office.locator("[aria-labelledby=messages] li", has_text="Stay under 3.")).to_be_visible()
    await pair.comes_back()
    changed = page.locator("li", has_text="Stay under 3.")
    await expect(changed).to_contain_text(words["edited"])
    await changed.locator("summary").click()
    await expect(changed).to_contain_text("Stay under 4.")
    assert await check_screen(page, f"patient-{language}-messages-edited") == []
    assert await check_screen(office, f"console-{language}-messages-edited") == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_saved_reply_is_put_into_a_message_and_sends_nothing_by_itself(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    pair = await Pair.of(site, await phone.new_page(), language)
    say, office = DESK[language], await desk.new_page()
    await speak(office, language)
    await sign_in(site, office, pair.therapist)
    await office.goto(f"{site.origin}/console/#/settings/replies")
    await office.get_by_role("button", name=say["add"]).click()
    await office.get_by_label(say["title"], exact=True).fill("Soreness")
    await office.get_by_label(say["english"], exact=True).fill("That is usual.")
    await office.get_by_label(say["spanish"], exact=True).fill("Eso es normal.")
    await office.get_by_role("button", name=say["save-reply"]).click()
    await expect(office.get_by_role("button", name=say["retire"])).to_be_visible()
    faults = await check_screen(office, f"console-{language}-saved-replies")
    await pair.chart(site, office)
    await office.get_by_label(say["insert"]).select_option("Soreness")
    reply = "That is usual." if language == "en" else "Eso es normal."
    await expect(office.locator("#message")).to_have_value(reply)
    assert await site.stored("messages") == 0
    await office.reload()
    await expect(office.locator("#message")).to_have_value(reply)
    await office.get_by_role("button", name=say["send"], exact=True).click()
    await expect(office.locator("[aria-labelledby=messages] li", has_text=reply)).to_be_visible()
    await pair.comes_back()
    await expect(pair.ana.page.locator("li", has_text=reply)).to_be_visible()
    await office.goto(f"{site.origin}/console/#/settings/replies")
    await office.get_by_role("button", name=say["retire"]).click()
    await expect(office.get_by_role("button", name=say["retire"])).to_have_count(0)
    assert faults == []


async def test_a_message_that_needs_no_answer_stops_waiting(
    site: Site, phone: BrowserContext, desk: BrowserContext
) -> None:
    pair = await Pair.of(site, await phone.new_page(), "en")
    await pair.write("Thank you!")
    await pair.state("Thank you!", "Sent")
    office = await desk.new_page()
    await sign_in(site, office, pair.therapist)
    await office.goto(f"{site.origin}/console/#/patients")
    await expect(office.get_by_role("listitem").filter(has_text="Ana Example")).to_contain_text("message, 0 h")
    await pair.chart(site, office)
    section = office.locator("section[aria-labelledby=messages]")
    await section.get_by_role("button", name="Needs no answer: Thank you!").click()
    await expect(section).to_contain_text("Needs no answer: Therapist Example")
    await expect(section).not_to_contain_text("Unanswered since")
    await section.get_by_role("button", name="Let it wait again").click()
    await expect(section).to_contain_text("Unanswered since")


async def test_a_draft_outlives_a_reload_and_the_length_is_counted(site: Site, phone: BrowserContext) -> None:
    pair = await Pair.of(site, await phone.new_page(), "en")
    page = pair.ana.page
    await page.locator("#message").fill("x" * 1990)
    await expect(page.locator("#left")).to_have_text("10 characters left")
    await pair.comes_back()
    await expect(page.locator("#message")).to_have_value("x" * 1990)
    await page.locator("#message").press_sequentially("y" * 20)
    await expect(page.locator("#left")).to_have_text("0 characters left")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("#message")).to_have_value("")
    await pair.comes_back()
    await expect(page.locator("#message")).to_have_value("")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_note_of_a_check_in_is_in_the_thread_on_both_sides(
    site: Site, phone: BrowserContext, desk: BrowserContext, language: str
) -> None:
    pair = await Pair.of(site, await phone.new_page(), language)
    page, words = pair.ana.page, pair.words
    async with site.down():
        await pair.ana.open("checkin")
        await page.locator("details summary").first.click()
        await page.locator("#note").fill("Slept on the floor.")
        await page.get_by_role("radio", name="3", exact=True).first.check(force=True)
        await page.locator("section[aria-labelledby=gate] .button").first.click()
        await page.wait_for_url("**/#/saved/**")
        await pair.ana.open("messages")
        await pair.state("Slept on the floor.", words["here"])
    await pair.ana.hears_the_network()
    await pair.state("Slept on the floor.", words["sent"])
    await expect(page.locator("li", has_text="Slept on the floor.")).to_contain_text(words["note"])
    office = await desk.new_page()
    await speak(office, language)
    await pair.chart(site, office)
    await expect(
        office.locator("[aria-labelledby=messages] li", has_text="Slept on the floor.")
    ).to_be_visible()  # it answers what is on the screen
    await answer(office, language, ANSWER)
    await pair.comes_back()
    await pair.state("Slept on the floor.", words["answered"])


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_numbers_and_the_safety_check_are_beside_the_composer_and_stay_after_the_discharge(
    site: Site, phone: BrowserContext, language: str
) -> None:
    pair = await Pair.of(site, await phone.new_page(), language)
    page, words = pair.ana.page, pair.words
    await pair.write("Before.")
    await pair.state("Before.", words["sent"])
    beside = page.get_by_role("region", name=words["warning"])
    numbers = [str(await link.get_attribute("href")) for link in await beside.get_by_role("link").all()]
    assert numbers == ["tel:911", "tel:5550100", "#/safety"]
    await pair.care.step(Stage.GOAL_REACHED)
    await pair.care.step(Stage.DISCHARGED)
    await page.reload()
    await expect(page.get_by_text(words["closed"])).to_be_visible()
    await expect(page.locator("li", has_text="Before.")).to_be_visible()
    await expect(page.locator("#message")).to_have_count(0)
    assert await check_screen(page, f"patient-{language}-messages-closed") == []
    await beside.get_by_role("link", name=words["safety"]).click()
    await page.wait_for_url("**/#/safety")


async def test_a_message_that_was_written_before_the_discharge_and_sent_after_it_says_to_call(
    site: Site, phone: BrowserContext
) -> None:
    pair = await Pair.of(site, await phone.new_page(), "en")
    async with site.down():
        await pair.write(QUESTION)
        await pair.state(QUESTION, "On this phone")
        await pair.care.step(Stage.GOAL_REACHED)
        await pair.care.step(Stage.DISCHARGED)
    await pair.ana.hears_the_network()
    await pair.state(QUESTION, "Not sent")
    await expect(pair.ana.page.get_by_text("Your care here has ended, so it was not sent.")).to_be_visible()
