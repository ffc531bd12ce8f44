"""An exercise as a patient sees it: the smallest start, a pause, a way out, and the screen after too much pain."""

import re
from typing import Any

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_screens import check_screen

TEN_MINUTES_MS = 600_000

# What a screen reader hears: each text of the live region.
LISTEN = """
() => {
  const region = document.querySelector("main [aria-live=assertive]");
  globalThis.heard = [region.textContent];
  const listener = new MutationObserver(() => heard.push(region.textContent));
  listener.observe(region, { subtree: true, characterData: true, childList: true });
}
"""
REFUSE_WAKE_LOCK = """
const refuse = async () => { throw new DOMException("no", "NotAllowedError"); };
Object.defineProperty(navigator, "wakeLock", { value: { request: refuse } });
"""


async def test_a_new_plan_begins_with_the_smallest_version_and_offers_the_whole(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "bird-dog")
    await expect(ana.page.get_by_text("Start small. The smallest version counts as done.")).to_be_visible()
    await ana.page.get_by_role("link", name="Start “Bird dog”").click()
    await expect(ana.page.get_by_role("button", name="Start the smallest version")).to_be_visible()
    await expect(ana.page.get_by_role("link", name=re.compile("^As planned: "))).to_be_visible()


@pytest.mark.parametrize(("language", "other", "back"), [
    ("en", "See from above", "See from the side"),
    ("es", "Ver desde arriba", "Ver de lado"),
])  # fmt: skip
async def test_a_drawing_is_seen_from_elsewhere_and_back_also_offline(
    site: Site, phone: BrowserContext, language: Any, other: str, back: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "bird-dog", language=language)
    page = ana.page
    await phone.set_offline(True)
    await page.locator("a[href*='#/item/']").first.click()
    drawing = page.get_by_role("main").get_by_role("img").first
    first = await drawing.inner_html()
    await page.get_by_role("button", name=other).click()
    await expect(page.get_by_role("button", name=back)).to_be_focused()
    assert await drawing.inner_html() != first
    assert await check_screen(page, f"patient-{language}-second-view") == []
    await page.get_by_role("button", name=back).click()
    await expect(page.get_by_role("button", name=other)).to_be_visible()


async def test_the_clock_stands_still_while_a_reason_to_skip_is_picked(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    ana = await Phone.playing(site, page, "legs-up-rest")
    await page.get_by_role("button", name="Stop here").click()
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("button", name="I am ready")).to_be_visible()
    await page.get_by_role("button", name="Stop here").click()
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await page.get_by_role("button", name="No time").click()

    await ana.has_sent_everything()
    [row] = await site.db.read(
        lambda tx: tx.fetch("SELECT outcome, skip_reason, coalesce(seconds_done, 0) AS seconds FROM exercise_logs")
    )
    assert (row["outcome"], row["skip_reason"], row["seconds"]) == ("skipped", "time", 0)


