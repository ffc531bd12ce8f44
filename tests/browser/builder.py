"""The program builder at a therapist's desk, for stories: a patient in the fifth week of a published plan."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from playwright.async_api import Locator, Page, expect

from homeplan.programs.actions.phases import move_phase
from homeplan.programs.authoring.entries import PrescriptionEntry
from tests.browser.desk import EMAIL, sign_in
from tests.browser.site import Site
from tests.conftest import FakeClock
from tests.programs.care import Care

PUBLISHED = (
    PrescriptionEntry(kind="exercise", slug="belly-brace", phases=("p3",)),
    PrescriptionEntry(kind="exercise", slug="bird-dog", phases=("p3", "p4", "p5")),
    PrescriptionEntry(kind="exercise", slug="hip-hinge-stick", phases=("p4",)),
    PrescriptionEntry(kind="exercise", slug="steady-walk", phases=("p4", "p5")),
    PrescriptionEntry(kind="activity", slug="lifting-from-floor", phases=("p3", "p4", "p5")),
)
"""Three exercises in the phase that is on, "Build strength"; one only in the finished phase before it."""


@dataclass(frozen=True)
class Builder:
    """The builder of one patient; `care` calls the server's actions as the therapist."""

    page: Page
    care: Care

    @classmethod
    async def at(cls, site: Site, page: Page, *, needled_h: float | None = None, **patient: Any) -> "Builder":
        """`needled_h`: hours since a needling of the multifidus."""
        therapist = await site.hire(await site.world.clinic(), email=EMAIL)
        person = await site.world.patient(therapist.clinic, therapist, **({"given_name": "Ana"} | patient))
        begun = FakeClock(site.clock.now() - timedelta(days=30))
        await Care(site.db, begun, therapist, person).publish(prescriptions=PUBLISHED)
        care = Care(site.db, site.clock, therapist, person)
        now = site.clock.now()
        await site.db.write(lambda tx: move_phase(therapist.context(tx, now), person.id, "p4"))
        if needled_h is not None:
            await care.needle(now - timedelta(hours=needled_h))
        await sign_in(site, page, therapist)
        builder = cls(page, care)
        await builder.open(site)
        return builder

    async def open(self, site: Site) -> None:
        await self.page.goto(f"{site.origin}/console/#/patients/{self.care.patient.id}/program")
        await expect(self.phase(re.compile("Build strength|Ganar fuerza"))).to_be_visible()

    def phase(self, title: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("region", name=title, exact=True)

    def card(self, phase: str, title: str) -> Locator:
        return self.phase(phase).get_by_role("button", name=title)

    async def titles(self, phase: str) -> list[str]:
        return await self.phase(phase).locator("li strong").all_inner_texts()

    async def dose(self, phase: str, title: str) -> Locator:
        """The drawer of an item, opened from a phase."""
        await self.card(phase, title).click()
        drawer = self.page.get_by_role("complementary", name=f"{title}, dose")
        await expect(drawer).to_be_visible()
        return drawer

    @property
    def shelf(self) -> Locator:
        return self.page.get_by_role("complementary", name=re.compile("^(Library|Biblioteca)$"))

    async def find(self, words: str) -> list[str]:
        """The titles that a search leaves on the shelf."""
        await self.shelf.get_by_role("searchbox").fill(words)
        return await self.shelf.locator("li strong").all_inner_texts()

    async def review(self) -> Locator:
        await self.page.get_by_role("button", name="Review and publish").click()
        dialog = self.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        return dialog

    async def publish(self) -> None:
        dialog = await self.review()
        await dialog.get_by_role("button", name="Publish", exact=True).click()
        await expect(self.page.get_by_text("Published.").first).to_be_visible()
