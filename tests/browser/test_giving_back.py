"""A check-in gives something back: last week's answer beside it, a calendar of days, each day, and paper."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from homeplan.checkins.actions import record_checkin
from homeplan.clock import local_day, to_ms
from homeplan.outcomes.actions import record_outcome
from homeplan.outcomes.model import OutcomeEntry, ScoreEntry
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.test_later import NARROW
from tests.browser.test_outcomes import joined
from tests.browser.test_rare_screens import a_page
from tests.browser.test_screens import check_screen
from tests.checkins.answers import entry
from tests.programs.care import DENVER

NOON = datetime(2026, 3, 12, 19, tzinfo=UTC)
"""Thursday, 12 March 2026, noon in Denver."""
pytestmark = pytest.mark.moment(NOON)


async def answered(site: Site, ana: Phone, days_ago: int, **answers: Any) -> None:
    at = site.clock.now() - timedelta(days=days_ago)
    await site.db.write(
        lambda tx: record_checkin(
            ana.patient.context(tx, at), ana.patient.id, local_day(at, DENVER), entry(at, **answers)
        )
    )


@pytest.mark.parametrize(("before", "sentence"), [
    (6, "That is lower. Good to see."),
    (5, "That is about the same."),
    (3, "That is about the same."),
    (2, "That is higher. Your therapist can see it, too."),
])  # fmt: skip
async def test_a_check_in_is_compared_with_that_of_a_week_ago_and_only_two_points_are_a_change(
    site: Site, phone: BrowserContext, before: int, sentence: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await answered(site, ana, 7, painNow=before)
    await ana.page.reload()
    await ana.kept_day(local_day(NOON - timedelta(days=7), DENVER))
    await phone.set_offline(True)
    await ana.check_in(pain=4)
    beside = ana.page.get_by_role("region", name=f"4 today; {before} a week ago")
    await expect(beside).to_contain_text(sentence)
    await expect(ana.page.get_by_role("link", name="Get help")).to_be_visible()
    await ana.page.get_by_role("link", name="Start exercises").click()
    await ana.page.wait_for_url("**/#/session**")


async def test_a_first_check_in_praises_nothing_and_says_when_there_is_something_to_see(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page())
    await ana.check_in(pain=4)
    await expect(ana.page.get_by_role("region", name="4 today")).to_contain_text("In a week you can see here")
    await expect(ana.page.get_by_role("link", name="Start exercises")).to_have_count(0)
    await expect(ana.page.get_by_role("link", name="Back to today")).to_be_visible()


async def test_a_day_that_has_passed_is_opened_from_the_calendar_also_offline(
    site: Site, phone: BrowserContext
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", needled=True)
    page = ana.page
    await answered(site, ana, 1, painNow=5, sleep="poor", note="Carried a box.", soreness=4)
    await answered(site, ana, 20, painNow=7)
    await page.reload()
    await page.get_by_role("button", name="Mark “Pelvic tilt” as done").click()
    await ana.has_sent_everything()
    await ana.kept_day(local_day(NOON - timedelta(days=1), DENVER))
    await ana.open("progress")
    await expect(page.get_by_text("Your pain was 5. You slept well in 0 of 1 night.")).to_be_visible()
    await phone.set_offline(True)

    today = page.get_by_role("link", name=re.compile("^Thursday, March 12: .*needling session", re.I))
    await expect(today).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("^Tuesday, March 10: .*, no check-in$"))).to_be_visible()
    await expect(page.get_by_role("link", name=re.compile("March 13"))).to_have_count(0)
    await page.get_by_role("link", name=re.compile("^Wednesday, March 11: .*, pain 5$")).click()
    await expect(page.get_by_role("heading", name="Wednesday, March 11")).to_be_focused()
    for text in ("Carried a box.", "Slept badly", "Soreness"):
        await expect(page.get_by_text(text)).to_be_visible()
    await page.get_by_role("link", name="Day after").click()
    await expect(page.get_by_text("You had dry needling on this day.")).to_be_visible()
    await expect(page.get_by_text("There is no check-in of this day.")).to_be_visible()
    await expect(page.get_by_text("Pelvic tilt")).to_be_visible()
    await expect(page.get_by_role("link", name="Day after")).to_have_count(0)

    await page.get_by_role("link", name="Back").click()
    await page.get_by_role("button", name="The month before").click()
    await page.get_by_role("link", name=re.compile("^Friday, February 20: .*, pain 7$")).click()
    await page.get_by_role("link", name="Back").click()
    await expect(page.get_by_text("February", exact=True)).to_be_visible()


async def test_days_of_months_ago_are_paged_back_to_and_opened(site: Site, phone: BrowserContext) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    page, joined_at = ana.page, to_ms(NOON - timedelta(days=120))
    await site.db.write(lambda tx: tx.execute("UPDATE sign_ins SET created_at = :at", at=joined_at))
    await answered(site, ana, 2, painNow=3)
    await answered(site, ana, 110, painNow=7, sleep="poor")
    await ana.open("progress")
    before = page.get_by_role("button", name="The month before")
    await before.click()
    await expect(page.get_by_text("February", exact=True)).to_be_visible()
    await phone.set_offline(True)
    await before.click()
    await expect(page.get_by_text("January", exact=True)).to_be_visible()
    await before.click()
    await expect(page.get_by_text("Connect to see them.")).to_be_visible()
    await phone.set_offline(False)
    await before.click()
    await expect(page.get_by_text("December 2025", exact=True)).to_be_visible()
    await before.click()
    await page.get_by_role("link", name=re.compile("November 22.*pain 7$")).click()
    await expect(page.get_by_text("Your other answers of this day are with the clinic")).to_be_visible()
    assert await check_screen(page, "patient-en-earlier-day") == []


async def test_progress_says_what_changed_after_each_session_and_how_well_the_activity_goes(
    site: Site, phone: BrowserContext
) -> None:
    ana = await joined(
        site,
        await phone.new_page(),
        needled_h=24 * 8,
        permitted=True,
        opened_days_ago=14,
        activity="Put on my shoes",
    )
    for days_ago, pain in ((12, 7), (10, 7), (3, 4), (2, 4)):
        await answered(site, ana, days_ago, painNow=pain)
    at = site.clock.now() - timedelta(days=7)
    weekly = OutcomeEntry(
        id="week",
        instrument="weekly",
        day=local_day(at, DENVER),
        answered_at=at,
        time_zone="America/Denver",
        scores=(ScoreEntry(value=6, activity="shoes"),),
    )
    await site.db.write(lambda tx: record_outcome(ana.patient.context(tx, at), ana.patient.id, weekly))
    await ana.page.reload()
    await ana.open("progress")
    after = ana.page.get_by_role("region", name="After each needling session")
    await expect(after).to_contain_text(
        "Pain 7 on average in the week before, 4 from the fourth day on. That is lower."
    )
    goal = ana.page.get_by_role("region", name="Your goal")
    await expect(goal).to_contain_text("Put on my shoes")
    await expect(goal.get_by_role("img")).to_have_accessible_name(
        "How well you can do it: 3 of 10 when you started, 6 of 10 now"
    )


@pytest.mark.parametrize("screen", ["today", "progress"])
async def test_on_paper_there_is_what_is_read_and_the_safety_line(
    site: Site, phone: BrowserContext, screen: str
) -> None:
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt")
    await ana.check_in(pain=4)
    await expect(ana.page.get_by_text("Sent to your clinic.")).to_be_visible()
    await ana.open(screen)
    read = "Pelvic tilt" if screen == "today" else "Show as a table"
    await expect(ana.page.get_by_text(read).first).to_be_visible()
    safety = ana.page.locator("p.on-paper")
    await expect(safety).to_be_hidden()
    await ana.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    await ana.page.emulate_media(media="print", color_scheme="dark")
    await expect(ana.page.locator("nav, .help").filter(visible=True)).to_have_count(0)
    await expect(safety).to_be_visible()
    await expect(safety).to_contain_text("In an emergency")
    assert await ana.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(250, 246, 239)"
    if screen == "progress":
        await expect(ana.page.get_by_role("rowheader").first).to_be_visible()
    else:
        await expect(ana.page.get_by_text("Pelvic tilt").first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "es"])
async def test_what_is_given_back_has_no_barrier_on_a_narrow_phone(
    site: Site, chromium: Browser, language: str
) -> None:
    async with a_page(chromium, language, NARROW) as page:
        ana = await Phone.joined(site, page, "pelvic-tilt", "bridge", "bird-dog", language=language, needled=True)
        name = f"patient-{language}"
        for days_ago in (8, 7, 5, 1):
            await answered(site, ana, days_ago, painNow=days_ago % 7, sleep="good", note="Caminé un poco.")
        await page.reload()
        await ana.kept_day(local_day(NOON - timedelta(days=1), DENVER))
        await ana.open("progress")
        faults = await check_screen(page, f"{name}-calendar")
        await page.locator("td a").nth(-2).click()
        faults += await check_screen(page, f"{name}-day")
        await ana.open("checkin")
        await page.locator("[name=painNow]").nth(4).check(force=True)
        await page.locator("[name=soreness]").nth(2).check(force=True)
        await page.get_by_role("button", name=re.compile("Nothing new. Save|Nada nuevo. Guardar")).click()
        await page.wait_for_url("**/#/saved/**")
        faults += await check_screen(page, f"{name}-saved")
        assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
        assert faults == []