async def test_a_pause_is_no_exercise_however_long_the_phone_sleeps_in_it(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await Phone.playing(site, page, "legs-up-rest")
    await page.get_by_role("button", name="I am ready").click()
    await page.clock.run_for(3000)
    await page.get_by_role("button", name="Pause").click()
    shown = await page.locator(".seconds").inner_text()
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await expect(page.locator(".seconds")).to_have_text(shown)
    await page.get_by_role("button", name="Go on").click()
    await page.clock.run_for(100)
    await expect(page.get_by_text("Go", exact=True)).to_be_visible()


async def test_too_painful_stops_is_noted_and_says_what_happens_next(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    ana = await Phone.playing(site, page, "legs-up-rest")
    await page.get_by_role("button", name="I am ready").click()
    await page.get_by_role("button", name="Too painful").click()
    await expect(page.get_by_role("heading", name="Good that you stopped")).to_be_visible()
    await expect(page.get_by_text("It is noted for your therapist.")).to_be_visible()
    await expect(page.locator(".seconds")).to_have_count(0)
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT outcome, stopped FROM exercise_logs"))
    assert (row["outcome"], row["stopped"]) == ("partly", "yes")


async def test_after_an_exercise_pain_and_effort_take_two_taps(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    ana = await Phone.playing(site, page, "legs-up-rest")
    await page.clock.fast_forward(TEN_MINUTES_MS)
    await page.get_by_role("group", name="Pain while you did it").get_by_text("2", exact=True).tap()
    await page.get_by_role("group", name="How hard was it?").get_by_text("4", exact=True).tap()
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT pain_during, effort FROM exercise_logs"))
    assert (row["pain_during"], row["effort"]) == (2, 4)


async def test_after_too_much_pain_nothing_is_praised_and_no_further_exercise_offered(
    site: Site, phone: BrowserContext
) -> None:
    page = await phone.new_page()
    await Phone.playing(site, page, "legs-up-rest", "easy-walk")
    await page.clock.fast_forward(TEN_MINUTES_MS)
    further = page.get_by_role("link", name="Next: ")
    await expect(further).to_be_visible()
    await page.get_by_role("group", name="Pain while you did it").get_by_text("8", exact=True).tap()
    await expect(page.get_by_role("heading", name="Thank you for telling us")).to_be_visible()
    await expect(further).to_have_count(0)
    await expect(page.get_by_role("heading", name="Well done")).to_have_count(0)


async def test_a_screen_reader_hears_a_phase_once_and_no_seconds(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await Phone.playing(site, page, "bird-dog")
    await page.evaluate(LISTEN)
    await page.get_by_role("button", name="I am ready").click()
    await page.clock.run_for(4000)
    await page.get_by_role("button", name="Pause").click()
    texts = await page.evaluate("heard.map(text => text.trim())")
    assert [re.sub(r"\..*", "", text) for text in texts] == ["Get ready: left side", "Hold", "Paused"]


async def test_a_phone_that_refuses_to_stay_awake_plays_on(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    await page.add_init_script(REFUSE_WAKE_LOCK)
    ana = await Phone.playing(site, page, "legs-up-rest")
    await page.clock.run_for(2000)
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.go_back()
    await ana.has_sent_everything()
    assert faults == []


async def test_who_wants_no_motion_sees_the_key_poses_beside_each_other(site: Site, phone: BrowserContext) -> None:
    page = await phone.new_page()
    await page.emulate_media(reduced_motion="reduce")
    await Phone.playing(site, page, "bird-dog")
    poses = page.locator("main svg[role=img] > g")
    await expect(poses).to_have_count(2)
    await page.get_by_role("button", name="I am ready").click()
    await expect(page.get_by_text("Hold", exact=True)).to_be_visible()
    await expect(poses).to_have_count(2)
    await page.emulate_media(reduced_motion="no-preference")
    await expect(poses).to_have_count(1)


async def test_a_figure_on_today_has_the_colours_of_the_night(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "bird-dog")
    figure = ana.page.locator("li a.drawing svg").first
    await expect(figure.locator("> g")).to_have_count(1)
    ink = "e => getComputedStyle(e).color"
    await ana.page.emulate_media(color_scheme="light")
    by_day = await figure.evaluate(ink)
    await ana.page.emulate_media(color_scheme="dark")
    assert await figure.evaluate(ink) != by_day


async def test_exercise_days_are_shown_before_the_first_check_in(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "bird-dog")
    await ana.open("progress")
    await expect(ana.page.get_by_text("After your first check-in, you can see your pain here.")).to_be_visible()
    await expect(ana.page.get_by_text("The last seven days")).to_have_count(0)
    await ana.open("today")
    await ana.page.get_by_role("button", name="Mark “Bird dog” as done").click()
    await ana.open("progress")
    await expect(ana.page.get_by_text("You did exercises on 1 of 1 day.")).to_be_visible()
    await expect(ana.page.get_by_text("After your first check-in, you can see your pain here.")).to_be_visible()
