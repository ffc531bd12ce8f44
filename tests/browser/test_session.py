"""Today's exercises one after the other: a rest between them, a way out of each, and an end."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser.phone import START, Phone, stop_clock
from tests.browser.site import Site
from tests.browser.test_screens import PHONE, check_screen

TEN_MINUTES_MS = 600_000
REST_MS = 31_000
BEGIN = re.compile(r"^(Start|Empezar) \(\d+ min\)$")
ITEMS = ("legs-up-rest", "easy-walk")


async def test_a_session_runs_from_the_first_exercise_to_the_end_by_itself(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    ana = await begun(site, page)
    await expect(page.get_by_text("Exercise 1 of 2")).to_be_visible()
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await expect(page.get_by_role("heading", name="Next: Easy walk")).to_be_visible()
    await expect(page.get_by_role("button", name="Start now")).to_be_visible()
    await page.clock.run_for(REST_MS)
    await expect(page.get_by_text("Exercise 2 of 2")).to_be_visible()
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await expect(page.get_by_text("That was the last exercise of this session.")).to_be_visible()
    await ana.has_sent_everything()
    assert await outcomes(site) == [("tiny", "no"), ("tiny", "no")]
    await page.get_by_role("link", name="Back to today").click()
    await page.wait_for_url("**/#/today")


async def test_an_answer_and_the_pause_hold_the_rest(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await begun(site, page)
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await page.get_by_role("group", name="Pain while you did it").get_by_text("2", exact=True).tap()
    await expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    await page.clock.run_for(REST_MS)
    await expect(page.get_by_text("Exercise 2 of 2")).to_have_count(0)
    await page.get_by_role("button", name="Start now").click()
    await expect(page.get_by_text("Exercise 2 of 2")).to_be_visible()
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()


async def test_after_an_exercise_that_hurt_nothing_begins_by_itself(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    ana = await begun(site, page)
    await page.get_by_role("button", name="I am ready").click()
    await page.get_by_role("button", name="Too painful").click()
    await expect(page.get_by_role("heading", name="Good that you stopped")).to_be_visible()
    await page.clock.run_for(REST_MS)
    await expect(page.get_by_role("heading", name="Good that you stopped")).to_be_visible()
    await page.get_by_role("link", name="Next: Easy walk").click()
    await expect(page.get_by_role("button", name=START).first).to_be_visible()
    await ana.has_sent_everything()
    assert await outcomes(site) == [("partly", "yes")]


@pytest.mark.parametrize("way", ["session", "item"])
async def test_skipped_because_of_pain_gets_the_care_of_too_painful(
    site: Site, phone: BrowserContext, way: str
) -> None:
    page = await phone.new_page()
    ana = await begun(site, page)
    if way == "session":
        await page.get_by_role("button", name="Stop here").click()
    else:
        await ana.open("today")
        await page.locator("a[href*='#/item/']").first.click()
        await page.get_by_role("button", name="Not today").click()
    await page.get_by_role("button", name="Too much pain").click()
    await expect(page.get_by_text("Good that you stopped. Rest, and use the smallest version")).to_be_visible()
    await ana.has_sent_everything()
    assert await outcomes(site) == [("partly", "yes")]


async def test_as_planned_stays_chosen_for_the_exercises_that_follow(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.clock.install(time=site.clock.now())
    ana = await Phone.joined(site, page, *ITEMS)
    await page.get_by_role("link", name=BEGIN).click()
    await page.get_by_role("link", name=re.compile("^As planned: ")).click()
    start = page.get_by_role("button", name="Start", exact=True)
    await expect(start).to_be_visible()
    await stop_clock(page)
    await start.click()
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await page.get_by_role("button", name="Start now").click()
    await page.get_by_role("button", name="I am ready").click()
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await expect(page.get_by_text("That was the last exercise of this session.")).to_be_visible()
    await ana.has_sent_everything()
    assert await outcomes(site) == [("completed", "no"), ("completed", "no")]


async def test_after_leaving_a_session_the_next_one_begins_with_what_was_not_done_yet(
    site: Site, phone: BrowserContext
) -> None:
    page = await phone.new_page()
    ana = await begun(site, page)
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await expect(page.get_by_role("heading", name="Next: Easy walk")).to_be_visible()
    await ana.open("today")
    await page.get_by_role("link", name=BEGIN).click()
    await expect(page.get_by_text("Exercise 1 of 2")).to_be_visible()
    await expect(page.get_by_role("heading", name="Easy walk", level=1)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_no_part_of_a_session_has_a_barrier(site: Site, chromium: Browser, language: str) -> None:
    context = await chromium.new_context(viewport=PHONE, has_touch=True, locale=language)
    page = await context.new_page()
    name = f"patient-{language}-session"
    await begun(site, page, language=language)
    await page.get_by_role("button", name=re.compile("^(I am ready|Ya estoy)")).click()
    await page.get_by_role("button", name=re.compile("^(Pause|Pausa)")).click()
    await page.clock.resume()
    faults = await check_screen(page, f"{name}-paused")
    await stop_clock(page)
    await page.get_by_role("button", name=re.compile("^(Go on|Seguir)")).click()
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await page.get_by_role("button", name=re.compile("^(Pause|Pausa)$")).click()
    await page.clock.resume()
    faults += await check_screen(page, f"{name}-rest")
    await context.close()
    assert faults == []


async def begun(site: Site, page: Page, **patient: str) -> Phone:
    """A session of a patient whose program is new: its first exercise has just begun. The page's clock stands still."""
    await page.clock.install(time=site.clock.now())
    ana = await Phone.joined(site, page, *ITEMS, **patient)
    await page.get_by_role("link", name=BEGIN).click()
    start = page.get_by_role("button", name=START).first
    await expect(start).to_be_visible()
    await stop_clock(page)
    await start.click()
    return ana


async def outcomes(site: Site) -> list[tuple[str, str]]:
    rows = await site.db.read(lambda tx: tx.fetch("SELECT outcome, stopped FROM exercise_logs ORDER BY occurred_at"))
    return [(row["outcome"], row["stopped"]) for row in rows]
