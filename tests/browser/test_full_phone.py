"""A phone without room: it says so, shows nothing as saved, and loses nothing that was typed."""

import re
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, CDPSession, Page, expect

from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_later import NOTHING_NEW
from tests.browser.test_rare_screens import TRY_AGAIN
from tests.browser.test_screens import check_screen

NO_ROOM = re.compile("no room left|ya no tiene espacio")

# Chromium asks for the quota again only when a transaction needs more than it was granted before.
ASK_FOR_TOO_MUCH = """
() => new Promise(resolve => {
  const opening = indexedDB.open("homeplan");
  opening.onsuccess = () => {
    const db = opening.result, tx = db.transaction("single", "readwrite");
    tx.objectStore("single").put("x".repeat(5_000_000), "too much");
    tx.onabort = tx.oncomplete = () => { db.close(); resolve(tx.error?.name); };
  };
})
"""


@dataclass(frozen=True)
class Room:
    """Limits the site's storage on the phone; at first it is just enough for the app."""

    origin: str
    session: CDPSession

    @classmethod
    async def of(cls, site: Site, phone: BrowserContext) -> "Room":
        other = await phone.new_page()
        await other.goto(f"{site.origin}/icons/icon.svg")
        room = cls(site.origin, await phone.new_cdp_session(other))
        await room._allow(quotaSize=4_000_000)
        return room

    async def runs_out(self, page: Page) -> None:
        await self._allow(quotaSize=1)
        assert await page.evaluate(ASK_FOR_TOO_MUCH) == "QuotaExceededError"

    async def is_made(self) -> None:
        await self._allow()

    async def _allow(self, **quota: int) -> None:
        await self.session.send("Storage.overrideQuotaForOrigin", {"origin": self.origin, **quota})


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_full_phone_says_so_and_loses_nothing_typed(site: Site, phone: BrowserContext, language: str) -> None:
    room = await Room.of(site, phone)
    ana = await Phone.joined(site, await phone.new_page(), language=language)
    await ana.page.get_by_role("button", name="4", exact=True).click()
    await ana.page.locator("summary").first.click()
    await room.runs_out(ana.page)

    note = ana.page.get_by_role("textbox")
    await note.fill("It pulls when I bend down.")
    full = ana.page.get_by_role("alert").filter(has_text=NO_ROOM)
    await expect(full).to_be_visible()
    await ana.page.get_by_role("button", name=NOTHING_NEW).click()
    await expect(full).to_be_visible()
    await expect(note).to_have_value("It pulls when I bend down.")
    await expect(ana.page.locator("input[type=radio][value='4']").first).to_be_checked()
    assert await check_screen(ana.page, f"patient-{language}-checkin-no-room") == []

    await room.is_made()
    await ana.page.get_by_role("button", name=NOTHING_NEW).click()
    await expect(ana.page.get_by_role("heading", name=re.compile("Thank you|Gracias"))).to_be_visible()
    await expect(full).to_have_count(0)
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT pain_now, note FROM checkins"))
    assert (row["pain_now"], row["note"]) == (4, "It pulls when I bend down.")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_an_exercise_that_does_not_fit_is_not_shown_as_done_and_can_be_kept_later(
    site: Site, phone: BrowserContext, language: str
) -> None:
    room = await Room.of(site, phone)
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", language=language)
    await room.runs_out(ana.page)

    await ana.page.locator("button.mark").click()
    full = ana.page.get_by_role("alert").filter(has_text=NO_ROOM)
    await expect(full).to_be_visible()
    once = ana.page.get_by_text(re.compile("^1 (of|de) 2$"))
    await expect(ana.page.get_by_text(re.compile("^0 (of|de) 2$"))).to_be_visible()
    assert await check_screen(ana.page, f"patient-{language}-today-no-room") == []

    await room.is_made()
    await full.get_by_role("button", name=TRY_AGAIN).click()
    await expect(once).to_be_visible()
    await expect(full).to_have_count(0)
    await ana.has_sent_everything()
    assert await site.stored("exercise_logs") == 1
