"""Two weeks in a basement: everything can be read and written, and the phone says honestly how old its plan is."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, expect

from tests.browser.conftest import SCREENSHOTS
from tests.browser.phone import PAIN_NOW, Phone
from tests.browser.site import Site

NOON = datetime(2026, 3, 1, 19, tzinfo=UTC)
"""Sunday, 1 March 2026, noon in Denver; its clocks change on the 8th."""
pytestmark = pytest.mark.moment(NOON)

AFTERCARE = {0: "Your first day", 1: "Day two", 2: "Day three", 3: "From here on"}
PHASES = {0: "First day", 1: "Day two", 2: "Day three"}
DAYS = (0, 1, 2, 3, 7, 8, 14)
EXERCISE = "Pelvic tilt"


async def test_two_weeks_without_a_network(site: Site, phone: BrowserContext) -> None:
    ana = await away(site, phone)
    for entered, days in enumerate(DAYS, start=1):
        await a_day_later(ana, days)
        if days in AFTERCARE:
            await expect(ana.page.get_by_role("heading", name=AFTERCARE[days])).to_be_visible()
        exercises = ana.page.get_by_role("region", name="Your exercises")
        await expect(exercises).to_contain_text(PHASES.get(days, "Build the habit"))
        await check_in(ana, pain=1 + days % 7, sore=days in AFTERCARE)
        await ana.open("today")
        await exercises.get_by_role("button", name=re.compile("^Mark .* as done")).first.click()
        await expect(ana.page.get_by_text(f"{2 * entered} entries wait to be sent")).to_be_visible()

    await expect(ana.page.get_by_text("Your plan was last updated Sunday, March 1.")).to_be_visible()
    await reads_every_screen(ana)

    site.clock.set(NOON + timedelta(days=14))
    await phone.set_offline(False)
    await ana.has_sent_everything()
    stored = await site.db.read(lambda tx: tx.fetch("SELECT day, pain_now FROM checkins ORDER BY day"))
    expected = [((NOON + timedelta(days=days)).date().isoformat(), 1 + days % 7) for days in DAYS]
    assert [(row["day"], row["pain_now"]) for row in stored] == expected
    assert await site.stored("exercise_logs") == len(DAYS)


async def test_only_the_language_in_use_is_loaded_and_the_other_is_there_without_a_network(
    site: Site, phone: BrowserContext
) -> None:
    page = await phone.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    ana = await Phone.joined(site, page, "pelvic-tilt")
    assert [name[:3] for name in asked if name.startswith(("en-", "es-"))] == ["en-"]

    await phone.set_offline(True)
    await ana.open("me")
    await page.get_by_role("button", name="Español").click()
    await expect(page.get_by_role("heading", name="Yo", exact=True)).to_be_visible()
    await page.reload()
    await ana.open("today")
    await expect(page.get_by_text("Sus ejercicios")).to_be_visible()


async def test_after_two_weeks_the_phone_says_that_its_plan_is_old_and_still_takes_entries(
    site: Site, phone: BrowserContext
) -> None:
    ana = await away(site, phone)
    await a_day_later(ana, 17)
    await expect(ana.page.get_by_role("heading", name="Your plan needs a fresh look")).to_be_visible()
    await expect(ana.page.get_by_role("button", name="Try again")).to_be_visible()
    await ana.check_in(pain=3)
    await expect(ana.page.get_by_text("Saved on this phone")).to_be_visible()


async def test_progress_that_was_never_opened_is_there_without_a_network(site: Site, phone: BrowserContext) -> None:
    ana = await away(site, phone)
    await ana.page.reload()
    await check_in(ana, pain=4, sore=True)
    await ana.open("progress")
    await expect(ana.page.get_by_role("heading", name="Pain and soreness, day by day")).to_be_visible()
    await ana.page.get_by_text("Show as a table").click()
    today = ana.page.locator("details").get_by_role("row").nth(1)
    await expect(today.get_by_role("cell").first).to_have_text("4")
    await expect(ana.page.get_by_text("not on this phone yet")).to_have_count(0)


async def test_progress_goes_on_without_a_network_and_a_day_without_an_answer_stays_a_gap(
    site: Site, phone: BrowserContext
) -> None:
    ana = await away(site, phone)
    await a_day_later(ana, 1)
    await check_in(ana, pain=6, sore=True)
    await ana.open("today")
    await ana.page.get_by_role("button", name=re.compile("^Mark .* as done")).first.click()
    await a_day_later(ana, 3)
    await check_in(ana, pain=3, sore=True)

    await ana.open("progress")
    await expect(ana.page.get_by_text("You did exercises on 1 of 3 days.")).to_be_visible()
    await expect(ana.page.get_by_text("2 check-ins in the last seven days.")).to_be_visible()
    await expect(ana.page.get_by_text("This sentence is from Sunday, March 1.")).to_be_visible()
    await ana.page.get_by_text("Show as a table").click()
    for newest, day in enumerate((("Mar 4", "3"), ("Mar 3", "–"), ("Mar 2", "6")), start=1):
        row = ana.page.locator("details").get_by_role("row").nth(newest)
        await expect(row.get_by_role("rowheader")).to_have_text(day[0])
        await expect(row.get_by_role("cell").first).to_have_text(day[1])
    await expect(ana.page.locator("circle.pain[cx]:not([cx='14'])")).to_have_count(2)
    await ana.page.screenshot(path=SCREENSHOTS / "progress-offline.png", full_page=True)


async def test_a_check_in_begun_yesterday_can_be_finished_today(site: Site, phone: BrowserContext) -> None:
    ana = await away(site, phone)
    await ana.page.get_by_role("button", name="5", exact=True).click()
    await expect(ana.score("5")).to_be_checked()
    await a_day_later(ana, 1)
    await expect(ana.page.get_by_text("Missed a day?")).to_have_count(0)
    await ana.page.get_by_role("link", name="Continue: yesterday").click()
    await expect(ana.score("5")).to_be_checked()
    await save(ana, sore=True)
    await expect(ana.page.get_by_role("heading", name="Thank you")).to_be_visible()
    await ana.open("today")
    await expect(ana.page.get_by_role("link", name="Continue: yesterday")).to_have_count(0)
    [row] = await ana.kept("outbox")
    assert row["key"] == "checkin/2026-03-01"


async def test_a_check_in_that_was_begun_on_a_day_that_has_closed_is_told_until_it_was_read(
    site: Site, phone: BrowserContext
) -> None:
    ana = await away(site, phone)
    await ana.page.get_by_role("button", name="5", exact=True).click()
    await expect(ana.score("5")).to_be_checked()
    await a_day_later(ana, 3)
    lapsed = ana.page.get_by_text("You started the check-in of Sunday, March 1")
    await expect(lapsed).to_be_visible()
    await ana.page.locator(".notice", has=lapsed).get_by_role("button", name="Got it").click()
    await expect(lapsed).to_have_count(0)
    assert await ana.kept("drafts") == []


async def test_a_phone_with_a_wrong_clock_is_told_and_keeps_the_day_that_was_seen(
    site: Site, phone: BrowserContext
) -> None:
    await phone.clock.set_system_time(NOON + timedelta(days=1))
    ana = await Phone.joined(site, await phone.new_page())
    wrong = ana.page.get_by_text("The date or time of this phone looks wrong.")
    await expect(wrong).to_be_visible()
    await ana.check_in(pain=4)
    await ana.has_sent_everything()
    [row] = await site.db.read(lambda tx: tx.fetch("SELECT day FROM checkins"))
    assert row["day"] == "2026-03-02"

    await ana.page.clock.set_system_time(NOON)
    await ana.open("today")
    await ana.page.reload()
    await expect(ana.page.get_by_role("heading", name=PAIN_NOW)).to_be_visible()
    await expect(wrong).to_have_count(0)


async def test_a_page_that_is_closed_while_it_sends_loses_and_doubles_nothing(
    site: Site, phone: BrowserContext
) -> None:
    ana = await away(site, phone)
    for days in (0, 1, 2):
        await a_day_later(ana, days)
        await check_in(ana, pain=1 + days, sore=True)
    site.clock.set(NOON + timedelta(days=2))
    async with ana.page.expect_request(re.compile("/api/me/checkins/2026-03-01$")):
        await phone.set_offline(False)
        await ana.hears_the_network()
    await ana.page.reload()
    await ana.has_sent_everything()
    assert await site.stored("checkins") == 3


async def test_a_refused_check_in_is_shown_and_its_warning_sign_arrives(site: Site, phone: BrowserContext) -> None:
    """The phone's date was two days ahead, so that the server takes the day for one that has not begun."""
    await phone.clock.set_system_time(NOON + timedelta(days=3))
    ana = await Phone.joined(site, await phone.new_page())
    await ana.page.get_by_role("button", name="7", exact=True).click()
    await ana.page.get_by_role("button", name="Yes, something is new").click()
    await ana.page.get_by_role("checkbox").first.check(force=True)
    await ana.page.get_by_role("button", name="Continue").click()
    await expect(ana.page.get_by_role("link", name=re.compile("Call")).first).to_be_visible()
    await ana.open("me")
    await expect(ana.page.get_by_text("This day can no longer be changed.")).to_be_visible()
    await expect(ana.page.get_by_text("Your warning sign was sent by itself.")).to_be_visible()
    not_sent = ana.page.get_by_role("region", name="Not sent yet").get_by_role("listitem")
    await expect(not_sent).to_have_count(1)
    [row] = await ana.kept("outbox")
    assert row["refused"]["code"] == "day-closed"
    assert (await site.stored("checkins"), await site.stored("safety_answers")) == (0, 1)

    await ana.page.get_by_role("button", name="Remove it").click()
    await ana.page.get_by_role("button", name="Yes, remove it").click()
    await expect(ana.page.get_by_text("Nothing waits to be sent.")).to_be_visible()


