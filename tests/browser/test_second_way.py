"""The story of a second way: chosen on the phone, confirmed by a mail, mailed, and ended by the link in a mail."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import structs
from playwright.async_api import BrowserContext, Page, expect

from homeplan.app import create_app
from homeplan.clock import from_ms
from homeplan.delivery.mail.send import Mail
from homeplan.reminders.worker import tick
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen
from tests.delivery.mail_server import SENDER, Mailbox

EMAIL = "someone@patient.example"

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "way": "By e-mail",
        "address": "Your e-mail address",
        "send": "Send me the link",
        "sent": "We sent a link to",
        "confirm": "Confirm",
        "confirmed": "The address is confirmed",
        "pressed": "I pressed it",
        "on": f"On: to {EMAIL}.",
        "end": "End the mails",
        "ended": "The mails have ended",
        "off": "were ended by the link",
    },
    "es": {
        "way": "Por correo electrónico",
        "address": "Su correo electrónico",
        "send": "Enviarme el enlace",
        "sent": "Enviamos un enlace a",
        "confirm": "Confirmar",
        "confirmed": "La dirección está confirmada",
        "pressed": "Ya lo pulsé",
        "on": f"Activada: a {EMAIL}.",
        "end": "Terminar los correos",
        "ended": "Los correos han terminado",
        "off": "terminaron por el enlace",
    },
}


@pytest.fixture
async def mailbox(site: Site) -> AsyncIterator[Mailbox]:
    async with Mailbox() as running:
        settings = structs.replace(site.settings, mail_url=running.url, mail_from=SENDER)
        site.install(create_app(settings, site.db, site.clock))
        yield running


async def step(site: Site, mailbox: Mailbox) -> str:
    """Deliver what is due; the newest mail."""
    async with Mail(mailbox.server, site=site.origin, tls=mailbox.trusted) as mail:
        await tick(site.db, {"mail": mail}, site.clock.now())
    text: str = mailbox.received[-1].get_content()
    return text


def link(text: str, path: str) -> str:
    return next(line for line in text.split() if path in line)


async def open_page(context: BrowserContext, address: str, language: str) -> Page:
    page = await context.new_page()
    await page.add_init_script(f"Object.defineProperty(navigator, 'languages', {{ get: () => ['{language}'] }})")
    await page.goto(address)
    return page


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_second_way_is_chosen_confirmed_mailed_and_ended(
    site: Site, phone: BrowserContext, desk: BrowserContext, mailbox: Mailbox, language: Any
) -> None:
    words = WORDS[language]
    app = await Phone.joined(site, await phone.new_page(), "bridge", language=language)
    await app.open("reminders")
    card = app.page.get_by_role("region", name="A second way" if language == "en" else "Una segunda vía")
    await card.get_by_label(words["way"]).check()
    await card.get_by_label(words["address"]).fill(EMAIL)
    await card.get_by_role("button", name=words["send"]).click()
    await expect(card.get_by_text(words["sent"])).to_be_visible()

    page = await open_page(desk, link(await step(site, mailbox), "/mail/confirm#"), language)
    assert await check_screen(page, f"mail-confirm-{language}") == []
    await page.get_by_role("button", name=words["confirm"]).click()
    await expect(page.get_by_text(words["confirmed"])).to_be_visible()
    await card.get_by_role("button", name=words["pressed"]).click()
    await expect(card.get_by_text(words["on"])).to_be_visible()
    assert await check_screen(app.page, f"second-way-{language}") == []

    reminder = {"kind": "checkin", "weekdays": 127, "wallTime": "12:00:00", "zonePolicy": "home", "enabled": True}
    saved = await app.page.evaluate(
        "body => fetch('/api/me/reminders/r1', {method: 'PUT', body: JSON.stringify(body),"
        " headers: {'content-type': 'application/json'}}).then(answer => answer.status)",
        reminder,
    )
    assert saved == 200
    due = await site.until_row("SELECT due_at FROM reminder_due")
    site.clock.set(from_ms(due["due_at"]))
    stop = link(await step(site, mailbox), "/mail/stop/")
    assert len(mailbox.received) == 2

    page = await open_page(desk, stop, language)
    await expect(page.get_by_role("button", name=words["end"])).to_be_visible()
    assert await check_screen(page, f"mail-stop-{language}") == []
    assert page.url == f"{site.origin}/mail/stop", "the secret has left the address"
    await page.get_by_role("button", name=words["end"]).click()
    await expect(page.get_by_text(words["ended"])).to_be_visible()
    await app.open("today")
    await app.open("reminders")
    await expect(card.get_by_text(words["off"])).to_be_visible()


async def test_the_card_says_that_it_needs_a_connection_and_tries_again(
    site: Site, phone: BrowserContext, mailbox: Mailbox
) -> None:
    app = await Phone.joined(site, await phone.new_page(), "bridge")
    await app.open("reminders")
    card = app.page.get_by_role("region", name="A second way")
    await expect(card.get_by_label("No second way")).to_be_visible()
    async with site.down():
        await card.get_by_label("By e-mail").check()
        await card.get_by_label("Your e-mail address").fill(EMAIL)
        await card.get_by_role("button", name="Send me the link").click()
        await expect(card.get_by_text("This needs a connection.")).to_be_visible()
    await card.get_by_role("button", name="Send me the link").click()
    await expect(card.get_by_text("We sent a link to")).to_be_visible()
    assert "/mail/confirm#" in await step(site, mailbox)
