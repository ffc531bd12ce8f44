"""The actions of a patient on their phone, for stories."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace
from playwright.async_api import Locator, Page, expect

from homeplan.clock import from_ms
from homeplan.library.content import starter
from homeplan.programs.authoring.entries import PrescriptionEntry
from homeplan.reminders.model import EVERY_DAY
from tests.browser.site import Site
from tests.programs.care import Care, plan
from tests.waiting import until
from tests.world import Person

START = re.compile("Start|Empezar")
PAIN_NOW = "How is your back pain right now?"

# Plain IndexedDB, so that the test does not trust the code that it tests.
READ_STORE = """
name => new Promise((resolve, reject) => {
  const opening = indexedDB.open("homeplan");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const db = opening.result, reading = db.transaction(name).objectStore(name).getAll();
    reading.onsuccess = () => { resolve(reading.result); db.close(); };
    reading.onerror = () => reject(reading.error);
  };
})
"""
WRITE_STORE = """
([name, rows]) => new Promise((resolve, reject) => {
  const opening = indexedDB.open("homeplan");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const db = opening.result, tx = db.transaction(name, "readwrite");
    for (const row of rows) tx.objectStore(name).put(row);
    tx.oncomplete = () => { resolve(); db.close(); };
    tx.onabort = () => reject(tx.error);
  };
})
"""


async def stop_clock(page: Page) -> None:
    """From here on time passes in the page by `run_for` and `fast_forward` alone. Its clock is installed before."""
    now = from_ms(await page.evaluate("Date.now()"))
    await page.clock.pause_at(now + timedelta(minutes=1))


def daily(*slugs: str) -> tuple[PrescriptionEntry, ...]:
    """Those items as the library has them, but due on every day of the week."""
    doses = {slug: replace(each.dose, weekdays=EVERY_DAY) for slug, each in starter().exercises.items()}
    return tuple(replace(each, dosage=doses.get(each.slug)) for each in plan(*slugs).prescriptions)


@dataclass(frozen=True)
class Phone:
    """A page of the patient's app that has joined."""

    page: Page
    patient: Person

    @classmethod
    async def joined(cls, site: Site, page: Page, *slugs: str, **patient: Any) -> "Phone":
        """A new patient who tapped the one button of the invitation.

        Every day the plan has the items of those slugs. `needled`: after dry needling an hour ago.
        """
        clinic = await site.world.clinic()
        therapist = await site.world.therapist(clinic)
        needled = patient.pop("needled", False)
        person = await site.world.patient(clinic, therapist, **({"given_name": "Ana"} | patient))
        care = Care(site.db, site.clock, therapist, person)
        if needled:
            await care.needle(site.clock.now() - timedelta(hours=1))
        if slugs:
            await care.publish(prescriptions=daily(*slugs))
        await page.goto(await site.invite(person))
        await page.get_by_role("button", name=START).click()
        await page.wait_for_url("**/#/today")
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.wait_for_load_state("networkidle")
        return cls(page, person)

    @classmethod
    async def playing(cls, site: Site, page: Page, *slugs: str, **patient: Any) -> "Phone":
        """A new patient who has just begun the first exercise. The page's clock stands still."""
        await page.clock.install(time=site.clock.now())
        joined = await cls.joined(site, page, *slugs, **patient)
        await page.locator("a[href*='#/play/']").first.click()
        start = page.get_by_role("button", name=START).first
        await expect(start).to_be_visible()
        await stop_clock(page)
        await start.click()
        return joined

    async def open(self, route: str) -> None:
        await self.page.evaluate("route => { location.hash = '#/' + route }", route)

    async def check_in(self, *, pain: int) -> None:
        """From today: two taps."""
        await self.open("today")
        await self.page.get_by_role("button", name=str(pain), exact=True).click()
        await self.page.get_by_role("button", name="Nothing new. Save").click()
        await expect(self.page.get_by_role("heading", name="Thank you")).to_be_visible()

    def score(self, number: str) -> Locator:
        """The answer to how the pain is now, in the check-in; or was, on a day that is over."""
        return self.page.get_by_role("group", name=re.compile("^How (is|was) your back pain")).get_by_role(
            "radio", name=number, exact=True
        )

    async def taps_a_reminder(self, site: Site) -> None:
        """The message to the page from its worker when the notification of a check-in is tapped."""
        await self.page.evaluate(
            "data => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data }))",
            {"navigate": f"{site.origin}/#/checkin"},
        )

    async def kept(self, store: str) -> list[Any]:
        """The rows that the phone keeps in one of its stores."""
        rows: list[Any] = await self.page.evaluate(READ_STORE, store)
        return rows

    async def keep(self, store: str, rows: list[Any]) -> None:
        await self.page.evaluate(WRITE_STORE, [store, rows])

    async def kept_day(self, day: date) -> None:
        """Waits until the phone keeps the check-in of a day, by which it has read the server's. Raises TimeoutError."""

        async def is_kept() -> bool:
            return any(row["day"] == day.isoformat() for row in await self.kept("checkins"))

        await until(is_kept, f"the check-in of {day}")

    async def plan(self) -> dict[str, Any]:
        """The plan that the phone keeps, as soon as it is there. Raises TimeoutError."""

        async def kept() -> list[dict[str, Any]]:
            return [row["plan"] for row in await self.kept("single") if isinstance(row, dict) and "plan" in row]

        plans: list[dict[str, Any]] = await until(kept, "a plan on the phone")
        return plans[0]

    async def hears_the_network(self) -> None:
        """The event of a phone that found its network again: the sender tries at once."""
        await self.page.evaluate("dispatchEvent(new Event('online'))")

    async def has_sent_everything(self) -> None:
        """Waits until nothing waits. Raises TimeoutError."""

        async def is_empty() -> bool:
            return not await self.kept("outbox")

        await until(is_empty, "an empty outbox")