async def away(site: Site, phone: BrowserContext) -> Phone:
    """Joined an hour after dry needling, with an exercise, and from then on without a network."""
    ana = await Phone.joined(site, await phone.new_page(), "pelvic-tilt", needled=True)
    await expect(ana.page.get_by_role("link", name=EXERCISE).first).to_be_visible()
    await phone.set_offline(True)
    return ana


async def a_day_later(ana: Phone, days: int) -> None:
    """The app is opened again `days` days after it joined."""
    await ana.page.clock.set_system_time(NOON + timedelta(days=days))
    await ana.page.goto(ana.page.url.split("#", maxsplit=1)[0] + "#/today")
    await ana.page.reload()
    await expect(ana.page.get_by_text("No connection.")).to_be_visible()


async def check_in(ana: Phone, *, pain: int, sore: bool) -> None:
    await ana.page.get_by_role("button", name=str(pain), exact=True).click()
    await save(ana, sore=sore)
    await expect(ana.page.get_by_role("heading", name="Thank you")).to_be_visible()


async def save(ana: Phone, *, sore: bool) -> None:
    """`sore`: the muscles that were needled are asked about."""
    soreness = ana.page.get_by_role("group", name=re.compile("^How sore (is|was) the muscle"))
    await expect(ana.page.get_by_role("group", name="What was the worst back pain")).to_be_visible()
    await expect(soreness).to_have_count(1 if sore else 0)
    if sore:
        await soreness.get_by_text("2", exact=True).click()
    await ana.page.get_by_role("button", name="Nothing new. Save").click()


async def reads_every_screen(ana: Phone) -> None:
    plan = await ana.plan()
    item = plan["segments"][-1]["items"][0]["prescriptionId"]
    for route in (
        "learn",
        "program",
        "session",
        f"item/{item}",
        f"play/{item}",
        "progress",
        "messages",
        "reminders",
        "me",
        "help",
        "safety",
        "checkin",
    ):
        await ana.open(route)
        await expect(ana.page.get_by_text("Loading…")).to_have_count(0)
        await expect(ana.page.get_by_role("alert")).to_have_count(0)
        await expect(ana.page.locator("main h1")).to_be_visible()
        if route.startswith(("item", "play")):
            await expect(ana.page.locator("svg [d]").first).to_be_attached()
