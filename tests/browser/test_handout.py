"""The program on paper: one page of A4 and of Letter in both languages, and breaks between exercises on longer ones."""

import re

from playwright.async_api import BrowserContext, Page, expect

from homeplan.programs.authoring.entries import PrescriptionEntry
from tests.browser.conftest import SCREENSHOTS
from tests.browser.desk import EMAIL, Desk, sign_in
from tests.browser.site import Site
from tests.browser.test_screens import check_screen, settle
from tests.programs.care import Care

FORMATS = ("A4", "Letter")


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


async def handout(site: Site, desk: BrowserContext, *, template: str = "Side of the low back") -> Page:
    """The sheet of a patient who was needled just now, with a program from that template."""
    console = await Desk.at(site, await desk.new_page())
    await console.register("Ana")
    await console.record_needling("ql r t", before=6, after=4)
    await console.publish_template(template)
    await console.page.get_by_role("link", name="On paper").click()
    await expect(console.page.get_by_role("heading", name="Ana's home program")).to_be_visible()
    return console.page


async def printed(page: Page, name: str) -> dict[str, int]:
    """The number of pages per format; the files are kept for looking at."""
    await settle(page)
    SCREENSHOTS.mkdir(exist_ok=True)
    found = {}
    for paper in FORMATS:
        pdf = await page.pdf(format=paper, prefer_css_page_size=False, print_background=True)
        (SCREENSHOTS / f"handout-{name}-{paper}.pdf").write_bytes(pdf)
        found[paper] = pages(pdf)
    return found


async def test_an_ordinary_program_is_one_page_in_both_languages(site: Site, desk: BrowserContext) -> None:
    page = await handout(site, desk)
    sheet = page.get_by_role("article")
    for text in ("Call 911", "The first 72 hours", "Your first day", "In everyday life", "Good to know", "2026"):
        await expect(sheet.get_by_text(text).first).to_be_visible()
    await page.get_by_role("button", name="Add a code for the phone").click()
    await expect(sheet.get_by_alt_text("QR code of the link")).to_be_visible()
    en = await printed(page, "en")
    await page.get_by_text("Spanish").click()
    await expect(sheet.get_by_text("Las primeras 72 horas")).to_be_visible()
    es = await printed(page, "es")
    await page.get_by_text("Whole program").click()
    many = await printed(page, "whole")
    assert (en, es, many) == ({"A4": 1, "Letter": 1}, {"A4": 1, "Letter": 1}, {"A4": 2, "Letter": 2})


async def test_a_sheet_with_nothing_to_print_says_why_and_leads_to_the_program(
    site: Site, desk: BrowserContext
) -> None:
    therapist = await site.hire(await site.world.clinic(), email=EMAIL)
    patient = await site.world.patient(therapist.clinic, therapist, given_name="Ana")
    page = await desk.new_page()
    await sign_in(site, page, therapist)
    await page.goto(f"{site.origin}/console/#/patients/{patient.id}/handout")
    await expect(page.get_by_role("heading", name="Nothing is published yet")).to_be_visible()
    assert await check_screen(page, "console-en-handout-unpublished") == []

    later = PrescriptionEntry(kind="exercise", slug="bird-dog", phases=("p5",))
    await Care(site.db, site.clock, therapist, patient).publish(prescriptions=(later,))
    await page.reload()
    await expect(page.get_by_role("heading", name="There is nothing to print")).to_be_visible()
    await expect(page.get_by_role("button", name="Print", exact=True)).to_be_disabled()
    assert await check_screen(page, "console-en-handout-empty") == []
    await page.get_by_text("Whole program").click()
    await expect(page.get_by_role("article")).to_contain_text("Bird dog")
    await page.get_by_text("What is on now").click()
    await page.get_by_role("link", name="To the program").click()
    await expect(page.get_by_role("button", name="Review and publish")).to_be_visible()
