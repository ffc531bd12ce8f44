"""The story of the calendar: a link is made on the phone, read by a calendar program, renewed and ended."""

from typing import Any

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "In your calendar",
        "make": "Make a link",
        "add": "Add to calendar",
        "copy": "Copy link",
        "copied": "Copied.",
        "since": "A link works since",
        "renew": "Make a new link",
        "end": "End the link",
        "ended": "The link has ended.",
    },
    "es": {
        "title": "En su calendario",
        "make": "Crear un enlace",
        "add": "Añadir al calendario",
        "copy": "Copiar el enlace",
        "copied": "Copiado.",
        "since": "Un enlace funciona desde",
        "renew": "Crear un enlace nuevo",
        "end": "Terminar el enlace",
        "ended": "El enlace ha terminado.",
    },
}


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_calendar_link_is_made_copied_renewed_and_ended(
    site: Site, phone: BrowserContext, language: Any
) -> None:
    words = WORDS[language]
    app = await Phone.joined(site, await phone.new_page(), "bridge", language=language)
    await app.open("reminders")
    card = app.page.get_by_role("region", name=words["title"])
    make = card.get_by_role("button", name=words["make"])
    await expect(make).to_be_visible()
    assert await check_screen(app.page, f"calendar-none-{language}") == []

    async def reading(link: str) -> int:
        return (await phone.request.get(link.replace("webcal:", f"{site.origin.partition(':')[0]}:"))).status

    await make.click()
    add = card.get_by_role("link", name=words["add"])
    first = str(await add.get_attribute("href"))
    assert first.startswith("webcal://")
    assert await reading(first) == 200
    assert await check_screen(app.page, f"calendar-made-{language}") == []

    await phone.grant_permissions(["clipboard-read", "clipboard-write"])
    await card.get_by_role("button", name=words["copy"]).click()
    await expect(card.get_by_text(words["copied"])).to_be_visible()
    assert (await app.page.evaluate("navigator.clipboard.readText()")).endswith(first.removeprefix("webcal:"))

    await app.open("today")
    await app.open("reminders")
    await expect(card.get_by_text(words["since"])).to_be_visible()
    await expect(add).to_have_count(0)
    assert await check_screen(app.page, f"calendar-kept-{language}") == []

    await card.get_by_role("button", name=words["renew"]).click()
    second = str(await add.get_attribute("href"))
    assert (await reading(first), await reading(second)) == (404, 200)

    await card.get_by_role("button", name=words["end"]).click()
    await expect(card.get_by_text(words["ended"])).to_be_visible()
    assert await reading(second) == 404
    assert await check_screen(app.page, f"calendar-ended-{language}") == []


async def test_the_card_says_that_it_needs_a_connection_and_tries_again(site: Site, phone: BrowserContext) -> None:
    app = await Phone.joined(site, await phone.new_page(), "bridge")
    await app.open("reminders")
    card = app.page.get_by_role("region", name="In your calendar")
    make = card.get_by_role("button", name="Make a link")
    await expect(make).to_be_visible()
    async with site.down():
        await make.click()
        await expect(card.get_by_text("This needs a connection.")).to_be_visible()
    await make.click()
    await expect(card.get_by_role("link", name="Add to calendar")).to_be_visible()
