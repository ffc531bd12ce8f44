"""The actions of a therapist in the console, for stories."""

from dataclasses import dataclass

from playwright._impl._api_structures import SetCookieParam
from playwright.async_api import Page, expect

from homeplan.accounts.actions import sign_in_staff
from homeplan.accounts.admission import STAFF_COOKIE
from homeplan.accounts.model import StaffMember
from homeplan.actor import Role
from homeplan.db import Tx
from homeplan.library.content import needling_rules
from tests.browser.site import Site
from tests.world import Person, context

NEEDLING_GROUPS = tuple(group.title.en for group in needling_rules().groups)
EMAIL = "therapist@clinic.example"


async def sign_in(site: Site, page: Page, person: Person) -> None:
    """Give the page's browser a sign-in with both factors proved; test_sign_in.py goes through the form."""
    member = person.who
    assert isinstance(member, StaffMember)

    async def work(tx: Tx) -> str:
        ctx = context(tx, site.clock.now(), person.clinic.id)
        return (await sign_in_staff(ctx, member, label="test", device_token="device-of-a-story")).token

    cookie: SetCookieParam = {
        "name": STAFF_COOKIE,
        "value": await site.db.write(work),
        "domain": "localhost",
        "path": "/",
        "secure": True,
        "httpOnly": True,
        "sameSite": "Strict",
    }
    await page.context.add_cookies([cookie])


async def open_account_menu(page: Page) -> None:
    """Unfold the menu of one's own account, with the language and the way out."""
    await page.locator("header summary").click()


@dataclass(frozen=True)
class Desk:
    """A signed-in therapist's page."""

    page: Page

    @classmethod
    async def at(cls, site: Site, page: Page, *, role: Role = Role.THERAPIST) -> "Desk":
        """A new clinic with one member of staff, who is signed in."""
        member = await site.hire(await site.world.clinic(), email=EMAIL, role=role)
        await sign_in(site, page, member)
        await page.goto(f"{site.origin}/console/")
        await expect(page.get_by_role("heading", name="Patients", exact=True)).to_be_visible()
        return cls(page)

    async def register(self, name: str) -> None:
        await self.fill_in(name)
        await self.page.get_by_role("button", name="Register patient").click()
        await expect(self.page.get_by_role("heading", name=f"{name} Example")).to_be_visible()

    async def fill_in(self, name: str) -> None:
        """The form of a new patient."""
        await self.page.get_by_role("link", name="New patient").first.click()
        await self.page.get_by_label("First name").fill(name)
        await self.page.get_by_label("Last name").fill("Example")
        await self.page.get_by_label("Problem").fill("Low back pain")
        await self.page.get_by_label("The patient's goal").fill("Carry my groceries")
        await self.page.get_by_label("Time zone").fill("America/Denver")

    async def record_needling(self, muscle: str, *, before: int, after: int) -> None:
        """`muscle` as the keyboard line takes it, for example "ql r t". The patient's first session."""
        await self.begin_needling(muscle)
        await self.page.get_by_label("Pain before").fill(str(before))
        await self.page.get_by_label("Pain after").fill(str(after))
        await self.page.get_by_role("button", name="Save session").click()
        await expect(self.page.get_by_text("Session saved").first).to_be_visible()

    async def begin_needling(self, muscle: str) -> None:
        """The needling screen, ready for the record of a session of `muscle`."""
        await self.page.get_by_role("link", name="Needling session").first.click()
        await self.sign_and_check(muscle)

    async def sign_and_check(self, muscle: str) -> None:
        """On the needling screen: the consent signed, every item answered with no, and a muscle."""
        await self.page.get_by_label("The patient types their name to sign here").fill("Ana Example")
        await self.page.get_by_role("button", name="Sign on this screen").click()
        await expect(self.page.get_by_text("Consent saved").first).to_be_visible()
        await self.page.get_by_role("button", name="Close", exact=True).click()  # it may lie over an answer
        for group in NEEDLING_GROUPS:
            await self.page.get_by_role("button", name=f"All no: {group}").click()
        line = self.page.get_by_label("Muscle, side, twitch")
        await line.fill(muscle)
        await line.press("Enter")

    async def answer(self, item: str, to: str) -> None:
        """The answer "Yes", "No" or "Not known" to an item of the needling screen."""
        group = self.page.get_by_role("group", name=item)
        await group.get_by_text(to, exact=True).click()

    async def publish_template(self, title: str) -> None:
        await self.page.get_by_role("link", name="Program", exact=True).click()
        await self.page.get_by_text(title).first.click()
        await self.page.get_by_role("button", name="Review and publish").click()
        await self.page.get_by_role("button", name="Publish", exact=True).click()
        await expect(self.page.get_by_text("Published.").first).to_be_visible()

    async def invite(self) -> str:
        """The link behind the QR code."""
        await self.page.get_by_role("link", name="Invite").first.click()
        async with self.page.expect_response(lambda answer: answer.url.endswith("/invitation")) as answer:
            await self.page.get_by_role("button", name="Make an invitation").click()
        await expect(self.page.get_by_alt_text("QR code of the link")).to_be_visible()
        return str((await (await answer.value).json())["url"])
