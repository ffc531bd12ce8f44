"""A link in a mail: the click comes from another site without the strict cookie; what follows is signed in."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, Request, Route, expect

from homeplan.app import create_app
from homeplan.db import Tx
from homeplan.delivery.mail.send import Mail
from homeplan.delivery.staff.actions import notify, working_channels
from homeplan.reminders.worker import tick
from tests.browser.desk import EMAIL, sign_in
from tests.browser.site import Site
from tests.browser.test_duty import with_mail
from tests.browser.test_messages import speak
from tests.browser.test_screens import check_screen
from tests.delivery.mail_server import Mailbox
from tests.world import Person

WEBMAIL = "https://webmail.example/"
"""The site at which the mail is read: another one, so that the browser keeps strict cookies to itself."""
ADDRESS = "notices@clinic.example"
WORDS = {
    "en": ("Mail address", "Send the link", "Confirm", "The address is confirmed", "Open the console", "Patients"),
    "es": (
        "Dirección de correo",
        "Enviar el enlace",
        "Confirmar",
        "La dirección está confirmada",
        "Abrir la consola",
        "Pacientes",
    ),
}


class Reader:
    """A browser that shows mails at a site of their own, and notes what goes to homeplan with the sign-in."""

    def __init__(self, page: Page, site: Site):
        self.page, self._site = page, site
        self._link = ""
        self.documents: list[Request] = []

    @classmethod
    async def at(cls, page: Page, site: Site) -> "Reader":
        reader = cls(page, site)
        await page.route(f"{WEBMAIL}**", reader._show)
        page.on("request", reader._note)
        return reader

    async def follow(self, link: str) -> None:
        """Click the link in the mail."""
        self._link = link
        self.documents.clear()
        await self.page.goto(WEBMAIL)
        await self.page.get_by_role("link", name="link").click()
        await self.page.wait_for_url(f"{self._site.origin}/**")

    async def cookies_of_first(self) -> str | None:
        """The cookies that went with the click itself."""
        return (await self.documents[0].all_headers()).get("cookie")

    async def _show(self, route: Route) -> None:
        await route.fulfill(content_type="text/html", body=f'<a href="{self._link}">link</a>')

    def _note(self, request: Request) -> None:
        if request.is_navigation_request() and request.url.startswith(self._site.origin):
            self.documents.append(request)


async def send_mails(site: Site, server: Mailbox) -> str:
    """Send what is due; the link of the latest mail."""
    async with Mail(server.server, site=site.origin, tls=server.trusted) as mail:
        assert dict(await tick(site.db, {"mail": mail}, site.clock.now())) == {"sent": 1}
    [link] = re.findall(rf"{site.origin}\S*", str(server.received[-1].get_content()))
    return str(link)


async def signed_in(site: Site, page: Page, language: str) -> Person:
    site.install(create_app(with_mail(site), site.db, site.clock))
    member = await site.hire(await site.world.clinic(), email=EMAIL)
    await speak(page, language)
    await sign_in(site, page, member)
    return member


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_link_of_a_mail_confirms_an_address_and_goes_on_signed_in(
    site: Site, desk: BrowserContext, language: str
) -> None:
    address, send, confirm, confirmed, to_console, patients = WORDS[language]
    page = await desk.new_page()
    member = await signed_in(site, page, language)
    async with Mailbox() as server:
        await page.goto(f"{site.origin}/console/#/settings")
        await page.get_by_label(address).fill(ADDRESS)
        await page.get_by_role("button", name=send).click()
        await site.until_row("SELECT id FROM deliveries WHERE kind = 'confirm-address'")
        link = await send_mails(site, server)
        assert server.recipients == [ADDRESS]

        reader = await Reader.at(page, site)
        await reader.follow(link)
        assert await reader.cookies_of_first() is None, "the strict cookie does not go with a click in a mail"
        await expect(page).to_have_url(f"{site.origin}/console/address")
        faults = await check_screen(page, f"console-{language}-confirm-address")
        assert await working_mail(site, member) is False, "opening the link alone confirms nothing"
        await page.get_by_role("button", name=confirm).click()
        await expect(page.get_by_role("heading", name=confirmed)).to_be_visible()
        faults += await check_screen(page, f"console-{language}-address-confirmed")
        await page.get_by_role("link", name=to_console).click()
        await expect(page.get_by_role("heading", name=patients, exact=True)).to_be_visible()
        assert await working_mail(site, member)

        assert await notified(site, member)
        await reader.follow(await send_mails(site, server))
        assert await reader.cookies_of_first() is None
        await expect(page.get_by_role("heading", name=patients, exact=True)).to_be_visible()
    assert faults == []


async def working_mail(site: Site, member: Person) -> bool:
    async def work(tx: Tx) -> bool:
        ctx = member.context(tx, site.clock.now(), settings=with_mail(site))
        return "mail" in (await working_channels(ctx, [member.id]))[member.id]

    return await site.db.read(work)


async def notified(site: Site, member: Person) -> bool:
    async def work(tx: Tx) -> bool:
        ctx = member.context(tx, site.clock.now(), settings=with_mail(site))
        return await notify(ctx, member.id, "critical", about="alert", critical=True)

    return await site.db.write(work)
