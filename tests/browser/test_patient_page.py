"""The patient page: the answer first, one time axis, notes of staff, the phone now, print, drafts, both languages."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.desk import EMAIL, Desk, open_account_menu, sign_in
from tests.browser.site import Site
from tests.browser.test_outcomes import permit, rate
from tests.browser.test_screens import picture
from tests.conftest import FakeClock
from tests.programs.care import Care

WIDTHS = (1440, 1024, 768, 390)


async def test_notes_of_staff_are_written_edited_and_taken_back(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.register("Ana")
    await page.get_by_role("link", name="Overview").first.click()
    notes = page.get_by_role("region", name="Notes of staff")
    await notes.get_by_label("New note").fill("Prefers mornings.")
    await page.get_by_role("link", name="Program", exact=True).click()
    await expect(page.get_by_role("dialog", name="Leave this page?")).to_be_visible()
    await page.get_by_role("button", name="Stay here").click()
    await notes.get_by_role("button", name="Add note").click()
    await expect(page.get_by_text("Note saved.").first).to_be_visible()
    axis = page.get_by_role("region", name="Everything, by time")
    await expect(axis).to_contain_text("Prefers mornings.")
    await notes.get_by_role("button", name=re.compile("Edit the note")).click()
    await notes.get_by_role("textbox").fill("Prefers evenings.")
    await notes.get_by_role("button", name="Save note").click()
    await expect(notes).to_contain_text("edited")
    await notes.get_by_text("What it said before").click()
    await expect(notes).to_contain_text("Prefers mornings.")
    await notes.get_by_role("button", name=re.compile("Take back the note")).click()
    await expect(notes).to_contain_text("Taken back.")
    assert await site.stored("staff_notes") == 3


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_answer_comes_first(site: Site, desk: BrowserContext, language: str) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.register("Ana")
    await console.record_needling("mult l t", before=6, after=4)
    await page.get_by_role("link", name="Overview").first.click()
    await expect(page.get_by_text("Did the last session help?")).to_be_visible()
    await expect(page.get_by_text("Not known")).to_be_visible()
    axis = page.get_by_role("region", name="Everything, by time")
    await expect(axis).to_contain_text("pain 6 → 4")
    if language == "es":
        await open_account_menu(page)
        await page.get_by_role("button", name="Cambiar a español").click()
        await expect(page.get_by_text("¿Ayudó la última sesión?")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_function_is_told_against_the_change_that_counts(site: Site, desk: BrowserContext, language: str) -> None:
    therapist = await site.hire(await site.world.clinic(), email=EMAIL)
    ana = await site.world.patient(therapist.clinic, therapist)
    page = await desk.new_page()
    await sign_in(site, page, therapist)
    start = site.clock.now() - timedelta(days=14)
    await Care(site.db, FakeClock(start), therapist, ana).episode()
    await permit(site, ana)
    await rate(site, ana, "Put on my shoes", start)
    await page.goto(f"{site.origin}/console/#/patients/{ana.id}")
    answer = page.get_by_role("region", name="Did the last session help?")
    await expect(answer).to_contain_text("One answer so far: a change needs a second one.")
    await expect(answer).to_contain_text("Not answered in this episode yet.")
    await rate(site, ana, "Put on my shoes", site.clock.now(), id="second", value=7)
    await page.reload()
    await expect(answer).to_contain_text("+4 3 → 7 · 1 score · better")
    await expect(answer).to_contain_text("minimal detectable change (MDC90)")
    axis = page.get_by_role("region", name="Everything, by time")
    await expect(axis).to_contain_text("Own activities (PSFS) 7 · +4 since the start: better")
    await expect(page.get_by_role("region", name="As a table")).to_contain_text("Own activities (PSFS): 7")
    if language == "es":
        await open_account_menu(page)
        await page.get_by_role("button", name="Cambiar a español").click()
        await expect(page.get_by_text("desde el inicio: mejor")).to_be_visible()
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.evaluate("scrollTo(0, 0)")
    assert await picture(page, f"patient-function-{language}") == []


async def test_the_page_prints_with_name_date_and_number(site: Site, desk: BrowserContext) -> None:
    console = await Desk.at(site, await desk.new_page())
    page = console.page
    await console.register("Ana")
    await console.record_needling("mult l t", before=6, after=4)
    await page.get_by_role("link", name="Overview").first.click()
    await expect(page.get_by_text("Did the last session help?")).to_be_visible()
    await page.emulate_media(media="print")
    await expect(page.get_by_role("heading", name="Ana Example")).to_be_visible()
    await expect(page.get_by_text("Printed")).to_be_visible()
    await expect(page.get_by_text("Did the last session help?")).to_be_visible()
    await expect(page.get_by_role("heading", name="Messages")).to_be_hidden()
    printed = await page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 1
